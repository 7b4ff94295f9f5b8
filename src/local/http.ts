/** Routes requests to operations and controls: log, authentication, errors. */
import { Hono } from 'hono';
import { type AuthenticationRules, authenticate } from './auth/authenticate.ts';
import { AwsError, errorResponse, replyHeaders } from './aws-error.ts';
import type { ControlRoute } from './control.ts';
import { type LocalExchange, withCopy } from './exchange.ts';
import { operations } from './operations/index.ts';
import { type Backend, type Call, type Operation, parseJson } from './operations/operation.ts';
import { getCallerIdentity, isStsRequest } from './operations/sts.ts';
import { Charge } from './quotas/charge.ts';
import { type LoggedRequest, publicHeaders, publicPath, type RequestLog } from './request-log.ts';
import type { ObjectStore } from './s3/objects.ts';
import { s3Address, serveS3 } from './s3/serve.ts';

export interface HttpOptions {
  readonly backend: Backend;
  readonly log: RequestLog;
  readonly control: readonly ControlRoute[];
  readonly onExchange: ((exchange: LocalExchange) => void) | undefined;
  readonly objects: ObjectStore;
  /** Undefined: everybody may come in. */
  readonly authentication: AuthenticationRules | undefined;
}

export type FetchHandler = (request: Request) => Promise<Response>;

export function createHttpHandler(options: HttpOptions): FetchHandler {
  const app = new Hono();
  for (const operation of operations) {
    app.on(operation.method, operation.path, (context, next) => {
      const { target } = operation;
      if (target !== undefined && context.req.header('x-amz-target') !== target) return next();
      // The route gives the label as the caller meant it: an ARN with its slashes and colons.
      const { modelId = '', ...params } = context.req.param() as Record<string, string>;
      return serve(context.req.raw, operation, modelId, options, params);
    });
  }
  for (const route of options.control) {
    app.on(route.method, route.path, context => serveControl(context.req.raw, route, options));
  }
  app.notFound(context => serve(context.req.raw, undefined, undefined, options));
  return async request => {
    if (isStsRequest(request)) return serve(request, getCallerIdentity, undefined, options);
    const address = s3Address(request);
    return address === undefined ? app.fetch(request) : serveS3(request, address, options);
  };
}

async function serve(
  request: Request,
  operation: Operation | undefined,
  modelId: string | undefined,
  { backend, log, authentication, onExchange }: HttpOptions,
  params: Readonly<Record<string, string>> = {},
): Promise<Response> {
  const startedAt = Date.now();
  const url = new URL(request.url);
  const bytes = new Uint8Array(await request.arrayBuffer());
  const requestId = crypto.randomUUID();
  const entry: LoggedRequest = {
    requestId,
    receivedAt: new Date(startedAt),
    method: request.method,
    path: publicPath(url),
    headers: publicHeaders(request.headers),
    operation: operation?.name,
    modelId,
    unknownMembers: [],
  };
  log.add(entry, bytes.length);
  const charge = new Charge();
  try {
    if (operation === undefined) throw new AwsError('UnknownOperationException', 'Unknown operation.');
    if (authentication !== undefined) {
      const { method, headers } = request;
      entry.authentication = await authenticate(
        { method, url, headers, body: bytes },
        authentication,
        operation.services,
      );
    }
    const { headers, signal } = request;
    const call: Call = {
      requestId,
      modelId: modelId ?? '',
      params,
      query: url.searchParams,
      headers,
      bytes,
      signal,
      startedAt,
      entry,
      charge,
      ended: () => log.end(entry),
    };
    const response = await operation.handle(call, backend);
    entry.status = response.status;
    if (!response.ok) charge.release();
    // An event stream ends with its body.
    else if (entry.stream === undefined) charge.end();
    if (entry.stream === undefined) log.end(entry);
    if (onExchange === undefined) return response;
    const replied = Object.fromEntries(response.headers);
    return withCopy(response, body => onExchange({ request: entry, headers: replied, body }));
  } catch (error) {
    charge.release();
    const failure = error instanceof AwsError ? error : internalError(error);
    // Where the caller has left, nobody gets a reply.
    if (!request.signal.aborted) {
      entry.status = failure.status;
      entry.error = failure.name;
    }
    log.end(entry);
    return (operation?.failure ?? errorResponse)(failure, requestId);
  }
}

async function serveControl(
  request: Request,
  route: ControlRoute,
  { authentication }: HttpOptions,
): Promise<Response> {
  const requestId = crypto.randomUUID();
  try {
    const { method, headers } = request;
    const bytes = new Uint8Array(await request.arrayBuffer());
    if (authentication !== undefined) {
      await authenticate({ method, url: new URL(request.url), headers, body: bytes }, authentication);
    }
    const body = bytes.length === 0 ? null : parseJson(bytes);
    return Response.json(route.handle(body), { headers: replyHeaders(requestId) });
  } catch (error) {
    return errorResponse(error instanceof AwsError ? error : internalError(error), requestId);
  }
}

function internalError(error: unknown): AwsError {
  return new AwsError('InternalServerException', error instanceof Error ? error.message : String(error));
}
