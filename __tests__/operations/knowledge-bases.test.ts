import {
  RetrieveAndGenerateRequest$,
  RetrieveAndGenerateStreamRequest$,
  RetrieveRequest$,
} from '@aws-sdk/client-bedrock-agent-runtime';
import { BedrockError, type GeneratedAnswerPart } from 'bedrock-ai-provider';
import { describe, expect, it } from 'vitest';
import { schemaFaults } from '../support/aws-schema.ts';
import { errorFrame, errorOf, eventFrame, exceptionFrame, streamResponse } from '../support/replies.ts';
import { answering, openDoor } from './door.ts';

const knowledgeBases = {
  KB1: [
    {
      text: 'The bridge was opened in 1932. Trains cross it every ten minutes. It is painted grey.',
      source: 's3://handbook/bridge.txt',
      metadata: { year: 1932, city: 'Sydney', tags: ['bridge', 'train'] },
    },
    {
      text: 'The tower was finished in 1889.',
      source: 'https://example.com/tower',
      metadata: { year: 1889, city: 'Paris' },
    },
    'Bread needs flour, water and yeast.',
  ],
};
const MODEL = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0';
const ask = { knowledgeBaseId: 'KB1', modelId: MODEL, input: 'When was the bridge opened?' };

async function partsOf(stream: ReadableStream<GeneratedAnswerPart>): Promise<GeneratedAnswerPart[]> {
  const parts: GeneratedAnswerPart[] = [];
  const reader = stream.getReader();
  for (let { done, value } = await reader.read(); !done; { done, value } = await reader.read()) {
    parts.push(value as GeneratedAnswerPart);
  }
  return parts;
}

describe('retrieve', () => {
  it('finds what a knowledge base holds, with its source', async () => {
    const { local, bedrock } = openDoor({ knowledgeBases });
    const { results, nextToken } = await bedrock.retrieve({
      knowledgeBaseId: 'KB1',
      query: 'When was the bridge opened?',
    });
    expect(results[0]).toMatchObject({
      text: expect.stringContaining('opened in 1932'),
      source: 's3://handbook/bridge.txt',
      score: expect.any(Number),
      location: { type: 'S3', s3Location: { uri: 's3://handbook/bridge.txt' } },
      metadata: { year: 1932 },
    });
    expect(nextToken).toBeUndefined();
    expect(
      schemaFaults(RetrieveRequest$, { ...(local.requests[0]?.body as object), knowledgeBaseId: 'KB1' }),
    ).toEqual([]);
  });

  it('gives the rest by a token', async () => {
    const { bedrock } = openDoor({
      knowledgeBases: { KB1: ['A bridge.', 'The bridge.', 'One more bridge.'] },
    });
    const query = { knowledgeBaseId: 'KB1', query: 'bridge', numberOfResults: 2 };
    const first = await bedrock.retrieve(query);
    const second = await bedrock.retrieve({ ...query, nextToken: first.nextToken });
    expect([first.results.length, second.results.length]).toEqual([2, 1]);
    expect(second.nextToken).toBeUndefined();
    expect(new Set([...first.results, ...second.results].map(({ text }) => text)).size).toBe(3);
  });

  it.each([
    [{ equals: { key: 'city', value: 'Paris' } }, ['https://example.com/tower']],
    [{ notEquals: { key: 'city', value: 'Paris' } }, ['s3://handbook/bridge.txt']],
    [{ greaterThan: { key: 'year', value: 1900 } }, ['s3://handbook/bridge.txt']],
    [{ lessThanOrEquals: { key: 'year', value: 1889 } }, ['https://example.com/tower']],
    [{ in: { key: 'city', value: ['Paris', 'Rome'] } }, ['https://example.com/tower']],
    [{ notIn: { key: 'city', value: ['Paris', 'Rome'] } }, ['s3://handbook/bridge.txt']],
    [{ startsWith: { key: 'city', value: 'Syd' } }, ['s3://handbook/bridge.txt']],
    [{ stringContains: { key: 'city', value: 'ari' } }, ['https://example.com/tower']],
    [{ listContains: { key: 'tags', value: 'train' } }, ['s3://handbook/bridge.txt']],
    [
      { andAll: [{ lessThan: { key: 'year', value: 1900 } }, { equals: { key: 'city', value: 'Sydney' } }] },
      [],
    ],
    [
      { orAll: [{ lessThan: { key: 'year', value: 1900 } }, { equals: { key: 'city', value: 'Sydney' } }] },
      ['s3://handbook/bridge.txt', 'https://example.com/tower'],
    ],
  ])('filters by %j', async (filter, sources) => {
    const { local, bedrock } = openDoor({ knowledgeBases });
    const query = 'Which was opened or finished, the bridge or the tower?';
    const { results } = await bedrock.retrieve({ knowledgeBaseId: 'KB1', query, filter });
    expect(results.map(({ source }) => source).toSorted()).toEqual([...sources].toSorted());
    expect(
      schemaFaults(RetrieveRequest$, { ...(local.requests[0]?.body as object), knowledgeBaseId: 'KB1' }),
    ).toEqual([]);
  });

  it('sends every option as AWS has it', async () => {
    const { bedrock, sent } = answering(() => ({ retrievalResults: [] }));
    await bedrock.retrieve({
      knowledgeBaseId: 'KB1',
      query: { image: { format: 'png', bytes: new Uint8Array([1, 2, 3]) } },
      numberOfResults: 3,
      searchType: 'HYBRID',
      filter: { equals: { key: 'year', value: 1932 } },
      guardrail: { guardrailIdentifier: 'gr1', guardrailVersion: '1' },
      nextToken: 'abc',
      userId: 'ann',
    });
    expect(sent[0]?.url.pathname).toBe('/knowledgebases/KB1/retrieve');
    expect(sent[0]?.url.host).toBe('bedrock-agent-runtime.us-east-1.amazonaws.com');
    expect(sent[0]?.body).toEqual({
      retrievalQuery: { type: 'IMAGE', image: { format: 'png', inlineContent: 'AQID' } },
      retrievalConfiguration: {
        vectorSearchConfiguration: {
          numberOfResults: 3,
          overrideSearchType: 'HYBRID',
          filter: { equals: { key: 'year', value: 1932 } },
        },
      },
      guardrailConfiguration: { guardrailId: 'gr1', guardrailVersion: '1' },
      nextToken: 'abc',
      userContext: { userId: 'ann' },
    });
    expect(schemaFaults(RetrieveRequest$, { ...sent[0]?.body, knowledgeBaseId: 'KB1' })).toEqual([]);
  });

  it.each([
    [
      'a picture',
      { type: 'IMAGE', byteContent: 'data:' },
      { type: 'WEB', webLocation: { url: 'https://a.b' } },
      undefined,
      'https://a.b',
    ],
    [
      'a sound',
      { type: 'AUDIO', audio: { s3Uri: 's3://a/b', transcription: 'Hello' } },
      { type: 'S3', s3Location: { uri: 's3://a/b' } },
      'Hello',
      's3://a/b',
    ],
    [
      'a film',
      { type: 'VIDEO', video: { s3Uri: 's3://a/b', summary: 'A walk' } },
      undefined,
      'A walk',
      undefined,
    ],
    [
      'a row',
      { type: 'ROW', row: [{ columnName: 'city', columnValue: 'Oslo' }] },
      { type: 'SQL', sqlLocation: { query: 'SELECT 1' } },
      'city: Oslo',
      'SELECT 1',
    ],
    [
      'a document of one’s own',
      { type: 'TEXT', text: 'Hi' },
      { type: 'CUSTOM', customDocumentLocation: { id: 'doc1' } },
      'Hi',
      'doc1',
    ],
  ])('says the words and the source of %s', async (_, content, location, text, source) => {
    const { bedrock } = answering(() => ({ retrievalResults: [{ content, location, score: 0.5 }] }));
    const { results } = await bedrock.retrieve({ knowledgeBaseId: 'KB1', query: 'Hi' });
    expect(results[0]).toMatchObject({ text, source, content, score: 0.5 });
  });

  it('refuses an API key before anything is sent', async () => {
    const { bedrock, sent } = answering(() => ({}), {
      apiKey: 'key',
      accessKeyId: undefined,
      secretAccessKey: undefined,
    });
    const error = await errorOf(bedrock.retrieve({ knowledgeBaseId: 'KB1', query: 'Hi' }));
    expect(error).toHaveProperty('message', expect.stringContaining('takes no Bedrock API keys'));
    expect(sent).toEqual([]);
  });

  it('says which knowledge base does not exist', async () => {
    const { bedrock } = openDoor({ knowledgeBases });
    const error = await errorOf(bedrock.retrieve({ knowledgeBaseId: 'KB2', query: 'Hi' }));
    expect(BedrockError.isInstance(error) && error.code).toBe('ResourceNotFoundException');
  });

  it.each([
    ['knowledgeBaseId', { knowledgeBaseId: 'a/b' }, 'letters and digits only'],
    ['query', { query: 5 }, 'a question, or { image'],
    ['numberOfResults', { numberOfResults: 0 }, '>=1, got 0'],
    ['searchType', { searchType: 'FUZZY' }, '"HYBRID", "SEMANTIC", got "FUZZY"'],
    ['retrievalConfiguration', { numberOfResults: 3, retrievalConfiguration: {} }, 'takes the place of'],
  ])('refuses a wrong %s', async (option, wrong, why) => {
    const { bedrock, sent } = answering(() => ({}));
    const error = await errorOf(bedrock.retrieve({ knowledgeBaseId: 'KB1', query: 'Hi', ...wrong } as never));
    expect(error).toMatchObject({ argument: `retrieve.${option}`, message: expect.stringContaining(why) });
    expect(sent).toEqual([]);
  });
});

describe('retrieveAndGenerate', () => {
  it('answers from a knowledge base, with citations at their places', async () => {
    const { local, bedrock } = openDoor({ knowledgeBases });
    const { text, citations, sessionId } = await bedrock.retrieveAndGenerate(ask);
    expect(text).toContain('The bridge was opened in 1932.');
    expect(sessionId).toMatch(/^[\w-]+$/);
    const [citation] = citations;
    expect(citation?.references[0]).toMatchObject({ source: 's3://handbook/bridge.txt' });
    const { start = 0, end = 0 } = citation?.span ?? {};
    expect(text.slice(start, end + 1)).toBe(citation?.text);
    const again = await bedrock.retrieveAndGenerate({ ...ask, sessionId });
    expect(again.sessionId).toBe(sessionId);
    expect(schemaFaults(RetrieveAndGenerateRequest$, local.requests[1]?.body as object)).toEqual([]);
  });

  it('sends every option as AWS has it, and a model by its ARN', async () => {
    const { bedrock, sent } = answering(() => ({ output: { text: 'Hi' }, sessionId: 's1' }));
    await bedrock.retrieveAndGenerate({
      ...ask,
      modelId: 'amazon.nova-lite-v1:0',
      region: 'us-gov-west-1',
      numberOfResults: 3,
      promptTemplate: 'Answer from $search_results$.',
      maxOutputTokens: 100,
      temperature: 0,
      topP: 0.9,
      stopSequences: ['END'],
      additionalModelRequestFields: { inferenceConfig: { topK: 5 } },
      guardrail: { guardrailIdentifier: 'gr1', guardrailVersion: '1' },
      decomposeQuery: true,
      sessionId: 'session',
      kmsKeyArn: 'arn:aws:kms:us-gov-west-1:123456789012:key/1',
      userId: 'ann',
    });
    expect(sent[0]?.body).toEqual({
      input: { text: ask.input },
      retrieveAndGenerateConfiguration: {
        type: 'KNOWLEDGE_BASE',
        knowledgeBaseConfiguration: {
          knowledgeBaseId: 'KB1',
          modelArn: 'arn:aws-us-gov:bedrock:us-gov-west-1::foundation-model/amazon.nova-lite-v1:0',
          retrievalConfiguration: { vectorSearchConfiguration: { numberOfResults: 3 } },
          generationConfiguration: {
            promptTemplate: { textPromptTemplate: 'Answer from $search_results$.' },
            inferenceConfig: {
              textInferenceConfig: { maxTokens: 100, temperature: 0, topP: 0.9, stopSequences: ['END'] },
            },
            additionalModelRequestFields: { inferenceConfig: { topK: 5 } },
            guardrailConfiguration: { guardrailId: 'gr1', guardrailVersion: '1' },
          },
          orchestrationConfiguration: { queryTransformationConfiguration: { type: 'QUERY_DECOMPOSITION' } },
        },
      },
      sessionId: 'session',
      sessionConfiguration: { kmsKeyArn: 'arn:aws:kms:us-gov-west-1:123456789012:key/1' },
      userContext: { userId: 'ann' },
    });
    expect(schemaFaults(RetrieveAndGenerateRequest$, sent[0]?.body)).toEqual([]);
  });

  it('answers from documents', async () => {
    const { local, bedrock } = openDoor();
    const { text, citations } = await bedrock.retrieveAndGenerate({
      modelId: MODEL,
      input: 'When was the bridge opened?',
      sources: [
        {
          identifier: 'notes',
          contentType: 'text/plain',
          data: new TextEncoder().encode('The bridge was opened in 1932.'),
        },
      ],
    });
    expect(text).toContain('opened in 1932');
    expect(citations[0]?.references[0]?.source).toBe('notes');
    expect(schemaFaults(RetrieveAndGenerateRequest$, local.requests[0]?.body as object)).toEqual([]);
  });

  it('names documents in S3', async () => {
    const { bedrock, sent } = answering(() => ({ output: { text: 'Hi' }, sessionId: 's1' }));
    await bedrock.retrieveAndGenerate({
      modelId: MODEL,
      input: 'Hi',
      sources: [{ s3Uri: 's3://bucket/a.pdf' }],
    });
    expect(sent[0]?.body.retrieveAndGenerateConfiguration).toEqual({
      type: 'EXTERNAL_SOURCES',
      externalSourcesConfiguration: {
        modelArn: MODEL,
        sources: [{ sourceType: 'S3', s3Location: { uri: 's3://bucket/a.pdf' } }],
      },
    });
    expect(schemaFaults(RetrieveAndGenerateRequest$, sent[0]?.body)).toEqual([]);
  });

  it('says that a guardrail has intervened', async () => {
    const { bedrock } = openDoor({
      knowledgeBases,
      guardrails: { gr1: { words: ['bridge'], blockedMessage: 'No bridges.' } },
    });
    const guardrail = { guardrailIdentifier: 'gr1', guardrailVersion: '1' };
    const answer = await bedrock.retrieveAndGenerate({ ...ask, guardrail });
    expect(answer).toMatchObject({ text: 'No bridges.', guardrailAction: 'INTERVENED' });
    const { results, guardrailAction } = await bedrock.retrieve({
      knowledgeBaseId: 'KB1',
      query: 'A bridge?',
      guardrail,
    });
    expect({ results, guardrailAction }).toEqual({ results: [], guardrailAction: 'INTERVENED' });
  });

  it('says so where nothing is found', async () => {
    const { bedrock } = openDoor({ knowledgeBases });
    const { text, citations } = await bedrock.retrieveAndGenerate({ ...ask, input: 'Zebras?' });
    expect(text).toBe('Sorry, I am unable to assist you with this request.');
    expect(citations[0]?.references).toEqual([]);
  });

  it.each([
    ['knowledgeBaseId', { knowledgeBaseId: undefined }, 'give knowledgeBaseId or sources'],
    ['knowledgeBaseId', { sources: [{ s3Uri: 's3://a/b' }] }, 'one of them'],
    [
      'sources',
      { knowledgeBaseId: undefined, sources: [{ s3Uri: 's3://a/b' }], numberOfResults: 3 },
      'read as they are',
    ],
    ['temperature', { temperature: 2 }, '<=1, got 2'],
    ['stopSequences', { stopSequences: ['a', 'b', 'c', 'd', 'e'] }, '<=4 items, got an array of 5'],
    ['input', { input: '' }, '>=1 characters'],
  ])('refuses a wrong %s', async (option, wrong, why) => {
    const { bedrock, sent } = answering(() => ({}));
    const error = await errorOf(bedrock.retrieveAndGenerate({ ...ask, ...wrong } as never));
    expect(error).toMatchObject({
      argument: `retrieveAndGenerate.${option}`,
      message: expect.stringContaining(why),
    });
    expect(sent).toEqual([]);
  });
});

describe('retrieveAndGenerateStream', () => {
  it('streams the same answer', async () => {
    const { local, bedrock } = openDoor({ knowledgeBases });
    const whole = await bedrock.retrieveAndGenerate(ask);
    const { sessionId, stream } = await bedrock.retrieveAndGenerateStream({
      ...ask,
      sessionId: whole.sessionId,
    });
    const parts = await partsOf(stream);
    expect(sessionId).toBe(whole.sessionId);
    expect(parts.flatMap(part => (part.type === 'text' ? part.text : [])).join('')).toBe(whole.text);
    expect(parts.filter(({ type }) => type === 'text').length).toBeGreaterThan(5);
    expect(parts.flatMap(part => (part.type === 'citation' ? part.citation : []))).toEqual(whole.citations);
    expect(schemaFaults(RetrieveAndGenerateStreamRequest$, local.requests[1]?.body as object)).toEqual([]);
  });

  it('reads citations in the first form of the event, guardrails, and passes over what is new', async () => {
    const citation = {
      generatedResponsePart: { textResponsePart: { text: 'Hi', span: { start: 0, end: 1 } } },
      retrievedReferences: [{ content: { text: 'Hi there' } }],
    };
    const { bedrock } = answering(() =>
      streamResponse([
        eventFrame(['output', { text: 'Hi', p: 'abc' }]),
        eventFrame(['surprise', { text: 'No.' }]),
        eventFrame(['citation', { citation }]),
        eventFrame(['guardrail', { action: 'NONE' }]),
      ]),
    );
    const { stream } = await bedrock.retrieveAndGenerateStream(ask);
    expect(await partsOf(stream)).toEqual([
      { type: 'text', text: 'Hi' },
      {
        type: 'citation',
        citation: {
          text: 'Hi',
          span: { start: 0, end: 1 },
          references: [{ content: { text: 'Hi there' }, text: 'Hi there', source: undefined }],
        },
      },
      { type: 'guardrail', action: 'NONE' },
    ]);
  });

  it('may be empty', async () => {
    const { bedrock } = answering(() => streamResponse([]));
    const { stream } = await bedrock.retrieveAndGenerateStream(ask);
    expect(await partsOf(stream)).toEqual([]);
  });

  it('rejects for an exception before the first event', async () => {
    const { bedrock } = answering(() =>
      streamResponse([exceptionFrame('dependencyFailedException', { message: 'The store is down.' })]),
    );
    const error = await errorOf(bedrock.retrieveAndGenerateStream(ask));
    expect(error).toMatchObject({ code: 'DependencyFailedException', statusCode: 424, isRetryable: false });
  });

  it.each([
    ['an exception', exceptionFrame('throttlingException', { message: 'Slow down.' }), 'ThrottlingException'],
    ['an error', errorFrame('InternalFailure', 'Broken.'), 'InternalFailure'],
    ['half a frame', eventFrame(['output', { text: 'more' }]).slice(0, 20), 'TruncatedStream'],
    [
      'wrong bytes',
      eventFrame(['output', { text: 'more' }]).map((byte, i) => (i === 30 ? byte ^ 1 : byte)),
      'CorruptStream',
    ],
  ])('ends with the error of %s', async (_, frame, code) => {
    const { bedrock } = answering(() => streamResponse([eventFrame(['output', { text: 'Hi' }]), frame]));
    const { stream } = await bedrock.retrieveAndGenerateStream(ask);
    const reader = stream.getReader();
    expect((await reader.read()).value).toEqual({ type: 'text', text: 'Hi' });
    expect(await errorOf(reader.read())).toMatchObject({ code });
  });

  it('closes the connection when the reader leaves', async () => {
    let isCanceled = false;
    const { bedrock } = answering(() =>
      streamResponse(
        new ReadableStream({
          pull: controller => controller.enqueue(eventFrame(['output', { text: 'on and on ' }])),
          cancel: () => {
            isCanceled = true;
          },
        }),
      ),
    );
    const { stream } = await bedrock.retrieveAndGenerateStream(ask);
    await stream.cancel();
    expect(isCanceled).toBe(true);
  });

  it('stops when the caller aborts', async () => {
    const controller = new AbortController();
    const { bedrock } = answering(() =>
      streamResponse(
        new ReadableStream({
          start: body => body.enqueue(eventFrame(['output', { text: 'Hi' }])),
        }),
      ),
    );
    const { stream } = await bedrock.retrieveAndGenerateStream({ ...ask, abortSignal: controller.signal });
    const reader = stream.getReader();
    await reader.read();
    controller.abort(new Error('Enough.'));
    expect(await errorOf(reader.read())).toMatchObject({ message: 'Enough.' });
  });
});
