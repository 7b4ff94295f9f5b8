/** The calls behind `BedrockJobs`. */
import type { JSONObject } from '@ai-sdk/provider';
import { outputLocationSchema } from '../codec/invoke/output-location.ts';
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
import type { BedrockJobList, BedrockJobListOptions, BedrockJobRequest } from './async-jobs.ts';

export async function start(
  context: ModelContext,
  { modelId, region, headers, abortSignal, ...given }: BedrockJobRequest,
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

export async function get(
  context: ModelContext,
  invocationArn: string,
  options: BedrockJobCall,
): Promise<BedrockJob> {
  const { job } = await getJob(checkInvocationArn(invocationArn, 'invocationArn'), context, options);
  return job;
}

export async function list(context: ModelContext, options: BedrockJobListOptions): Promise<BedrockJobList> {
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
