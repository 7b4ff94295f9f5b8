import type { LanguageModelV4CallOptions } from '@ai-sdk/provider';
import { generateText, isStepCount, Output, streamText, tool } from 'ai';
import { createLocalBedrock } from 'bedrock-ai-provider/local';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { contentOf, textOf } from '../support/collect.ts';
import { hello, readParts } from '../support/replies.ts';
import { expectProtocol } from '../support/stream-protocol.ts';
import { doors } from './doors.ts';

const weather = tool({
  description: 'The weather in a city',
  inputSchema: z.object({ city: z.string() }),
  execute: async ({ city }) => ({ city, sky: 'rain' }),
});

// Strict: a member that AWS does not know is refused.
describe.each(doors)('$name', ({ open, provider, paths }) => {
  const local = createLocalBedrock({ strict: true });
  const model = open(local.settings);

  it('says what it is without being called', () => {
    expect(model).toMatchObject({ specificationVersion: 'v4', provider, supportedUrls: {} });
  });

  it('answers a text, whole and streamed, at its own path', async () => {
    const { text, usage, finishReason, response } = await generateText({
      model,
      prompt: 'Good morning',
    });
    const streamed = streamText({ model, prompt: 'Good morning' });
    expect(text).toContain('“Good morning”');
    expect(await streamed.text).toBe(text);
    expect(finishReason).toBe('stop');
    expect(await streamed.finishReason).toBe('stop');
    expect(usage.inputTokens).toBeGreaterThan(0);
    expect(await streamed.usage).toMatchObject({
      inputTokens: usage.inputTokens,
      outputTokens: usage.outputTokens,
    });
    expect(response.headers?.['x-amzn-requestid']).toBe(local.requests.at(-2)?.requestId);
    expect(response.timestamp).toBeInstanceOf(Date);
    expect(local.requests.slice(-2).map(({ path }) => path)).toEqual(paths);
  });

  it('says what it sent and where', async () => {
    const whole = await model.doGenerate(hello);
    const streamed = await model.doStream(hello);
    await streamed.stream.cancel();
    const [first, second] = local.requests.slice(-2);
    expect(whole.request).toEqual({ url: expect.stringContaining(first?.path ?? ''), body: first?.body });
    expect(streamed.request).toEqual({
      url: expect.stringContaining(second?.path ?? ''),
      body: second?.body,
    });
    expect(streamed.response?.headers?.['x-amzn-requestid']).toBe(second?.requestId);
  });

  it('calls tools and puts their results into the next turn', async () => {
    const options = {
      model,
      tools: { weather },
      prompt: 'What is the weather in Oslo?',
      stopWhen: isStepCount(2),
    };
    const whole = await generateText(options);
    expect(whole.steps[0]?.toolCalls).toMatchObject([{ toolName: 'weather', input: { city: 'Oslo' } }]);
    expect(whole.text).toContain('sky rain');
    const streamed = streamText(options);
    expect(await streamed.text).toBe(whole.text);
    expect((await streamed.steps)[0]?.toolCalls).toMatchObject([{ input: { city: 'Oslo' } }]);
  });

  it('follows a JSON schema', async () => {
    const output = Output.object({ schema: z.object({ name: z.string(), age: z.number() }) });
    const whole = await generateText({ model, prompt: 'Anna is 7 years old', output });
    expect(whole.output).toEqual({ name: expect.any(String), age: 7 });
    const streamed = streamText({ model, prompt: 'Anna is 7 years old', output });
    expect(await streamed.output).toEqual(whole.output);
  });

  it('reasons when it is asked to, with the reasoning before the text', async () => {
    const whole = await generateText({ model, prompt: 'Why is it raining?', reasoning: 'high' });
    expect(whole.reasoningText).toContain('The user asks “Why is it raining?”');
    const { stream } = await model.doStream({ ...question('Why is it raining?'), reasoning: 'high' });
    const parts = await readParts(stream);
    expectProtocol(parts);
    const content = contentOf(parts);
    expect(content.map(({ type }) => type).filter(type => type !== 'custom')).toEqual(['reasoning', 'text']);
    expect(textOf(content, 'reasoning')).toBe(whole.reasoningText);
  });

  it('gives raw events to who wants them, and to nobody else', async () => {
    const raw = async (includeRawChunks: boolean) => {
      const parts = await readParts((await model.doStream({ ...hello, includeRawChunks })).stream);
      return parts.filter(part => part.type === 'raw');
    };
    expect((await raw(true)).length).toBeGreaterThan(3);
    expect(await raw(false)).toEqual([]);
  });

  it('stops at the limit of tokens and says so', async () => {
    const answer = await generateText({ model, prompt: 'Tell me a long story', maxOutputTokens: 16 });
    expect(answer.finishReason).toBe('length');
  });

  it('sends the headers of the call and ours, and none of the package that prove who calls', async () => {
    await model.doGenerate({ ...hello, headers: { 'x-trace': '7' } });
    const { headers, authentication } = local.requests.at(-1) ?? {};
    expect(headers).toMatchObject({
      'x-trace': '7',
      'user-agent': expect.stringMatching(/ai-sdk-(?:anthropic|openai)\/.* ai-sdk-bedrock-ai-provider\//),
    });
    expect(headers).not.toHaveProperty('x-api-key');
    expect(authentication).toBe('sigv4');
  });

  it('takes API keys', async () => {
    const server = createLocalBedrock({ apiKeys: ['a-secret-api-key'] });
    const { text } = await generateText({ model: open(server.settings), prompt: 'Hello' });
    expect(text).not.toBe('');
    expect(server.requests.at(-1)?.authentication).toBe('bearer');
  });
});

function question(text: string): LanguageModelV4CallOptions {
  return { prompt: [{ role: 'user', content: [{ type: 'text', text }] }] };
}
