import type { JSONObject } from '@ai-sdk/provider';
import { createLocalBedrock, type LocalBedrock } from 'bedrock-ai-provider/local';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { mp4Facts, pictureFile } from '../support/videos.ts';
import { failureOf, openServer } from './support.ts';

const HOST = 'https://bedrock-runtime.us-east-1.amazonaws.com';
const S3 = 'https://my-bucket.s3.us-east-1.amazonaws.com';
const outputDataConfig = { s3OutputDataConfig: { s3Uri: 's3://my-bucket/out/' } };
const text = (words: string): JSONObject => ({ taskType: 'TEXT_VIDEO', textToVideoParams: { text: words } });
const reel = (modelInput: JSONObject = text('A cat'), more: JSONObject = {}): JSONObject => ({
  modelId: 'amazon.nova-reel-v1:1',
  modelInput,
  outputDataConfig,
  ...more,
});

function start(server: LocalBedrock, body: JSONObject): Promise<Response> {
  return server.fetch(`${HOST}/async-invoke`, { method: 'POST', body: JSON.stringify(body) });
}

async function startedArn(server: LocalBedrock, body: JSONObject = reel()): Promise<string> {
  const { invocationArn } = (await (await start(server, body)).json()) as { invocationArn: string };
  return invocationArn;
}

const get = (server: LocalBedrock, arn: string) =>
  server.fetch(`${HOST}/async-invoke/${encodeURIComponent(arn)}`);

interface Wire {
  status: string;
  submitTime: string;
  endTime?: string;
  failureMessage?: string;
}

const jobOf = async (server: LocalBedrock, arn: string) => (await (await get(server, arn)).json()) as Wire;

beforeEach(() => vi.useFakeTimers({ toFake: ['Date'], now: new Date('2026-08-19T12:00:00Z') }));
afterEach(() => vi.useRealTimers());

describe('a job', () => {
  it('ends by the clock, and only then has written its output', async () => {
    const server = openServer({ jobMs: 90_000 });
    const arn = await startedArn(server);
    const file = `${S3}/out/${arn.slice(-12)}/output.mp4`;
    vi.advanceTimersByTime(89_999);
    expect(await jobOf(server, arn)).toMatchObject({
      status: 'InProgress',
      submitTime: '2026-08-19T12:00:00.000Z',
    });
    expect((await server.fetch(file)).status).toBe(404);
    vi.advanceTimersByTime(1);
    // Also for somebody who looks into the bucket only.
    expect((await server.fetch(file)).status).toBe(200);
    expect(await jobOf(server, arn)).toMatchObject({
      status: 'Completed',
      endTime: '2026-08-19T12:01:30.000Z',
    });
  });

  it('takes a second where nothing else is said', async () => {
    const server = openServer();
    const arn = await startedArn(server);
    expect((await jobOf(server, arn)).status).toBe('InProgress');
    vi.advanceTimersByTime(1000);
    expect((await jobOf(server, arn)).status).toBe('Completed');
  });

  it('fails when a script says so, and writes nothing', async () => {
    const server = openServer({ jobMs: 10, respond: () => ({ failureMessage: 'Out of film.' }) });
    const arn = await startedArn(server);
    expect(await jobOf(server, arn)).not.toHaveProperty('failureMessage');
    vi.advanceTimersByTime(10);
    expect(await jobOf(server, arn)).toMatchObject({ status: 'Failed', failureMessage: 'Out of film.' });
    expect(await (await server.fetch(`${S3}/?list-type=2`)).text()).toContain('<KeyCount>0</KeyCount>');
  });

  it('is started once for a token', async () => {
    const server = openServer();
    const once = reel(text('A cat'), { clientRequestToken: 'token' });
    const arn = await startedArn(server, once);
    vi.advanceTimersByTime(500);
    expect(await startedArn(server, once)).toBe(arn);
    expect(
      await failureOf(await start(server, reel(text('A dog'), { clientRequestToken: 'token' }))),
    ).toEqual([400, 'ConflictException', expect.stringContaining('token')]);
    expect(await startedArn(server)).not.toBe(await startedArn(server));
  });

  it('says where its shots are', async () => {
    const server = openServer({ jobMs: 0 });
    const shots = [{ text: 'A harbor' }, { text: 'A boat' }];
    const arn = await startedArn(
      server,
      reel({ taskType: 'MULTI_SHOT_MANUAL', multiShotManualParams: { shots } }),
    );
    const folder = `out/${arn.slice(-12)}`;
    const read = (name: string) => server.fetch(`${S3}/${folder}/${name}`);
    const done = (name: string) => ({ status: 'SUCCESS', location: `s3://my-bucket/${folder}/${name}` });
    expect(await (await read('video-generation-status.json')).json()).toEqual({
      schemaVersion: '1.0',
      shots: [done('shot_0001.mp4'), done('shot_0002.mp4')],
      fullVideo: done('output.mp4'),
    });
    const lengths = ['output.mp4', 'shot_0001.mp4', 'shot_0002.mp4'].map(async name =>
      mp4Facts(new Uint8Array(await (await read(name)).arrayBuffer())),
    );
    expect((await Promise.all(lengths)).map(({ seconds }) => seconds)).toEqual([12, 6, 6]);
  });

  it('is forgotten with its output', async () => {
    const server = openServer({ jobMs: 0 });
    const arn = await startedArn(server);
    expect((await get(server, arn)).status).toBe(200);
    server.reset();
    expect((await failureOf(await get(server, arn)))[1]).toBe('ValidationException');
    expect((await server.fetch(`${S3}/out/${arn.slice(-12)}/output.mp4`)).status).toBe(404);
  });

  it.each([
    ['luma.ray-v2:0', { prompt: 'A cat', resolution: '540p', aspect_ratio: '21:9' }, '1260x540'],
    ['luma.ray-v2:0', { prompt: 'A cat', aspect_ratio: '9:21', duration: '9s' }, '720x1680'],
    ['luma.ray-v2:0', { prompt: 'A cat', resolution: '540p', aspect_ratio: '4:3' }, '720x540'],
  ])('of %s films %j at %s', async (modelId, modelInput, size) => {
    const server = openServer({ jobMs: 0 });
    const arn = await startedArn(server, { modelId, modelInput, outputDataConfig });
    const reply = await server.fetch(`${S3}/out/${arn.slice(-12)}/output.mp4`);
    const { width, height, keyFrames, seconds, frames } = mp4Facts(new Uint8Array(await reply.arrayBuffer()));
    expect(`${width}x${height}`).toBe(size);
    expect([frames, keyFrames]).toEqual([seconds * 24, seconds]);
  });
});

describe('a start that AWS would refuse', () => {
  const base64 = async (width: number, height: number) => {
    const { data } = await pictureFile(width, height);
    return btoa(Array.from(data, byte => String.fromCharCode(byte)).join(''));
  };

  it.each<[JSONObject, string]>([
    [
      { modelId: 'amazon.nova-reel-v1:1' },
      "'modelInput' failed to satisfy constraint: Member must not be null",
    ],
    [reel(text('')), 'length greater than or equal to 1'],
    [reel({ taskType: 'FILM' }), 'enum value set: [TEXT_VIDEO, MULTI_SHOT_AUTOMATED, MULTI_SHOT_MANUAL]'],
    [reel({ taskType: 'TEXT_VIDEO' }), 'required key [textToVideoParams] not found'],
    [reel({ ...text('x'), videoGenerationConfig: { fps: 30 } }), 'less than or equal to 24'],
    [reel({ ...text('x'), videoGenerationConfig: { durationSeconds: 12 } }), 'durationSeconds 12'],
    [
      reel({ taskType: 'MULTI_SHOT_AUTOMATED', multiShotAutomatedParams: { text: 'x' } }),
      'durationSeconds undefined',
    ],
    [
      { ...reel({ taskType: 'MULTI_SHOT_MANUAL' }), modelId: 'amazon.nova-reel-v1:0' },
      'enum value set: [TEXT_VIDEO]',
    ],
    [{ ...reel({ prompt: 'x', duration: '7s' }), modelId: 'luma.ray-v2:0' }, 'enum value set: [5s, 9s]'],
    [{ ...reel(), modelId: 'amazon.nova-lite-v1:0' }, 'no asynchronous jobs of this model'],
    [{ ...reel(), outputDataConfig: { s3OutputDataConfig: { s3Uri: 'https://b' } } }, 's3://[a-z0-9]'],
    [{ ...reel(), outputDataConfig: {} }, 'must set one of the following keys: s3OutputDataConfig'],
    [{ ...reel(), clientRequestToken: 'a b' }, 'clientRequestToken'],
  ])('%j', async (body, message) => {
    expect(await failureOf(await start(openServer(), body))).toEqual([
      400,
      'ValidationException',
      expect.stringContaining(message),
    ]);
  });

  it('has an image of the wrong size', async () => {
    const source = { bytes: await base64(640, 480) };
    const images = [{ format: 'png', source }];
    const body = reel({ taskType: 'TEXT_VIDEO', textToVideoParams: { text: 'x', images } });
    expect((await failureOf(await start(openServer(), body)))[2]).toBe(
      'The image must be 1280x720 pixels, and is 640x480.',
    );
    const frame0 = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: source.bytes } };
    const ray = { ...reel({ prompt: 'x', keyframes: { frame0 } }), modelId: 'luma.ray-v2:0' };
    expect((await failureOf(await start(openServer(), ray)))[2]).toContain(
      '512 to 4096 pixels, and is 640x480',
    );
  });

  it('names a bucket that is not there, or a model', async () => {
    const server = openServer({ buckets: ['other'] });
    expect((await failureOf(await start(server, reel())))[2]).toContain('my-bucket does not exist');
    const unknown = await start(server, { ...reel(), modelId: 'nobody.model' });
    expect((await failureOf(unknown))[1]).toBe('ResourceNotFoundException');
  });

  it('has members that the model does not, and the server is strict', async () => {
    const body = reel({ ...text('x'), color: 'red' }, { speed: 2 });
    const server = openServer({ strict: true });
    expect((await failureOf(await start(server, body)))[2]).toContain('[speed, modelInput.color]');
    const lenient = openServer();
    expect((await start(lenient, body)).status).toBe(200);
    expect(lenient.requests[0]).toMatchObject({
      modelId: 'amazon.nova-reel-v1:1',
      unknownMembers: ['speed', 'modelInput.color'],
    });
  });

  it('has no signature', async () => {
    expect((await failureOf(await start(createLocalBedrock(), reel())))[0]).toBe(403);
  });
});

describe('a list of jobs', () => {
  const listed = async (server: LocalBedrock, query = '') => {
    const reply = await server.fetch(`${HOST}/async-invoke${query}`);
    if (!reply.ok) return failureOf(reply);
    const { asyncInvokeSummaries } = (await reply.json()) as {
      asyncInvokeSummaries: { submitTime: string }[];
    };
    return asyncInvokeSummaries.map(({ submitTime }) => submitTime.slice(11, 19));
  };

  it('is ordered and filtered', async () => {
    const server = openServer({ jobMs: 90_000 });
    for (let minute = 0; minute < 3; minute++) {
      await startedArn(server);
      vi.advanceTimersByTime(60_000);
    }
    expect(await listed(server)).toEqual(['12:02:00', '12:01:00', '12:00:00']);
    expect(await listed(server, '?sortOrder=Ascending')).toEqual(['12:00:00', '12:01:00', '12:02:00']);
    expect(await listed(server, '?statusEquals=InProgress')).toEqual(['12:02:00']);
    expect(await listed(server, '?submitTimeAfter=2026-08-19T12:00:00Z')).toEqual(['12:02:00', '12:01:00']);
    expect(await listed(server, '?submitTimeBefore=2026-08-19T12:01:00Z')).toEqual(['12:00:00']);
    expect(await listed(server, '?maxResults=1')).toEqual(['12:02:00']);
  });

  it.each([
    ['?statusEquals=Done', 'enum value set: [InProgress, Completed, Failed]'],
    ['?maxResults=0', 'greater than or equal to 1'],
    ['?maxResults=many', 'expected type: Integer'],
    ['?submitTimeAfter=yesterday', 'no timestamp'],
    ['?nextToken=abc', 'nextToken is invalid'],
  ])('is refused for %s', async (query, message) => {
    expect(await listed(openServer(), query)).toEqual([
      400,
      'ValidationException',
      expect.stringContaining(message),
    ]);
  });

  it('has no job that is not there', async () => {
    const server = openServer();
    const arn = 'arn:aws:bedrock:us-east-1:123456789012:async-invoke/abc123def456';
    expect(await failureOf(await get(server, arn))).toEqual([400, 'ValidationException', expect.any(String)]);
    expect((await failureOf(await get(server, 'abc')))[2]).toContain('regular expression pattern');
  });

  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY])('is not served by jobs that take %s ms', jobMs => {
    expect(() => createLocalBedrock({ jobMs })).toThrow(/jobMs of createLocalBedrock/);
  });
});
