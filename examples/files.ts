/** Files: bytes, text, and objects in S3, which Bedrock reads itself. */
import { generateText } from 'ai';
import { createBedrock } from 'bedrock-ai-provider';
import { createLocalBedrock } from 'bedrock-ai-provider/local';

const local = createLocalBedrock();
const bedrock = createBedrock(local.settings);

await generateText({
  model: bedrock('us.amazon.nova-pro-v1:0'),
  messages: [
    {
      role: 'user',
      content: [
        { type: 'text', text: 'What do these have in common?' },
        { type: 'file', mediaType: 'image/png', data: Uint8Array.of(0x89, 0x50, 0x4e, 0x47) },
        {
          type: 'file',
          mediaType: 'text/markdown',
          filename: 'notes_of_may.md',
          data: { type: 'text', text: '# Notes' },
          providerOptions: { bedrock: { context: 'Written by hand, then typed.' } },
        },
        {
          type: 'file',
          mediaType: 'video/mp4',
          data: new URL('s3://my-bucket/films/may.mp4'),
          // Where the bucket is another account's.
          providerOptions: { bedrock: { bucketOwner: '123456789012' } },
        },
      ],
    },
  ],
});

// What went over the wire.
const body = local.requests[0]?.body as { messages: Array<{ content: unknown[] }> };
for (const block of body.messages[0]?.content ?? []) console.log(JSON.stringify(block));
