/** Try what happens at the limits of Bedrock, without an account: quotas, lack of capacity, broken streams. */
import { generateText, streamText } from 'ai';
import { createBedrock } from 'bedrock-ai-provider';
import { createLocalBedrock } from 'bedrock-ai-provider/local';

const modelId = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0';
const local = createLocalBedrock({
  quotas: { 'us.anthropic.*': { tokensPerMinute: 3000 } },
  delayMs: { firstByte: 50 },
});
const model = createBedrock({ ...local.settings, traffic: 'off' })(modelId);

// Each call holds its input and maxOutputTokens: the fourth of them finds too little left.
const calls = ['One', 'Two', 'Three', 'Four'].map(prompt =>
  generateText({ model, prompt, maxOutputTokens: 900, maxRetries: 0 }),
);
for (const result of await Promise.allSettled(calls)) {
  console.log(result.status === 'fulfilled' ? 'answered' : result.reason.message.split('.')[0]);
}
const { admitted, throttled, reservedTokens, settledTokens } = local.counters(modelId);
console.log({ admitted, throttled, reservedTokens, settledTokens });

// For a second AWS has no capacity; the AI SDK tries again until it has.
local.setQuotas(undefined);
local.setUnavailable({ models: modelId, forMs: 1000 });
await generateText({ model, prompt: 'Are you there?' });
console.log('refused for lack of capacity:', local.counters(modelId).unavailable);

// Every second stream breaks off in the middle.
local.setFaults([{ every: 2, fault: { kind: 'cut', at: 4, reset: true } }]);
for (let call = 1; call <= 2; call++) {
  const { finishReason } = streamText({ model, prompt: 'Tell me of the sea.', onError: () => {} });
  console.log(`stream ${call}:`, await finishReason);
}
