/** Generated prompts of any shape: odd names and scripts, empty texts, ids used twice, files of all kinds. */
import type {
  JSONObject,
  LanguageModelV4FilePart,
  LanguageModelV4FunctionTool,
  LanguageModelV4Message,
  LanguageModelV4Prompt,
  LanguageModelV4ProviderTool,
  LanguageModelV4ToolResultPart,
  SharedV4ProviderOptions,
} from '@ai-sdk/provider';
import fc from 'fast-check';

type Part<Role> =
  Extract<LanguageModelV4Message, { role: Role }>['content'] extends Array<infer Item> ? Item : never;

const text: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom('', ' ', '\n\t', '\u3000', 'Hi', 'Hello there. '),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
);

/** Few enough to meet again, odd enough to need repair. */
export const toolName: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom('look', 'look!', 'look_', 'json', '', '$READFILE', 'wetter für morgen', 'x'.repeat(80)),
  fc.string({ unit: 'grapheme', maxLength: 20 }),
);

const callId: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom('call-1', 'call-2', 'functions.look:0', '', 'ä'.repeat(70), 'y'.repeat(70), 'y'.repeat(71)),
  fc.string({ unit: 'grapheme', maxLength: 12 }),
);

const json: fc.Arbitrary<JSONObject> = fc.dictionary(
  fc.string({ maxLength: 5 }),
  fc.oneof(fc.string({ maxLength: 5 }), fc.integer(), fc.boolean(), fc.constant(null)),
  { maxKeys: 3 },
);

const cachePoint = fc.constantFrom<JSONObject[]>(
  {},
  {},
  {},
  { cachePoint: true },
  { cachePoint: { type: 'default' } },
  { cachePoint: { type: 'default', ttl: '1h' } },
);

/** Nothing, most of the time, under either name otherwise. */
function options(
  ...choices: fc.Arbitrary<JSONObject>[]
): fc.Arbitrary<{ providerOptions?: SharedV4ProviderOptions }> {
  return fc
    .tuple(fc.constantFrom('none', 'bedrock', 'amazonBedrock', 'openai'), cachePoint, ...choices)
    .map(([key, ...all]) =>
      key === 'none' ? {} : { providerOptions: { [key]: Object.assign({}, ...all) } },
    );
}

const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 6 }),
  fc.constantFrom<Array<Uint8Array | string>>(
    '',
    'AQID',
    'iVBORw0KGgo=',
    Uint8Array.of(0x25, 0x50, 0x44, 0x46),
  ),
);

const filename = fc.option(
  fc.oneof(
    fc.constantFrom(
      'a.pdf',
      'a.pdf',
      'Report  (final)_v2.pdf',
      '報告書.docx',
      'tab\there.txt',
      '.env',
      `${'n'.repeat(300)}.md`,
    ),
    fc.string({ unit: 'grapheme', maxLength: 30 }),
  ),
  { nil: undefined },
);

const FILE_TYPES = [
  'image/png',
  'image/jpg',
  'image/webp',
  'application/pdf',
  'text/plain; charset=utf-8',
  'text/csv',
  'application/json',
  'text/x-python',
  'video/mp4',
  'video/3gpp',
  'audio/mpeg',
  'audio/wav',
];

export const filePart: fc.Arbitrary<LanguageModelV4FilePart> = fc
  .tuple(
    fc.oneof(
      fc.record({
        mediaType: fc.constantFrom(...FILE_TYPES),
        data: fc.oneof(
          bytes.map(data => ({ type: 'data' as const, data })),
          fc.constant({
            type: 'url' as const,
            url: new URL('s3://bucket-1/a%20key.png'),
            originalUrl: 's3://bucket-1/a key.png',
          }),
          fc.constant({ type: 'reference' as const, reference: { bedrock: 's3://bucket-1/file' } }),
        ),
      }),
      fc.record({
        mediaType: fc.constantFrom('text/plain', 'text/markdown', 'text', 'application/json'),
        data: text.map(content => ({ type: 'text' as const, text: content })),
      }),
      fc.constant({ mediaType: 'image/*', data: { type: 'data' as const, data: 'iVBORw0KGgo=' } }),
    ),
    filename,
    options(
      fc.constantFrom<JSONObject[]>(
        {},
        { citations: { enabled: true }, context: 'Of last year' },
        { name: 'A\u3000name' },
        { chunks: ['one', 'two'] },
        { guardContent: true },
        { bucketOwner: '123456789012' },
      ),
    ),
  )
  .map(([file, name, provider]) => ({
    type: 'file',
    ...file,
    ...(name === undefined ? {} : { filename: name }),
    ...provider,
  }));

const userPart: fc.Arbitrary<Part<'user'>> = fc.oneof(
  { weight: 3, arbitrary: textPart() },
  { weight: 1, arbitrary: filePart },
);

function textPart() {
  const extras = fc.constantFrom<JSONObject[]>(
    {},
    { guardContent: true },
    { guardContent: true, guardContentQualifiers: ['query'] },
    { searchResult: { source: 'https://example.com', title: 'A page', citations: { enabled: true } } },
  );
  return fc
    .tuple(text, options(extras))
    .map(([content, provider]) => ({ type: 'text' as const, text: content, ...provider }));
}

const assistantPart: fc.Arbitrary<Part<'assistant'>> = fc.oneof(
  fc
    .tuple(
      text,
      options(
        fc.constantFrom<JSONObject[]>(
          {},
          {
            citations: [
              { title: 'a', location: { documentPage: { documentIndex: 0, start: 1, end: 2, of: 3 } } },
            ],
          },
          { citations: [{ location: { unheard: {} }, sourceContent: [{ text: 'b' }, { x: 1 }] }, 7] },
        ),
      ),
    )
    .map(([content, provider]) => ({ type: 'text' as const, text: content, ...provider })),
  fc
    .tuple(
      text,
      options(
        fc.constantFrom<JSONObject[]>({}, { signature: 'c2ln' }, { redactedData: 'AQID' }, { signature: '' }),
      ),
    )
    .map(([content, provider]) => ({ type: 'reasoning' as const, text: content, ...provider })),
  filePart,
  fc.constant({
    type: 'reasoning-file' as const,
    mediaType: 'image/png',
    data: { type: 'data' as const, data: 'AQID' },
  }),
  fc.constantFrom<Array<Part<'assistant'>>>(
    { type: 'custom', kind: 'openai.compaction' },
    {
      type: 'custom',
      kind: 'bedrock.citations',
      providerOptions: {
        bedrock: {
          block: { citationsContent: { citations: [{ location: { web: { url: 'https://a.b' } } }] } },
        },
      },
    },
    {
      type: 'custom',
      kind: 'bedrock.unknown',
      providerOptions: { bedrock: { block: { start: {}, deltas: [{ x: 1 }] } } },
    },
    {
      type: 'custom',
      kind: 'bedrock.image',
      providerOptions: { bedrock: { block: { image: { format: 'png', error: { message: 'no' } } } } },
    },
  ),
  fc
    .tuple(
      callId,
      toolName,
      fc.oneof(json, text, fc.constantFrom<unknown[]>(undefined, null, 3, [1], '{"a":1}')),
      fc.boolean(),
      options(),
    )
    .map(([toolCallId, name, input, server, provider]) => ({
      type: 'tool-call' as const,
      toolCallId,
      toolName: server ? 'nova_grounding' : name,
      input,
      ...(server ? { providerExecuted: true } : {}),
      ...provider,
    })),
  fc.tuple(callId, fc.constantFrom('nova_grounding', 'web_search')).map(([toolCallId, name]) => ({
    type: 'tool-result' as const,
    toolCallId,
    toolName: name,
    output: {
      type: 'json' as const,
      value: { content: [{ text: '[HIDDEN]' }], status: 'success', type: 'nova_grounding_result' },
    },
  })),
);

const output: fc.Arbitrary<LanguageModelV4ToolResultPart['output']> = fc.oneof(
  fc.record({ type: fc.constantFrom('text' as const, 'error-text' as const), value: text }),
  fc.record({
    type: fc.constantFrom('json' as const, 'error-json' as const),
    value: fc.oneof(json, fc.constantFrom(null, 1, 'a', '', [1, 2])),
  }),
  fc.record({ type: fc.constant('execution-denied' as const), reason: text }),
  fc.record({
    type: fc.constant('content' as const),
    value: fc.array(
      fc.oneof(
        textPart(),
        filePart,
        fc.constantFrom(
          { type: 'custom' as const },
          {
            type: 'custom' as const,
            providerOptions: {
              bedrock: { searchResult: { source: 's', title: 't', content: [{ text: 'found' }] } },
            },
          },
          { type: 'custom' as const, providerOptions: { bedrock: { json: { a: 1 } } } },
        ),
      ),
      { maxLength: 3 },
    ),
  }),
);

const toolPart: fc.Arbitrary<Part<'tool'>> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.tuple(callId, toolName, output, options()).map(([toolCallId, name, result, provider]) => ({
      type: 'tool-result' as const,
      toolCallId,
      toolName: name,
      output: result,
      ...provider,
    })),
  },
  {
    weight: 1,
    arbitrary: fc.constant({ type: 'tool-approval-response' as const, approvalId: 'a', approved: true }),
  },
);

const message: fc.Arbitrary<LanguageModelV4Message> = fc.oneof(
  fc
    .tuple(text, options(fc.constantFrom<JSONObject[]>({}, { toolRemoval: [{ name: 'look!' }] })))
    .map(([content, provider]) => ({ role: 'system' as const, content, ...provider })),
  fc
    .tuple(fc.array(userPart, { maxLength: 4 }), options())
    .map(([content, provider]) => ({ role: 'user' as const, content, ...provider })),
  fc
    .tuple(fc.array(assistantPart, { maxLength: 5 }), options())
    .map(([content, provider]) => ({ role: 'assistant' as const, content, ...provider })),
  fc
    .tuple(fc.array(toolPart, { maxLength: 3 }), options())
    .map(([content, provider]) => ({ role: 'tool' as const, content, ...provider })),
);

/** Any list of messages, also such as no conversation would be. */
export const prompt: fc.Arbitrary<LanguageModelV4Prompt> = fc.array(message, { maxLength: 8 });

export const tools: fc.Arbitrary<Array<LanguageModelV4FunctionTool | LanguageModelV4ProviderTool>> =
  fc.uniqueArray(
    fc.oneof(
      fc
        .tuple(
          toolName,
          fc.option(text, { nil: undefined }),
          fc.option(fc.boolean(), { nil: undefined }),
          options(),
        )
        .map(([name, description, strict, provider]) => ({
          type: 'function' as const,
          name,
          inputSchema: { type: 'object' as const, properties: {} },
          ...(description === undefined ? {} : { description }),
          ...(strict === undefined ? {} : { strict }),
          ...provider,
        })),
      fc.constantFrom<LanguageModelV4ProviderTool[]>(
        { type: 'provider', id: 'bedrock.nova_grounding', name: 'search', args: {} },
        { type: 'provider', id: 'anthropic.bash_20250124', name: 'shell', args: {} },
        { type: 'provider', id: 'openai.web_search', name: 'web', args: {} },
      ),
    ),
    { maxLength: 4, selector: tool => tool.name },
  );
