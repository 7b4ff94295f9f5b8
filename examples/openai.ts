/** OpenAI's APIs on Bedrock: Responses and Chat Completions, at both endpoints. */
import { generateText, isStepCount, Output, streamText, tool } from 'ai';
import { createLocalBedrock } from 'bedrock-ai-provider/local';
import { createBedrockOpenAI } from 'bedrock-ai-provider/openai';
import { z } from 'zod';

const local = createLocalBedrock();
const openai = createBedrockOpenAI(local.settings);

// GPT goes through Responses, everything else through Chat Completions.
const { textStream } = streamText({
  model: openai('openai.gpt-5.5'),
  prompt: 'Why is the sky blue?',
  reasoning: 'low',
  providerOptions: { openai: { reasoningSummary: 'auto', store: false } },
});
for await (const text of textStream) process.stdout.write(text);
console.log('\nasked:', local.requests.at(-1)?.path);

const { steps, text } = await generateText({
  model: openai('openai.gpt-oss-120b'),
  prompt: 'What is the weather in Oslo?',
  tools: {
    weather: tool({
      description: 'The weather in a city',
      inputSchema: z.object({ city: z.string() }),
      execute: async ({ city }) => ({ city, sky: 'rain' }),
    }),
  },
  stopWhen: isStepCount(2),
});
console.log('called:', steps[0]?.toolCalls[0]?.input);
console.log(text);

// Reasoning of models with open weights, which @ai-sdk/openai leaves unread.
const { reasoningText } = await generateText({
  model: openai.chat('openai.gpt-oss-120b'),
  prompt: 'Why is it raining?',
  reasoning: 'low',
});
console.log('thought:', reasoningText);

// The API and the endpoint that you choose.
const { output } = await generateText({
  model: openai.responses('us.openai.gpt-5.6-luna', { service: 'bedrock-runtime' }),
  prompt: 'Anna is 7 years old.',
  output: Output.object({ schema: z.object({ name: z.string(), age: z.number() }) }),
});
console.log('age:', output.age, local.requests.at(-1)?.path);

for (const { id, status } of await openai.listModels()) console.log('model:', id, status);
