/** The model thinks first; in the next turn it gets its thoughts back, signed, without further ado. */
import { generateText, type ModelMessage } from 'ai';
import { type BedrockLanguageModelOptions, createBedrock } from 'bedrock-ai-provider';
import { createLocalBedrock } from 'bedrock-ai-provider/local';

const local = createLocalBedrock();
const model = createBedrock(local.settings)('us.anthropic.claude-sonnet-4-5-20250929-v1:0');
const messages: ModelMessage[] = [{ role: 'user', content: 'Is 221 a prime number?' }];

const first = await generateText({ model, messages, reasoning: 'medium' });
console.log('thoughts:', first.reasoningText);
console.log('answer:', first.text);

// The same in the model's own terms; they win over the portable level.
const reasoningConfig = { type: 'enabled', budgetTokens: 2_000 } as const;
const second = await generateText({
  model,
  messages: [...messages, ...first.responseMessages, { role: 'user', content: 'And 223?' }],
  providerOptions: { bedrock: { reasoningConfig } satisfies BedrockLanguageModelOptions },
});
console.log('answer:', second.text);
