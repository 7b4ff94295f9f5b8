/** The answer says where it has its facts from: documents and search results that may be cited. */
import { generateText } from 'ai';
import { type BedrockFilePartOptions, createBedrock } from 'bedrock-ai-provider';
import { createLocalBedrock } from 'bedrock-ai-provider/local';

const local = createLocalBedrock();
const bedrock = createBedrock(local.settings);

const { text, sources } = await generateText({
  model: bedrock('us.anthropic.claude-sonnet-4-5-20250929-v1:0'),
  messages: [
    {
      role: 'user',
      content: [
        { type: 'text', text: 'When was the bridge opened?' },
        {
          type: 'file',
          mediaType: 'text/plain',
          filename: 'bridge.txt',
          data: { type: 'text', text: 'The bridge was opened in 1932. It is 503 meters long.' },
          providerOptions: { bedrock: { citations: { enabled: true } } satisfies BedrockFilePartOptions },
        },
        {
          type: 'text',
          text: 'Trains have crossed the bridge since it was opened.',
          providerOptions: {
            bedrock: {
              searchResult: {
                source: 'https://example.com/trains',
                title: 'Trains',
                citations: { enabled: true },
              },
            },
          },
        },
      ],
    },
  ],
});

console.log(text);
for (const source of sources) console.log(`- ${source.title} (${source.sourceType})`);
