/** A program: one of several processes that share a quota. Started by `shared.ts`, and ends with it. */
import { generateText } from 'ai';
import { Redis } from 'ioredis';
import { createBedrock } from '../../src/index.ts';
import { allAtOnce } from './burst.ts';
import type { FromSharer, SharerOptions } from './shared.ts';

const { settings, redisPort, modelId, calls, requestsPerSecond }: SharerOptions = JSON.parse(
  process.argv[2] ?? '{}',
);
const redis = new Redis(redisPort, '127.0.0.1');
await redis.ping();
const model = createBedrock({ ...settings, traffic: { share: redis, quota: { requestsPerSecond } } })(
  modelId,
);
tell({ type: 'ready' });

process.once('message', async () => {
  const completed = await allAtOnce(calls, index =>
    generateText({ model, prompt: `${index}: how are you?`, maxOutputTokens: 50 }),
  );
  tell({ type: 'done', completed });
});
process.on('disconnect', () => process.exit());

function tell(message: FromSharer): void {
  process.send?.(message);
}
