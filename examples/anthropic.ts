/** Claude through its own Messages API: thinking, a cached prompt, citations, a tool of Anthropic's, and Mantle. */
import { generateText, isStepCount, streamText } from 'ai';
import { createBedrockAnthropic } from 'bedrock-ai-provider/anthropic';
import { createLocalBedrock } from 'bedrock-ai-provider/local';

const local = createLocalBedrock();
const anthropic = createBedrockAnthropic(local.settings);
const model = anthropic('us.anthropic.claude-sonnet-4-5-20250929-v1:0');

const { textStream, usage } = streamText({
  model,
  prompt: 'Why is the sky blue?',
  providerOptions: {
    anthropic: { thinking: { type: 'enabled', budgetTokens: 2000 } },
    // InvokeModel's own options go under bedrock.
    bedrock: { requestMetadata: { team: 'search' } },
  },
});
for await (const text of textStream) process.stdout.write(text);
console.log('\ntokens:', (await usage).totalTokens);

// A long system prompt that the next calls read from the cache.
for (const question of ['Who are you?', 'What can you do?']) {
  const answer = await generateText({
    model,
    messages: [
      {
        role: 'system',
        content: 'You know the manual by heart. '.repeat(200),
        providerOptions: { anthropic: { cacheControl: { type: 'ephemeral' } } },
      },
      { role: 'user', content: question },
    ],
    allowSystemInMessages: true,
  });
  console.log(question, 'cached:', answer.usage.inputTokenDetails.cacheReadTokens);
}

// A document that the answer cites.
const { sources } = await generateText({
  model,
  messages: [
    {
      role: 'user',
      content: [
        {
          type: 'file',
          mediaType: 'text/plain',
          filename: 'bridge.txt',
          data: new TextEncoder().encode('The bridge was opened in 1932. Trains cross it.'),
          providerOptions: { anthropic: { citations: { enabled: true } } },
        },
        { type: 'text', text: 'When was the bridge opened?' },
      ],
    },
  ],
});
for (const { title, providerMetadata } of sources) {
  console.log(title, 'says:', providerMetadata?.['anthropic']?.['citedText']);
}

// A tool that Claude is trained on and you run.
const { steps } = await generateText({
  model,
  prompt: 'Run the bash command "ls".',
  tools: {
    bash: anthropic.tools.bash_20250124({ execute: async ({ command }) => `ran ${command}` }),
  },
  stopWhen: isStepCount(2),
});
console.log('tool:', steps[0]?.toolCalls[0]?.toolName);

// The same API on Mantle, for models that are only there.
const { text } = await generateText({
  model: anthropic('anthropic.claude-mythos-5', { service: 'bedrock-mantle' }),
  prompt: 'Say hello.',
  maxOutputTokens: 100,
});
console.log(text);
console.log('asked:', local.requests.at(-1)?.path);
