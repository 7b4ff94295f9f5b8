import type { ModelContext } from '../models/model-context.ts';
import { readJson } from '../models/reply-json.ts';
import { excerpt, streamError } from '../transport/api-error.ts';
import type { TransportCall, TransportReply } from '../transport/transport.ts';

/** What every operation takes beside its own options. */
export interface OperationOptions {
  /** @default the provider's `region` */
  readonly region?: string | undefined;
  /** Headers of this call; they win over the provider's by name. */
  readonly headers?: Readonly<Record<string, string | undefined>> | undefined;
  readonly abortSignal?: AbortSignal | undefined;
}

/** What an operation says of its call. */
export type OperationCall = Pick<TransportCall, 'service' | 'path' | 'query' | 'modelId' | 'streams'> & {
  /** Sent as JSON by POST; without one the call is a GET. */
  readonly body?: object | undefined;
};

export function sendOperation(
  { send }: ModelContext,
  { body, ...call }: OperationCall,
  { region, headers, abortSignal }: OperationOptions,
): Promise<TransportReply> {
  return send({
    ...call,
    region,
    headers,
    abortSignal,
    ...(body === undefined
      ? { method: 'GET' }
      : { method: 'POST', body: JSON.stringify(body), bodyValues: body }),
  });
}

/**
 * @param isReply whether the body is what the operation answers, in so far as our own code depends on it
 * @throws BedrockError, and what else `Send` rejects with
 */
export async function callOperation<Reply extends object>(
  context: ModelContext,
  call: OperationCall,
  options: OperationOptions,
  isReply: (body: Partial<Reply>) => boolean,
): Promise<Reply> {
  const reply = await sendOperation(context, call, options);
  const body = await readJson<Reply>(reply);
  if (isReply(body)) return body;
  throw streamError(
    'InvalidReply',
    `The reply is not what the operation answers: ${excerpt(JSON.stringify(body), reply.call)}.`,
    reply.call,
  );
}

/** The options of an operation that are its own, to be checked, and those that every one takes. */
export function splitOptions<Options extends OperationOptions>({
  region,
  headers,
  abortSignal,
  ...own
}: Options): { own: Omit<Options, keyof OperationOptions>; shared: OperationOptions } {
  return { own, shared: { region, headers, abortSignal } };
}
