/** Programs for Bedrock on a model of another provider: AWS's routes and streams in front, any AI SDK model behind. */
import { generateText, tool } from 'ai';
import { MockLanguageModelV4 } from 'ai/test';
import { createBedrock } from 'bedrock-ai-provider';
import { createLocalBedrock, respondWith } from 'bedrock-ai-provider/local';
import { z } from 'zod';

// In your program: import { openai } from '@ai-sdk/openai', and openai('gpt-5').
const usage = {
  inputTokens: { total: 20, noCache: 20, cacheRead: 0, cacheWrite: 0 },
  outputTokens: { total: 5, text: 5, reasoning: 0 },
};
const model = new MockLanguageModelV4({
  doGenerate: async ({ prompt }) => {
    const last = prompt.at(-1);
    const content =
      last?.role === 'tool'
        ? [{ type: 'text' as const, text: `The tool said: ${JSON.stringify(last.content)}` }]
        : [
            {
              type: 'tool-call' as const,
              toolCallId: 'call-1',
              toolName: 'weather',
              input: '{"city":"Oslo"}',
            },
          ];
    const unified = last?.role === 'tool' ? ('stop' as const) : ('tool-calls' as const);
    return { content, finishReason: { unified, raw: unified }, usage, warnings: [] };
  },
});

// Over HTTP it is `listen(port)`, and `bedrock-ai serve --model openai:gpt-5` from the command line.
const local = createLocalBedrock({ respond: respondWith(model) });

// The caller knows Bedrock and nothing else.
const bedrock = createBedrock(local.settings);
const { text, steps } = await generateText({
  model: bedrock('us.anthropic.claude-sonnet-4-5-20250929-v1:0'),
  prompt: 'What is the weather in Oslo?',
  tools: {
    weather: tool({
      inputSchema: z.object({ city: z.string() }),
      execute: async ({ city }) => ({ city, degrees: 7 }),
    }),
  },
  stopWhen: ({ steps: done }) => done.length === 3,
});
console.log(text);
console.log(`${steps.length} steps, ${local.requests.map(({ operation }) => operation).join(', ')}`);
