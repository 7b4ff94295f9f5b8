/**
 * Asynchronous jobs of models.
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_StartAsyncInvoke.html
 */
import { InvalidArgumentError, type JSONObject, type SharedV4ProviderOptions } from '@ai-sdk/provider';
import type { BedrockOutputLocation } from '../codec/invoke/output-location.ts';
import { outputLocationSchema } from '../codec/invoke/output-location.ts';
import { checkOptions, invalidArgument } from '../codec/provider-options.ts';
import { encodePathLabel } from '../settings/model-ref.ts';
import { streamError } from '../transport/api-error.ts';
import type { TransportReply } from '../transport/transport.ts';
import { Dispatcher } from './dispatch.ts';
import { textlessDemand } from './invoke.ts';
import type { ModelContext } from './model-context.ts';
import { readJson } from './reply-json.ts';
import type { ResolvedModel } from './resolved-model.ts';

/** A job, as Bedrock tells of it. */
export interface BedrockJob {
  /** E.g. `arn:aws:bedrock:us-east-1:123456789012:async-invoke/abc123def456`. */
  readonly invocationArn: string;
  readonly modelArn: string | undefined;
  readonly status: 'InProgress' | 'Completed' | 'Failed';
  /** Why it failed. */
  readonly failureMessage?: string | undefined;
  readonly submitTime: Date;
  readonly lastModifiedTime?: Date | undefined;
  readonly endTime?: Date | undefined;
  readonly clientRequestToken?: string | undefined;
  /** AWS tells it with or without the folder of the job. */
  readonly outputLocation: BedrockOutputLocation;
}

export interface JobStart {
  readonly modelInput: JSONObject;
  readonly outputLocation: BedrockOutputLocation;
  readonly clientRequestToken: string;
  readonly tags?: Readonly<Record<string, string>> | undefined;
  readonly headers?: Readonly<Record<string, string | undefined>> | undefined;
  readonly abortSignal?: AbortSignal | undefined;
  /** Of the call, which may say how urgent it is. */
  readonly providerOptions?: SharedV4ProviderOptions | undefined;
}

interface StartedJob {
  readonly reply: TransportReply;
  readonly invocationArn: string;
}

/**
 * Starts a job through the provider's traffic control. A start that is tried again has the same token.
 * @throws BedrockError, and what else `Traffic.run` and `Send` reject with
 */
export function startJob(model: ResolvedModel, context: ModelContext, start: JobStart): Promise<StartedJob> {
  return new Dispatcher(model, context, { isPinned: true }).run(start, placed => ({
    demand: textlessDemand(start.modelInput),
    send: async charge => {
      const started = await sendStart(placed, context, start);
      charge.settle({});
      return started;
    },
  }));
}

async function sendStart(
  { ref, region }: ResolvedModel,
  { send }: ModelContext,
  { modelInput, outputLocation, clientRequestToken, tags, headers, abortSignal }: JobStart,
): Promise<StartedJob> {
  const body = {
    clientRequestToken,
    modelId: ref.id,
    modelInput,
    outputDataConfig: { s3OutputDataConfig: outputLocation },
    ...(tags !== undefined && { tags: Object.entries(tags).map(([key, value]) => ({ key, value })) }),
  };
  const reply = await send({
    service: 'bedrock-runtime',
    region,
    method: 'POST',
    path: '/async-invoke',
    headers,
    body: JSON.stringify(body),
    bodyValues: body,
    modelId: ref.id,
    abortSignal,
  });
  const { invocationArn } = await readJson<{ invocationArn?: unknown }>(reply);
  if (typeof invocationArn === 'string') return { reply, invocationArn };
  throw streamError('InvalidReply', 'The reply has no invocationArn.', reply.call);
}

/** What every call of jobs takes. */
export interface BedrockJobCall {
  readonly headers?: Readonly<Record<string, string | undefined>> | undefined;
  readonly abortSignal?: AbortSignal | undefined;
}

/**
 * Asks for a job in the Region of its ARN.
 * @throws BedrockError, and what else `Send` rejects with
 */
export async function getJob(
  invocationArn: string,
  { send }: ModelContext,
  { headers, abortSignal }: BedrockJobCall,
): Promise<{ reply: TransportReply; job: BedrockJob }> {
  const reply = await send({
    service: 'bedrock-runtime',
    region: regionOfJob(invocationArn),
    method: 'GET',
    path: `/async-invoke/${encodePathLabel(invocationArn)}`,
    headers,
    abortSignal,
  });
  const job = readJob(await readJson<WireJob>(reply));
  if (job !== undefined) return { reply, job };
  throw streamError('InvalidReply', 'The reply is no job.', reply.call);
}

const INVOCATION_ARN = /^arn:aws(?:-[^:]+)?:bedrock:([a-z0-9-]{1,20}):[0-9]{12}:async-invoke\/[a-z0-9]{12}$/;

/** @throws InvalidArgumentError when it is not the ARN of a job */
export function checkInvocationArn(arn: unknown, argument: string): string {
  if (typeof arn === 'string' && INVOCATION_ARN.test(arn)) return arn;
  const example = 'arn:aws:bedrock:us-east-1:123456789012:async-invoke/abc123def456';
  throw invalidArgument(argument, `expected the ARN of a job like ${example}, got ${JSON.stringify(arn)}`);
}

export function regionOfJob(invocationArn: string): string | undefined {
  return INVOCATION_ARN.exec(invocationArn)?.[1];
}

/**
 * The location of a call, else that of the settings.
 * @param place of the call's, for the error
 * @throws InvalidArgumentError when there is none, or when that of the settings is none
 */
export function findOutputLocation(
  ofCall: BedrockOutputLocation | undefined,
  { settings }: ModelContext,
  place: string,
): BedrockOutputLocation {
  if (ofCall !== undefined) return ofCall;
  const { outputLocation } = settings;
  if (outputLocation != null) {
    return checkOptions(outputLocationSchema(), outputLocation, () => 'outputLocation');
  }
  throw new InvalidArgumentError({
    argument: place,
    message:
      `${place}: the job needs a place in S3 for its output, e.g. { s3Uri: 's3://my-bucket/videos/' }; the setting ` +
      'outputLocation of createBedrock gives one for all calls.',
  });
}

/* ------------------------------------------------------------------- wire */

export interface WireJob {
  readonly invocationArn?: unknown;
  readonly modelArn?: unknown;
  readonly status?: unknown;
  readonly failureMessage?: unknown;
  readonly submitTime?: unknown;
  readonly lastModifiedTime?: unknown;
  readonly endTime?: unknown;
  readonly clientRequestToken?: unknown;
  readonly outputDataConfig?: { readonly s3OutputDataConfig?: Partial<BedrockOutputLocation> };
}

/** Undefined where members are missing that every job has. */
export function readJob(wire: WireJob): BedrockJob | undefined {
  const { invocationArn, status, outputDataConfig } = wire;
  const { s3Uri, kmsKeyId, bucketOwner } = outputDataConfig?.s3OutputDataConfig ?? {};
  const submitTime = readTime(wire.submitTime);
  if (typeof invocationArn !== 'string' || typeof s3Uri !== 'string' || submitTime === undefined)
    return undefined;
  if (status !== 'InProgress' && status !== 'Completed' && status !== 'Failed') return undefined;
  const failureMessage = readText(wire.failureMessage);
  const lastModifiedTime = readTime(wire.lastModifiedTime);
  const endTime = readTime(wire.endTime);
  const clientRequestToken = readText(wire.clientRequestToken);
  return {
    invocationArn,
    modelArn: readText(wire.modelArn),
    status,
    ...(failureMessage !== undefined && { failureMessage }),
    submitTime,
    ...(lastModifiedTime !== undefined && { lastModifiedTime }),
    ...(endTime !== undefined && { endTime }),
    ...(clientRequestToken !== undefined && { clientRequestToken }),
    outputLocation: {
      s3Uri,
      ...(kmsKeyId !== undefined && { kmsKeyId }),
      ...(bucketOwner !== undefined && { bucketOwner }),
    },
  };
}

function readText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function readTime(value: unknown): Date | undefined {
  const time = new Date(typeof value === 'string' ? value : Number.NaN);
  return Number.isNaN(time.getTime()) ? undefined : time;
}
