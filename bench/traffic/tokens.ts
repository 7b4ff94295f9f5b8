/**
 * A quota of tokens, and calls that reserve ten times what they use. The yardstick is the best schedule that the
 * server's book allows, found by playing it through without a network.
 */
import { createAmazonBedrock } from '@ai-sdk/amazon-bedrock';
import { generateText, type LanguageModel } from 'ai';
import { createBedrock } from '../../src/index.ts';
import { Bucket } from '../../src/local/quotas/bucket.ts';
import { allAtOnce, type Burst, burst } from './burst.ts';
import { startLocalServer } from './server.ts';
import type { Row } from './table.ts';

/** A token of its output takes one token of the quota. */
const MODEL_ID = 'amazon.nova-lite-v1:0';
const CALLS = 400;
const TOKENS_PER_SECOND = 2_000;
const OUTPUT_TOKENS = 40;
const MAX_OUTPUT_TOKENS = 10 * OUTPUT_TOKENS;
const INPUT_TOKENS = 20;
/** Longer than calls can wait for one another without the quota running idle. */
const REPLY_MS = 500;
/** At four characters a token, as the local Bedrock counts. */
const TEXT = 'word'.repeat(OUTPUT_TOKENS);
const PROMPT = 'word'.repeat(INPUT_TOKENS);

export async function measureTokens(): Promise<Row[]> {
  const server = await startLocalServer({ text: TEXT, delayMs: { firstByte: REPLY_MS } });
  const { settings } = server;
  const ofModel = (model: LanguageModel) => (abortSignal: AbortSignal) =>
    allAtOnce(CALLS, () =>
      generateText({ model, prompt: PROMPT, maxOutputTokens: MAX_OUTPUT_TOKENS, abortSignal }),
    );
  const known = createBedrock({ ...settings, traffic: { quota: { tokensPerSecond: TOKENS_PER_SECOND } } });
  const contestants: readonly Pick<Burst, 'contestant' | 'run' | 'target'>[] = [
    {
      contestant: 'ours, known quota',
      run: ofModel(known(MODEL_ID)),
      target: { refused: 2, makespan: 1.25 },
    },
    { contestant: 'ours, default', run: ofModel(createBedrock(settings)(MODEL_ID)) },
    { contestant: '@ai-sdk/amazon-bedrock', run: ofModel(createAmazonBedrock(settings)(MODEL_ID)) },
  ];
  const rows: Row[] = [];
  for (const contestant of contestants) {
    rows.push(
      await burst({
        measure: '400 chats at 2,000 tokens/s',
        server,
        modelId: MODEL_ID,
        quotas: { tokensPerSecond: TOKENS_PER_SECOND },
        idealMs: bestMakespan(),
        calls: CALLS,
        ...contestant,
      }),
    );
  }
  await server.close();
  return rows;
}

/**
 * Plays the server's own bucket through: each call starts as soon as its reservation fits, holds it until its reply
 * comes, and then gives back what it did not use. All calls are alike, so starting one later never helps another; and
 * as a call starts whenever one fits, the bucket never overflows, and nothing is lost.
 * @returns milliseconds until the last reply
 */
function bestMakespan(): number {
  const reserved = INPUT_TOKENS + MAX_OUTPUT_TOKENS;
  const used = INPUT_TOKENS + OUTPUT_TOKENS;
  const bucket = new Bucket(TOKENS_PER_SECOND, 1000, 0);
  /** When the running calls end, soonest first. */
  const ends: number[] = [];
  let now = 0;
  for (let started = 0; started < CALLS; ) {
    if (bucket.has(reserved, now)) {
      bucket.take(reserved, now);
      ends.push(now + REPLY_MS);
      started += 1;
      continue;
    }
    const fits = now + ((reserved - bucket.level(now)) * 1000) / TOKENS_PER_SECOND;
    const [soonest = Number.POSITIVE_INFINITY] = ends;
    now = Math.min(fits, soonest);
    if (soonest <= now) {
      ends.shift();
      bucket.take(used - reserved, now);
    }
  }
  return ends.at(-1) ?? 0;
}
