/** Exchanges that AWS had, replayed: what we send is what was sent, and what AWS answered is read. */
import { createBedrock } from 'bedrock-ai-provider';
import { describe, expect, it } from 'vitest';
import { estimateTokens } from '../../src/codec/converse/estimate-tokens.ts';
import type { ConverseRequest } from '../../src/codec/converse/wire.ts';
import { jsonResponse } from '../support/replies.ts';
import { listShared, readSharedJson, sharedDataMissing } from '../support/shared-data.ts';

interface Exchange {
  request: { method: string; host: string; path: string; body: Record<string, unknown> | null };
  // biome-ignore lint/suspicious/noExplicitAny: replies are read by path
  response: { status: number; headers: Record<string, string>; body?: any; eventStream?: any };
}

const exchangesOf = (operation: string): [string, Exchange][] =>
  sharedDataMissing
    ? []
    : listShared(`recorded/${operation}`).map(path => [path, readSharedJson<Exchange>(path)]);

/** A provider that gets the recorded reply, and what it sent. */
function replaying({ response }: Exchange) {
  const sent: { method: string; url: URL; body: unknown }[] = [];
  const bedrock = createBedrock({
    region: 'us-east-1',
    apiKey: 'test-key',
    fetch: async (input, init = {}) => {
      const body = typeof init.body === 'string' ? JSON.parse(init.body) : null;
      sent.push({ method: init.method ?? 'GET', url: new URL(String(input)), body });
      return jsonResponse(response.body, { status: response.status, headers: response.headers });
    },
  });
  return { bedrock, sent };
}

const inputOf = ({ body }: Exchange['request']) => (body?.['input'] ?? {}) as object;

const label = sharedDataMissing ? `: ${sharedDataMissing}` : '';

describe.skipIf(sharedDataMissing)(`recorded exchanges${label}`, () => {
  it.each(
    exchangesOf('CountTokens').filter(
      ([, { request, response }]) => response.status === 200 && 'converse' in inputOf(request),
    ),
  )('%s: the count is read', async (_, exchange) => {
    const { bedrock, sent } = replaying(exchange);
    const { converse } = inputOf(exchange.request) as { converse: ConverseRequest };
    const tool = converse.toolConfig?.tools[0];
    const count = await bedrock.countTokens('us.anthropic.claude-sonnet-4-20250514-v1:0', {
      messages: (converse.messages ?? []).map(message => ({
        role: 'user',
        content: message.content.flatMap(block =>
          'text' in block ? [{ type: 'text' as const, text: block.text }] : [],
        ),
      })),
      ...(tool !== undefined &&
        'toolSpec' in tool && {
          tools: [
            {
              type: 'function' as const,
              name: tool.toolSpec.name,
              description: tool.toolSpec.description ?? '',
              inputSchema: tool.toolSpec.inputSchema.json,
            },
          ],
        }),
      ...(converse.additionalModelRequestFields && {
        providerOptions: { bedrock: { additionalModelRequestFields: converse.additionalModelRequestFields } },
      }),
    });
    expect(count).toMatchObject({ source: 'service', tokens: exchange.response.body.inputTokens });
    // What was sent with an empty system prompt and the automatic choice is sent without them.
    const { system: _s, toolConfig, ...rest } = converse;
    const { toolChoice: _c, ...tools } = toolConfig ?? {};
    expect(sent[0]?.body).toEqual({
      input: { converse: { ...rest, ...(toolConfig && { toolConfig: tools }) } },
    });
    expect(sent[0]?.url.pathname).toBe(exchange.request.path.replace('v1:0', 'v1%3A0'));
  });

  it.each(exchangesOf('CountTokens').filter(([, { response }]) => response.status === 400))(
    '%s: a refusal is an estimate or an error',
    async (path, exchange) => {
      const { bedrock } = replaying(exchange);
      const id = path.includes('does-not-exist')
        ? 'does-not-exist-model-v1:0'
        : 'us.anthropic.claude-sonnet-4-20250514-v1:0';
      const outcome = await bedrock.countTokens(id, { prompt: 'hello' }).then(
        ({ source }) => source,
        (error: Error) => error.message,
      );
      expect(outcome).toMatch(
        path.includes('does-not-exist') ? /provided model identifier is invalid/ : /^estimate$/,
      );
    },
  );

  it.each(exchangesOf('ApplyGuardrail'))('%s', async (_, exchange) => {
    const { bedrock, sent } = replaying(exchange);
    const { content } = exchange.request.body as { content: [{ text: { text: string } }] };
    const applied = await bedrock.applyGuardrail({
      guardrailIdentifier: '274u1upxm897',
      guardrailVersion: '1',
      source: 'INPUT',
      content: content[0].text.text,
      outputScope: 'FULL',
    });
    expect(sent[0]).toMatchObject({ method: 'POST', body: exchange.request.body });
    expect(sent[0]?.url.pathname).toBe(exchange.request.path);
    expect(applied).toMatchObject({
      outcome: 'blocked',
      action: 'GUARDRAIL_INTERVENED',
      outputs: [{ text: 'Sorry, the model cannot answer this question.' }],
      usage: { topicPolicyUnits: 1 },
    });
    expect(applied.assessments[0]?.topicPolicy?.topics?.[0]?.name).toBe('InvestmentObjectives');
  });

  it.each(exchangesOf('GetInferenceProfile'))('%s', async (_, exchange) => {
    const { bedrock, sent } = replaying(exchange);
    const arn = exchange.response.body.inferenceProfileArn as string;
    expect(await bedrock.resolveModel(arn)).toEqual({
      baseModel: 'anthropic.claude-haiku-4-5-20251001-v1:0',
    });
    expect(sent[0]).toMatchObject({ method: 'GET', body: null });
    expect(sent[0]?.url.href).toBe(`https://${exchange.request.host}${exchange.request.path}`);
  });

  it.each(exchangesOf('ListFoundationModels'))('%s', async (_, exchange) => {
    const { bedrock, sent } = replaying(exchange);
    const models = await bedrock.listModels();
    expect(models).toEqual(exchange.response.body.modelSummaries);
    expect(models.length).toBeGreaterThan(50);
    expect(sent[0]?.url.href).toBe('https://bedrock.us-east-1.amazonaws.com/foundation-models');
  });

  it.each([
    ['without tools', false, 0.9],
    ['with tools, of which models are told at different lengths', true, 0.75],
  ])('are mostly estimated within a factor of two or fifty tokens: %s', (_, withTools, share) => {
    const counts = [...exchangesOf('Converse'), ...exchangesOf('ConverseStream')].flatMap(([, exchange]) => {
      const request = exchange.request.body as ConverseRequest | null;
      const { body, eventStream } = exchange.response;
      const usage =
        body?.usage ??
        eventStream?.events?.find((event: { payload?: { usage?: object } }) => event.payload?.usage)?.payload
          .usage;
      const tokens =
        usage?.inputTokens + (usage?.cacheReadInputTokens ?? 0) + (usage?.cacheWriteInputTokens ?? 0);
      // What is long was left out of the recordings, and CountTokens takes no schema of the output.
      const isLeftOut = /"(image|document|video|audio)":\{|"outputConfig"|b21pdHRlZDog/.test(
        JSON.stringify(request),
      );
      const isAsked = (request?.toolConfig !== undefined) === withTools;
      return request === null || isLeftOut || !isAsked || !(tokens > 0)
        ? []
        : [[estimateTokens(request), tokens] as const];
    });
    expect(counts.length).toBeGreaterThan(80);
    const near = counts.filter(
      ([estimate, tokens]) =>
        Math.abs(estimate - tokens) < 50 || (estimate > tokens / 2 && estimate < tokens * 2),
    );
    expect(near.length / counts.length).toBeGreaterThan(share);
  });
});
