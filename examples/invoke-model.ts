/** Chat in a model's own language, through InvokeModel. */
import { generateText, stepCountIs, streamText, tool } from 'ai';
import { type BedrockLanguageModelOptions, createBedrock } from 'bedrock-ai-provider';
import { createLocalBedrock } from 'bedrock-ai-provider/local';
import { z } from 'zod';

const local = createLocalBedrock();
const bedrock = createBedrock(local.settings);

// Llama takes a prompt in its own marks; the conversation is written down in them.
const { text, usage } = await generateText({
  model: bedrock.invokeModel('meta.llama3-8b-instruct-v1:0'),
  system: 'Be brief.',
  prompt: 'Why is the sky blue?',
});
console.log(text, `(${usage.outputTokens} tokens)`);
console.log('sent:', local.requests.at(-1)?.body);

// Claude's own body, with what Converse has no member for, and a service tier.
const result = streamText({
  model: bedrock.invokeModel('us.anthropic.claude-sonnet-4-5-20250929-v1:0'),
  prompt: 'What is the weather in Oslo?',
  tools: {
    weather: tool({
      description: 'The weather in a city',
      inputSchema: z.object({ city: z.string() }),
      execute: async ({ city }) => ({ city, celsius: 7 }),
    }),
  },
  stopWhen: stepCountIs(3),
  providerOptions: {
    bedrock: {
      serviceTier: 'flex',
      anthropicBeta: ['context-management-2025-06-27'],
      additionalModelRequestFields: {
        context_management: { edits: [{ type: 'clear_tool_uses_20250919' }] },
      },
    } satisfies BedrockLanguageModelOptions,
  },
});
for await (const delta of result.textStream) process.stdout.write(delta);
console.log('\nserved:', (await result.providerMetadata)?.['bedrock']?.['serviceTier']);

// An imported model is called by its ARN; its family says in which body.
const imported = 'arn:aws:bedrock:us-east-1:123456789012:imported-model/a1b2c3d4e5f6';
const { provider } = bedrock(imported, { family: 'qwen' });
const answer = await generateText({
  model: bedrock.invokeModel(imported, { baseModel: 'mistral.mistral-7b-instruct-v0:2' }),
  prompt: 'Say hello.',
});
console.log(provider, JSON.stringify(local.requests.at(-1)?.body), answer.finishReason);
