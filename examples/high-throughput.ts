/**
 * Pushes 2,000 prompts through a quota of 400 requests per second, with a progress bar, and urgent calls in between.
 * Nothing is known of the quota in the beginning. With `-- 5000 100`: 5,000 prompts through 100 per second.
 */
import { generateText } from 'ai';
import { type BedrockTrafficOptions, createBedrock, type TrafficEvent } from 'bedrock-ai-provider';
import { createLocalBedrock } from 'bedrock-ai-provider/local';

const [count = 2_000, perSecond = 200] = process.argv.slice(2).map(Number);
const MODEL = 'amazon.nova-micro-v1:0';

const local = createLocalBedrock({ quotas: { requestsPerSecond: perSecond } });
const told = { queued: 0, throttled: 0, learned: 0 };
const bedrock = createBedrock({ ...local.settings, traffic: { onEvent: listen } });

function listen(event: TrafficEvent): void {
  if (event.type === 'queued') told.queued += 1;
  if (event.type === 'throttled') told.throttled += 1;
  if (event.type === 'learned' && event.requestsPerMinute !== undefined)
    told.learned = event.requestsPerMinute;
}

let done = 0;
const start = performance.now();
const seconds = () => (performance.now() - start) / 1000;

async function summarize(index: number): Promise<number> {
  const { text } = await generateText({
    model: bedrock(MODEL),
    prompt: `Summarize the ticket number ${index} in one sentence.`,
    maxOutputTokens: 200,
    // Work that nobody waits for lets the others go first.
    providerOptions: { bedrock: { priority: 'low' } satisfies BedrockTrafficOptions },
  });
  done += 1;
  if (process.stdout.isTTY) drawProgress();
  return text.length;
}

function drawProgress(): void {
  const width = 40;
  const filled = Math.round((done / count) * width);
  const bar = '█'.repeat(filled) + '░'.repeat(width - filled);
  process.stdout.write(`\r${bar} ${done}/${count} ${seconds().toFixed(1)} s, ${told.throttled} refused `);
}

const batch = Promise.all(Array.from({ length: count }, (_, index) => summarize(index)));

// Meanwhile a user asks something: the call does not wait behind the two thousand.
const urgent = await generateText({
  model: bedrock(MODEL),
  prompt: 'Are you there?',
  providerOptions: { bedrock: { priority: 'high', queueTimeoutMs: 30_000 } satisfies BedrockTrafficOptions },
});
const before = done;

const lengths = await batch;
if (process.stdout.isTTY) process.stdout.write('\n');
console.log('urgent answer:', urgent.text !== '' && before < count / 2 ? 'early' : 'late');
console.log('answers:', lengths.filter(length => length > 0).length);
console.log('refused:', told.throttled);
console.log('waited:', told.queued > count / 2 ? 'most' : 'few');
