/**
 * Asynchronous jobs of any model: videos, embeddings of long media. What makes the calls is loaded by the first.
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_StartAsyncInvoke.html
 */
import type { JSONObject } from '@ai-sdk/provider';
import type { BedrockOutputLocation } from '../codec/invoke/output-location.ts';
import type { BedrockJob, BedrockJobCall } from '../models/async-invoke.ts';
import type { ModelContext } from '../models/model-context.ts';

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
    start: async request => (await import('./job-calls.ts')).start(context, request),
    get: async (invocationArn, options = {}) =>
      (await import('./job-calls.ts')).get(context, invocationArn, options),
    list: async options => (await import('./job-calls.ts')).list(context, options ?? {}),
  };
}
