/** How Bedrock serves a call: tier, latency, labels for the logs, and what the model itself has besides. */
import { generateText } from 'ai';
import { type BedrockLanguageModelOptions, createBedrock } from 'bedrock-ai-provider';
import { createLocalBedrock } from 'bedrock-ai-provider/local';

const local = createLocalBedrock();
const bedrock = createBedrock(local.settings);

const options: BedrockLanguageModelOptions = {
  serviceTier: 'flex',
  performanceConfig: { latency: 'optimized' },
  requestMetadata: { team: 'whales' },
  additionalModelRequestFields: { top_k: 50 },
  additionalModelResponseFieldPaths: ['/stop_reason'],
};

const { text, providerMetadata, response } = await generateText({
  model: bedrock('us.anthropic.claude-sonnet-4-5-20250929-v1:0'),
  prompt: 'Say hello.',
  stopSequences: ['##'],
  providerOptions: { bedrock: options },
});

console.log(text);
console.log(response.id, providerMetadata?.['bedrock']);
