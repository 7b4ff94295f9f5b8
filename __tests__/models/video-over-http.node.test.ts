/** Videos over HTTP: ours and AWS's own clients against the local Bedrock and its S3 endpoint. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  BedrockRuntimeClient,
  ConflictException,
  GetAsyncInvokeCommand,
  ListAsyncInvokesCommand,
  StartAsyncInvokeCommand,
  ValidationException,
} from '@aws-sdk/client-bedrock-runtime';
import {
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  NoSuchBucket,
  NoSuchKey,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { experimental_generateVideo as generateVideo } from 'ai';
import { createBedrock } from 'bedrock-ai-provider';
import { createLocalBedrock, type ListeningBedrock, LOCAL_CREDENTIALS } from 'bedrock-ai-provider/local';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { errorOf } from '../support/replies.ts';
import { mp4Facts, pictureFile } from '../support/videos.ts';

const REEL = 'amazon.nova-reel-v1:1';
const outputLocation = { s3Uri: 's3://my-bucket/videos/' };
const outputDataConfig = { s3OutputDataConfig: outputLocation };
const poll = { intervalMs: 5 };

const local = createLocalBedrock({ strict: true, jobMs: 10, buckets: ['my-bucket', 'my.bucket'] });
let listening: ListeningBedrock;
let bedrockClient: BedrockRuntimeClient;
let s3Client: S3Client;

beforeAll(async () => {
  listening = await local.listen();
  const config = { region: 'us-east-1', credentials: LOCAL_CREDENTIALS, maxAttempts: 1 };
  bedrockClient = new BedrockRuntimeClient({ ...config, endpoint: listening.url });
  s3Client = new S3Client({ ...config, endpoint: listening.settings.endpoints.s3, forcePathStyle: true });
});
afterEach(() => local.reset());
afterAll(async () => {
  bedrockClient.destroy();
  s3Client.destroy();
  await listening.close();
});

const provider = () => createBedrock({ ...listening.settings, outputLocation });

describe('videos over HTTP', () => {
  it('are those that the clients of AWS get', async () => {
    const { video } = await generateVideo({ model: provider().video(REEL), prompt: 'A cat', seed: 7, poll });
    const { invocationArn = '' } = await bedrockClient.send(
      new StartAsyncInvokeCommand({
        modelId: REEL,
        modelInput: {
          taskType: 'TEXT_VIDEO',
          textToVideoParams: { text: 'A cat' },
          videoGenerationConfig: { durationSeconds: 6, fps: 24, dimension: '1280x720', seed: 7 },
        },
        outputDataConfig,
        tags: [{ key: 'team', value: 'film' }],
      }),
    );
    let job = await bedrockClient.send(new GetAsyncInvokeCommand({ invocationArn }));
    while (job.status === 'InProgress')
      job = await bedrockClient.send(new GetAsyncInvokeCommand({ invocationArn }));
    expect(job).toMatchObject({ invocationArn, status: 'Completed', endTime: expect.any(Date) });
    const [, , , ...folder] = (job.outputDataConfig?.s3OutputDataConfig?.s3Uri ?? '').split('/');
    const object = await s3Client.send(
      new GetObjectCommand({ Bucket: 'my-bucket', Key: [...folder, 'output.mp4'].join('/') }),
    );
    expect(object.ContentType).toBe('video/mp4');
    expect(await object.Body?.transformToByteArray()).toEqual(video.uint8Array);
    const starts = local.requests.filter(({ operation }) => operation === 'StartAsyncInvoke');
    const [ours, awss] = starts.map(({ body }) => body as { modelInput: object });
    expect(ours?.modelInput).toEqual(awss?.modelInput);
  });

  it('begin with an image, and may have several shots', async () => {
    const { data } = await pictureFile();
    const shots = [{ text: 'A harbor', image: Buffer.from(data).toString('base64') }, { text: 'A boat' }];
    const model = provider().video(REEL);
    const { video } = await generateVideo({
      model,
      prompt: '',
      poll,
      providerOptions: { bedrock: { shots } },
    });
    expect(mp4Facts(video.uint8Array).seconds).toBe(12);
    const one = await generateVideo({ model, prompt: { text: 'A harbor', image: data }, poll });
    expect(mp4Facts(one.video.uint8Array).seconds).toBe(6);
  });

  it('are handed out as URLs that anybody can read', async () => {
    const fetched: Response[] = [];
    const { video } = await generateVideo({
      model: provider().video('luma.ray-v2:0'),
      prompt: 'A cat',
      poll,
      providerOptions: { bedrock: { output: 'url' } },
      download: async ({ url }) => {
        const reply = await fetch(url);
        fetched.push(reply);
        return { data: new Uint8Array(await reply.arrayBuffer()), mediaType: undefined };
      },
    });
    expect(fetched.map(({ status }) => status)).toEqual([200]);
    expect(mp4Facts(video.uint8Array)).toMatchObject({ width: 1280, height: 720, seconds: 5 });
  });

  it('come from buckets with dots', async () => {
    const providerOptions = { bedrock: { outputLocation: { s3Uri: "s3://my.bucket/a b/ü'(1)" } } };
    const model = provider().video(REEL);
    const { video } = await generateVideo({ model, prompt: 'A cat', poll, providerOptions });
    expect(mp4Facts(video.uint8Array).seconds).toBe(6);
  });

  it('are found by the environment of the server', async () => {
    expect(listening.environment['AWS_ENDPOINT_URL_S3']).toBe(listening.settings.endpoints.s3);
  });
});

describe("AWS's clients", () => {
  const modelInput = { prompt: 'A cat' };
  const start = (more: object = {}) =>
    bedrockClient.send(
      new StartAsyncInvokeCommand({ modelId: 'luma.ray-v2:0', modelInput, outputDataConfig, ...more }),
    );

  it('start a job once for a token, and recognize the errors', async () => {
    const clientRequestToken = 'token';
    const { invocationArn } = await start({ clientRequestToken });
    expect((await start({ clientRequestToken })).invocationArn).toBe(invocationArn);
    expect(await errorOf(start({ clientRequestToken, modelInput: { prompt: 'A dog' } }))).toBeInstanceOf(
      ConflictException,
    );
    expect(await errorOf(start({ modelInput: { prompt: '' } }))).toBeInstanceOf(ValidationException);
    const missing = new GetAsyncInvokeCommand({
      invocationArn: 'arn:aws:bedrock:us-east-1:123456789012:async-invoke/abc123def456',
    });
    expect(await errorOf(bedrockClient.send(missing))).toBeInstanceOf(ValidationException);
  });

  it('list jobs as we do', async () => {
    for (let job = 0; job < 3; job++) await start();
    const page = await bedrockClient.send(
      new ListAsyncInvokesCommand({
        maxResults: 2,
        sortBy: 'SubmissionTime',
        sortOrder: 'Ascending',
        submitTimeAfter: new Date(Date.now() - 60_000),
        submitTimeBefore: new Date(Date.now() + 60_000),
      }),
    );
    const rest = await bedrockClient.send(
      new ListAsyncInvokesCommand({ sortOrder: 'Ascending', nextToken: page.nextToken }),
    );
    const theirs = [...(page.asyncInvokeSummaries ?? []), ...(rest.asyncInvokeSummaries ?? [])];
    expect(theirs).toHaveLength(3);
    const { jobs } = await provider().jobs.list({
      order: 'ascending',
      pageSize: 2,
      pages: Number.POSITIVE_INFINITY,
    });
    expect(jobs.map(({ invocationArn, submitTime }) => [invocationArn, submitTime])).toEqual(
      theirs.map(({ invocationArn, submitTime }) => [invocationArn, submitTime]),
    );
  });

  it('put, head, read and list objects', async () => {
    const object = { Bucket: 'my-bucket', Key: "a b/ü+(1)'.txt" };
    await s3Client.send(new PutObjectCommand({ ...object, Body: 'Hello!', ContentType: 'text/plain' }));
    expect(await s3Client.send(new HeadObjectCommand(object))).toMatchObject({
      ContentLength: 6,
      ContentType: 'text/plain',
    });
    const part = await s3Client.send(new GetObjectCommand({ ...object, Range: 'bytes=1-2' }));
    expect([await part.Body?.transformToString(), part.ContentRange]).toEqual(['el', 'bytes 1-2/6']);
    const list = await s3Client.send(new ListObjectsV2Command({ Bucket: 'my-bucket', Prefix: 'a' }));
    expect(list.Contents).toMatchObject([{ Key: object.Key, Size: 6, LastModified: expect.any(Date) }]);
    const folders = await s3Client.send(new ListObjectsV2Command({ Bucket: 'my-bucket', Delimiter: '/' }));
    expect(folders.CommonPrefixes).toEqual([{ Prefix: 'a b/' }]);
    expect(
      (await s3Client.send(new HeadBucketCommand({ Bucket: 'my-bucket' }))).$metadata.httpStatusCode,
    ).toBe(200);
  });

  it('recognize the errors of S3', async () => {
    const get = (Bucket: string) => s3Client.send(new GetObjectCommand({ Bucket, Key: 'nothing' }));
    expect(await errorOf(get('my-bucket'))).toBeInstanceOf(NoSuchKey);
    const list = s3Client.send(new ListObjectsV2Command({ Bucket: 'no-bucket' }));
    expect(await errorOf(list)).toBeInstanceOf(NoSuchBucket);
  });
});

/* ----------------------------------------------------------- a real decoder */

const run = promisify(execFile);
const noFfprobe = await run('ffprobe', ['-version']).then(
  () => false as const,
  () => 'ffprobe is not installed',
);

describe.skipIf(noFfprobe)(
  `the videos of the local Bedrock, as FFmpeg reads them${noFfprobe ? `: ${noFfprobe}` : ''}`,
  () => {
    it.each([
      ['amazon.nova-reel-v1:1', {}, 'h264,1280,720,yuv420p,24/1,144'],
      [
        'luma.ray-v2:0',
        { aspectRatio: '21:9', resolution: '1260x540', duration: 9 },
        'h264,1260,540,yuv420p,24/1,216',
      ],
    ] as const)('of %s with %j', async (modelId, options, expected) => {
      const { video } = await generateVideo({
        model: provider().video(modelId),
        prompt: 'A cat',
        poll,
        ...options,
      });
      const folder = await mkdtemp(join(tmpdir(), 'video-'));
      try {
        const file = join(folder, 'output.mp4');
        await writeFile(file, video.uint8Array);
        const entries = 'stream=codec_name,width,height,pix_fmt,avg_frame_rate,nb_read_frames';
        const { stdout, stderr } = await run('ffprobe', [
          ...['-v', 'error', '-count_frames', '-show_entries', entries, '-of', 'csv=p=0'],
          file,
        ]);
        expect([stdout.trim(), stderr]).toEqual([expected, '']);
      } finally {
        await rm(folder, { recursive: true });
      }
    });
  },
);
