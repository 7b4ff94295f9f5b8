/** What stays the same at the start of every call is read from Bedrock's prompt cache from the second call on. */
import { generateText } from 'ai';
import { createBedrock } from 'bedrock-ai-provider';
import { createLocalBedrock } from 'bedrock-ai-provider/local';

const local = createLocalBedrock();
const bedrock = createBedrock({ ...local.settings, promptCaching: 'auto' });

const handbook = 'Answer as our handbook says. '.repeat(1_000);

for (const prompt of ['May I bring my dog?', 'May I bring my cat?']) {
  const { usage, providerMetadata } = await generateText({
    model: bedrock('us.anthropic.claude-sonnet-4-5-20250929-v1:0'),
    instructions: {
      role: 'system',
      content: handbook,
      // A point of your own wins over the automatic ones: an hour for what all calls share.
      providerOptions: { bedrock: { cachePoint: { type: 'default', ttl: '1h' } } },
    },
    prompt,
  });
  const { cacheReadTokens = 0, cacheWriteTokens = 0 } = usage.inputTokenDetails;
  console.log(`${prompt} read ${cacheReadTokens}, wrote ${cacheWriteTokens} tokens`);
  console.log('by lifetime:', JSON.stringify(providerMetadata?.['bedrock']?.['usage']));
}
