import type { LanguageModelV4CallOptions } from '@ai-sdk/provider';
import { generateText } from 'ai';
import { createLocalBedrock } from 'bedrock-ai-provider/local';
import { bedrockOpenAI, createBedrockOpenAI } from 'bedrock-ai-provider/openai';
import { describe, expect, it } from 'vitest';
import type { Json } from '../local/support.ts';
import { errorOf, hello, readParts } from '../support/replies.ts';

type Settings = Parameters<ReturnType<typeof createBedrockOpenAI>>[1];
type Api = 'chat' | 'responses' | 'languageModel';

async function sentBy(
  api: Api,
  modelId: string,
  { settings, options }: { settings?: Settings; options?: Partial<LanguageModelV4CallOptions> } = {},
): Promise<{ body: Json; path: string; warnings: unknown[] }> {
  const local = createLocalBedrock({ models: () => true });
  const model = createBedrockOpenAI(local.settings)[api](modelId, settings);
  const { warnings } = await model.doGenerate({ ...hello, ...options });
  const { body, path = '' } = local.requests[0] ?? {};
  return { body, path, warnings };
}

describe('createBedrockOpenAI', () => {
  it.each<[modelId: string, path: string, Settings?]>([
    // Ids that only Mantle has, under the route of their family.
    ['openai.gpt-oss-120b', '/v1/chat/completions'],
    ['openai.gpt-oss-safeguard-20b', '/v1/chat/completions'],
    ['openai.gpt-5.5', '/openai/v1/responses'],
    ['xai.grok-4.3', '/openai/v1/chat/completions'],
    ['google.gemma-4-31b', '/openai/v1/chat/completions'],
    ['google.gemma-3-27b-it', '/v1/chat/completions'],
    ['deepseek.v3.2', '/v1/chat/completions'],
    // Versions, profiles and ARNs are of bedrock-runtime.
    ['openai.gpt-oss-120b-1:0', '/openai/v1/chat/completions'],
    ['us.openai.gpt-5.6-luna', '/openai/v1/responses'],
    [
      'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc123',
      '/openai/v1/chat/completions',
    ],
    // As the caller says.
    ['openai.gpt-5.6-luna', '/openai/v1/responses', { service: 'bedrock-runtime' }],
    ['acme.new-model', '/openai/v1/chat/completions', { mantlePrefix: '/openai/v1' }],
    ['openai.gpt-5.5', '/v1/responses', { mantlePrefix: '/v1' }],
  ])('calls %s at %s', async (modelId, path, settings) => {
    const sent = await sentBy('languageModel', modelId, { ...(settings && { settings }) });
    expect(sent.path).toBe(path);
    expect(sent.body.model).toBe(modelId);
  });

  it('lets the caller choose the API', async () => {
    expect((await sentBy('responses', 'openai.gpt-oss-120b')).path).toBe('/v1/responses');
    expect((await sentBy('chat', 'openai.gpt-5.5')).path).toBe('/openai/v1/chat/completions');
  });

  it('knows models by their names without the vendor, so that what they refuse is left out', async () => {
    const { body, warnings } = await sentBy('responses', 'openai.gpt-5.5', {
      options: { temperature: 0.5, reasoning: 'high' },
    });
    expect(body).toMatchObject({ model: 'openai.gpt-5.5', reasoning: { effort: 'high' } });
    expect(body).not.toHaveProperty('temperature');
    expect(warnings).toMatchObject([{ feature: 'temperature' }]);
  });

  it('asks gpt-oss to reason, which the API of OpenAI does not have', async () => {
    const options = { reasoning: 'low' } as const;
    expect((await sentBy('responses', 'openai.gpt-oss-120b', { options })).body.reasoning).toMatchObject({
      effort: 'low',
    });
    expect((await sentBy('chat', 'openai.gpt-oss-120b', { options })).body.reasoning_effort).toBe('low');
    const sampling = await sentBy('responses', 'openai.gpt-oss-120b', { options: { temperature: 0.5 } });
    expect(sampling.body.temperature).toBe(0.5);
  });

  it('does not ask for the sources of a web search, which Bedrock refuses to include', async () => {
    const tools = [{ type: 'provider', id: 'openai.web_search', name: 'search', args: {} }] as const;
    const local = createLocalBedrock({ respond: () => 'Found.' });
    await createBedrockOpenAI(local.settings)
      .responses('openai.gpt-5.5')
      .doGenerate({ ...hello, tools: [...tools] });
    const body: Json = local.requests[0]?.body;
    expect(body.tools).toMatchObject([{ type: 'web_search' }]);
    expect(body).not.toHaveProperty('include');
  });

  it('keeps reasoning items encrypted for the next turn where nothing is stored', async () => {
    const local = createLocalBedrock();
    const model = createBedrockOpenAI(local.settings).responses('openai.gpt-5.5');
    const providerOptions = { openai: { store: false, reasoningSummary: 'auto' } };
    const { content } = await model.doGenerate({ ...hello, reasoning: 'high', providerOptions });
    expect(content[0]).toMatchObject({
      type: 'reasoning',
      text: expect.stringContaining('No tool is needed'),
      providerMetadata: { openai: { reasoningEncryptedContent: expect.any(String) } },
    });
  });

  it('streams summaries of reasoning as well', async () => {
    const local = createLocalBedrock();
    const model = createBedrockOpenAI(local.settings).responses('openai.gpt-5.5');
    const providerOptions = { openai: { reasoningSummary: 'auto' } };
    const { stream } = await model.doStream({ ...hello, reasoning: 'high', providerOptions });
    const deltas = (await readParts(stream)).flatMap(part =>
      part.type === 'reasoning-delta' ? [part.delta] : [],
    );
    expect(deltas.join('')).toContain('No tool is needed');
  });

  it('lists the models of Mantle without the package', async () => {
    const local = createLocalBedrock({ models: ['openai.gpt-5.5', 'acme.one'] });
    const models = await createBedrockOpenAI(local.settings).listModels();
    expect(models.map(({ id, status }) => [id, status])).toEqual([
      ['openai.gpt-5.5', 'available'],
      ['acme.one', 'available'],
    ]);
    expect(models[0]?.createdAt).toBeInstanceOf(Date);
    expect(local.requests[0]).toMatchObject({ method: 'GET', path: '/v1/models', authentication: 'sigv4' });
  });

  it('advises on the other route of Mantle', async () => {
    const message = "The model 'acme.one' isn't supported on this route.";
    const local = createLocalBedrock({
      models: () => true,
      respond: () => Response.json({ error: { message, type: 'invalid_request_error' } }, { status: 400 }),
    });
    const error = await errorOf(createBedrockOpenAI(local.settings)('acme.one').doGenerate(hello));
    expect(error).toMatchObject({ advice: expect.stringContaining('mantlePrefix') });
  });

  it('sends images that a prompt names by URL as bytes, for Bedrock fetches nothing', async () => {
    const local = createLocalBedrock();
    const png = Uint8Array.from(
      atob(
        'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==',
      ),
      c => c.charCodeAt(0),
    );
    const { text } = await generateText({
      model: createBedrockOpenAI(local.settings)('openai.gpt-5.5'),
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'What is this?' },
            { type: 'file', mediaType: 'image/png', data: png },
          ],
        },
      ],
    });
    expect(text).toContain('image');
    expect(JSON.stringify(local.requests[0]?.body)).toContain('data:image/png;base64,');
  });

  it('has providers that need no `this`, and only language models', () => {
    const { chat, responses, languageModel } = createBedrockOpenAI();
    expect([chat, responses, languageModel].map(create => create('openai.gpt-oss-20b').provider)).toEqual([
      'bedrock.openai.chat',
      'bedrock.openai.responses',
      'bedrock.openai.chat',
    ]);
    expect(bedrockOpenAI('openai.gpt-5.5').provider).toBe('bedrock.openai.responses');
    for (const kind of ['embeddingModel', 'textEmbeddingModel', 'imageModel'] as const) {
      expect(() => bedrockOpenAI[kind]('openai.gpt-5.5')).toThrow(/No such/);
    }
  });

  it('names the setting that is wrong, and what it takes', () => {
    const wrong = (settings: object) => () => bedrockOpenAI('openai.gpt-5.5', settings as never);
    expect(wrong({ service: 'mantle' })).toThrow(
      'service: "mantle" is none of bedrock-runtime, bedrock-mantle.',
    );
    expect(wrong({ mantlePrefix: '/v2' })).toThrow('mantlePrefix: "/v2" is none of /v1, /openai/v1.');
  });
});
