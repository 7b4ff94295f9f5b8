/** Answers from documents, with what they are taken from. */
import { createBedrock } from 'bedrock-ai-provider';
import { createLocalBedrock } from 'bedrock-ai-provider/local';

const local = createLocalBedrock({
  knowledgeBases: {
    KB12345678: [
      {
        text: 'The bridge was opened in 1932. Trains cross it every ten minutes.',
        source: 's3://handbook/bridge.txt',
        metadata: { year: 1932 },
      },
      {
        text: 'The tower was finished in 1889.',
        source: 'https://example.com/tower',
        metadata: { year: 1889 },
      },
    ],
  },
});
const bedrock = createBedrock(local.settings);

// What the documents hold on a question.
const { results } = await bedrock.retrieve({
  knowledgeBaseId: 'KB12345678',
  query: 'When was the bridge opened?',
  numberOfResults: 3,
  filter: { greaterThan: { key: 'year', value: 1900 } },
});
for (const { text, source, score } of results) console.log(score?.toFixed(2), source, text);

// An answer made of it.
const answer = await bedrock.retrieveAndGenerate({
  knowledgeBaseId: 'KB12345678',
  modelId: 'us.anthropic.claude-sonnet-4-5-20250929-v1:0',
  input: 'When was the bridge opened?',
});
console.log(answer.text);
for (const { references } of answer.citations) console.log('from', references[0]?.source);

// The next question of the conversation, as a stream.
const { stream } = await bedrock.retrieveAndGenerateStream({
  knowledgeBaseId: 'KB12345678',
  modelId: 'us.anthropic.claude-sonnet-4-5-20250929-v1:0',
  input: 'And when was the tower finished?',
  sessionId: answer.sessionId,
});
for await (const part of stream) {
  if (part.type === 'text') process.stdout.write(part.text);
  if (part.type === 'citation') console.log('\nfrom', part.citation.references[0]?.source);
}
