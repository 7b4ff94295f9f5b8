/** An object of a schema: each model is asked for it in the best way that it has. */
import { generateText, Output, streamText } from 'ai';
import { createBedrock } from 'bedrock-ai-provider';
import { createLocalBedrock } from 'bedrock-ai-provider/local';
import { z } from 'zod';

const local = createLocalBedrock();
const bedrock = createBedrock(local.settings);
const output = Output.object({ schema: z.object({ name: z.string(), meters: z.number() }) });

for (const id of ['us.anthropic.claude-sonnet-4-5-20250929-v1:0', 'us.amazon.nova-2-lite-v1:0']) {
  const result = await generateText({ model: bedrock(id), prompt: 'The highest mountain?', output });
  console.log(id, result.output, result.providerMetadata?.['bedrock']?.['structuredOutput']);
}

// The way can be chosen, and the object be read while it comes.
const { partialOutputStream } = streamText({
  model: bedrock('us.anthropic.claude-sonnet-4-5-20250929-v1:0'),
  prompt: 'The highest mountain?',
  output,
  providerOptions: { bedrock: { structuredOutputMode: 'tool' } },
});
for await (const partial of partialOutputStream) console.log('so far:', partial);
