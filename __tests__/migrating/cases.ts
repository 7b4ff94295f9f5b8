/**
 * Fifty calls that people make with `@ai-sdk/amazon-bedrock`, as data. Each names the rows of `differences.ts` that
 * say how this package's request for it differs; a case without rows gives the same request with both.
 */
import type {
  JSONObject,
  LanguageModelV4,
  LanguageModelV4CallOptions,
  LanguageModelV4FunctionTool,
  LanguageModelV4Message,
  LanguageModelV4Prompt,
  LanguageModelV4ToolResultPart,
} from '@ai-sdk/provider';
import { generateText, jsonSchema, Output, streamText, tool } from 'ai';
import { z } from 'zod/v4';

/** Makes the call with one model or the other. */
type Call = (model: LanguageModelV4) => PromiseLike<unknown>;

export interface MigrationCase {
  readonly name: string;
  readonly modelId: string;
  /** The second argument of the model factory. */
  readonly settings?: { readonly modelFamily: 'anthropic' };
  readonly call: Call;
  /** Names of the rows that apply, all of them. */
  readonly differences: readonly string[];
}

/* ------------------------------------------------------------------- models */

const claude35 = 'anthropic.claude-3-5-sonnet-20241022-v2:0';
const claude37 = 'us.anthropic.claude-3-7-sonnet-20250219-v1:0';
const sonnet45 = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0';
const opus45 = 'us.anthropic.claude-opus-4-5-20251101-v1:0';
const opus46 = 'us.anthropic.claude-opus-4-6-v1';
const opus48 = 'global.anthropic.claude-opus-4-8';
const sonnet5 = 'global.anthropic.claude-sonnet-5';
const novaLite = 'amazon.nova-lite-v1:0';
const nova2 = 'us.amazon.nova-2-lite-v1:0';
const gptOss = 'openai.gpt-oss-120b-1:0';
const llama4 = 'us.meta.llama4-maverick-17b-instruct-v1:0';
const account = '123456789012';

/* -------------------------------------------------------------------- calls */

type CallOptions = Omit<LanguageModelV4CallOptions, 'prompt'> & { prompt?: LanguageModelV4Prompt };

/** A call of the model itself. */
function generate({ prompt = user('How far is the moon?'), ...options }: CallOptions): Call {
  return model => model.doGenerate({ prompt, ...options });
}

async function drain(stream: ReadableStream<unknown>): Promise<void> {
  for await (const _ of stream);
}

function stream({ prompt = user('How far is the moon?'), ...options }: CallOptions): Call {
  return async model => drain((await model.doStream({ prompt, ...options })).stream);
}

type SdkOptions = Omit<Parameters<typeof generateText>[0], 'model'>;

/** A call through the AI SDK, as an app makes it. */
function generated(options: SdkOptions): Call {
  return model => generateText({ ...options, model, maxRetries: 0 } as Parameters<typeof generateText>[0]);
}

function streamed(options: SdkOptions): Call {
  return model =>
    streamText({ ...options, model, maxRetries: 0 } as Parameters<typeof streamText>[0]).consumeStream();
}

/* ------------------------------------------------------------------- prompts */

type UserContent = Extract<LanguageModelV4Message, { role: 'user' }>['content'];
type AssistantContent = Extract<LanguageModelV4Message, { role: 'assistant' }>['content'];
type ToolOutput = LanguageModelV4ToolResultPart['output'];

function user(...content: Array<string | UserContent[number]>): LanguageModelV4Prompt {
  return [
    {
      role: 'user',
      content: content.map(part => (typeof part === 'string' ? { type: 'text', text: part } : part)),
    },
  ];
}

function assistant(...content: Array<string | AssistantContent[number]>): LanguageModelV4Message {
  return {
    role: 'assistant',
    content: content.map(part => (typeof part === 'string' ? { type: 'text', text: part } : part)),
  };
}

const system = (content: string, bedrock?: JSONObject): LanguageModelV4Message => ({
  role: 'system',
  content,
  ...(bedrock && { providerOptions: { bedrock } }),
});

const toolCall = (toolCallId: string, toolName: string, input: unknown = {}) =>
  ({ type: 'tool-call', toolCallId, toolName, input }) as const;

const toolResult = (
  toolCallId: string,
  toolName: string,
  output: ToolOutput,
): LanguageModelV4ToolResultPart => ({ type: 'tool-result', toolCallId, toolName, output });

const results = (...content: LanguageModelV4ToolResultPart[]): LanguageModelV4Message => ({
  role: 'tool',
  content,
});

/** What a chat looks like behind the first use of a tool. */
const weatherHistory: LanguageModelV4Prompt = [
  ...user('What is the weather in Paris?'),
  assistant('I will look.', toolCall('tooluse_Ab1-x', 'weather', { city: 'Paris' })),
  results(toolResult('tooluse_Ab1-x', 'weather', { type: 'text', value: '18 degrees, rain' })),
];

/* --------------------------------------------------------------------- files */

const png: Uint8Array = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const jpegBase64 = '/9j/4AAQSkZJRg==';
const webpBase64 = 'UklGRiQAAABXRUJQ';
const pdfBase64 = 'JVBERi0xLjcK';

type FilePart = Extract<UserContent[number], { type: 'file' }>;

const file = (mediaType: string, data: string | Uint8Array, rest: Partial<FilePart> = {}): FilePart => ({
  type: 'file',
  mediaType,
  data: { type: 'data', data },
  ...rest,
});

const s3 = (mediaType: string, uri: string): FilePart => ({
  type: 'file',
  mediaType,
  data: { type: 'url', url: new URL(uri), originalUrl: uri },
});

/** A tool was asked for pictures and gave these files. */
function photograph(...mediaTypes: string[]): LanguageModelV4Prompt {
  return [
    ...user('Look at the sky.'),
    assistant(toolCall('tooluse_1', 'camera')),
    results(
      toolResult('tooluse_1', 'camera', {
        type: 'content',
        value: mediaTypes.map(mediaType => ({
          type: 'file',
          mediaType,
          filename: 'sky',
          data: { type: 'data', data: mediaType === 'image/png' ? png : pdfBase64 },
        })),
      }),
    ),
  ];
}

/* --------------------------------------------------------------------- tools */

const functionTool = (
  name: string,
  rest: Partial<LanguageModelV4FunctionTool> = {},
): LanguageModelV4FunctionTool => ({
  type: 'function',
  name,
  description: `Looks up the ${name}.`,
  inputSchema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  ...rest,
});

const weather = functionTool('weather');
const closed = {
  type: 'object',
  properties: { city: { type: 'string' } },
  required: ['city'],
  additionalProperties: false,
} as const;

const recipe = {
  type: 'object',
  properties: { name: { type: 'string' }, minutes: { type: 'integer', minimum: 1 } },
  required: ['name', 'minutes'],
  additionalProperties: false,
} as const;

const recipeSchema = jsonSchema<{ name: string; minutes: number }>(recipe);
const recipeFormat = { type: 'json', schema: recipe, name: 'recipe', description: 'A dish.' } as const;

/* --------------------------------------------------------------------- cases */

export const cases: readonly MigrationCase[] = [
  /* ------------------------------------------------- text and system prompts */
  {
    name: 'a question with a system prompt and settings',
    modelId: `arn:aws:bedrock:us-east-1:${account}:inference-profile/${sonnet45}`,
    call: generated({
      system: 'Answer in one sentence.',
      prompt: 'How far is the moon?',
      maxOutputTokens: 200,
      temperature: 0.3,
    }),
    differences: ['response fields'],
  },
  {
    name: 'a streamed question with a guardrail',
    modelId: novaLite,
    call: streamed({
      prompt: 'How far is the moon?',
      stopSequences: ['km'],
      providerOptions: {
        amazonBedrock: {
          guardrailConfig: {
            guardrailIdentifier: 'gr1234567890',
            guardrailVersion: 'DRAFT',
            trace: 'enabled_full',
            streamProcessingMode: 'async',
          },
        },
      },
    }),
    differences: ['empty system prompt'],
  },
  {
    name: 'a chat of several turns with a model that does not reason',
    modelId: llama4,
    call: generated({
      system: 'You are terse.',
      messages: [
        { role: 'user', content: 'Hello' },
        { role: 'assistant', content: 'Hi. ' },
        { role: 'user', content: [{ type: 'text', text: 'How far is the moon?' }] },
      ],
      reasoning: 'high',
    }),
    differences: [],
  },
  {
    name: 'cache points on system messages, parts and messages',
    modelId: sonnet45,
    call: generate({
      prompt: [
        system('The handbook.', { cachePoint: { type: 'default', ttl: '1h' } }),
        system('Today is Monday.'),
        {
          role: 'user',
          content: [
            {
              type: 'text',
              text: 'A long text.',
              providerOptions: { amazonBedrock: { cachePoint: { type: 'default' } } },
            },
            { type: 'text', text: 'What does it say?' },
          ],
        },
        {
          role: 'assistant',
          content: [{ type: 'text', text: 'Much.' }],
          providerOptions: { amazonBedrock: { cachePoint: { type: 'default' } } },
        },
        {
          role: 'user',
          content: [{ type: 'text', text: 'What else?' }],
          providerOptions: { bedrock: { cachePoint: { type: 'default', ttl: '5m' } } },
        },
      ],
    }),
    differences: ['response fields'],
  },
  {
    name: 'cache points in the loop of an agent, with a strict tool',
    modelId: sonnet45,
    call: generate({
      prompt: [
        ...weatherHistory.slice(0, 2),
        {
          ...results(toolResult('tooluse_Ab1-x', 'weather', { type: 'text', value: '18 degrees, rain' })),
          providerOptions: { bedrock: { cachePoint: { type: 'default' } } },
        },
      ],
      tools: [
        functionTool('weather', {
          strict: true,
          providerOptions: { bedrock: { cachePoint: { type: 'default' } } },
        }),
      ],
    }),
    differences: ['empty system prompt', 'response fields', 'cache points on tools', 'strict tools'],
  },
  {
    name: 'a system message between turns',
    modelId: sonnet45,
    call: generate({
      prompt: [
        ...user('Hello'),
        assistant('Hi.'),
        system('From now on, answer in French.'),
        ...user('How far is the moon?'),
      ],
    }),
    differences: ['system message between turns'],
  },
  {
    name: 'an answer to be continued that ends in white space, with all sampling options',
    modelId: claude35,
    call: generate({
      prompt: [...user('Write a poem.'), assistant('Roses are ')],
      temperature: 1.5,
      topP: 0.9,
      topK: 40,
      seed: 7,
      presencePenalty: 0.5,
      frequencyPenalty: 0.5,
      stopSequences: ['END'],
    }),
    differences: ['empty system prompt', 'response fields', 'topK'],
  },
  {
    name: 'an answer to be continued by a model that refuses it',
    modelId: opus46,
    call: generate({ prompt: [...user('Write a poem.'), assistant('Roses are ')], reasoning: 'max' }),
    differences: ['empty system prompt', 'response fields', 'answer to be continued', 'levels of reasoning'],
  },
  {
    name: 'blank text in messages, tool results and stop sequences',
    modelId: novaLite,
    call: generate({
      prompt: [
        ...user('', 'Hello', '\n'),
        assistant('', toolCall('tooluse_1', 'weather', { city: 'Paris' })),
        results(toolResult('tooluse_1', 'weather', { type: 'text', value: '' })),
        assistant('Done.'),
        ...user('How far is the moon?'),
        assistant(' '),
        ...user('Please?'),
      ],
      tools: [weather],
      stopSequences: ['END', ''],
    }),
    differences: ['empty system prompt', 'blank text'],
  },

  /* ------------------------------------------------------------------- files */
  {
    name: 'images as bytes and as base64, of four types',
    modelId: sonnet45,
    call: generated({
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'What do they have in common?' },
            { type: 'file', data: png, mediaType: 'image' },
            { type: 'file', data: jpegBase64, mediaType: 'image/jpeg' },
            { type: 'file', data: 'R0lGODlhAQABAAAAACw=', mediaType: 'image/gif' },
            { type: 'file', data: webpBase64, mediaType: 'image/webp' },
          ],
        },
      ],
    }),
    differences: ['empty system prompt', 'response fields'],
  },
  {
    name: 'two documents with the same file name and no text',
    modelId: novaLite,
    call: generate({
      prompt: user(
        file('application/pdf', pdfBase64, { filename: 'scan.pdf' }),
        file('application/pdf', pdfBase64, { filename: 'scan.pdf' }),
      ),
    }),
    differences: ['empty system prompt', 'names of documents', 'documents without text'],
  },
  {
    name: 'documents with and without citations, with odd names, and one given as text',
    modelId: sonnet45,
    call: generate({
      prompt: user(
        'Sum them up.',
        file('application/pdf', pdfBase64, {
          filename: 'Résumé_of_Zoë.pdf',
          providerOptions: { bedrock: { citations: { enabled: true } } },
        }),
        file('text/csv', 'YSxi', { filename: '売上　データ.csv' }),
        file('text/html', 'PGI+', { filename: 'slack-file://T0.1/page.v2.html' }),
        {
          type: 'file',
          mediaType: 'text/markdown',
          filename: 'notes.md',
          data: { type: 'text', text: '# Notes' },
        },
      ),
    }),
    differences: ['empty system prompt', 'response fields', 'names of documents', 'documents given as text'],
  },
  {
    name: 'a recording, and JSON as a file',
    modelId: 'mistral.voxtral-small-24b-2507',
    call: generate({
      prompt: user(
        'Write it down.',
        file('audio/mpeg', 'SUQzBAA='),
        file('application/json', 'e30=', { filename: 'names.json' }),
      ),
    }),
    differences: ['kinds of files'],
  },
  {
    name: 'a document in S3',
    modelId: novaLite,
    call: generate({ prompt: user('Sum it up.', s3('application/pdf', 's3://my-bucket/report.pdf')) }),
    differences: ['kinds of files'],
  },
  {
    name: 'an image and a video in S3',
    modelId: novaLite,
    call: generate({
      prompt: user(
        'Describe them.',
        s3('image/png', 's3://my-bucket/photos/one.png'),
        s3('video/mp4', 's3://my-bucket/My Holiday #1.mp4'),
      ),
    }),
    differences: ['empty system prompt', 'keys in S3'],
  },
  {
    name: 'an image for a model that reads text only',
    modelId: 'amazon.nova-micro-v1:0',
    call: generate({ prompt: user('What is it?', file('image/png', png)) }),
    differences: ['files that the model cannot read'],
  },
  {
    name: 'guarded text and guarded images',
    modelId: sonnet45,
    call: generate({
      prompt: user(
        {
          type: 'text',
          text: 'The moon is 384,400 km away.',
          providerOptions: {
            bedrock: { guardContent: true, guardContentQualifiers: ['grounding_source', 'query'] },
          },
        },
        {
          type: 'text',
          text: 'How far is it?',
          providerOptions: { amazonBedrock: { guardContent: true } },
        },
        file('image/png', png, { providerOptions: { bedrock: { guardContent: true } } }),
        file('image/webp', webpBase64, { providerOptions: { bedrock: { guardContent: true } } }),
      ),
      providerOptions: {
        bedrock: {
          guardrailConfig: {
            guardrailIdentifier: 'gr1234567890',
            guardrailVersion: '1',
            trace: 'enabled',
            streamProcessingMode: 'async',
          },
        },
      },
    }),
    differences: ['empty system prompt', 'response fields', 'guarded images', 'mode of the guardrail'],
  },

  /* ------------------------------------------------------------------- tools */
  {
    name: 'a tool that the model may call',
    modelId: sonnet45,
    call: generated({
      prompt: 'What is the weather in Paris?',
      tools: {
        weather: tool({
          description: 'Looks up the weather.',
          inputSchema: z.object({ city: z.string() }),
          execute: async () => 'rain',
        }),
      },
    }),
    differences: ['empty system prompt', 'response fields', 'tool choice auto', 'dialect of tool schemas'],
  },
  {
    name: 'a strict tool that Nova must call, streaming, with topK',
    modelId: novaLite,
    call: stream({
      tools: [functionTool('weather', { strict: true, inputSchema: closed })],
      toolChoice: { type: 'required' },
      topK: 20,
      temperature: -1,
    }),
    differences: ['empty system prompt', 'strict tools', 'topK'],
  },
  {
    name: 'one of two tools, forced by name',
    modelId: sonnet45,
    call: generate({
      tools: [weather, functionTool('time')],
      toolChoice: { type: 'tool', toolName: 'time' },
    }),
    differences: ['empty system prompt', 'response fields', 'tools beside the forced one'],
  },
  {
    name: 'a tool that a model which cannot be forced must call, streaming, with a cache point',
    modelId: llama4,
    call: stream({
      prompt: [system('The handbook.', { cachePoint: { type: 'default' } }), ...user('How far is the moon?')],
      tools: [weather],
      toolChoice: { type: 'required' },
    }),
    differences: ['cache points without caching', 'forced tools', 'streams with tools'],
  },
  {
    name: 'tools with names that Bedrock refuses',
    modelId: sonnet45,
    call: generate({
      prompt: [
        ...user('What is the weather in Paris?'),
        assistant(toolCall('tooluse_1', 'get.weather', { city: 'Paris' })),
        results(toolResult('tooluse_1', 'get.weather', { type: 'text', value: 'rain' })),
      ],
      tools: [functionTool('get.weather'), functionTool('getweather')],
    }),
    differences: ['empty system prompt', 'response fields', 'names of tools'],
  },
  {
    name: 'results of tools in all forms',
    modelId: sonnet45,
    call: generate({
      prompt: [
        ...user('Look everything up.'),
        assistant(
          toolCall('tooluse_1', 'weather', { city: 'Paris' }),
          toolCall('tooluse_2', 'weather', { city: 'Rome' }),
          toolCall('tooluse_3', 'weather', { city: 'Oslo' }),
          toolCall('tooluse_4', 'weather', { city: 'Bern' }),
          toolCall('tooluse_5', 'weather', '{"city": "Wi'),
          toolCall('tooluse_6', 'weather', { city: 'Riga' }),
        ),
        results(
          toolResult('tooluse_1', 'weather', { type: 'text', value: 'rain' }),
          toolResult('tooluse_2', 'weather', { type: 'json', value: { sky: 'clear' } }),
          toolResult('tooluse_3', 'weather', { type: 'json', value: ['snow', 'fog'] }),
          toolResult('tooluse_4', 'weather', { type: 'error-json', value: { code: 503 } }),
          toolResult('tooluse_5', 'weather', { type: 'error-text', value: 'Invalid input.' }),
          toolResult('tooluse_6', 'weather', { type: 'execution-denied', reason: 'Not now.' }),
        ),
      ],
      tools: [weather],
    }),
    differences: [
      'empty system prompt',
      'response fields',
      'failed tools',
      'results in JSON',
      'input that is no object',
    ],
  },
  {
    name: 'a tool result with an image and a document',
    modelId: sonnet45,
    call: generate({ prompt: photograph('image/png', 'application/pdf'), tools: [functionTool('camera')] }),
    differences: ['empty system prompt', 'response fields'],
  },
  {
    name: 'an image in a tool result for a model that takes none there',
    modelId: 'qwen.qwen3-vl-235b-a22b',
    call: generate({ prompt: photograph('image/png'), tools: [functionTool('camera')] }),
    differences: ['empty system prompt', 'files in tool results'],
  },
  {
    name: 'calls of tools in the history, and the tools switched off',
    modelId: sonnet45,
    call: generate({
      prompt: [...weatherHistory, assistant('It rains.'), ...user('Thanks. And the moon?')],
      tools: [weather],
      toolChoice: { type: 'none' },
    }),
    differences: ['empty system prompt', 'response fields', 'tool history without tools'],
  },
  {
    name: 'calls of tools in the history of a chat with Mistral',
    modelId: 'mistral.mistral-large-2407-v1:0',
    call: generate({ prompt: [...weatherHistory, ...user('And in Rome?')], tools: [weather] }),
    differences: ['empty system prompt', 'ids of tool calls for Mistral', 'content beside tool results'],
  },
  {
    name: 'tools of Anthropic beside another tool',
    modelId: sonnet45,
    call: generate({
      tools: [
        {
          type: 'provider',
          id: 'anthropic.computer_20250124',
          name: 'computer',
          args: { displayWidthPx: 1280, displayHeightPx: 800 },
        },
        { type: 'provider', id: 'anthropic.bash_20250124', name: 'bash', args: {} },
        weather,
      ],
      toolChoice: { type: 'auto' },
    }),
    differences: ['empty system prompt', 'response fields', 'tools of Anthropic'],
  },
  {
    name: 'one call of a tool at a time, in the words of Anthropic’s package',
    modelId: sonnet45,
    call: generate({
      tools: [weather],
      providerOptions: { anthropic: { disableParallelToolUse: true } },
    }),
    differences: ['empty system prompt', 'response fields', 'options under anthropic'],
  },

  /* --------------------------------------------------------------- reasoning */
  {
    name: 'a level of reasoning for Claude 3.7',
    modelId: claude37,
    call: generated({ prompt: 'How far is the moon?', reasoning: 'medium' }),
    differences: ['empty system prompt', 'response fields', 'share of a level'],
  },
  {
    name: 'a thinking budget beside sampling options and a forced tool',
    modelId: claude37,
    call: generate({
      maxOutputTokens: 500,
      temperature: 0.5,
      topP: 0.9,
      topK: 40,
      tools: [weather],
      toolChoice: { type: 'required' },
      providerOptions: { bedrock: { reasoningConfig: { type: 'enabled', budgetTokens: 2000 } } },
    }),
    differences: ['empty system prompt', 'response fields', 'forced tools'],
  },
  {
    name: 'an effort and service options under amazonBedrock for Claude Opus 4.5',
    modelId: opus45,
    call: generate({
      providerOptions: {
        amazonBedrock: {
          reasoningConfig: { maxReasoningEffort: 'medium' },
          serviceTier: 'priority',
          requestMetadata: { team: 'search' },
          additionalModelRequestFields: { top_k: 20 },
          additionalModelResponseFieldPaths: ['/stop_sequence', '/usage'],
        },
      },
    }),
    differences: ['empty system prompt', 'response fields', 'effort of Opus 4.5'],
  },
  {
    name: 'adaptive thinking with effort and summary',
    modelId: opus48,
    call: generate({
      temperature: 0.7,
      providerOptions: {
        bedrock: {
          reasoningConfig: { type: 'adaptive', maxReasoningEffort: 'high', display: 'summarized' },
        },
      },
    }),
    differences: ['empty system prompt', 'response fields'],
  },
  {
    name: 'a thinking budget for Claude 4.8, which takes none',
    modelId: opus48,
    call: generate({
      maxOutputTokens: 500,
      providerOptions: { bedrock: { reasoningConfig: { type: 'enabled', budgetTokens: 2000 } } },
    }),
    differences: ['empty system prompt', 'response fields', 'budgets where there are none'],
  },
  {
    name: 'no reasoning for Claude 5, which thinks by itself',
    modelId: sonnet5,
    call: generate({ reasoning: 'none' }),
    differences: ['empty system prompt', 'response fields', 'no reasoning'],
  },
  {
    name: 'high reasoning for Nova 2 beside sampling options',
    modelId: nova2,
    call: generate({ reasoning: 'high', maxOutputTokens: 500, temperature: 0.5 }),
    differences: ['empty system prompt', 'high reasoning of Nova 2'],
  },
  {
    name: 'xhigh reasoning for gpt-oss, with a seed and stop sequences, and options under both names',
    modelId: gptOss,
    call: generate({
      reasoning: 'xhigh',
      seed: 7,
      stopSequences: ['END'],
      providerOptions: { bedrock: { serviceTier: 'flex' }, amazonBedrock: { serviceTier: 'priority' } },
    }),
    differences: ['empty system prompt', 'levels of reasoning', 'seed', 'options under both names'],
  },
  {
    name: 'high reasoning for Qwen',
    modelId: 'qwen.qwen3-32b-v1:0',
    call: generate({ reasoning: 'high' }),
    differences: ['empty system prompt', 'reasoning of other families'],
  },
  {
    name: 'signed, unsigned and redacted reasoning of earlier turns',
    modelId: sonnet45,
    call: generate({
      prompt: [
        ...user('How far is the moon?'),
        {
          role: 'assistant',
          content: [
            {
              type: 'reasoning',
              text: ' The mean distance… ',
              providerOptions: { amazonBedrock: { signature: 'c2ln' }, bedrock: { signature: 'c2ln' } },
            },
            {
              type: 'reasoning',
              text: '',
              providerOptions: { amazonBedrock: { redactedContent: 'cmVkYWN0ZWQ=' } },
            },
            { type: 'reasoning', text: 'Unsigned.' },
            { type: 'text', text: '384,400 km.' },
          ],
        },
        ...user('Are you sure?'),
      ],
      providerOptions: { bedrock: { reasoningConfig: { type: 'enabled', budgetTokens: 1024 } } },
    }),
    differences: ['empty system prompt', 'response fields'],
  },

  /* ------------------------------------------------------- structured output */
  {
    name: 'an object from Claude 4.5',
    modelId: sonnet45,
    call: generated({
      prompt: 'A soup.',
      output: Output.object({ schema: recipeSchema, name: 'recipe', description: 'A dish.' }),
    }),
    differences: ['empty system prompt', 'response fields', 'native structured output'],
  },
  {
    name: 'an object from Claude 4.8, with a tool',
    modelId: opus48,
    call: generate({ responseFormat: recipeFormat, tools: [weather] }),
    differences: ['response fields', 'tool for structured output'],
  },
  {
    name: 'an object from Claude 3.7 that thinks',
    modelId: claude37,
    call: generate({
      responseFormat: recipeFormat,
      providerOptions: { bedrock: { reasoningConfig: { type: 'enabled', budgetTokens: 1024 } } },
    }),
    differences: ['response fields', 'instruction for structured output'],
  },
  {
    name: 'an object from Mistral Large 3',
    modelId: 'mistral.mistral-large-3-675b-instruct',
    call: stream({ responseFormat: recipeFormat }),
    differences: ['empty system prompt', 'native structured output'],
  },
  {
    name: 'an object from Llama',
    modelId: llama4,
    call: generate({ responseFormat: recipeFormat }),
    differences: ['instruction for structured output'],
  },
  {
    name: 'any JSON, without a schema, from a model that always reasons',
    modelId: 'us.deepseek.r1-v1:0',
    call: generate({ responseFormat: { type: 'json' }, reasoning: 'high' }),
    differences: ['JSON without a schema'],
  },

  /* -------------------------------------------------------- provider options */
  {
    name: 'an object from Nova, with service options under bedrock',
    modelId: novaLite,
    call: generate({
      responseFormat: recipeFormat,
      providerOptions: {
        bedrock: {
          serviceTier: 'flex',
          performanceConfig: { latency: 'optimized' },
          requestMetadata: { team: 'search' },
          additionalModelRequestFields: { inferenceConfig: { topK: 20 } },
          outputConfig: { effort: 'low' },
        },
      },
    }),
    differences: ['empty system prompt', 'tool for structured output', 'members of the request'],
  },
  {
    name: 'beta features of Claude, and temperature beside topP',
    modelId: sonnet45,
    call: generate({
      temperature: 0.5,
      topP: 0.9,
      providerOptions: { bedrock: { anthropicBeta: ['context-1m-2025-08-07'] } },
    }),
    differences: ['empty system prompt', 'response fields', 'temperature or topP', 'anthropicBeta'],
  },

  /* --------------------------------------------------------------- addresses */
  {
    name: 'an application inference profile, its family named',
    modelId: `arn:aws:bedrock:us-east-1:${account}:application-inference-profile/abcdefghijkl`,
    settings: { modelFamily: 'anthropic' },
    call: generate({ reasoning: 'low' }),
    differences: ['empty system prompt', 'response fields', 'rules of an unnamed Claude'],
  },
  {
    name: 'an application inference profile and a thinking budget, its family not named',
    modelId: `arn:aws:bedrock:us-east-1:${account}:application-inference-profile/abcdefghijkl`,
    call: generate({
      providerOptions: { bedrock: { reasoningConfig: { type: 'enabled', budgetTokens: 2000 } } },
    }),
    differences: ['empty system prompt', 'guessed families'],
  },
  {
    name: 'a prompt of Prompt management',
    modelId: `arn:aws:bedrock:us-east-1:${account}:prompt/ABCDEFGHIJ:1`,
    call: generate({
      temperature: 0.5,
      providerOptions: { bedrock: { promptVariables: { topic: { text: 'whales' } } } },
    }),
    differences: ['empty system prompt', 'prompts of Prompt management'],
  },
];
