/** Tools: any name, strict schemas, a cache point, and one that Claude is trained on. */
import { generateText, isStepCount, tool } from 'ai';
import { createBedrock } from 'bedrock-ai-provider';
import { createLocalBedrock } from 'bedrock-ai-provider/local';
import { z } from 'zod';

const local = createLocalBedrock();
const bedrock = createBedrock(local.settings);

const { text, steps } = await generateText({
  model: bedrock('us.anthropic.claude-sonnet-4-5-20250929-v1:0'),
  prompt: 'What is the weather in Oslo?',
  tools: {
    // Bedrock takes letters, digits, `_` and `-`: the name is changed on the wire, and back in the reply.
    'weather (now)': tool({
      description: 'The weather in a city',
      inputSchema: z.object({ city: z.string() }),
      strict: true,
      execute: ({ city }) => ({ city, celsius: 7 }),
      providerOptions: { bedrock: { cachePoint: true } },
    }),
    bash: bedrock.tools.bash_20250124({ execute: async () => 'not run here' }),
  },
  stopWhen: isStepCount(3),
});

const [call] = steps[0]?.toolCalls ?? [];
console.log(call?.toolName, call?.input, '->', steps[0]?.toolResults[0]?.output);
console.log(text);
