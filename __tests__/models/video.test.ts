import {
  InvalidArgumentError,
  type JSONObject,
  type JSONValue,
  type Experimental_VideoModelV4CallOptions as VideoModelV4CallOptions,
} from '@ai-sdk/provider';
import {
  createProviderRegistry,
  generateText,
  experimental_generateVideo as generateVideo,
  experimental_getVideoStatus as getVideoStatus,
  experimental_startVideo as startVideoOfSdk,
} from 'ai';
import {
  BedrockError,
  type BedrockProviderSettings,
  type BedrockVideoModelMetadata,
  type BedrockVideoModelOptions,
  createBedrock,
} from 'bedrock-ai-provider';
import {
  createLocalBedrock,
  LOCAL_API_KEY,
  LOCAL_CREDENTIALS,
  type LocalBedrock,
} from 'bedrock-ai-provider/local';
import { describe, expect, it } from 'vitest';
import { errorOf, jsonResponse } from '../support/replies.ts';
import { bytesIn, mp4Facts, pictureFile, startVideo, statusOf } from '../support/videos.ts';

const REEL = 'amazon.nova-reel-v1:1';
const RAY = 'luma.ray-v2:0';
const outputLocation = { s3Uri: 's3://my-bucket/videos/' };
const ARN = 'arn:aws:bedrock:eu-west-1:123456789012:async-invoke/abc123def456';
const poll = { intervalMs: 1 };

function open(
  settings: BedrockProviderSettings = {},
  local: LocalBedrock = createLocalBedrock({ jobMs: 0 }),
) {
  return { local, bedrock: createBedrock({ ...local.settings, outputLocation, ...settings }) };
}

interface Sent {
  readonly url: URL;
  readonly method: string;
  readonly headers: Headers;
  readonly body: JSONObject | undefined;
}

/** A provider whose calls are answered by `answer`, and what it sent. */
function answering(answer: (sent: Sent) => Response, settings: BedrockProviderSettings = {}) {
  const sent: Sent[] = [];
  const bedrock = createBedrock({
    region: 'us-east-1',
    ...LOCAL_CREDENTIALS,
    outputLocation,
    fetch: async (input, init) => {
      const { body, method = 'GET' } = init ?? {};
      const one: Sent = {
        url: new URL(String(input)),
        method,
        headers: new Headers(init?.headers),
        body: typeof body === 'string' ? JSON.parse(body) : undefined,
      };
      sent.push(one);
      return answer(one);
    },
    ...settings,
  });
  return { bedrock, sent };
}

const job = (more: JSONObject = {}): JSONObject => ({
  invocationArn: ARN,
  modelArn: `arn:aws:bedrock:eu-west-1::foundation-model/${REEL}`,
  status: 'Completed',
  submitTime: '2026-08-19T14:36:11Z',
  outputDataConfig: { s3OutputDataConfig: { s3Uri: 's3://my-bucket/videos/' } },
  ...more,
});

/** Answers what Bedrock says of a job, and what S3 says of its video. */
function answeringJob(wire: JSONObject, s3: (sent: Sent) => Response = () => new Response('video')) {
  return answering(sent => (sent.url.host.includes('s3') ? s3(sent) : jsonResponse(wire)));
}

const s3Error = (status: number, code: string, message: string, headers: Record<string, string> = {}) =>
  new Response(
    `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`,
    { status, headers: { 'content-type': 'application/xml', 'x-amz-request-id': 'S3REQUEST', ...headers } },
  );

describe('generateVideo of the AI SDK', () => {
  it.each([REEL, RAY])('films with %s, through the provider and a registry', async modelId => {
    const { bedrock } = open();
    const registry = createProviderRegistry({ bedrock });
    for (const model of [
      bedrock.videoModel(modelId),
      bedrock.video(modelId),
      registry.videoModel(`bedrock:${modelId}`),
    ]) {
      const { video, warnings } = await generateVideo({ model, prompt: 'A lighthouse', poll });
      expect(video.mediaType).toBe('video/mp4');
      expect(mp4Facts(video.uint8Array)).toMatchObject({ width: 1280, height: 720 });
      expect(warnings).toEqual([]);
    }
  });

  it('waits while the job runs', async () => {
    const { local, bedrock } = open({}, createLocalBedrock({ jobMs: 500 }));
    const { video } = await generateVideo({ model: bedrock.video(RAY), prompt: 'A cat', poll });
    expect(mp4Facts(video.uint8Array).seconds).toBe(5);
    expect(local.requests.filter(({ operation }) => operation === 'GetAsyncInvoke').length).toBeGreaterThan(
      1,
    );
  });

  it('gives several videos with where each one is', async () => {
    const { bedrock } = open();
    const { videos, providerMetadata } = await generateVideo({
      model: bedrock.video(REEL),
      prompt: 'A cat',
      n: 2,
      poll,
    });
    expect(new Set(videos.map(({ base64 }) => base64)).size).toBe(2);
    const metadata = providerMetadata['bedrock'] as unknown as BedrockVideoModelMetadata;
    expect(metadata.videos?.map(({ invocationArn }) => invocationArn)).toEqual(metadata.invocationArns);
    expect(metadata.videos?.[1]?.s3Uri).toMatch(/^s3:\/\/my-bucket\/videos\/[a-z0-9]{12}\/output\.mp4$/);
  });

  it('leaves the video in S3 when told so', async () => {
    const { local, bedrock } = open();
    const { uploadedVideos, videos, providerMetadata } = await generateVideo({
      model: bedrock.video(REEL),
      prompt: 'A cat',
      poll,
      providerOptions: { bedrock: { output: 's3' } satisfies BedrockVideoModelOptions },
    });
    expect([uploadedVideos, videos]).toEqual([1, []]);
    expect(JSON.stringify(providerMetadata)).toContain('/output.mp4');
    expect(local.requests.map(({ operation }) => operation)).not.toContain('GetObject');
  });

  it('downloads from a URL that carries its signature', async () => {
    const { local, bedrock } = open();
    const { video } = await generateVideo({
      model: bedrock.video(REEL),
      prompt: 'A cat',
      poll,
      providerOptions: { bedrock: { output: 'url' } },
      download: async ({ url }) => {
        const reply = await local.fetch(url);
        return { data: new Uint8Array(await reply.arrayBuffer()), mediaType: undefined };
      },
    });
    expect(mp4Facts(video.uint8Array).seconds).toBe(6);
    expect(local.requests.at(-1)).toMatchObject({ operation: 'GetObject', authentication: 'presigned' });
  });

  it('starts one job although the answer to the first start is lost', async () => {
    const local = createLocalBedrock({ jobMs: 0 });
    let isFirst = true;
    const { bedrock } = open(
      {
        fetch: async (input, init) => {
          const reply = await local.fetch(input, init);
          if (!isFirst) return reply;
          isFirst = false;
          return jsonResponse({ message: 'lost' }, { status: 503, headers: { 'retry-after-ms': '1' } });
        },
      },
      local,
    );
    const { providerMetadata } = await generateVideo({ model: bedrock.video(REEL), prompt: 'A cat', poll });
    const { jobs } = await bedrock.jobs.list();
    expect(jobs.map(({ invocationArn }) => invocationArn)).toEqual(
      (providerMetadata['bedrock'] as { invocationArns: string[] }).invocationArns,
    );
    expect(jobs[0]?.clientRequestToken).toMatch(/^aisdk_vid_/);
  });

  it('rejects with a typed error when the job fails', async () => {
    const { local, bedrock } = open();
    local.enqueue({ failureMessage: 'The generated video has been blocked by our content filters.' });
    const error = await errorOf(generateVideo({ model: bedrock.video(REEL), prompt: 'A cat', poll }));
    expect(error).toMatchObject({
      code: 'ContentFiltered',
      isRetryable: false,
      message: expect.stringMatching(
        /^ContentFiltered: The job arn:aws:.* failed: The generated video .* Change the/,
      ),
    });
    expect(BedrockError.isInstance(error)).toBe(true);
    local.enqueue({ failureMessage: 'An internal error occurred.' });
    expect(await errorOf(generateVideo({ model: bedrock.video(REEL), prompt: 'A cat', poll }))).toMatchObject(
      {
        code: 'JobFailed',
        message: expect.stringContaining('An internal error occurred. Start the job anew'),
      },
    );
  });
});

describe('a job that another process goes on with', () => {
  it.each<[string, (operation: JSONValue, arn: string) => JSONValue]>([
    ['what startVideo gave', operation => JSON.parse(JSON.stringify(operation))],
    ['its ARN', (_, arn) => arn],
    ['its ARN and options', (_, arn) => ({ invocationArns: [arn], output: 'bytes' })],
  ])('is found by %s', async (_, toOperation) => {
    const { local, bedrock } = open();
    const started = await startVideoOfSdk({ model: bedrock.video(REEL), prompt: 'A cat' });
    const [arn = ''] = (started.operation as { invocationArns: string[] }).invocationArns;
    // Another provider, without the settings of the first.
    const other = createBedrock(local.settings).video(REEL);
    const status = await getVideoStatus(other, { operation: toOperation(started.operation, arn) });
    expect(mp4Facts(bytesIn(status)).seconds).toBe(6);
    expect(await bedrock.jobs.get(arn)).toMatchObject({ invocationArn: arn, status: 'Completed' });
  });

  it('keeps how its video is handed out', async () => {
    const { bedrock } = open();
    const model = bedrock.video(REEL);
    const { operation } = await startVideo(model, {
      prompt: 'A cat',
      providerOptions: { bedrock: { output: 'url', urlExpiresIn: 60 } },
    });
    expect(operation).toMatchObject({ output: 'url', urlExpiresIn: 60 });
    const status = await statusOf(model, operation);
    const [video] = status.status === 'completed' ? status.videos : [];
    expect(video?.type === 'url' && new URL(video.url).searchParams.get('X-Amz-Expires')).toBe('60');
  });

  it.each<[JSONValue, RegExp]>([
    [null, /operation: expected the ARN of a job, or what doStart gave/],
    [[], /expected the ARN/],
    ['abc', /operation: expected the ARN of a job like arn:aws:bedrock:us-east-1:.*got "abc"/],
    [{ invocationArns: [] }, /operation\.invocationArns/],
    [{ invocationArns: [ARN], output: 'file' }, /operation\.output: expected one of "bytes", "url", "s3"/],
    [{ arn: ARN }, /operation/],
  ])('is none by %j', async (operation, message) => {
    const { bedrock, sent } = answeringJob(job());
    const error = await errorOf(statusOf(bedrock.video(REEL), operation));
    expect(error).toBeInstanceOf(InvalidArgumentError);
    expect(error).toMatchObject({ message: expect.stringMatching(message) });
    expect(sent).toEqual([]);
  });

  it('is asked for, and its video read, in the Region of its ARN', async () => {
    const { bedrock, sent } = answeringJob(job());
    await statusOf(bedrock.video(REEL), ARN);
    expect(sent.map(({ method, url }) => `${method} ${url.href}`)).toEqual([
      `GET https://bedrock-runtime.eu-west-1.amazonaws.com/async-invoke/${encodeURIComponent(ARN)}`,
      'GET https://my-bucket.s3.eu-west-1.amazonaws.com/videos/abc123def456/output.mp4',
    ]);
    expect(sent.map(({ headers }) => headers.get('authorization')?.split(',')[0])).toEqual([
      expect.stringMatching(/\/eu-west-1\/bedrock\/aws4_request$/),
      expect.stringMatching(/\/eu-west-1\/s3\/aws4_request$/),
    ]);
  });

  it('is pending while it runs', async () => {
    const { bedrock, sent } = answeringJob(job({ status: 'InProgress' }));
    expect(await statusOf(bedrock.video(REEL), ARN)).toEqual({
      status: 'pending',
      response: {
        timestamp: new Date('Wed, 19 Aug 2026 14:36:11 GMT'),
        modelId: REEL,
        headers: expect.objectContaining({ 'x-amzn-requestid': expect.any(String) }),
      },
    });
    expect(sent).toHaveLength(1);
  });

  it('warns when only some of the videos could be made', async () => {
    const { local, bedrock } = open();
    const model = bedrock.video(REEL);
    const first = await startVideo(model, { prompt: 'A cat' });
    local.enqueue({ failureMessage: 'Out of film.' });
    const second = await startVideo(model, { prompt: 'A dog' });
    const invocationArns = [first, second].flatMap(
      ({ operation }) => (operation as { invocationArns: string[] }).invocationArns,
    );
    expect(await statusOf(model, { invocationArns, output: 's3' })).toMatchObject({
      status: 'completed',
      videos: [{ type: 'uploaded' }],
      warnings: [{ type: 'other', message: expect.stringMatching(/fewer videos.*Out of film\./) }],
      providerMetadata: { bedrock: { videos: [{ invocationArn: invocationArns[0] }] } },
    });
  });

  it.each([
    [{}, 'The reply is no job'],
    [job({ status: 'Dancing' }), 'The reply is no job'],
  ])('is an error when the reply is %j', async (wire, message) => {
    const error = await errorOf(statusOf(answeringJob(wire).bedrock.video(REEL), ARN));
    expect(error).toMatchObject({ code: 'InvalidReply', message: expect.stringContaining(message) });
  });
});

describe('the body of a start', () => {
  const started = { invocationArn: ARN };

  async function bodyOf(
    modelId: string,
    call: Partial<VideoModelV4CallOptions>,
  ): Promise<{ body: JSONObject; warnings: unknown[] }> {
    const { bedrock, sent } = answering(() => jsonResponse(started));
    const { warnings } = await startVideo(bedrock.video(modelId), call);
    return { body: sent[0]?.body ?? {}, warnings };
  }

  it('has what the job needs beside the input of the model', async () => {
    const kmsKeyId = 'arn:aws:kms:us-east-1:123456789012:key/01234567-0123-0123-0123-0123456789ab';
    const location = { s3Uri: 's3://other-bucket', kmsKeyId, bucketOwner: '123456789012' };
    const { body } = await bodyOf(REEL, {
      prompt: 'A cat',
      seed: 0,
      providerOptions: {
        amazonBedrock: {
          outputLocation: location,
          clientRequestToken: 'my-token',
          tags: { team: 'film', cost: '' },
          additionalModelRequestFields: { extra: true },
        },
      },
    });
    expect(body).toEqual({
      clientRequestToken: 'my-token',
      modelId: REEL,
      modelInput: {
        taskType: 'TEXT_VIDEO',
        textToVideoParams: { text: 'A cat' },
        videoGenerationConfig: { durationSeconds: 6, fps: 24, dimension: '1280x720', seed: 0 },
        extra: true,
      },
      outputDataConfig: { s3OutputDataConfig: location },
      tags: [
        { key: 'team', value: 'film' },
        { key: 'cost', value: '' },
      ],
    });
  });

  it('takes the token of the idempotency key, and counts the videos behind it', async () => {
    const { bedrock, sent } = answering(() => jsonResponse(started));
    const headers = { 'Idempotency-Key': 'key-1', 'x-team': 'film' };
    await startVideo(bedrock.video(REEL), { prompt: 'A cat', n: 2, seed: 2_147_483_646, headers });
    // They are sent at once, in any order.
    const inputs = sent.map(({ body }) => [body?.['clientRequestToken'], body?.['modelInput']] as const);
    expect(Object.fromEntries(inputs)).toMatchObject({
      'key-1': { videoGenerationConfig: { seed: 2_147_483_646 } },
      'key-1-2': { videoGenerationConfig: { seed: 0 } },
    });
    expect(sent.map(({ headers: one }) => [one.get('idempotency-key'), one.get('x-team')])).toEqual([
      [null, 'film'],
      [null, 'film'],
    ]);
  });

  it('has the same token and goes to the same Region when traffic control tries it again', async () => {
    let tries = 0;
    const { bedrock, sent } = answering(
      () => {
        tries += 1;
        return tries < 3
          ? jsonResponse({ message: 'busy' }, { status: 503, headers: { 'retry-after-ms': '1' } })
          : jsonResponse(started);
      },
      {
        traffic: {
          retry: { maxAttempts: 3, baseDelayMs: 1, maxDelayMs: 1 },
          failover: [{ region: 'eu-west-1' }],
        },
      },
    );
    await startVideo(bedrock.video(REEL), { prompt: 'A cat' });
    expect(sent).toHaveLength(3);
    expect(new Set(sent.map(({ body }) => body?.['clientRequestToken'])).size).toBe(1);
    expect(new Set(sent.map(({ url }) => url.host)).size).toBe(1);
  });

  it('has a token of its own where the caller gives none', async () => {
    const tokens = await Promise.all(
      [1, 2].map(async () => (await bodyOf(REEL, { prompt: 'A cat' })).body['clientRequestToken']),
    );
    expect(tokens[0]).toMatch(/^[0-9a-f-]{36}$/);
    expect(new Set(tokens).size).toBe(2);
  });

  it.each<[string, string, Partial<VideoModelV4CallOptions>, JSONObject]>([
    [
      'several shots for a longer video',
      REEL,
      { prompt: 'A day', duration: 24 },
      {
        taskType: 'MULTI_SHOT_AUTOMATED',
        multiShotAutomatedParams: { text: 'A day' },
        videoGenerationConfig: { durationSeconds: 24, fps: 24, dimension: '1280x720' },
      },
    ],
    [
      'the shots of the caller',
      REEL,
      {
        providerOptions: {
          bedrock: {
            shots: [
              { text: 'A harbor' },
              { text: 'A boat', image: 's3://b/my boat.jpg' },
              { text: 'A dog', image: 'iVBORw0KGgo=' },
            ],
          },
        },
      },
      {
        taskType: 'MULTI_SHOT_MANUAL',
        multiShotManualParams: {
          shots: [
            { text: 'A harbor' },
            {
              text: 'A boat',
              image: { format: 'jpeg', source: { s3Location: { uri: 's3://b/my boat.jpg' } } },
            },
            { text: 'A dog', image: { format: 'png', source: { bytes: 'iVBORw0KGgo=' } } },
          ],
        },
        videoGenerationConfig: { fps: 24, dimension: '1280x720' },
      },
    ],
    [
      'an image in S3',
      REEL,
      { prompt: 'A cat', image: { type: 'url', url: 's3://b/cat', mediaType: 'image/png' } },
      {
        taskType: 'TEXT_VIDEO',
        textToVideoParams: {
          text: 'A cat',
          images: [{ format: 'png', source: { s3Location: { uri: 's3://b/cat' } } }],
        },
        videoGenerationConfig: { durationSeconds: 6, fps: 24, dimension: '1280x720' },
      },
    ],
    [
      'all of Luma Ray',
      RAY,
      {
        prompt: 'A cat',
        aspectRatio: '9:16',
        duration: 9,
        resolution: '540x960',
        providerOptions: { bedrock: { loop: true } },
      },
      { prompt: 'A cat', aspect_ratio: '9:16', duration: '9s', resolution: '540p', loop: true },
    ],
    [
      'the ratio of a resolution',
      RAY,
      { prompt: 'A cat', resolution: '1680x720' },
      { prompt: 'A cat', aspect_ratio: '21:9', resolution: '720p' },
    ],
    ['nothing that was not said', RAY, { prompt: 'A cat' }, { prompt: 'A cat' }],
  ])('has %s', async (_, modelId, call, modelInput) => {
    const { body, warnings } = await bodyOf(modelId, call);
    expect(body['modelInput']).toEqual(modelInput);
    expect(warnings).toEqual([]);
  });

  it('has the first and the last frame', async () => {
    const image = await pictureFile(640, 512);
    const other = await pictureFile(512, 640);
    const frameImages = [
      { frameType: 'first_frame' as const, image },
      { frameType: 'last_frame' as const, image: other },
    ];
    const { body } = await bodyOf(RAY, { prompt: 'A cat', frameImages });
    const { frame0, frame1 } = (body['modelInput'] as { keyframes: Record<string, JSONObject> }).keyframes;
    expect(frame0).toMatchObject({ type: 'image', source: { type: 'base64', media_type: 'image/png' } });
    expect(frame1).toMatchObject({ type: 'image', source: { type: 'base64', media_type: 'image/png' } });
    expect(frame1).not.toEqual(frame0);
    const reel = await bodyOf(REEL, {
      prompt: 'A cat',
      frameImages: [{ frameType: 'last_frame', image: await pictureFile() }],
    });
    expect(reel.warnings).toMatchObject([{ type: 'unsupported', feature: 'frameImages' }]);
  });

  it.each<[string, Partial<VideoModelV4CallOptions>, string]>([
    [RAY, { fps: 30 }, 'fps'],
    [RAY, { aspectRatio: 'adaptive' }, 'aspectRatio'],
    [REEL, { aspectRatio: 'adaptive' }, 'aspectRatio'],
  ])('of %s leaves out %j with a warning', async (modelId, more, feature) => {
    const { warnings } = await bodyOf(modelId, { prompt: 'A cat', ...more });
    expect(warnings).toMatchObject([{ type: 'unsupported', feature }]);
  });

  it('warns of a prompt beside shots', async () => {
    const providerOptions = { bedrock: { shots: [{ text: 'A dog' }] } };
    const { warnings } = await bodyOf(REEL, { prompt: 'A cat', providerOptions });
    expect(warnings).toMatchObject([{ type: 'unsupported', feature: 'prompt' }]);
  });
});

describe('a call that cannot work', () => {
  it.each<[string, Partial<VideoModelV4CallOptions>, string, string]>([
    [REEL, { fps: 30 }, 'fps', 'takes 24, got 30'],
    [REEL, { duration: 7 }, 'duration', '12 to 120 in steps of 6, got 7'],
    [REEL, { resolution: '1920x1080' }, 'resolution', 'takes 1280x720, got 1920x1080'],
    [REEL, { aspectRatio: '9:16' }, 'aspectRatio', 'takes 16:9, got 9:16'],
    ['amazon.nova-reel-v1:0', { duration: 12 }, 'duration', 'one shot of 6 seconds (TEXT_VIDEO), got 12'],
    [RAY, { resolution: '1920x1080' }, 'resolution', '540 or 720 pixels on the shorter side, got 1920x1080'],
    [RAY, { resolution: '1280x720', aspectRatio: '1:1' }, 'aspectRatio', 'contradicts the resolution'],
    [RAY, { image: { type: 'url', url: 's3://b/k.png' } }, 'image', 'takes bytes or base64 only, not S3'],
  ])('of %s is refused before it is sent: %j', async (modelId, more, argument, message) => {
    const { bedrock, sent } = answering(() => jsonResponse({}));
    const error = await errorOf(startVideo(bedrock.video(modelId), { prompt: 'A cat', ...more }));
    expect(error).toBeInstanceOf(InvalidArgumentError);
    expect(error).toMatchObject({ argument, message: expect.stringContaining(message) });
    expect(sent).toEqual([]);
  });

  it.each<[string, JSONObject, string, RegExp]>([
    [REEL, { output: 'file' }, 'output', /expected one of "bytes", "url", "s3", got "file"/],
    [REEL, { urlExpiresIn: 0 }, 'urlExpiresIn', /1 to 604800, got 0/],
    [REEL, { urlExpiresIn: 604_801 }, 'urlExpiresIn', /1 to 604800, got 604801/],
    [REEL, { clientRequestToken: 'a b' }, 'clientRequestToken', /1 to 256 visible ASCII/],
    [REEL, { tags: { 'a*': 'b' } }, 'tags.a*', /characters/],
    [
      REEL,
      { outputLocation: { s3Uri: 'my-bucket' } },
      'outputLocation.s3Uri',
      /e\.g\. s3:\/\/my-bucket\/videos\//,
    ],
    [
      REEL,
      { outputLocation: { s3Uri: 's3://my-bucket/../x' } },
      'outputLocation.s3Uri',
      /without \. and \.\./,
    ],
    [REEL, { outputLocation: { s3Uri: 's3://b1b', owner: '1' } }, 'outputLocation', /unknown member "owner"/],
    [
      REEL,
      { outputLocation: { s3Uri: 's3://b1b', bucketOwner: '12' } },
      'outputLocation.bucketOwner',
      /twelve/,
    ],
    [
      REEL,
      { outputLocation: { s3Uri: 's3://b1b', kmsKeyId: 'key' } },
      'outputLocation.kmsKeyId',
      /ARN of a KMS/,
    ],
    [REEL, { taskType: 'FILM' }, 'taskType', /TEXT_VIDEO/],
    [REEL, { shots: [] }, 'shots', /1 to 20 shots, got 0/],
    [REEL, { shots: Array.from({ length: 21 }, () => ({ text: 'a' })) }, 'shots', /1 to 20 shots, got 21/],
    [REEL, { shots: [{ text: '' }] }, 'shots[0].text', /1 to 512 characters, got 0/],
    [REEL, { shots: [{ text: 'a', image: 'R0lGODlh' }] }, 'shots[0].image', /png and jpeg, got gif/],
    [REEL, { shots: [{ text: 'a' }], taskType: 'TEXT_VIDEO' }, 'shots', /MULTI_SHOT_MANUAL/],
    ['amazon.nova-reel-v1:0', { shots: [{ text: 'a' }] }, 'shots', /and the call is MULTI_SHOT_MANUAL/],
    ['amazon.nova-reel-v1:0', { taskType: 'MULTI_SHOT_AUTOMATED' }, 'taskType', /MULTI_SHOT_AUTOMATED/],
    [RAY, { resolution: '1080p' }, 'resolution', /"540p", "720p"/],
  ])('of %s names the option: %j', async (modelId, options, name, message) => {
    const { bedrock, sent } = answering(() => jsonResponse({}));
    const providerOptions = { bedrock: options };
    const error = await errorOf(startVideo(bedrock.video(modelId), { prompt: 'A cat', providerOptions }));
    expect(error).toBeInstanceOf(InvalidArgumentError);
    expect(error).toMatchObject({
      argument: `providerOptions.bedrock.${name}`,
      message: expect.stringMatching(message),
    });
    expect(sent).toEqual([]);
  });

  it('says where the output could go when nothing does', async () => {
    const { bedrock, sent } = answering(() => jsonResponse({}), { outputLocation: undefined });
    expect(await errorOf(startVideo(bedrock.video(REEL), { prompt: 'A cat' }))).toMatchObject({
      argument: 'providerOptions.bedrock.outputLocation',
      message: expect.stringMatching(
        /needs a place in S3.*s3:\/\/my-bucket\/videos\/.*setting outputLocation/,
      ),
    });
    expect(sent).toEqual([]);
  });

  it('checks the location of the settings', async () => {
    const { bedrock } = answering(() => jsonResponse({}), { outputLocation: { s3Uri: 'https://b' } });
    expect(await errorOf(startVideo(bedrock.video(REEL), { prompt: 'A cat' }))).toMatchObject({
      argument: 'outputLocation.s3Uri',
    });
  });

  it('counts the number behind the token', async () => {
    const { bedrock, sent } = answering(() => jsonResponse({}));
    const providerOptions = { bedrock: { clientRequestToken: 'x'.repeat(255) } };
    expect(
      await errorOf(startVideo(bedrock.video(REEL), { prompt: 'A', n: 2, providerOptions })),
    ).toMatchObject({
      argument: 'clientRequestToken',
    });
    expect(sent).toEqual([]);
  });

  it('is told by AWS what its filters hold against the prompt', async () => {
    const message = 'This request has been blocked by our content filters. Please adjust your text prompt.';
    const { local, bedrock } = open();
    local.enqueue({ error: { name: 'ValidationException', message } });
    expect(await errorOf(startVideo(bedrock.video(REEL), { prompt: 'A cat' }))).toMatchObject({
      code: 'ValidationException',
      advice: 'Change the prompt, the images or the seed.',
    });
  });
});

describe('an API key', () => {
  const withKey = (local: LocalBedrock) =>
    createBedrock({ region: 'us-east-1', apiKey: LOCAL_API_KEY, fetch: local.fetch, outputLocation });

  it.each(['bytes', 'url'])('is refused for %s before a job is started', async output => {
    const local = createLocalBedrock();
    const model = withKey(local).video(REEL);
    const error = await errorOf(
      startVideo(model, { prompt: 'A cat', providerOptions: { bedrock: { output } } }),
    );
    expect(error).toMatchObject({
      name: 'AI_LoadSettingError',
      message: expect.stringMatching(/^s3 takes no Bedrock API keys.*AWS credentials.*output: 's3'/),
    });
    expect(local.requests).toEqual([]);
  });

  it('makes videos that stay in S3', async () => {
    const local = createLocalBedrock({ jobMs: 0 });
    const providerOptions = { bedrock: { output: 's3' } };
    const model = withKey(local).video(REEL);
    const { uploadedVideos } = await generateVideo({ model, prompt: 'A cat', poll, providerOptions });
    expect(uploadedVideos).toBe(1);
    expect(local.requests.map(({ authentication }) => authentication)).toEqual(['bearer', 'bearer']);
  });

  it('never reaches a gateway in the place of S3', async () => {
    const { bedrock, sent } = answering(() => jsonResponse(job()), {
      apiKey: 'secret-api-key',
      baseURL: 'https://gateway.example.com',
      endpoints: { s3: 'https://s3.example.com' },
    });
    const error = await errorOf(statusOf(bedrock.video(REEL), ARN));
    expect(error).toMatchObject({ message: expect.stringContaining('takes no Bedrock API keys') });
    expect(sent.map(({ url }) => url.host)).toEqual(['gateway.example.com']);
  });
});

describe('the output of a job', () => {
  it.each([
    ['s3://my-bucket/videos/', 'https://my-bucket.s3.eu-west-1.amazonaws.com/videos/abc123def456/output.mp4'],
    // As Nova Reel is seen to tell it: with the folder of the job.
    [
      's3://my-bucket/v/abc123def456',
      'https://my-bucket.s3.eu-west-1.amazonaws.com/v/abc123def456/output.mp4',
    ],
    ['s3://my-bucket', 'https://my-bucket.s3.eu-west-1.amazonaws.com/abc123def456/output.mp4'],
    ['s3://my.bucket/a', 'https://s3.eu-west-1.amazonaws.com/my.bucket/a/abc123def456/output.mp4'],
    [
      "s3://my-bucket/a b+ü'()!*",
      'https://my-bucket.s3.eu-west-1.amazonaws.com/a%20b%2B%C3%BC%27%28%29%21%2A/abc123def456/output.mp4',
    ],
  ])('below %s is read at %s', async (s3Uri, url) => {
    const { bedrock, sent } = answeringJob(job({ outputDataConfig: { s3OutputDataConfig: { s3Uri } } }));
    const status = await statusOf(bedrock.video(REEL), ARN);
    expect(new TextDecoder().decode(bytesIn(status))).toBe('video');
    expect(sent[1]?.url.href).toBe(url);
  });

  it('is found in other partitions and behind an endpoint of the user', async () => {
    const arn = ARN.replace('arn:aws:', 'arn:aws-cn:').replace('eu-west-1', 'cn-north-1');
    const wire = job({ invocationArn: arn });
    const china = answering(() => jsonResponse(wire));
    await statusOf(china.bedrock.video(REEL), arn);
    expect(china.sent[1]?.url.host).toBe('my-bucket.s3.cn-north-1.amazonaws.com.cn');
    const own = answering(() => jsonResponse(job()), { endpoints: { s3: 'http://localhost:9000/s3/' } });
    await statusOf(own.bedrock.video(REEL), ARN);
    expect(own.sent[1]?.url.href).toBe('http://localhost:9000/s3/my-bucket/videos/abc123def456/output.mp4');
  });

  it('is read without the headers for a gateway, and with a hash that S3 needs', async () => {
    const { bedrock, sent } = answering(
      ({ url }) => (url.host.includes('s3') ? new Response('video') : jsonResponse(job())),
      { headers: { 'x-gateway-key': 'secret' } },
    );
    await statusOf(bedrock.video(REEL), ARN);
    expect(sent.map(({ headers }) => headers.get('x-gateway-key'))).toEqual(['secret', null]);
    expect(sent[1]?.headers.get('x-amz-content-sha256')).toBe('UNSIGNED-PAYLOAD');
    expect(sent[1]?.headers.get('authorization')).toMatch(
      /SignedHeaders=host;x-amz-content-sha256;x-amz-date,/,
    );
  });

  it.each<[string, Response, JSONObject]>([
    [
      'is not there',
      s3Error(404, 'NoSuchKey', 'The specified key does not exist.'),
      { code: 'NoSuchKey', statusCode: 404, isRetryable: false },
    ],
    [
      'is in a bucket that is not there',
      s3Error(404, 'NoSuchBucket', 'The specified bucket does not exist'),
      { code: 'NoSuchBucket', statusCode: 404, isRetryable: false },
    ],
    [
      'may not be read',
      s3Error(403, 'AccessDenied', 'Access Denied'),
      { code: 'AccessDenied', statusCode: 403, isRetryable: false },
    ],
    [
      'comes too often',
      s3Error(503, 'SlowDown', 'Please reduce your request rate.'),
      { code: 'SlowDown', statusCode: 503, isRetryable: true },
    ],
    [
      'meets a failure of S3',
      s3Error(500, 'InternalError', 'We encountered an internal error. Please try again.'),
      { code: 'InternalError', statusCode: 500, isRetryable: true },
    ],
    [
      'is in a bucket of another Region',
      s3Error(301, 'PermanentRedirect', 'The bucket must be addressed using the specified endpoint.', {
        'x-amz-bucket-region': 'eu-central-1',
      }),
      { code: 'PermanentRedirect', statusCode: 301, isRetryable: false },
    ],
    [
      'is denied with characters that XML escapes',
      s3Error(403, 'SignatureDoesNotMatch', 'Check &quot;key&quot; &amp; &lt;signing&gt;'),
      { code: 'SignatureDoesNotMatch', statusCode: 403, isRetryable: false },
    ],
  ])('that %s is an error with a name and advice', async (_, reply, expected) => {
    const { bedrock } = answeringJob(job(), () => reply);
    const error = await errorOf(statusOf(bedrock.video(REEL), ARN));
    expect(error).toMatchObject({
      ...expected,
      requestId: 'S3REQUEST',
      advice: expect.stringMatching(/\.$/),
    });
    expect((error as Error).message).toMatch(new RegExp(`^${expected['code']}: [A-Z]`));
    expect((error as Error).message).not.toMatch(/&quot;|<Code>/);
  });

  it('of another Region says which', async () => {
    const reply = s3Error(301, 'PermanentRedirect', 'Use the specified endpoint.', {
      'x-amz-bucket-region': 'eu-central-1',
    });
    const error = await errorOf(statusOf(answeringJob(job(), () => reply).bedrock.video(REEL), ARN));
    expect((error as Error).message).toContain(
      'The bucket is in eu-central-1. The bucket is in another Region',
    );
  });

  it('that breaks off is an error, and not a shorter video', async () => {
    const reply = new Response('vid', { headers: { 'content-length': '5' } });
    const error = await errorOf(statusOf(answeringJob(job(), () => reply).bedrock.video(REEL), ARN));
    expect(error).toMatchObject({
      code: 'NetworkError',
      isRetryable: true,
      message: expect.stringContaining('3 of 5 bytes came'),
    });
  });

  it('that goes silent is an error', async () => {
    const silent = new ReadableStream({ start: controller => controller.enqueue(new Uint8Array(3)) });
    const { bedrock } = answering(
      ({ url }) => (url.host.includes('s3') ? new Response(silent) : jsonResponse(job())),
      { idleTimeoutMs: 20 },
    );
    expect(await errorOf(statusOf(bedrock.video(REEL), ARN))).toMatchObject({ code: 'IdleTimeout' });
  });

  it('is no longer read when the caller aborts', async () => {
    const controller = new AbortController();
    const endless = new ReadableStream({
      start: stream => stream.enqueue(new Uint8Array(3)),
      pull: () => controller.abort(new Error('enough')),
    });
    const { bedrock } = answeringJob(job(), () => new Response(endless));
    const model = bedrock.video(REEL);
    const status = model.doStatus?.({ operation: ARN, abortSignal: controller.signal }) ?? Promise.resolve();
    expect(await errorOf(status)).toMatchObject({ message: 'enough' });
  });
});

describe('a video that a model sees', () => {
  it.each(['amazon.nova-lite-v1:0', 'us.amazon.nova-pro-v1:0', 'us.amazon.nova-2-lite-v1:0'])(
    'is sent to %s, as bytes and from S3',
    async modelId => {
      const { local, bedrock } = open();
      const { text } = await generateText({
        model: bedrock(modelId),
        messages: [
          {
            role: 'user',
            content: [
              { type: 'text', text: 'What is in these videos?' },
              { type: 'file', mediaType: 'video/mp4', data: 'AAAAHA==' },
              { type: 'file', mediaType: 'video/mp4', data: new URL('s3://my-bucket/videos/output.mp4') },
            ],
          },
        ],
      });
      expect(text).toContain('video');
      const [request] = local.requests;
      const { messages } = (request?.body ?? {}) as { messages?: { content: JSONObject[] }[] };
      expect(messages?.[0]?.content.slice(1)).toEqual([
        { video: { format: 'mp4', source: { bytes: 'AAAAHA==' } } },
        { video: { format: 'mp4', source: { s3Location: { uri: 's3://my-bucket/videos/output.mp4' } } } },
      ]);
    },
  );
});
