/** The bodies in which models chat through InvokeModel, as AWS's own client sends and reads them. */
import {
  BedrockRuntimeClient,
  InvokeModelCommand,
  type InvokeModelCommandInput,
  InvokeModelWithResponseStreamCommand,
  ValidationException,
} from '@aws-sdk/client-bedrock-runtime';
import { createBedrock } from 'bedrock-ai-provider';
import { createLocalBedrock, type ListeningBedrock, LOCAL_CREDENTIALS } from 'bedrock-ai-provider/local';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { errorOf, hello } from '../support/replies.ts';
import type { Json } from './support.ts';

const local = createLocalBedrock();
let listening: ListeningBedrock;
let client: BedrockRuntimeClient;

beforeAll(async () => {
  listening = await local.listen();
  client = new BedrockRuntimeClient({
    endpoint: listening.url,
    region: 'us-east-1',
    credentials: LOCAL_CREDENTIALS,
    maxAttempts: 1,
  });
});
afterEach(() => local.reset());
afterAll(async () => {
  client.destroy();
  await listening.close();
});

const decode = (bytes: Uint8Array | undefined): Json => JSON.parse(new TextDecoder().decode(bytes));

async function invoke(modelId: string, body: unknown, more: Partial<InvokeModelCommandInput> = {}) {
  const reply = await client.send(new InvokeModelCommand({ modelId, body: JSON.stringify(body), ...more }));
  return { ...reply, body: decode(reply.body) };
}

async function stream(modelId: string, body: unknown): Promise<Json[]> {
  const command = new InvokeModelWithResponseStreamCommand({ modelId, body: JSON.stringify(body) });
  const { body: events } = await client.send(command);
  const chunks: Json[] = [];
  for await (const { chunk } of events ?? []) chunks.push(decode(chunk?.bytes));
  return chunks;
}

const METRICS = 'amazon-bedrock-invocationMetrics';
const chat = { messages: [{ role: 'user', content: 'Good morning' }], max_tokens: 50 };

interface Body {
  body: object;
  /** Where the text is in a whole reply, and in a chunk. */
  text: (reply: Json) => string | undefined;
  piece?: (chunk: Json) => string | undefined;
}

const bodies: Record<string, Body> = {
  'anthropic.claude-v2:1': {
    body: { prompt: '\n\nHuman: Good morning\n\nAssistant:', max_tokens_to_sample: 50 },
    text: reply => reply.completion,
  },
  'amazon.titan-text-express-v1': {
    body: { inputText: 'User: Good morning\nBot:', textGenerationConfig: { maxTokenCount: 50 } },
    text: reply => reply.results[0].outputText,
    piece: reply => reply.outputText,
  },
  'meta.llama2-13b-chat-v1': {
    body: { prompt: '<s>[INST] <<SYS>>\nBe brief.\n<</SYS>>\n\nGood morning [/INST]', max_gen_len: 50 },
    text: reply => reply.generation,
  },
  'meta.llama4-scout-17b-instruct-v1:0': {
    body: {
      prompt:
        '<|begin_of_text|><|header_start|>user<|header_end|>\n\nGood morning<|eot|><|header_start|>assistant<|header_end|>\n\n',
    },
    text: reply => reply.generation,
  },
  'mistral.mistral-7b-instruct-v0:2': {
    body: { prompt: '<s>[INST] Good morning [/INST]' },
    text: reply => reply.outputs[0].text,
  },
  'mistral.mistral-large-2407-v1:0': {
    body: chat,
    text: reply => reply.choices[0].message.content,
  },
  'cohere.command-text-v14': {
    body: { prompt: 'Good morning', stream: true },
    text: reply => reply.generations[0].text,
    piece: reply => reply.text,
  },
  'cohere.command-r-v1:0': {
    body: { message: 'Good morning' },
    text: reply => reply.text,
    piece: reply => (reply.event_type === 'text-generation' ? reply.text : ''),
  },
  'ai21.jamba-1-5-mini-v1:0': {
    body: chat,
    text: reply => reply.choices[0].message.content,
    piece: reply => reply.choices?.[0].delta.content,
  },
  'openai.gpt-oss-20b-1:0': {
    body: { ...chat, reasoning_effort: 'low' },
    text: reply => reply.choices[0].message.content,
    // Each piece of reasoning is in tags of its own.
    piece: reply => reply.choices?.[0].delta.content?.replace('</reasoning><reasoning>', ''),
  },
  'us.deepseek.r1-v1:0': {
    body: { prompt: '<｜begin▁of▁sentence｜><｜User｜>Good morning<｜Assistant｜><think>\n' },
    text: reply => reply.choices[0].text,
  },
  'us.writer.palmyra-x5-v1:0': {
    body: chat,
    text: reply => reply.choices[0].message.content,
    piece: reply => reply.choices?.[0].delta.content,
  },
  'us.twelvelabs.pegasus-1-2-v1:0': {
    body: { inputPrompt: 'Good morning', mediaSource: { base64String: 'AAAA' } },
    text: reply => reply.message,
  },
  'amazon.nova-micro-v1:0': {
    body: { messages: [{ role: 'user', content: [{ text: 'Good morning' }] }] },
    text: reply => reply.output.message.content[0].text,
    piece: reply => reply.contentBlockDelta?.delta.text,
  },
};

describe('every body', () => {
  it.each(Object.entries(bodies))('of %s: answered alike in whole and as a stream', async (modelId, body) => {
    const whole = await invoke(modelId, body.body);
    const text = body.text(whole.body);
    expect(text).toContain('Good morning');
    expect(local.requests[0]).toMatchObject({ status: 200, unknownMembers: [] });
    const chunks = await stream(modelId, body.body);
    const { piece = body.text } = body;
    const joined = chunks.map(chunk => (typeof chunk === 'string' ? '' : (piece(chunk) ?? ''))).join('');
    expect(joined.replaceAll('</reasoning><reasoning>', '')).toBe(text);
    const counts = chunks.flatMap(chunk => chunk[METRICS] ?? []);
    expect(counts).toHaveLength(1);
    expect(counts[0].outputTokenCount).toBeGreaterThan(0);
  });

  it('of Jamba: the counts come in a chunk of their own', async () => {
    const chunks = await stream('ai21.jamba-1-5-mini-v1:0', chat);
    expect(Object.keys(chunks.at(-1))).toEqual([METRICS]);
  });

  it('of Palmyra: the stream ends with a word', async () => {
    const chunks = await stream('us.writer.palmyra-x5-v1:0', chat);
    expect(chunks.at(-1)).toBe('[DONE]');
    expect(chunks.at(-2)).toHaveProperty(METRICS);
  });

  it('of a stream that a script breaks off has no counts', async () => {
    local.enqueue({ events: [{ contentBlockDelta: { contentBlockIndex: 0, delta: { text: 'Hi' } } }] });
    expect(await stream('meta.llama3-8b-instruct-v1:0', { prompt: 'Hello' })).toEqual([
      expect.objectContaining({ generation: 'Hi', stop_reason: null }),
    ]);
  });

  it('is in Converse’s shape for a script, and as it came', async () => {
    const prompt =
      '<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\nBe brief.<|eot_id|><|start_header_id|>user<|end_header_id|>\n\nHi<|eot_id|>';
    const asked: Json[] = [];
    const scripted = createLocalBedrock({
      authentication: 'off',
      respond: ({ converse, body }) => {
        asked.push({ converse, body });
        return 'Aye.';
      },
    });
    const response = await scripted.fetch(
      'https://bedrock-runtime.us-east-1.amazonaws.com/model/meta.llama3-8b-instruct-v1%3A0/invoke',
      { method: 'POST', body: JSON.stringify({ prompt, temperature: 0.5 }) },
    );
    expect(await response.json()).toMatchObject({ generation: 'Aye.', stop_reason: 'stop' });
    expect(asked).toMatchObject([
      {
        converse: {
          system: [{ text: 'Be brief.' }],
          messages: [{ role: 'user', content: [{ text: 'Hi' }] }],
          inferenceConfig: { temperature: 0.5 },
        },
        body: { prompt, temperature: 0.5 },
      },
    ]);
  });

  it('of an ARN that does not tell its model is known by its members', async () => {
    const arn = 'arn:aws:bedrock:us-east-1:123456789012:imported-model/a1b2c3d4e5f6';
    expect((await invoke(arn, { prompt: 'Hi', max_gen_len: 20 })).body).toHaveProperty('generation');
    expect((await invoke(arn, { prompt: 'Hi', max_tokens: 20 })).body).toHaveProperty('outputs');
    expect((await invoke(arn, chat)).body).toHaveProperty('choices');
    expect((await invoke(arn, { message: 'Hi' })).body).toHaveProperty('generation_id');
    expect((await invoke(arn, { inputText: 'Hi', textGenerationConfig: {} })).body).toHaveProperty('results');
  });
});

describe('a body that is wrong', () => {
  it.each<[string, string, object, string]>([
    ['lacks its prompt', 'meta.llama3-8b-instruct-v1:0', {}, '#: required key [prompt] not found'],
    ['lacks its messages', 'qwen.qwen3-32b-v1:0', {}, '#: required key [messages] not found'],
    ['lacks its text', 'amazon.titan-text-lite-v1', {}, '#: required key [inputText] not found'],
    ['lacks its message', 'cohere.command-r-v1:0', {}, '#: required key [message] not found'],
    [
      'is in the other body of its maker',
      'mistral.mistral-7b-instruct-v0:2',
      chat,
      '#: required key [prompt] not found',
    ],
    [
      'is too hot',
      'meta.llama3-8b-instruct-v1:0',
      { prompt: 'Hi', temperature: 2 },
      '#/temperature: 2 is not less or equal to 1',
    ],
    [
      'wants too little',
      'meta.llama3-8b-instruct-v1:0',
      { prompt: 'Hi', max_gen_len: 0 },
      '#/max_gen_len: 0 is not greater or equal to 1',
    ],
    [
      'is of another type',
      'meta.llama3-8b-instruct-v1:0',
      { prompt: 7 },
      '#/prompt: expected type: String, found: Integer',
    ],
    [
      'is empty',
      'meta.llama3-8b-instruct-v1:0',
      { prompt: '' },
      '#/prompt: expected minLength: 1, actual: 0',
    ],
    [
      'has a value that is none',
      'cohere.command-text-v14',
      { prompt: 'Hi', truncate: 'MIDDLE' },
      '#/truncate: MIDDLE is not a valid enum value',
    ],
    [
      'has several faults',
      'meta.llama3-8b-instruct-v1:0',
      { prompt: '', temperature: 2 },
      '2 schema violations found',
    ],
    [
      'has a member that Mistral forbids',
      'mistral.mistral-large-2407-v1:0',
      { ...chat, seed: 1 },
      '#: extraneous key [seed] is not permitted',
    ],
    [
      'has results of tools and no tools',
      'cohere.command-r-v1:0',
      { message: '', tool_results: [{ call: { name: 'x' }, outputs: [] }] },
      '#: tool_results need the tools that gave them',
    ],
    [
      'has an image and no mark for it',
      'meta.llama3-2-11b-instruct-v1:0',
      { prompt: 'Hi', images: ['AAAA'] },
      '#: 0 image marks in the prompt and 1 images',
    ],
    [
      'has two videos in one place',
      'twelvelabs.pegasus-1-2-v1:0',
      { inputPrompt: 'Hi', mediaSource: {} },
      '#/mediaSource: exactly one of base64String and s3Location must be given',
    ],
    ['is no object', 'meta.llama3-8b-instruct-v1:0', [1], '#: expected type: JSONObject, found: another'],
    [
      'has a member for a guardrail that is not named',
      'meta.llama3-8b-instruct-v1:0',
      { prompt: 'Hi', 'amazon-bedrock-guardrailConfig': { tagSuffix: 'x' } },
      '#: extraneous key [amazon-bedrock-guardrailConfig] is not permitted',
    ],
  ])('because it %s', async (_, modelId, body, problem) => {
    const error = await errorOf(invoke(modelId, body));
    expect(error).toBeInstanceOf(ValidationException);
    expect(error).toMatchObject({
      message: `Malformed input request: ${problem}, please reformat your input and try again.`,
    });
  });

  it('for a model that does not stream', async () => {
    const error = await errorOf(stream('ai21.j2-mid-v1', { prompt: 'Hi' }));
    expect(error).toBeInstanceOf(ValidationException);
    expect(error).toMatchObject({ message: 'The model is unsupported for streaming.' });
  });
});

describe('headers', () => {
  const modelId = 'meta.llama3-8b-instruct-v1:0';

  it('of AWS’s client and of this package are the same', async () => {
    await invoke(
      modelId,
      { prompt: 'Hi' },
      {
        guardrailIdentifier: 'abc123',
        guardrailVersion: '1',
        trace: 'ENABLED',
        performanceConfigLatency: 'optimized',
        serviceTier: 'flex',
        accept: 'application/json',
      },
    );
    const bedrock = createBedrock(listening.settings);
    await bedrock.invokeModel(modelId).doGenerate({
      ...hello,
      providerOptions: {
        bedrock: {
          guardrailConfig: { guardrailIdentifier: 'abc123', guardrailVersion: '1', trace: 'enabled' },
          performanceConfig: { latency: 'optimized' },
          serviceTier: 'flex',
        },
      },
    });
    const [theirs, ours] = local.requests.map(({ headers }) =>
      Object.fromEntries(Object.entries(headers).filter(([name]) => /bedrock|^accept$/.test(name))),
    );
    expect(Object.keys(theirs ?? {})).toHaveLength(6);
    expect(ours).toEqual(theirs);
  });

  it('say how the call was served', async () => {
    const reply = await invoke(
      modelId,
      { prompt: 'Hi' },
      { performanceConfigLatency: 'optimized', serviceTier: 'flex' },
    );
    expect(reply).toMatchObject({ performanceConfigLatency: 'optimized', serviceTier: 'flex' });
  });

  it('with values that there are not are refused', async () => {
    const error = await errorOf(invoke(modelId, { prompt: 'Hi' }, { serviceTier: 'gold' as 'flex' }));
    expect(error).toBeInstanceOf(ValidationException);
    expect(error).toMatchObject({ message: expect.stringContaining('[priority, default, flex, reserved]') });
  });

  it('that name half a guardrail are refused', async () => {
    expect(
      await errorOf(invoke(modelId, { prompt: 'Hi' }, { guardrailIdentifier: 'abc123' })),
    ).toBeInstanceOf(ValidationException);
  });

  it('reach a script as the members of Converse, and marks of the guardrail are gone', async () => {
    const tag = 'amazon-bedrock-guardrails-guardContent_xyz';
    const body = {
      prompt: `<${tag}>Check me.</${tag}>`,
      'amazon-bedrock-guardrailConfig': { tagSuffix: 'xyz', streamProcessingMode: 'ASYNCHRONOUS' },
    };
    const seen: Json[] = [];
    const scripted = createLocalBedrock({
      authentication: 'off',
      respond: ({ converse }) => {
        seen.push(converse);
        return 'Aye.';
      },
    });
    await scripted.fetch(
      `https://bedrock-runtime.us-east-1.amazonaws.com/model/${encodeURIComponent(modelId)}/invoke-with-response-stream`,
      {
        method: 'POST',
        body: JSON.stringify(body),
        headers: {
          'x-amzn-bedrock-guardrailidentifier': 'abc123',
          'x-amzn-bedrock-guardrailversion': '1',
          'x-amzn-bedrock-trace': 'ENABLED_FULL',
        },
      },
    );
    expect(seen).toMatchObject([
      {
        messages: [{ content: [{ text: 'Check me.' }] }],
        guardrailConfig: {
          guardrailIdentifier: 'abc123',
          guardrailVersion: '1',
          trace: 'enabled_full',
          streamProcessingMode: 'async',
        },
      },
    ]);
  });
});
