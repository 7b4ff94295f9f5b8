/**
 * Asynchronous jobs of any model: videos, embeddings of long media.
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_StartAsyncInvoke.html
 */
import type { JSONObject } from '@ai-sdk/provider';
import { type BedrockOutputLocation, outputLocationSchema } from '../codec/invoke/output-location.ts';
import { jobTags, requestToken } from '../codec/invoke/video-options.ts';
import { checkOptions, invalidArgument, jsonObject, strict } from '../codec/provider-options.ts';
import {
  type BedrockJob,
  type BedrockJobCall,
  checkInvocationArn,
  findOutputLocation,
  getJob,
  readJob,
  startJob,
  type WireJob,
} from '../models/async-invoke.ts';
import type { ModelContext } from '../models/model-context.ts';
import { readJson } from '../models/reply-json.ts';
import { resolveModel } from '../models/resolved-model.ts';
import { streamError } from '../transport/api-error.ts';

export interface BedrockJobRequest extends BedrockJobCall {
  /** E.g. `twelvelabs.marengo-embed-2-7-v1:0`, or an ARN. */
  readonly modelId: string;
  /** The model's own request, as AWS documents it for the model. */
  readonly modelInput: JSONObject;
  /** @default the setting of the same name */
  readonly outputLocation?: BedrockOutputLocation | undefined;
  /** Starts only one job however often it is sent. @default a random one */
  readonly clientRequestToken?: string | undefined;
  /** At most 200. */
  readonly tags?: Readonly<Record<string, string>> | undefined;
  /** @default the Region in the ARN of the model, else the provider's */
  readonly region?: string | undefined;
}

export interface BedrockJobListOptions extends BedrockJobCall {
  readonly status?: BedrockJob['status'] | undefined;
  readonly submittedAfter?: Date | undefined;
  readonly submittedBefore?: Date | undefined;
  /** By the time of their submission. @default 'descending' */
  readonly order?: 'ascending' | 'descending' | undefined;
  /** Jobs on a page: 1 to 1000. */
  readonly pageSize?: number | undefined;
  /** How many pages are read, one after the other; `Infinity` for all. @default 1 */
  readonly pages?: number | undefined;
  /** Goes on where a list ended. */
  readonly nextToken?: string | undefined;
  /** @default the provider's */
  readonly region?: string | undefined;
}

export interface BedrockJobList {
  readonly jobs: readonly BedrockJob[];
  /** Absent where there are no more. */
  readonly nextToken?: string | undefined;
}

/** Asynchronous jobs. None of the functions needs `this`. */
export interface BedrockJobs {
  /**
   * Starts a job, which writes what it makes into S3.
   * @returns the ARN of the job, for `get`
   * @throws InvalidArgumentError for options that AWS would not take; BedrockError
   */
  start(request: BedrockJobRequest): Promise<{ readonly invocationArn: string }>;
  /**
   * Asks for a job, in the Region of its ARN. A job that failed is no error: its `status` and `failureMessage` say so.
   * @throws InvalidArgumentError when it is not the ARN of a job; BedrockError
   */
  get(invocationArn: string, options?: BedrockJobCall): Promise<BedrockJob>;
  /**
   * The jobs of the account in a Region.
   * @example
   * const { jobs } = await bedrock.jobs.list({ status: 'InProgress', pages: Infinity });
   * @throws InvalidArgumentError for options that AWS would not take; BedrockError
   */
  list(options?: BedrockJobListOptions): Promise<BedrockJobList>;
}

export function createJobs(context: ModelContext): BedrockJobs {
  return {
    start: request => start(request, context),
    get: async (invocationArn, options = {}) => {
      const { job } = await getJob(checkInvocationArn(invocationArn, 'invocationArn'), context, options);
      return job;
    },
    list: options => list(options ?? {}, context),
  };
}

async function start(
  { modelId, region, headers, abortSignal, ...given }: BedrockJobRequest,
  context: ModelContext,
): Promise<{ invocationArn: string }> {
  const model = resolveModel(modelId, { region }, context.settings);
  const request = checkOptions(startSchema(), given as JSONObject, () => 'jobs.start');
  const { invocationArn } = await startJob(model, context, {
    modelInput: request.modelInput,
    outputLocation: findOutputLocation(request.outputLocation, context, 'jobs.start.outputLocation'),
    clientRequestToken: request.clientRequestToken ?? crypto.randomUUID(),
    tags: request.tags,
    headers,
    abortSignal,
  });
  return { invocationArn };
}

async function list(options: BedrockJobListOptions, context: ModelContext): Promise<BedrockJobList> {
  const { pages = 1, nextToken, region, headers, abortSignal } = options;
  if (!(pages === Number.POSITIVE_INFINITY || (Number.isInteger(pages) && pages >= 1))) {
    throw invalidArgument('jobs.list.pages', `expected a whole number from 1 on, or Infinity, got ${pages}`);
  }
  const filters = filtersOf(options);
  const jobs: BedrockJob[] = [];
  let token = nextToken;
  for (let page = 0; page < pages; page++) {
    const next = await readPage({ ...filters, ...(token !== undefined && { nextToken: token }) }, context, {
      region,
      headers,
      abortSignal,
    });
    jobs.push(...next.jobs);
    token = next.nextToken;
    if (token === undefined) break;
  }
  return { jobs, ...(token !== undefined && { nextToken: token }) };
}

/** The query of ListAsyncInvokes. */
function filtersOf(options: BedrockJobListOptions): Record<string, string> {
  const { status, submittedAfter, submittedBefore, order, pageSize } = options;
  if (status !== undefined && !STATUSES.includes(status)) {
    throw invalidArgument(
      'jobs.list.status',
      `expected one of ${STATUSES.join(', ')}, got ${JSON.stringify(status)}`,
    );
  }
  if (order !== undefined && order !== 'ascending' && order !== 'descending') {
    throw invalidArgument(
      'jobs.list.order',
      `expected ascending or descending, got ${JSON.stringify(order)}`,
    );
  }
  if (pageSize !== undefined && !(Number.isInteger(pageSize) && pageSize >= 1 && pageSize <= 1000)) {
    throw invalidArgument('jobs.list.pageSize', `expected a whole number from 1 to 1000, got ${pageSize}`);
  }
  return {
    ...(submittedAfter !== undefined && { submitTimeAfter: timeOf('submittedAfter', submittedAfter) }),
    ...(submittedBefore !== undefined && { submitTimeBefore: timeOf('submittedBefore', submittedBefore) }),
    ...(status !== undefined && { statusEquals: status }),
    ...(pageSize !== undefined && { maxResults: String(pageSize) }),
    ...(order !== undefined && {
      sortBy: 'SubmissionTime',
      sortOrder: order === 'ascending' ? 'Ascending' : 'Descending',
    }),
  };
}

const STATUSES: readonly BedrockJob['status'][] = ['InProgress', 'Completed', 'Failed'];

function timeOf(option: string, time: Date): string {
  if (time instanceof Date && !Number.isNaN(time.getTime())) return time.toISOString();
  throw invalidArgument(`jobs.list.${option}`, 'expected a Date');
}

async function readPage(
  query: Record<string, string>,
  { send }: ModelContext,
  { region, headers, abortSignal }: BedrockJobCall & { readonly region: string | undefined },
): Promise<BedrockJobList> {
  const reply = await send({
    service: 'bedrock-runtime',
    region,
    method: 'GET',
    path: '/async-invoke',
    query,
    headers,
    abortSignal,
  });
  const { asyncInvokeSummaries = [], nextToken } = await readJson<{
    asyncInvokeSummaries?: readonly WireJob[];
    nextToken?: unknown;
  }>(reply);
  if (!Array.isArray(asyncInvokeSummaries)) {
    throw streamError('InvalidReply', 'The reply has no list of jobs.', reply.call);
  }
  return {
    jobs: asyncInvokeSummaries.flatMap(summary => readJob(summary) ?? []),
    ...(typeof nextToken === 'string' && { nextToken }),
  };
}

function startSchema() {
  return strict({
    modelInput: jsonObject(),
    outputLocation: outputLocationSchema().optional(),
    clientRequestToken: requestToken().optional(),
    tags: jobTags().optional(),
  });
}
