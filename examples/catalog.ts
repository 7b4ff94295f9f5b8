/** What is known of the models on Bedrock, and prices of one's own. */
import { createBedrock } from 'bedrock-ai-provider';

const bedrock = createBedrock({
  region: 'eu-west-1',
  catalog: [
    { id: 'amazon.nova-pro-v1:0', prices: [{ scope: 'regional', rates: { input: '0.7', output: '2.8' } }] },
    { id: 'acme.rocket-v1:0', name: 'Rocket', regions: ['eu-west-1'], contextWindow: 32_000 },
  ],
});

const sonnet = await bedrock.catalog.get('us.anthropic.claude-sonnet-4-5-20250929-v1:0');
console.log(sonnet?.name, sonnet?.status, sonnet?.contextWindow, sonnet?.capabilities.join(' '));
for (const { id, sourceRegions = [] } of sonnet?.profiles ?? [])
  console.log(`  ${id}: ${sourceRegions.length} Regions`);

const readers = await bedrock.catalog.find({
  needs: ['document-input', 'prompt-caching'],
  region: 'eu-west-1',
});
console.log('read documents:', readers.length, readers[0]?.vendor);

const ending = await bedrock.catalog.find({ status: 'LEGACY' });
for (const { id, endOfLife, successor } of ending)
  console.log(`${id} ends ${endOfLife ?? 'some day'}, then ${successor ?? 'nothing'}`);

// The cheapest way to a model that fits, without leaving Europe.
const cheapest = await bedrock.catalog.cheapest({
  needs: ['tools', 'reasoning'],
  reach: ['in-region', 'geo'],
  usage: { inputTokens: 20_000, outputTokens: 2_000 },
});
console.log(cheapest?.modelId, cheapest?.cost.usd);

const nova = await bedrock.catalog.cheapest({
  search: 'nova-pro',
  usage: { inputTokens: 1_000_000, outputTokens: 0 },
});
console.log('our price:', nova?.cost.amount);
console.log('ours:', (await bedrock.catalog.get('acme.rocket-v1:0'))?.name);
