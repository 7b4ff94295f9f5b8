/** Videos: made in jobs that write into S3, waited for, or gone on with in another process. */
import {
  experimental_generateVideo as generateVideo,
  experimental_getVideoStatus as getVideoStatus,
  experimental_startVideo as startVideo,
} from 'ai';
import {
  BedrockError,
  type BedrockVideoModelMetadata,
  type BedrockVideoModelOptions,
  createBedrock,
} from 'bedrock-ai-provider';
import { createLocalBedrock } from 'bedrock-ai-provider/local';

const local = createLocalBedrock({ jobMs: 20 });
const bedrock = createBedrock({
  ...local.settings,
  outputLocation: { s3Uri: 's3://my-bucket/videos/' },
});

const { video, providerMetadata } = await generateVideo({
  model: bedrock.videoModel('amazon.nova-reel-v1:1'),
  prompt: 'A lighthouse at dawn',
  seed: 7,
  poll: { intervalMs: 10, timeoutMs: 20 * 60_000 },
});
console.log(video.mediaType, video.uint8Array.length > 0);

const metadata = providerMetadata['bedrock'] as BedrockVideoModelMetadata;
console.log('in S3:', metadata.videos?.[0]?.s3Uri);

// Several shots, each with its own words, left where they are.
const shots = await generateVideo({
  model: bedrock.videoModel('amazon.nova-reel-v1:1'),
  prompt: '',
  poll: { intervalMs: 10 },
  providerOptions: {
    bedrock: {
      shots: [{ text: 'A harbor at dawn' }, { text: 'A boat leaves' }],
      output: 's3',
    } satisfies BedrockVideoModelOptions,
  },
});
console.log('left in S3:', shots.uploadedVideos);

// One process starts a video and keeps what it gets, which is JSON …
const { operation } = await startVideo({
  model: bedrock.videoModel('luma.ray-v2:0'),
  prompt: 'A tiger walks in snow',
  aspectRatio: '21:9',
  duration: 9,
  providerOptions: {
    bedrock: { loop: true, resolution: '540p', output: 'url' } satisfies BedrockVideoModelOptions,
  },
});
const stored = JSON.stringify(operation);

// … and another asks for it. The ARN of a job alone would do, too.
let status = await getVideoStatus(bedrock.videoModel('luma.ray-v2:0'), { operation: JSON.parse(stored) });
while (status.status === 'pending') {
  await new Promise(resolve => setTimeout(resolve, 10));
  status = await getVideoStatus(bedrock.videoModel('luma.ray-v2:0'), { operation: JSON.parse(stored) });
}
const [result] = status.status === 'completed' ? status.videos : [];
console.log('handed out as', result?.type);

// Jobs of any model, with the model's own request.
const { invocationArn } = await bedrock.jobs.start({
  modelId: 'luma.ray-v2:0',
  modelInput: { prompt: 'A tiger walks in snow', duration: '5s' },
});
const job = await bedrock.jobs.get(invocationArn);
const { jobs } = await bedrock.jobs.list({ submittedAfter: new Date(Date.now() - 60_000) });
console.log('job:', job.status, 'of', jobs.length);

// A job that fails rejects with an error that says why.
local.enqueue({ failureMessage: 'The generated video has been blocked by our content filters.' });
try {
  await generateVideo({
    model: bedrock.videoModel('amazon.nova-reel-v1:1'),
    prompt: 'A lighthouse at dawn',
    poll: { intervalMs: 10 },
  });
} catch (error) {
  console.log('failed:', BedrockError.isInstance(error) && error.code);
}
