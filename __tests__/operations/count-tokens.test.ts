import { generateText, type ModelMessage, type ToolSet, tool } from 'ai';
import { BedrockError } from 'bedrock-ai-provider';
import { describe, expect, it } from 'vitest';
import { z } from 'zod/v4';
import { runtimeRequestFaults } from '../support/aws-schema.ts';
import { errorOf } from '../support/replies.ts';
import { answering, awsError, openDoor } from './door.ts';

const CLAUDE = 'anthropic.claude-sonnet-4-5-20250929-v1:0';
const NOT_COUNTED = "The provided model doesn't support counting tokens.";

const tools: ToolSet = {
  weather: tool({
    description: 'The weather in a city',
    inputSchema: z.object({ city: z.string(), days: z.number().optional() }),
  }),
};
const png = new Uint8Array([137, 80, 78, 71, 13, 10, 26, 10]);

const conversation: ModelMessage[] = [
  { role: 'user', content: 'What is on this picture?' },
  {
    role: 'user',
    content: [
      { type: 'text', text: 'It is this one.' },
      { type: 'image', image: png },
      {
        type: 'file',
        mediaType: 'text/plain',
        filename: 'notes.txt',
        data: { type: 'text', text: 'A note.' },
      },
      { type: 'file', mediaType: 'application/pdf', data: 'JVBERi0xLjQK' },
      { type: 'file', mediaType: 'image/png', data: `data:image/png;base64,iVBORw0KGgo=` },
      { type: 'file', mediaType: 'image/png', data: new URL('s3://bucket/a%20key.png') },
    ],
  },
  {
    role: 'assistant',
    content: [
      { type: 'text', text: 'I look the weather up.' },
      { type: 'tool-call', toolCallId: 'call1', toolName: 'weather', input: { city: 'Oslo' } },
    ],
  },
  {
    role: 'tool',
    content: [
      {
        type: 'tool-result',
        toolCallId: 'call1',
        toolName: 'weather',
        output: {
          type: 'content',
          value: [
            { type: 'text', text: '7 degrees' },
            { type: 'file', mediaType: 'image/png', data: { type: 'data', data: png } },
          ],
        },
      },
    ],
  },
  { role: 'assistant', content: 'It is cold.' },
  { role: 'user', content: 'And tomorrow?' },
];

describe('countTokens', () => {
  it.each([
    ['a prompt', { prompt: 'Why is the sky blue?' }],
    ['instructions', { instructions: 'Be brief.', prompt: 'Why?' }],
    [
      'instructions with options',
      {
        instructions: {
          role: 'system' as const,
          content: 'Be brief.',
          providerOptions: { bedrock: { cachePoint: { type: 'default' } } },
        },
        prompt: 'Why?',
      },
    ],
    ['messages with files, calls and results', { messages: conversation, tools }],
    ['a forced tool', { prompt: 'Oslo?', tools, toolChoice: { type: 'tool' as const, toolName: 'weather' } }],
    ['reasoning', { prompt: 'Why?', reasoning: 'high' as const }],
    [
      'options',
      { prompt: 'Why?', providerOptions: { bedrock: { anthropicBeta: ['context-1m-2025-08-07'] } } },
    ],
  ])('counts what generateText sends: %s', async (_, input) => {
    const { local, bedrock } = openDoor();
    local.enqueue({
      content: [
        { text: 'Because.' },
        { toolUse: { toolUseId: 'call2', name: 'weather', input: { city: 'Oslo' } } },
      ],
    });
    await generateText({ model: bedrock(CLAUDE), ...input } as Parameters<typeof generateText>[0]);
    const { messages, system, toolConfig, additionalModelRequestFields } = (local.requests[0]?.body ??
      {}) as Record<string, unknown>;

    const { tokens, source } = await bedrock.countTokens(CLAUDE, input);
    const request = { messages, system, toolConfig, additionalModelRequestFields };
    expect(local.requests[1]?.body).toEqual({ input: { converse: JSON.parse(JSON.stringify(request)) } });
    expect(source).toBe('service');
    expect(tokens).toBeGreaterThan(0);
    expect(
      runtimeRequestFaults('CountTokens', local.requests[1]?.body as object, { modelId: CLAUDE }),
    ).toEqual([]);
  });

  it("takes the prompt and the tools of a model's call as they are", async () => {
    const { local, bedrock } = openDoor();
    const { tokens } = await bedrock.countTokens(CLAUDE, {
      prompt: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: [{ type: 'text', text: 'Why?' }] },
      ],
      tools: [{ type: 'function', name: 'weather', inputSchema: { type: 'object', properties: {} } }],
    });
    expect(tokens).toBeGreaterThan(0);
    expect(local.requests[0]?.body).toMatchObject({
      input: {
        converse: {
          system: [{ text: 'Be brief.' }],
          toolConfig: { tools: [{ toolSpec: { name: 'weather' } }] },
        },
      },
    });
  });

  it('says the input tokens of the call that follows', async () => {
    const { bedrock } = openDoor();
    const input = { system: 'Be brief.', prompt: 'Why is the sky blue, and the grass green?' };
    const { tokens } = await bedrock.countTokens(CLAUDE, input);
    const { usage } = await generateText({ model: bedrock(CLAUDE), ...input });
    expect(tokens).toBe(usage.inputTokens);
  });

  it.each([
    ['a profile', `us.${CLAUDE}`, {}],
    ['the ARN of a profile', `arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.${CLAUDE}`, {}],
    ['the ARN of the model', `arn:aws:bedrock:us-east-1::foundation-model/${CLAUDE}`, {}],
    [
      'an ARN with the setting baseModel',
      'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/a1b2c3d4e5f6',
      { baseModel: CLAUDE },
    ],
    ['the setting inferenceProfile', CLAUDE, { inferenceProfile: 'eu' }],
  ])('counts for the model behind %s', async (_, modelId, settings) => {
    const { local, bedrock } = openDoor();
    const count = await bedrock.countTokens(modelId, { prompt: 'Why?', ...settings });
    expect(count).toMatchObject({ source: 'service', modelId: CLAUDE });
    expect(local.requests.map(({ operation, modelId: id }) => [operation, id])).toEqual([
      ['CountTokens', CLAUDE],
    ]);
  });

  it('goes to the Region of the ARN or of the setting', async () => {
    const { bedrock, sent } = answering(() => ({ inputTokens: 3 }));
    await bedrock.countTokens(`arn:aws:bedrock:eu-west-1::foundation-model/${CLAUDE}`, { prompt: 'Why?' });
    await bedrock.countTokens(CLAUDE, { prompt: 'Why?', region: 'ap-south-1' });
    expect(sent.map(({ url }) => url.host)).toEqual([
      'bedrock-runtime.eu-west-1.amazonaws.com',
      'bedrock-runtime.ap-south-1.amazonaws.com',
    ]);
  });

  it('asks Mantle where CountTokens does not count for the model', async () => {
    const { local, bedrock } = openDoor();
    const count = await bedrock.countTokens('us.anthropic.claude-opus-4-8', {
      messages: conversation.slice(0, 1),
      tools,
    });
    expect(count).toMatchObject({ source: 'mantle', modelId: 'anthropic.claude-opus-4-8', warnings: [] });
    expect(local.requests.map(({ operation }) => operation)).toEqual(['CountTokens', 'MantleCountTokens']);
    expect(local.requests[1]).toMatchObject({
      authentication: 'sigv4',
      headers: { 'anthropic-version': '2023-06-01' },
      body: {
        model: 'anthropic.claude-opus-4-8',
        messages: [{ role: 'user', content: [{ type: 'text', text: 'What is on this picture?' }] }],
        tools: [{ name: 'weather', description: 'The weather in a city' }],
      },
    });
  });

  it('signs for Mantle, at its own host', async () => {
    const { bedrock, sent } = answering(({ url }) =>
      url.host.startsWith('bedrock-mantle')
        ? { input_tokens: 17 }
        : awsError('ValidationException', 400, NOT_COUNTED),
    );
    const { tokens } = await bedrock.countTokens('anthropic.claude-opus-4-8', { prompt: 'Why?' });
    expect(tokens).toBe(17);
    expect(sent[1]?.url.href).toBe(
      'https://bedrock-mantle.us-east-1.api.aws/anthropic/v1/messages/count_tokens',
    );
    expect(sent[1]?.headers.get('authorization')).toContain('/us-east-1/bedrock-mantle/aws4_request');
  });

  it('tells Mantle of everything that a conversation holds', async () => {
    const { bedrock, sent } = answering(({ url }) =>
      url.host.startsWith('bedrock-mantle')
        ? { input_tokens: 17 }
        : awsError('ValidationException', 400, NOT_COUNTED),
    );
    const signed = { bedrock: { signature: 'c2ln' } };
    await bedrock.countTokens('anthropic.claude-opus-4-8', {
      instructions: {
        role: 'system',
        content: 'Be brief.',
        providerOptions: { bedrock: { cachePoint: { type: 'default', ttl: '1h' } } },
      },
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'Look.' },
            { type: 'image', image: png, mediaType: 'image/png' },
            { type: 'file', mediaType: 'application/pdf', filename: 'a.pdf', data: 'JVBERi0xLjQK' },
            { type: 'file', mediaType: 'text/plain', filename: 'b.txt', data: 'QSBub3Rl' },
          ],
        },
        {
          role: 'assistant',
          content: [
            { type: 'reasoning', text: 'Hm.', providerOptions: signed },
            { type: 'tool-call', toolCallId: 'call1', toolName: 'weather', input: { city: 'Oslo' } },
          ],
        },
        {
          role: 'tool',
          content: [
            {
              type: 'tool-result',
              toolCallId: 'call1',
              toolName: 'weather',
              output: { type: 'error-text', value: 'No such city' },
            },
          ],
        },
      ],
      tools,
      toolChoice: 'auto',
    });
    expect(sent[1]?.body).toMatchObject({
      system: [{ type: 'text', text: 'Be brief.', cache_control: { type: 'ephemeral', ttl: '1h' } }],
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'Look.' },
            { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'iVBORw0KGgo=' } },
            { type: 'document', title: 'a', source: { type: 'base64', media_type: 'application/pdf' } },
            {
              type: 'document',
              title: 'b',
              source: { type: 'text', media_type: 'text/plain', data: 'A note' },
            },
          ],
        },
        {
          role: 'assistant',
          content: [
            { type: 'thinking', thinking: 'Hm.', signature: 'c2ln' },
            { type: 'tool_use', id: 'call1', name: 'weather', input: { city: 'Oslo' } },
          ],
        },
        {
          role: 'user',
          content: [
            {
              type: 'tool_result',
              tool_use_id: 'call1',
              is_error: true,
              content: [{ type: 'text', text: 'No such city' }],
            },
          ],
        },
      ],
    });
  });

  it('estimates where nobody counts, and says so', async () => {
    const { local, bedrock } = openDoor();
    const count = await bedrock.countTokens('us.amazon.nova-2-lite-v1:0', { prompt: 'Why is the sky blue?' });
    expect(count).toEqual({
      tokens: expect.any(Number),
      source: 'estimate',
      modelId: 'amazon.nova-2-lite-v1:0',
      warnings: [
        {
          type: 'other',
          message: `The tokens are estimated, not counted: ValidationException: ${NOT_COUNTED}`,
        },
      ],
    });
    expect(count.tokens).toBeGreaterThan(5);
    expect(count.tokens).toBeLessThan(20);
    expect(local.requests).toHaveLength(1);
  });

  it('estimates where Mantle does not know the model or the Region either', async () => {
    const { bedrock } = answering(({ url }) => {
      if (url.host.startsWith('bedrock-runtime')) return awsError('ValidationException', 400, NOT_COUNTED);
      throw new TypeError('fetch failed', { cause: new Error('getaddrinfo ENOTFOUND bedrock-mantle') });
    });
    const { source, warnings } = await bedrock.countTokens('us.anthropic.claude-opus-4-8', {
      prompt: 'Why?',
    });
    expect(source).toBe('estimate');
    expect(warnings).toMatchObject([{ message: expect.stringContaining('ENOTFOUND') }]);
  });

  it('estimates under FIPS, which Mantle does not have', async () => {
    const { bedrock, sent } = answering(() => awsError('ValidationException', 400, NOT_COUNTED), {
      useFipsEndpoint: true,
    });
    const { source } = await bedrock.countTokens('us.anthropic.claude-opus-4-8', { prompt: 'Why?' });
    expect(source).toBe('estimate');
    expect(sent).toHaveLength(1);
  });

  it('estimates at a gateway without the operation', async () => {
    const { bedrock } = answering(() => awsError('UnknownOperationException', 404, 'Unknown operation.'));
    expect((await bedrock.countTokens(CLAUDE, { prompt: 'Why?' })).source).toBe('estimate');
  });

  it('estimates what Mantle has no form for, without asking it', async () => {
    const { bedrock, sent } = answering(() => awsError('ValidationException', 400, NOT_COUNTED));
    const { source } = await bedrock.countTokens('anthropic.claude-opus-4-8', {
      messages: [
        {
          role: 'user',
          content: [{ type: 'file', mediaType: 'image/png', data: new URL('s3://bucket/a.png') }],
        },
      ],
    });
    expect(source).toBe('estimate');
    expect(sent).toHaveLength(1);
  });

  it('does not estimate for an id with a typing error', async () => {
    const { bedrock } = openDoor();
    const error = await errorOf(bedrock.countTokens('does-not-exist-model-v1:0', { prompt: 'Why?' }));
    expect(BedrockError.isInstance(error) && error.code).toBe('ValidationException');
    expect(error).toHaveProperty('message', expect.stringContaining('Check the id'));
  });

  it.each([
    ['ThrottlingException', 429],
    ['AccessDeniedException', 403],
    ['ServiceUnavailableException', 503],
  ])('does not estimate for a %s', async (name, status) => {
    const { bedrock } = answering(() => awsError(name, status, 'No.'));
    const error = await errorOf(bedrock.countTokens(CLAUDE, { prompt: 'Why?' }));
    expect(BedrockError.isInstance(error) && error.code).toBe(name);
  });

  it('refuses a reply without a number', async () => {
    const { bedrock } = answering(() => ({ tokens: 3 }));
    const error = await errorOf(bedrock.countTokens(CLAUDE, { prompt: 'Why?' }));
    expect(BedrockError.isInstance(error) && error.code).toBe('InvalidReply');
  });

  it.each([
    ['nothing', {}, 'prompt'],
    ['prompt and messages', { prompt: 'Why?', messages: conversation }, 'messages'],
    ['a tool without a schema', { prompt: 'Why?', tools: { weather: {} } }, 'tools.weather.inputSchema'],
  ])('refuses %s', async (_, input, argument) => {
    const { bedrock, sent } = answering(() => ({ inputTokens: 3 }));
    expect(await errorOf(bedrock.countTokens(CLAUDE, input))).toMatchObject({ argument });
    expect(sent).toEqual([]);
  });

  it('says that it downloads no files', async () => {
    const { bedrock } = answering(() => ({ inputTokens: 3 }));
    const call = bedrock.countTokens(CLAUDE, {
      messages: [{ role: 'user', content: [{ type: 'image', image: new URL('https://example.com/a.png') }] }],
    });
    expect(await errorOf(call)).toHaveProperty('message', expect.stringContaining('Give the bytes'));
  });

  it('stops when the caller aborts, and sends the headers of the call', async () => {
    const controller = new AbortController();
    const { bedrock, sent } = answering(() => {
      controller.abort(new Error('Enough.'));
      return new Promise(() => {});
    });
    const call = bedrock.countTokens(CLAUDE, {
      prompt: 'Why?',
      headers: { 'x-trace': 'abc' },
      abortSignal: controller.signal,
    });
    expect(await errorOf(call)).toMatchObject({ message: 'Enough.' });
    expect(sent[0]?.headers.get('x-trace')).toBe('abc');
  });
});

describe('an estimate', () => {
  it('counts files by their sizes and kinds', async () => {
    const { bedrock } = answering(() => awsError('ValidationException', 400, NOT_COUNTED));
    const count = async (mediaType: string, bytes: number) =>
      (
        await bedrock.countTokens('amazon.nova-pro-v1:0', {
          messages: [
            {
              role: 'user',
              content: [
                { type: 'text', text: 'Read.' },
                { type: 'file', mediaType, data: new Uint8Array(bytes).fill(65) },
              ],
            },
          ],
        })
      ).tokens;
    expect(await count('image/png', 10)).toBe(await count('image/png', 100_000));
    expect(await count('text/plain', 40_000)).toBeGreaterThan(9_000);
    expect(await count('application/pdf', 40_000)).toBeLessThan(2_000);
  });
});
