import { InvalidArgumentError, type JSONObject } from '@ai-sdk/provider';
import { type BedrockJobListOptions, type BedrockJobRequest, createBedrock } from 'bedrock-ai-provider';
import { createLocalBedrock, LOCAL_CREDENTIALS } from 'bedrock-ai-provider/local';
import { describe, expect, it } from 'vitest';
import { errorOf, jsonResponse } from '../support/replies.ts';

const RAY = 'luma.ray-v2:0';
const modelInput = { prompt: 'A cat' };
const outputLocation = { s3Uri: 's3://my-bucket/videos/' };
const ARN = 'arn:aws:bedrock:us-west-2:123456789012:async-invoke/abc123def456';

function answering(...replies: JSONObject[]) {
  const sent: { url: URL; body: JSONObject | undefined }[] = [];
  const { jobs } = createBedrock({
    region: 'us-east-1',
    ...LOCAL_CREDENTIALS,
    fetch: async (input, init) => {
      const body = init?.body;
      sent.push({
        url: new URL(String(input)),
        body: typeof body === 'string' ? JSON.parse(body) : undefined,
      });
      return jsonResponse(replies[sent.length - 1] ?? {});
    },
  });
  return { jobs, sent };
}

describe('jobs', () => {
  it('are started, asked for and listed', async () => {
    const local = createLocalBedrock({ jobMs: 0 });
    const { jobs } = createBedrock({ ...local.settings, outputLocation });
    // None of the functions needs `this`.
    const { start, get, list } = jobs;
    const { invocationArn } = await start({
      modelId: RAY,
      modelInput,
      clientRequestToken: 'token',
      tags: { team: 'film' },
    });
    const job = await get(invocationArn);
    expect(job).toEqual({
      invocationArn,
      modelArn: `arn:aws:bedrock:us-east-1::foundation-model/${RAY}`,
      status: 'Completed',
      submitTime: expect.any(Date),
      lastModifiedTime: expect.any(Date),
      endTime: expect.any(Date),
      clientRequestToken: 'token',
      outputLocation: { s3Uri: `s3://my-bucket/videos/${invocationArn.slice(-12)}` },
    });
    expect(await list()).toEqual({ jobs: [job] });
  });

  it('that failed are no errors', async () => {
    const local = createLocalBedrock({ jobMs: 0 });
    const { jobs } = createBedrock(local.settings);
    local.enqueue({ failureMessage: 'Out of film.' });
    const { invocationArn } = await jobs.start({ modelId: RAY, modelInput, outputLocation });
    expect(await jobs.get(invocationArn)).toMatchObject({ status: 'Failed', failureMessage: 'Out of film.' });
    expect((await jobs.list({ status: 'Failed' })).jobs).toHaveLength(1);
    expect((await jobs.list({ status: 'Completed' })).jobs).toEqual([]);
  });

  it('are started in the Region of their model', async () => {
    const { jobs, sent } = answering({ invocationArn: ARN }, { invocationArn: ARN });
    await jobs.start({ modelId: RAY, modelInput, outputLocation, region: 'us-west-2' });
    const arn = 'arn:aws:bedrock:eu-west-1:123456789012:provisioned-model/abc123def456';
    await jobs.start({ modelId: arn, modelInput, outputLocation });
    expect(sent.map(({ url }) => url.href)).toEqual([
      'https://bedrock-runtime.us-west-2.amazonaws.com/async-invoke',
      'https://bedrock-runtime.eu-west-1.amazonaws.com/async-invoke',
    ]);
    expect(sent[0]?.body).toEqual({
      clientRequestToken: expect.stringMatching(/^[0-9a-f-]{36}$/),
      modelId: RAY,
      modelInput,
      outputDataConfig: { s3OutputDataConfig: outputLocation },
    });
  });

  it('are listed by everything that AWS filters by', async () => {
    const { jobs, sent } = answering({ asyncInvokeSummaries: [] });
    await jobs.list({
      status: 'InProgress',
      submittedAfter: new Date('2026-08-01T00:00:00Z'),
      submittedBefore: new Date('2026-08-19T12:30:00Z'),
      order: 'ascending',
      pageSize: 50,
      nextToken: 'a b',
      region: 'eu-west-1',
    });
    expect(sent[0]?.url.host).toBe('bedrock-runtime.eu-west-1.amazonaws.com');
    expect(Object.fromEntries(sent[0]?.url.searchParams ?? [])).toEqual({
      statusEquals: 'InProgress',
      submitTimeAfter: '2026-08-01T00:00:00.000Z',
      submitTimeBefore: '2026-08-19T12:30:00.000Z',
      sortBy: 'SubmissionTime',
      sortOrder: 'Ascending',
      maxResults: '50',
      nextToken: 'a b',
    });
  });

  it('are listed page by page, as far as it is asked for', async () => {
    const local = createLocalBedrock({ jobMs: 0 });
    const { jobs } = createBedrock({ ...local.settings, outputLocation });
    const started: string[] = [];
    for (let job = 0; job < 5; job++) {
      started.push((await jobs.start({ modelId: RAY, modelInput })).invocationArn);
    }
    const arns = async (options: BedrockJobListOptions) => {
      const { jobs: page, nextToken } = await jobs.list({ order: 'ascending', pageSize: 2, ...options });
      return { arns: page.map(({ invocationArn }) => invocationArn), nextToken };
    };
    const first = await arns({});
    expect(first).toEqual({ arns: started.slice(0, 2), nextToken: expect.any(String) });
    expect(await arns({ nextToken: first.nextToken, pages: 2 })).toEqual({ arns: started.slice(2) });
    expect((await arns({ pages: 2 })).arns).toEqual(started.slice(0, 4));
    expect(await arns({ pages: Number.POSITIVE_INFINITY })).toEqual({ arns: started });
    expect((await arns({ order: 'descending' })).arns).toEqual(started.toReversed().slice(0, 2));
  });

  it.each<[Partial<BedrockJobListOptions>, string]>([
    [{ status: 'Done' as 'Completed' }, 'jobs.list.status'],
    [{ order: 'up' as 'ascending' }, 'jobs.list.order'],
    [{ pageSize: 0 }, 'jobs.list.pageSize'],
    [{ pageSize: 1001 }, 'jobs.list.pageSize'],
    [{ pages: 0 }, 'jobs.list.pages'],
    [{ submittedAfter: new Date(Number.NaN) }, 'jobs.list.submittedAfter'],
    [{ submittedBefore: '2026' as unknown as Date }, 'jobs.list.submittedBefore'],
  ])('are not listed by %j', async (options, argument) => {
    const { jobs, sent } = answering();
    const error = await errorOf(jobs.list(options));
    expect(error).toBeInstanceOf(InvalidArgumentError);
    expect(error).toMatchObject({ argument });
    expect(sent).toEqual([]);
  });

  it.each<[Partial<BedrockJobRequest>, string]>([
    [{ modelId: '' }, 'modelId'],
    [{ modelInput: undefined as unknown as JSONObject }, 'jobs.start.modelInput'],
    [{ outputLocation: undefined }, 'jobs.start.outputLocation'],
    [{ outputLocation: { s3Uri: 'b' } }, 'jobs.start.outputLocation.s3Uri'],
    [{ clientRequestToken: '' }, 'jobs.start.clientRequestToken'],
    [{ tags: { '': 'x' } }, 'jobs.start.tags.'],
    [
      { region: 'mars', abortSignal: undefined, s3Uri: 's3://b1b' } as Partial<BedrockJobRequest>,
      'jobs.start',
    ],
  ])('are not started with %j', async (more, argument) => {
    const { jobs, sent } = answering();
    const error = await errorOf(jobs.start({ modelId: RAY, modelInput, outputLocation, ...more }));
    expect(error).toBeInstanceOf(InvalidArgumentError);
    expect(error).toMatchObject({ argument });
    expect(sent).toEqual([]);
  });

  it('are asked for by an ARN only', async () => {
    const { jobs, sent } = answering();
    expect(await errorOf(jobs.get('abc'))).toMatchObject({ argument: 'invocationArn' });
    expect(sent).toEqual([]);
  });

  it('that a list tells only half of are left out', async () => {
    const summary = {
      invocationArn: ARN,
      submitTime: '2026-08-19T14:36:11Z',
      status: 'Completed',
      outputDataConfig: { s3OutputDataConfig: outputLocation },
    };
    const { jobs } = answering({ asyncInvokeSummaries: [summary, { invocationArn: ARN }] });
    expect((await jobs.list()).jobs).toEqual([
      {
        invocationArn: ARN,
        modelArn: undefined,
        status: 'Completed',
        submitTime: new Date(summary.submitTime),
        outputLocation,
      },
    ]);
  });

  it('are an error when the reply has another shape', async () => {
    const request = { modelId: RAY, modelInput, outputLocation };
    expect(await errorOf(answering({ invocationArn: 7 }).jobs.start(request))).toMatchObject({
      code: 'InvalidReply',
    });
    expect(await errorOf(answering({}).jobs.get(ARN))).toMatchObject({ code: 'InvalidReply' });
    expect(await errorOf(answering({ asyncInvokeSummaries: 'none' }).jobs.list())).toMatchObject({
      code: 'InvalidReply',
    });
  });

  it('may be none', async () => {
    expect(await answering({}).jobs.list()).toEqual({ jobs: [] });
  });
});
