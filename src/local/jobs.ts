/**
 * Asynchronous jobs. Nothing runs while nobody looks: whether a job is over says the clock, and what it makes is
 * written when the first request comes after that.
 */
import type { JSONObject } from '@ai-sdk/provider';
import { AwsError } from './aws-error.ts';
import { idFrom } from './hash.ts';
import type { ObjectStore } from './s3/objects.ts';

/** What a job writes, by name. */
export type JobFiles = Readonly<
  Record<string, { readonly bytes: Uint8Array<ArrayBuffer>; readonly type: string }>
>;

export interface JobOrder {
  readonly modelArn: string;
  /** Starting the same once more starts nothing. */
  readonly clientRequestToken: string | undefined;
  /** The whole request, to tell whether it is the same. */
  readonly request: string;
  readonly location: JobLocation;
  /** Set for a job that fails. */
  readonly failureMessage: string | undefined;
  /** @param folder `s3://…` of the job, without a slash at its end */
  readonly make: (folder: string) => JobFiles;
}

export interface JobLocation {
  readonly s3Uri: string;
  readonly kmsKeyId?: string;
  readonly bucketOwner?: string;
}

interface Job extends JobOrder {
  readonly invocationArn: string;
  readonly folder: string;
  readonly submitTime: number;
  readonly endTime: number;
  written: boolean;
}

export type JobStatus = 'InProgress' | 'Completed' | 'Failed';

export class JobStore {
  /** In the order of their start. */
  #jobs: Job[] = [];
  readonly #objects: ObjectStore;
  readonly #region: string;
  readonly #jobMs: number;

  constructor(objects: ObjectStore, { region, jobMs }: { region: string; jobMs: number }) {
    this.#objects = objects;
    this.#region = region;
    this.#jobMs = jobMs;
  }

  /** @throws AwsError ConflictException when the token was used for another request */
  start(order: JobOrder): string {
    const { clientRequestToken: token } = order;
    const known = this.#jobs.find(job => token !== undefined && job.clientRequestToken === token);
    if (known !== undefined && known.request !== order.request) {
      throw new AwsError(
        'ConflictException',
        'The client request token was already used for a request with other parameters.',
      );
    }
    if (known !== undefined) return known.invocationArn;
    const id = idFrom(crypto.randomUUID(), 12).toLowerCase();
    const submitTime = Date.now();
    const job = {
      ...order,
      invocationArn: `arn:aws:bedrock:${this.#region}:123456789012:async-invoke/${id}`,
      folder: `${order.location.s3Uri.replace(/\/+$/, '')}/${id}`,
      submitTime,
      endTime: submitTime + this.#jobMs,
      written: false,
    };
    this.#jobs.push(job);
    return job.invocationArn;
  }

  /** As AWS tells of them, oldest first. */
  list(): JSONObject[] {
    this.settle();
    return this.#jobs.map(toWire);
  }

  get(invocationArn: string): JSONObject | undefined {
    return this.list().find(job => job['invocationArn'] === invocationArn);
  }

  /** Writes what the jobs have made that are over. */
  settle(): void {
    for (const job of this.#jobs) {
      if (job.written || statusOf(job) !== 'Completed') continue;
      job.written = true;
      const [, bucket = '', prefix = ''] = /^s3:\/\/([^/]+)\/(.*)$/s.exec(job.folder) ?? [];
      for (const [name, { bytes, type }] of Object.entries(job.make(job.folder))) {
        this.#objects.put(bucket, `${prefix}/${name}`, bytes, type);
      }
    }
  }

  clear(): void {
    this.#jobs = [];
  }
}

function statusOf({ endTime, failureMessage }: Job): JobStatus {
  if (Date.now() < endTime) return 'InProgress';
  return failureMessage === undefined ? 'Completed' : 'Failed';
}

/** AWS tells of the folder of the job where it was asked for a place. */
function toWire(job: Job): JSONObject {
  const { invocationArn, modelArn, clientRequestToken, failureMessage, location, folder } = job;
  const status = statusOf(job);
  const isOver = status !== 'InProgress';
  const [submitTime, endTime] = [job.submitTime, job.endTime].map(time => new Date(time).toISOString());
  return {
    invocationArn,
    modelArn,
    ...(clientRequestToken !== undefined && { clientRequestToken }),
    status,
    ...(status === 'Failed' && failureMessage !== undefined && { failureMessage }),
    submitTime: submitTime ?? '',
    lastModifiedTime: (isOver ? endTime : submitTime) ?? '',
    ...(isOver && endTime !== undefined && { endTime }),
    outputDataConfig: { s3OutputDataConfig: { ...location, s3Uri: folder } },
  };
}
