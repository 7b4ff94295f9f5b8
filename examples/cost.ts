/** What calls cost, in the result and added up, with a budget that stops them. */
import { generateText, rerank, streamText } from 'ai';
import { type BedrockLanguageModelOptions, type Cost, createBedrock } from 'bedrock-ai-provider';
import { BudgetExceededError, costOf, createCostTracker, memoryStore } from 'bedrock-ai-provider/cost';
import { createLocalBedrock } from 'bedrock-ai-provider/local';

const costTracker = createCostTracker({
  budget: { usd: 0.01, per: 'day', warnAt: 0.1 },
  store: memoryStore(), // or fileStore('costs.jsonl'), or keyValueStore(driver)
  onWarning: ({ message }) => console.log('warning:', message.replace(/[\d.]+ of/, '… of')),
});
const bedrock = createBedrock({ ...createLocalBedrock().settings, cost: true, costTracker });
const model = bedrock('us.anthropic.claude-sonnet-4-5-20250929-v1:0');
const providerOptions = {
  bedrock: { requestMetadata: { tenant: 'acme' } } satisfies BedrockLanguageModelOptions,
};

const { providerMetadata, usage } = await generateText({
  model,
  prompt: 'What is a bridge?',
  providerOptions,
});
const cost = providerMetadata?.['bedrock']?.['cost'] as unknown as Cost;
console.log(cost.known ? `$${cost.amount}` : cost.message);
for (const { rate, quantity, price, amount } of cost.parts)
  console.log(`  ${rate}: ${quantity} at $${price} a million = $${amount}`);

// The same, from a usage alone: what would it have cost with another model?
const nova = costOf(usage, 'us.amazon.nova-lite-v1:0', { region: 'us-east-1' });
console.log('with Nova Lite:', nova.known && nova.usd < (cost.usd ?? 0) ? 'less' : 'more');

// A price that is not known is no number.
const unknown = costOf({ videoSeconds: 5 }, 'luma.ray-v2:0', { region: 'us-west-2' });
console.log(unknown.known ? unknown.usd : unknown.message);

// A stream that is aborted costs what had come until then.
const controller = new AbortController();
const stream = streamText({ model, prompt: 'Tell me of the sea.', abortSignal: controller.signal });
for await (const text of stream.textStream) if (text !== '') controller.abort();

// Reranking costs by the query, and uses up what was left of the budget.
const documents = ['The bridge was opened in 1932.', 'Bread needs flour.'];
try {
  for (;;) await rerank({ model: bedrock.rerankingModel('cohere.rerank-v3-5:0'), query: 'When?', documents });
} catch (error) {
  console.log(BudgetExceededError.isInstance(error) ? 'stopped by the budget' : error);
}
const { total, byModel, byTag } = await costTracker.summary();
console.log(`${total.calls} calls, reranking $${byModel['cohere.rerank-v3-5:0']?.amount}`);
console.log('acme:', byTag['tenant']?.['acme']?.calls, 'call');

// The catalog also finds models.
const cheapest = await bedrock.catalog.cheapest({ needs: ['tools', 'image-input'], region: 'eu-west-1' });
console.log('cheapest in Ireland:', cheapest?.modelId, `$${cheapest?.cost.amount}`);
