/**
 * StartAsyncInvoke, GetAsyncInvoke and ListAsyncInvokes.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_StartAsyncInvoke.html
 */
import type { JSONObject } from '@ai-sdk/provider';
import { replyHeaders, validationError } from '../aws-error.ts';
import { jobModels } from '../invoke/videos.ts';
import type { JobLocation } from '../jobs.ts';
import { isObject } from '../json-schema-check.ts';
import { serviceError } from '../validation/service-words.ts';
import {
  compare,
  document,
  enumeration,
  integer,
  list,
  type StructureShape,
  string,
  structure,
  union,
} from '../validation/shape.ts';
import { checkModel, noteUnknownMembers, scriptedJob } from './answer.ts';
import { type Backend, type Call, type Operation, readJson } from './operation.ts';

const tagText = '[a-zA-Z0-9\\s._:/=+@-]*';

export const startAsyncInvokeShape: StructureShape = structure(
  {
    clientRequestToken: string({ min: 1, max: 256 }, '[!-~]*'),
    modelId: string({ min: 1, max: 256 }, '[a-zA-Z_\\.\\-/0-9:]+'),
    modelInput: document,
    outputDataConfig: union('OutputDataConfig', {
      s3OutputDataConfig: structure(
        {
          s3Uri: string({ min: 1, max: 1024 }, 's3://[a-z0-9][\\.\\-a-z0-9]{1,61}[a-z0-9](/.*)?'),
          kmsKeyId: string(
            { min: 1, max: 2048 },
            'arn:aws(-[^:]+)?:kms:[a-zA-Z0-9-]*:[0-9]{12}:((key/[a-zA-Z0-9-]{36})|(alias/[a-zA-Z0-9-_/]+))',
          ),
          bucketOwner: string({}, '[0-9]{12}'),
        },
        ['s3Uri'],
      ),
    }),
    tags: list(
      structure({ key: string({ min: 1, max: 128 }, tagText), value: string({ max: 256 }, tagText) }, [
        'key',
        'value',
      ]),
      { max: 200 },
    ),
  },
  ['modelId', 'modelInput', 'outputDataConfig'],
);

interface StartRequest {
  readonly clientRequestToken?: string;
  readonly modelId: string;
  readonly outputDataConfig: { readonly s3OutputDataConfig: JobLocation };
}

export const startAsyncInvoke: Operation = {
  name: 'StartAsyncInvoke',
  method: 'POST',
  path: '/async-invoke',
  async handle(call, backend) {
    const body = readJson(call);
    const findings = compare(startAsyncInvokeShape, body);
    const shapeError = serviceError(findings);
    if (shapeError !== undefined) throw shapeError;
    // The shape has just been compared.
    const { modelId, clientRequestToken, outputDataConfig } = body as unknown as StartRequest;
    const input = (body as JSONObject)['modelInput'];
    call.entry.modelId = modelId;
    checkModel({ ...call, modelId }, backend);
    const model = isObject(input) ? jobModels.find(one => one.claims(modelId, input)) : undefined;
    if (model === undefined || !isObject(input)) {
      throw validationError('The local Bedrock has no asynchronous jobs of this model.');
    }
    const inside = compare(model.shape(modelId), input);
    const inputError = serviceError(inside);
    if (inputError !== undefined) throw inputError;
    const unknownMembers = inside.unknownMembers.map(member => `modelInput.${member}`);
    noteUnknownMembers(
      { violations: [], unknownMembers: [...findings.unknownMembers, ...unknownMembers] },
      call,
      backend,
    );
    model.check(input, modelId);
    const location = outputDataConfig.s3OutputDataConfig;
    checkBucket(location, backend);
    const reply = await scriptedJob({ ...call, modelId }, backend, body);
    if (reply !== undefined && !('failureMessage' in reply)) return reply;
    const invocationArn = backend.jobs.start({
      modelArn: modelId.startsWith('arn:')
        ? modelId
        : `arn:aws:bedrock:${backend.region}::foundation-model/${modelId}`,
      clientRequestToken,
      request: JSON.stringify(body),
      location,
      failureMessage: reply?.failureMessage,
      make: folder => model.make(input, folder),
    });
    return Response.json({ invocationArn }, { headers: replyHeaders(call.requestId) });
  },
};

function checkBucket({ s3Uri }: JobLocation, { bucketExists }: Backend): void {
  const bucket = s3Uri.split('/')[2] ?? '';
  if (!bucketExists(bucket)) {
    throw validationError(`The bucket ${bucket} does not exist, or Bedrock may not write to it.`);
  }
}

export const getAsyncInvokeShape: StructureShape = structure(
  {
    invocationArn: string(
      { min: 1, max: 2048 },
      'arn:aws(-[^:]+)?:bedrock:[a-z0-9-]{1,20}:[0-9]{12}:async-invoke/[a-z0-9]{12}',
    ),
  },
  ['invocationArn'],
);

export const getAsyncInvoke: Operation = {
  name: 'GetAsyncInvoke',
  method: 'GET',
  path: '/async-invoke/:invocationArn',
  async handle(call, { jobs }) {
    const { invocationArn = '' } = call.params;
    const error = serviceError(compare(getAsyncInvokeShape, { invocationArn }));
    if (error !== undefined) throw error;
    const job = jobs.get(invocationArn);
    // The operation has no ResourceNotFoundException.
    if (job === undefined) throw validationError('The provided invocation ARN was not found.');
    return Response.json(job, { headers: replyHeaders(call.requestId) });
  },
};

/** Of the query. */
export const listAsyncInvokesShape: StructureShape = structure({
  submitTimeAfter: string(),
  submitTimeBefore: string(),
  statusEquals: enumeration(['InProgress', 'Completed', 'Failed']),
  maxResults: integer({ min: 1, max: 1000 }),
  nextToken: string({ min: 1, max: 2048 }, '\\S*'),
  sortBy: enumeration(['SubmissionTime']),
  sortOrder: enumeration(['Ascending', 'Descending']),
});

const DEFAULT_RESULTS = 100;

export const listAsyncInvokes: Operation = {
  name: 'ListAsyncInvokes',
  method: 'GET',
  path: '/async-invoke',
  async handle(call, backend) {
    const query = readQuery(call, backend);
    const after = readTime('submitTimeAfter', query.submitTimeAfter) ?? Number.NEGATIVE_INFINITY;
    const before = readTime('submitTimeBefore', query.submitTimeBefore) ?? Number.POSITIVE_INFINITY;
    const oldestFirst = backend.jobs.list().filter(({ status, submitTime }) => {
      const time = Date.parse(String(submitTime));
      return time > after && time < before && (query.statusEquals ?? status) === status;
    });
    const all = query.sortOrder === 'Ascending' ? oldestFirst : oldestFirst.toReversed();
    const start = query.nextToken === undefined ? 0 : placeBehind(query.nextToken, all);
    const page = all.slice(start, start + (query.maxResults ?? DEFAULT_RESULTS));
    const last = page.at(-1);
    return Response.json(
      {
        asyncInvokeSummaries: page,
        ...(last !== undefined && start + page.length < all.length && { nextToken: tokenOf(last) }),
      },
      { headers: replyHeaders(call.requestId) },
    );
  },
};

interface ListQuery {
  submitTimeAfter?: string;
  submitTimeBefore?: string;
  statusEquals?: string;
  maxResults?: number;
  nextToken?: string;
  sortOrder?: string;
}

function readQuery(call: Call, backend: Backend): ListQuery {
  const { maxResults, ...texts } = Object.fromEntries(call.query);
  const query = { ...texts, ...(maxResults !== undefined && { maxResults: Number(maxResults) }) };
  const findings = compare(listAsyncInvokesShape, query);
  const error = serviceError(findings);
  if (error !== undefined) throw error;
  noteUnknownMembers(findings, call, backend);
  return query;
}

function readTime(name: string, text: string | undefined): number | undefined {
  const time = text === undefined ? undefined : Date.parse(text);
  if (Number.isNaN(time)) throw validationError(`Value '${text}' at '${name}' is no timestamp.`);
  return time;
}

/** The end of its ARN. */
function tokenOf({ invocationArn }: JSONObject): string {
  return String(invocationArn).slice(-12);
}

function placeBehind(token: string, jobs: readonly JSONObject[]): number {
  const index = jobs.findIndex(job => tokenOf(job) === token);
  if (index === -1) throw validationError('The provided nextToken is invalid.');
  return index + 1;
}
