import type { LanguageModelV4CallOptions } from '@ai-sdk/provider';
import { generateText } from 'ai';
import {
  type BedrockAnthropicModelSettings,
  bedrockAnthropic,
  createBedrockAnthropic,
} from 'bedrock-ai-provider/anthropic';
import { createLocalBedrock } from 'bedrock-ai-provider/local';
import { describe, expect, it } from 'vitest';
import type { Json } from '../local/support.ts';
import { errorOf, eventFrame, hello, readParts, streamResponse } from '../support/replies.ts';

const sonnet = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0';

/** What a call sends. */
async function sentBy(
  options: Partial<LanguageModelV4CallOptions>,
  { modelId = sonnet, settings = {} as BedrockAnthropicModelSettings, stream = false } = {},
): Promise<{ body: Json; path: string; headers: Readonly<Record<string, string>>; warnings: unknown[] }> {
  const local = createLocalBedrock({ models: () => true });
  const model = createBedrockAnthropic(local.settings)(modelId, settings);
  const warnings = stream
    ? (await readParts((await model.doStream({ ...hello, ...options })).stream)).flatMap(part =>
        part.type === 'stream-start' ? part.warnings : [],
      )
    : (await model.doGenerate({ ...hello, ...options })).warnings;
  const { body, path, headers } = local.requests[0] ?? { path: '', headers: {} };
  return { body, path, headers, warnings };
}

const providerTool = (id: string, name: string, args: Record<string, unknown> = {}) =>
  ({ type: 'provider', id: `anthropic.${id}`, name, args }) as const;
const functionTool = { type: 'function', name: 'look', inputSchema: { type: 'object' } } as const;

describe('a request through InvokeModel', () => {
  it('has its version in the body, and neither the model nor whether to stream', async () => {
    const { body } = await sentBy({}, { stream: true });
    expect(body).toMatchObject({ anthropic_version: 'bedrock-2023-05-31', max_tokens: 64_000 });
    expect(body).not.toHaveProperty('model');
    expect(body).not.toHaveProperty('stream');
  });

  it('has betas in the body and none in the headers', async () => {
    const { body, headers } = await sentBy({
      headers: { 'anthropic-beta': 'context-1m-2025-08-07, interleaved-thinking-2025-05-14' },
      providerOptions: { anthropic: { anthropicBeta: ['dev-full-thinking-2025-05-14'] } },
    });
    expect(body.anthropic_beta.toSorted()).toEqual([
      'context-1m-2025-08-07',
      'dev-full-thinking-2025-05-14',
      'interleaved-thinking-2025-05-14',
    ]);
    expect(headers).not.toHaveProperty('anthropic-beta');
    expect(headers).not.toHaveProperty('anthropic-version');
  });

  it('joins the betas of the headers of the provider, however they are given', async () => {
    const local = createLocalBedrock();
    const named = { 'Anthropic-Beta': 'context-1m-2025-08-07' };
    for (const headers of [named, new Headers(named), async () => named]) {
      await createBedrockAnthropic({ ...local.settings, headers })(sonnet).doGenerate(hello);
      const body: Json = local.requests.at(-1)?.body;
      expect(body.anthropic_beta).toEqual(['context-1m-2025-08-07']);
    }
  });

  it('percent-encodes ARNs, and knows the model behind one that is named', async () => {
    const arn = 'arn:aws:bedrock:eu-west-1:123456789012:application-inference-profile/abcdefgh1234';
    const settings = { baseModel: 'anthropic.claude-opus-4-1-20250805-v1:0' };
    const { path, body, warnings } = await sentBy({}, { modelId: arn, settings });
    expect(path).toBe(`/model/${encodeURIComponent(arn)}/invoke`);
    expect(body.max_tokens).toBe(32_000);
    expect(warnings).toEqual([]);
  });

  it('takes an ARN that does not tell its model', async () => {
    const arn = 'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abcdefgh1234';
    const { body } = await sentBy({ maxOutputTokens: 50 }, { modelId: arn });
    expect(body.max_tokens).toBe(50);
  });

  it('asks for tool input as it comes by the beta, where Bedrock refuses the member', async () => {
    const { body } = await sentBy({ tools: [functionTool] }, { stream: true });
    expect(body.tools).toEqual([{ name: 'look', input_schema: { type: 'object' } }]);
    expect(body.anthropic_beta).toContain('fine-grained-tool-streaming-2025-05-14');
  });

  it('keeps the wish for one tool at a time', async () => {
    const { body } = await sentBy({
      tools: [functionTool],
      toolChoice: { type: 'tool', toolName: 'look' },
      providerOptions: { anthropic: { disableParallelToolUse: true } },
    });
    expect(body.tool_choice).toEqual({ type: 'tool', name: 'look', disable_parallel_tool_use: true });
  });

  it('names the binding of thinking blocks as Bedrock does', async () => {
    const thinking = { type: 'adaptive', blockBinding: { prefixMismatchBehavior: 'drop_block' } };
    const { body } = await sentBy(
      { providerOptions: { anthropic: { thinking } } },
      { modelId: 'us.anthropic.claude-opus-5' },
    );
    expect(body.thinking).toMatchObject({
      type: 'adaptive',
      block_binding: { mismatch_behavior: 'drop_block' },
    });
    expect(JSON.stringify(body)).not.toContain('prefix_mismatch');
  });

  it.each([
    ['bash_20241022', 'bash', 'bash_20250124', 'bash'],
    ['text_editor_20241022', 'str_replace_editor', 'text_editor_20250728', 'str_replace_based_edit_tool'],
    ['computer_20241022', 'computer', 'computer_20250124', 'computer'],
    ['computer_20251124', 'computer', 'computer_20251124', 'computer'],
  ])('sends the tool %s in the version that the model takes', async (given, name, type, wireName) => {
    const args = given.startsWith('computer') ? { displayWidthPx: 800, displayHeightPx: 600 } : {};
    const { body } = await sentBy({ tools: [providerTool(given, name, args)] });
    expect(body.tools).toMatchObject([{ type, name: wireName }]);
  });

  it('leaves the first versions of tools to the model that they were made for', async () => {
    const { body } = await sentBy(
      { tools: [providerTool('bash_20241022', 'bash')] },
      { modelId: 'anthropic.claude-3-5-sonnet-20241022-v2:0' },
    );
    expect(body.tools).toMatchObject([{ type: 'bash_20241022' }]);
    expect(body.anthropic_beta).toEqual(['computer-use-2024-10-22']);
  });

  it('lets the caller give tools of Anthropic any name, whatever the model calls them', async () => {
    const wire = 'str_replace_based_edit_tool';
    const call = { toolUse: { toolUseId: 'tooluse_1', name: wire, input: { command: 'view', path: '/a' } } };
    const local = createLocalBedrock({ respond: () => ({ content: [call] }) });
    const model = createBedrockAnthropic(local.settings)(sonnet);
    const options: LanguageModelV4CallOptions = {
      tools: [providerTool('text_editor_20241022', 'editor')],
      toolChoice: { type: 'tool', toolName: 'editor' },
      prompt: [
        ...hello.prompt,
        {
          role: 'assistant',
          content: [{ type: 'tool-call', toolCallId: 'c1', toolName: 'editor', input: {} }],
        },
        {
          role: 'tool',
          content: [
            {
              type: 'tool-result',
              toolCallId: 'c1',
              toolName: 'editor',
              output: { type: 'text', value: 'ok' },
            },
          ],
        },
      ],
    };
    const { content } = await model.doGenerate(options);
    expect(content).toMatchObject([{ type: 'tool-call', toolName: 'editor' }]);
    const parts = await readParts((await model.doStream(options)).stream);
    const names = parts.flatMap(part => ('toolName' in part ? [part.toolName] : []));
    expect(names).toEqual(['editor', 'editor']);
    const body: Json = local.requests[0]?.body;
    expect(body.tool_choice).toMatchObject({ name: wire });
    expect(body.messages[1].content).toMatchObject([{ type: 'tool_use', name: wire }]);
  });

  it('gives tool search the beta that Bedrock knows', async () => {
    const deferred = { ...functionTool, providerOptions: { anthropic: { deferLoading: true } } };
    const search = providerTool('tool_search_regex_20251119', 'tool_search');
    const { body } = await sentBy(
      { tools: [search, deferred] },
      { modelId: 'us.anthropic.claude-opus-4-5-20251101-v1:0' },
    );
    expect(body.tools).toMatchObject([
      { type: 'tool_search_tool_regex_20251119' },
      { name: 'look', defer_loading: true },
    ]);
    expect(body.anthropic_beta).toContain('tool-search-tool-2025-10-19');
    expect(body.anthropic_beta).not.toContain('advanced-tool-use-2025-11-20');
  });

  it('sends no strict tools to models that refuse them, and says so', async () => {
    const tools = [{ ...functionTool, strict: true }];
    const { body, warnings } = await sentBy(
      { tools },
      { modelId: 'us.anthropic.claude-opus-4-8', stream: true },
    );
    expect(body.tools).toEqual([{ name: 'look', input_schema: { type: 'object' } }]);
    expect(body.anthropic_beta).not.toContain('structured-outputs-2025-11-13');
    expect(warnings).toMatchObject([{ type: 'unsupported', feature: 'strict' }]);
    expect((await sentBy({ tools })).body.tools).toMatchObject([{ strict: true }]);
  });

  const responseFormat = {
    type: 'json',
    schema: { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] },
  } as const;

  it('has a schema enforced by the model where it is to be trusted with it, else by a tool', async () => {
    const trusted = await sentBy({ responseFormat });
    expect(trusted.body.output_config.format).toMatchObject({ type: 'json_schema' });
    const other = await sentBy({ responseFormat }, { modelId: 'us.anthropic.claude-opus-4-8' });
    expect(other.body).toMatchObject({ tools: [{ name: 'json' }], tool_choice: { type: 'any' } });
    expect(other.body).not.toHaveProperty('output_config.format');
    const asked = await sentBy(
      { responseFormat, providerOptions: { anthropic: { structuredOutputMode: 'outputFormat' } } },
      { modelId: 'us.anthropic.claude-opus-4-8' },
    );
    expect(asked.body.output_config.format).toMatchObject({ type: 'json_schema' });
  });

  it('takes options under bedrock as well, as the official package does', async () => {
    const { body } = await sentBy({
      providerOptions: { bedrock: { thinking: { type: 'enabled', budgetTokens: 2000 } } },
    });
    expect(body.thinking).toEqual({ type: 'enabled', budget_tokens: 2000 });
  });

  it('has the options of InvokeModel in headers, and gives the others to the package', async () => {
    const { headers, body, warnings } = await sentBy({
      providerOptions: {
        bedrock: {
          guardrailConfig: { guardrailIdentifier: 'gr-1', guardrailVersion: '2', trace: 'enabled_full' },
          performanceConfig: { latency: 'optimized' },
          serviceTier: 'flex',
          requestMetadata: { team: 'search' },
          effort: 'low',
        },
      },
    });
    expect(headers).toMatchObject({
      'x-amzn-bedrock-guardrailidentifier': 'gr-1',
      'x-amzn-bedrock-guardrailversion': '2',
      'x-amzn-bedrock-trace': 'ENABLED_FULL',
      'x-amzn-bedrock-performanceconfig-latency': 'optimized',
      'x-amzn-bedrock-service-tier': 'flex',
      'x-amzn-bedrock-request-metadata': '{"team":"search"}',
    });
    expect(body.output_config).toEqual({ effort: 'low' });
    expect(body).not.toHaveProperty('service_tier');
    expect(warnings).toEqual([]);
  });

  it('names an option of InvokeModel that has a wrong value', async () => {
    const options = { providerOptions: { bedrock: { serviceTier: 'cheap' } } };
    await expect(sentBy(options)).rejects.toThrow(
      /providerOptions\.bedrock\.serviceTier: expected one of "default"/,
    );
  });

  it('is refused before it is sent when it has a message thread', async () => {
    const options = { ...hello, providerOptions: { anthropic: { thread: { type: 'create' } } } };
    const local = createLocalBedrock();
    const error = await errorOf(createBedrockAnthropic(local.settings)(sonnet).doGenerate(options));
    expect(error).toMatchObject({ functionality: 'thread' });
    expect(local.requests).toEqual([]);
  });
});

describe('a request on Mantle', () => {
  const settings: BedrockAnthropicModelSettings = { service: 'bedrock-mantle' };

  it("is Anthropic's own, with the model in the body and betas in a header", async () => {
    const { body, path, headers } = await sentBy(
      { tools: [functionTool], providerOptions: { anthropic: { anthropicBeta: ['context-1m-2025-08-07'] } } },
      { modelId: 'anthropic.claude-opus-4-8', settings, stream: true },
    );
    expect(path).toBe('/anthropic/v1/messages');
    expect(body).toMatchObject({ model: 'anthropic.claude-opus-4-8', stream: true });
    expect(body.tools).toMatchObject([{ eager_input_streaming: true }]);
    expect(body).not.toHaveProperty('anthropic_version');
    expect(headers['anthropic-version']).toBe('2023-06-01');
    expect(headers['anthropic-beta']).toContain('context-1m-2025-08-07');
  });
});

describe('replies of Claude', () => {
  it('have citations as sources', async () => {
    const local = createLocalBedrock();
    const { sources, text } = await generateText({
      model: createBedrockAnthropic(local.settings)(sonnet),
      messages: [
        {
          role: 'user',
          content: [
            {
              type: 'file',
              mediaType: 'text/plain',
              filename: 'bridge.txt',
              data: new TextEncoder().encode('The bridge was opened in 1932. Trains cross it.'),
              providerOptions: { anthropic: { citations: { enabled: true } } },
            },
            { type: 'text', text: 'When was the bridge opened?' },
          ],
        },
      ],
    });
    expect(text).toContain('1932');
    expect(sources).toMatchObject([
      {
        sourceType: 'document',
        filename: 'bridge.txt',
        providerMetadata: { anthropic: { citedText: 'The bridge was opened in 1932.' } },
      },
    ]);
  });

  it('say what was read from the cache and written to it', async () => {
    const local = createLocalBedrock();
    const model = createBedrockAnthropic(local.settings)(sonnet);
    const ask = (prompt: string) =>
      generateText({
        model,
        messages: [
          {
            role: 'system',
            content: 'You are terse. '.repeat(500),
            providerOptions: { anthropic: { cacheControl: { type: 'ephemeral' } } },
          },
          { role: 'user', content: prompt },
        ],
        allowSystemInMessages: true,
      });
    const [first, second] = [await ask('One?'), await ask('Two?')];
    expect(first.usage.inputTokenDetails.cacheWriteTokens).toBeGreaterThan(1024);
    expect(second.usage.inputTokenDetails.cacheReadTokens).toBe(
      first.usage.inputTokenDetails.cacheWriteTokens,
    );
  });

  it('hand thinking back with its signature in the next turn', async () => {
    const local = createLocalBedrock();
    const model = createBedrockAnthropic(local.settings)(sonnet);
    const { content } = await model.doGenerate({ ...hello, reasoning: 'low' });
    const [reasoning] = content;
    if (reasoning?.type !== 'reasoning') throw new Error('no reasoning');
    const { text, providerMetadata } = reasoning;
    const part = {
      type: 'reasoning' as const,
      text,
      ...(providerMetadata && { providerOptions: providerMetadata }),
    };
    await model.doGenerate({
      reasoning: 'low',
      prompt: [
        ...hello.prompt,
        { role: 'assistant', content: [part, { type: 'text', text: 'Hi' }] },
        ...hello.prompt,
      ],
    });
    const body: Json = local.requests.at(-1)?.body;
    expect(body.messages[1].content[0]).toEqual({
      type: 'thinking',
      thinking: text,
      signature: providerMetadata?.['anthropic']?.['signature'],
    });
  });
});

describe('what InvokeModel says of a call', () => {
  const guarded = {
    'amazon-bedrock-guardrailAction': 'INTERVENED',
    'amazon-bedrock-trace': { guardrail: { actionReason: 'Guardrail blocked.' } },
  };
  const message = {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: 'claude',
    content: [{ type: 'text', text: 'I cannot.' }],
    stop_reason: 'end_turn',
    stop_sequence: null,
    usage: { input_tokens: 3, output_tokens: 4 },
  };
  const bedrock = { trace: guarded['amazon-bedrock-trace'], serviceTier: { type: 'flex' } };
  const headers = { 'x-amzn-bedrock-service-tier': 'flex' };

  it('is in the metadata of whole replies, and a guardrail in the finish reason', async () => {
    const local = createLocalBedrock({
      respond: () => Response.json({ ...message, ...guarded }, { headers }),
    });
    const result = await createBedrockAnthropic(local.settings)(sonnet).doGenerate(hello);
    expect(result.finishReason).toEqual({ unified: 'content-filter', raw: 'guardrail_intervened' });
    expect(result.providerMetadata).toMatchObject({ anthropic: expect.anything(), bedrock });
  });

  it('is in the metadata of streams', async () => {
    const chunks = [
      { type: 'message_start', message: { ...message, content: [], stop_reason: null } },
      { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
      { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'I cannot.' } },
      { type: 'content_block_stop', index: 0 },
      { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 4 } },
      // A chunk that says nothing of the model.
      guarded,
      { type: 'message_stop', 'amazon-bedrock-invocationMetrics': { invocationLatency: 70 } },
    ];
    const frames = chunks.map(chunk => eventFrame(['chunk', { bytes: btoa(JSON.stringify(chunk)) }]));
    const model = createBedrockAnthropic({
      region: 'us-east-1',
      apiKey: 'test-key',
      fetch: async () => {
        const response = streamResponse(frames);
        response.headers.set('x-amzn-bedrock-service-tier', 'flex');
        return response;
      },
    })(sonnet);
    const parts = await readParts((await model.doStream(hello)).stream);
    expect(parts.at(-1)).toMatchObject({
      type: 'finish',
      finishReason: { unified: 'content-filter' },
      providerMetadata: { bedrock: { ...bedrock, metrics: { latencyMs: 70 } } },
    });
  });

  it('has the time that it took', async () => {
    const local = createLocalBedrock();
    const { providerMetadata } = await createBedrockAnthropic(local.settings)(sonnet).doGenerate(hello);
    expect(providerMetadata?.['bedrock']).toEqual({ metrics: { latencyMs: expect.any(Number) } });
  });
});

describe('createBedrockAnthropic', () => {
  const provider = createBedrockAnthropic();

  it('has all the names of the official package for its models, which need no `this`', () => {
    const { languageModel, chat, messages } = provider;
    for (const create of [provider, languageModel, chat, messages]) {
      expect(create(sonnet)).toMatchObject({ modelId: sonnet, provider: 'bedrock.anthropic.messages' });
    }
    expect(bedrockAnthropic(sonnet).modelId).toBe(sonnet);
  });

  it('refuses models that are not of Anthropic', () => {
    expect(() => provider('amazon.nova-lite-v1:0')).toThrow(
      /is not known to speak the Messages API of Anthropic/,
    );
  });

  it.each(['embeddingModel', 'textEmbeddingModel', 'imageModel'] as const)('has no %s', kind => {
    expect(() => provider[kind](sonnet)).toThrow(/No such/);
  });

  it('names the setting that is wrong, and what it takes', () => {
    const settings = { service: 'mantle' } as never;
    expect(() => provider(sonnet, settings)).toThrow(
      'service: "mantle" is none of bedrock-runtime, bedrock-mantle.',
    );
  });

  it('is called without new', () => {
    expect(() => new (provider as never as new (id: string) => unknown)(sonnet)).toThrow(TypeError);
  });
});
