/**
 * What traffic control costs a call that need not wait: CPU of a call with it less that of a call without, in one
 * process, where `fetch` answers at once.
 */
import type { LanguageModelV4, LanguageModelV4CallOptions } from '@ai-sdk/provider';
import { createBedrock } from '../../src/index.ts';
import type { TrafficSettings } from '../../src/traffic/settings.ts';
import { median } from '../median.ts';
import type { Row } from './table.ts';

const MODEL_ID = 'anthropic.claude-sonnet-4-5-20250929-v1:0';
const CALLS = 500;
const ROUNDS = 61;
const WARM_UP_ROUNDS = 10;

const REPLY = JSON.stringify({
  output: { message: { role: 'assistant', content: [{ text: 'Fine, thank you. And how are you today?' }] } },
  stopReason: 'end_turn',
  usage: { inputTokens: 10, outputTokens: 10, totalTokens: 20 },
  metrics: { latencyMs: 1 },
});
const HEADERS = { 'content-type': 'application/json' };
const OPTIONS: LanguageModelV4CallOptions = {
  prompt: [{ role: 'user', content: [{ type: 'text', text: 'Good morning. How are you today?' }] }],
  maxOutputTokens: 50,
};

export async function measureCost(): Promise<Row[]> {
  return [await compare('one at a time', 1), await compare('50 at a time', 50)];
}

async function compare(how: string, atATime: number): Promise<Row> {
  const bare = newModel('off');
  const controlled = newModel(undefined);
  const differences: number[] = [];
  for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
    // Who goes first has the other's garbage in turn.
    const isBareFirst = round % 2 === 0;
    const first = await cpuPerCall(isBareFirst ? bare : controlled, atATime);
    const second = await cpuPerCall(isBareFirst ? controlled : bare, atATime);
    if (round >= 0) differences.push(isBareFirst ? second - first : first - second);
  }
  return {
    measure: 'CPU of a call with quota to spare',
    contestant: `ours, default less 'off', ${how}`,
    results: [{ value: median(differences), unit: 'µs', atMost: 15 }],
  };
}

function newModel(traffic: TrafficSettings | 'off' | undefined): LanguageModelV4 {
  return createBedrock({
    region: 'us-east-1',
    apiKey: 'not-checked',
    fetch: async () => new Response(REPLY, { headers: HEADERS }),
    traffic,
  })(MODEL_ID);
}

/** Microseconds. */
async function cpuPerCall(model: LanguageModelV4, atATime: number): Promise<number> {
  const before = process.cpuUsage();
  for (let made = 0; made < CALLS; made += atATime) {
    if (atATime === 1) await model.doGenerate(OPTIONS);
    else await Promise.all(Array.from({ length: atATime }, () => model.doGenerate(OPTIONS)));
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / CALLS;
}
