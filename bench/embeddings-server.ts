/** A program: answers as Titan Text Embeddings V2 after as long as that takes. */
import { setTimeout as sleep } from 'node:timers/promises';
import { vectorOf } from './fixtures/embeddings.ts';
import { serve } from './serve.ts';

const LATENCY_MS = 20;
const TOKENS = 7;

const replies = new Map<readonly number[], string>();

await serve(async (response, body) => {
  const { inputText } = JSON.parse(body) as { inputText: string };
  const reply = replyTo(vectorOf(inputText));
  await sleep(LATENCY_MS);
  response.writeHead(200, {
    'content-type': 'application/json',
    'x-amzn-requestid': '46d2eeeb-6008-434b-8270-93d4b27e2a56',
    'x-amzn-bedrock-input-token-count': String(TOKENS),
  });
  response.end(reply);
});

/** There are few vectors. */
function replyTo(embedding: readonly number[]): string {
  const known = replies.get(embedding);
  if (known !== undefined) return known;
  const reply = JSON.stringify({
    embedding,
    embeddingsByType: { float: embedding },
    inputTextTokenCount: TOKENS,
  });
  replies.set(embedding, reply);
  return reply;
}
