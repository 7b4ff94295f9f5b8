/** 300 chats at once where 25 a second are allowed. */
import { createAmazonBedrock } from '@ai-sdk/amazon-bedrock';
import { BedrockRuntimeClient, ConverseCommand } from '@aws-sdk/client-bedrock-runtime';
import { generateText, type LanguageModel } from 'ai';
import { createBedrock } from '../../src/index.ts';
import { LOCAL_CREDENTIALS } from '../../src/local/index.ts';
import { allAtOnce, type Burst, burst } from './burst.ts';
import { type LocalServer, REGION, startLocalServer } from './server.ts';
import type { Row } from './table.ts';

const MODEL_ID = 'anthropic.claude-sonnet-4-5-20250929-v1:0';
const CALLS = 300;
const PER_SECOND = 25;
/** The bucket holds a second's worth, and the rest comes as it refills. */
const IDEAL_MS = ((CALLS - PER_SECOND) / PER_SECOND) * 1000;

export async function measureChat(): Promise<Row[]> {
  const server = await startLocalServer({ text: 'Fine, thank you.', delayMs: { firstByte: 30 } });
  const { settings } = server;
  const ofModel = (model: LanguageModel) => (abortSignal: AbortSignal) =>
    allAtOnce(CALLS, index =>
      generateText({ model, prompt: `${index}: how are you?`, maxOutputTokens: 50, abortSignal }),
    );
  const known = createBedrock({ ...settings, traffic: { quota: { requestsPerSecond: PER_SECOND } } });
  const contestants: readonly Pick<Burst, 'contestant' | 'run' | 'target'>[] = [
    { contestant: 'ours, known quota', run: ofModel(known(MODEL_ID)), target: { refused: 2, makespan: 1.1 } },
    {
      contestant: 'ours, default',
      run: ofModel(createBedrock(settings)(MODEL_ID)),
      target: { refused: 10, makespan: 1.35 },
    },
    { contestant: '@ai-sdk/amazon-bedrock', run: ofModel(createAmazonBedrock(settings)(MODEL_ID)) },
    { contestant: 'AWS SDK, adaptive retries', run: signal => ofAwsSdk(server, signal) },
  ];
  const rows: Row[] = [];
  for (const contestant of contestants) {
    rows.push(
      await burst({
        measure: '300 chats at 25/s',
        server,
        modelId: MODEL_ID,
        quotas: { requestsPerSecond: PER_SECOND },
        idealMs: IDEAL_MS,
        calls: CALLS,
        ...contestant,
      }),
    );
  }
  await server.close();
  return rows;
}

async function ofAwsSdk({ url }: LocalServer, abortSignal: AbortSignal): Promise<number> {
  const client = new BedrockRuntimeClient({
    endpoint: url,
    region: REGION,
    credentials: LOCAL_CREDENTIALS,
    retryMode: 'adaptive',
  });
  const completed = await allAtOnce(CALLS, index => {
    const messages = [{ role: 'user' as const, content: [{ text: `${index}: how are you?` }] }];
    const command = new ConverseCommand({
      modelId: MODEL_ID,
      messages,
      inferenceConfig: { maxTokens: 50 },
    });
    return client.send(command, { abortSignal });
  });
  client.destroy();
  return completed;
}
