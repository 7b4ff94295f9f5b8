/** Nova searches the web: Bedrock runs the tool, and the answer cites pages. */
import { generateText } from 'ai';
import { createBedrock } from 'bedrock-ai-provider';
import { createLocalBedrock } from 'bedrock-ai-provider/local';

const id = 'tooluse_1';
const url = 'https://example.com/bridge';
const local = createLocalBedrock({
  // The local Bedrock does not search the web; this is what Nova answers.
  respond: () => ({
    content: [
      {
        toolUse: {
          toolUseId: id,
          name: 'nova_grounding',
          input: { query: 'bridge' },
          type: 'server_tool_use',
        },
      },
      { toolResult: { toolUseId: id, content: [{ text: '[HIDDEN]' }], type: 'nova_grounding_result' } },
      { text: 'It was opened in 1932.' },
      { citationsContent: { citations: [{ location: { web: { url, domain: 'example.com' } } }] } },
    ],
  }),
});
const bedrock = createBedrock(local.settings);

const { text, toolCalls, sources } = await generateText({
  model: bedrock('us.amazon.nova-2-lite-v1:0'),
  prompt: 'When was the bridge opened?',
  tools: { nova_grounding: bedrock.tools.novaGrounding() },
});

console.log(text);
for (const { toolName, input } of toolCalls) console.log('ran', toolName, input);
for (const source of sources) console.log('source', source.sourceType === 'url' && source.url);
