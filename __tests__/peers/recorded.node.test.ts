/** Real replies of Bedrock, through the public door. */
import type { LanguageModelV4Content, LanguageModelV4Usage } from '@ai-sdk/provider';
import { BedrockError } from 'bedrock-ai-provider';
import { createBedrockAnthropic } from 'bedrock-ai-provider/anthropic';
import { createBedrockOpenAI } from 'bedrock-ai-provider/openai';
import { describe, expect, it } from 'vitest';
import type { Json } from '../local/support.ts';
import { contentOf, textOf } from '../support/collect.ts';
import { errorOf, hello, jsonResponse, readParts, streamResponse } from '../support/replies.ts';
import { listShared, readSharedJson, sharedDataMissing } from '../support/shared-data.ts';
import { expectProtocol } from '../support/stream-protocol.ts';

interface Recording {
  request: { path: string; body: Json };
  response: {
    status: number;
    headers: Record<string, string>;
    body?: Json;
    bodyText?: string;
    eventStream?: Json;
  };
}

const skipped = sharedDataMissing ? ` (skipped: ${sharedDataMissing})` : '';
const recordings = (operation: string) => (sharedDataMissing ? [] : listShared(`recorded/${operation}`));
const read = (path: string) => readSharedJson<Recording>(path);

const settingsAnswering = ({ response }: Recording) => ({
  region: 'us-east-1',
  apiKey: 'test-key',
  fetch: async () => {
    const { status, headers, body, bodyText, eventStream } = response;
    if (eventStream) return streamResponse([new Uint8Array(Buffer.from(eventStream.base64, 'base64'))]);
    return bodyText === undefined
      ? jsonResponse(body, { status, headers })
      : new Response(bodyText, { status, headers });
  },
});

const calls = (content: readonly LanguageModelV4Content[]) =>
  content.flatMap(part => (part.type === 'tool-call' ? [[part.toolName, JSON.parse(part.input)]] : []));

/** Claude through InvokeModel; completions of the models before Claude 3 are not of the Messages API. */
const ofMessages = (operation: string) =>
  recordings(operation).filter(
    path => path.includes('claude') && read(path).request.body.messages !== undefined,
  );

function claudeOf(recording: Recording) {
  const modelId = decodeURIComponent(recording.request.path.split('/')[2] ?? '');
  return createBedrockAnthropic(settingsAnswering(recording))(modelId);
}

describe.skipIf(sharedDataMissing)(`recorded replies of InvokeModel to Messages${skipped}`, () => {
  it.each(ofMessages('InvokeModel'))('%s', async path => {
    const recording = read(path);
    const { status, body } = recording.response;
    const model = claudeOf(recording);
    if (status !== 200) {
      const error = await errorOf(model.doGenerate(hello));
      expect(BedrockError.isInstance(error)).toBe(true);
      expect(error).toMatchObject({ statusCode: status });
      return;
    }
    const { content, finishReason, usage } = await model.doGenerate(hello);
    expect(textOf(content)).toBe(body.content.map((block: Json) => block.text ?? '').join(''));
    expect(calls(content)).toEqual(
      body.content.flatMap((block: Json) => (block.type === 'tool_use' ? [[block.name, block.input]] : [])),
    );
    expect(finishReason.raw).toBe(body.stop_reason);
    expect(usage.outputTokens.total).toBe(body.usage.output_tokens);
    expect(usage.inputTokens.noCache).toBe(body.usage.input_tokens);
  });

  it('are all here', () => {
    expect(ofMessages('InvokeModel')).toHaveLength(42);
  });
});

describe.skipIf(sharedDataMissing)(`recorded streams of InvokeModel to Messages${skipped}`, () => {
  it.each(ofMessages('InvokeModelWithResponseStream'))('%s', async path => {
    const recording = read(path);
    const { status, eventStream } = recording.response;
    const model = claudeOf(recording);
    if (status !== 200) {
      expect(await errorOf(model.doStream(hello))).toMatchObject({ statusCode: status });
      return;
    }
    const parts = await readParts((await model.doStream(hello)).stream);
    expectProtocol(parts);
    expect(parts.filter(part => part.type === 'error')).toEqual([]);
    const chunks: Json[] = eventStream.events.map((event: Json) => event.chunk);
    const content = contentOf(parts);
    expect(textOf(content)).toBe(chunks.map(({ delta }) => delta?.text ?? '').join(''));
    expect(textOf(content, 'reasoning')).toBe(chunks.map(({ delta }) => delta?.thinking ?? '').join(''));
    expect(calls(content)).toEqual(recordedCalls(chunks));
    const stop = chunks.find(({ type }) => type === 'message_delta');
    expect(parts.at(-1)).toMatchObject({
      finishReason: { raw: stop.delta.stop_reason },
      usage: { outputTokens: { total: stop.usage.output_tokens } },
    });
  });

  it('are all here', () => {
    expect(ofMessages('InvokeModelWithResponseStream')).toHaveLength(28);
  });
});

function recordedCalls(chunks: readonly Json[]): unknown[] {
  return chunks
    .filter(chunk => chunk.content_block?.type === 'tool_use')
    .map(({ index, content_block: { name } }) => {
      const input = chunks
        .filter(chunk => chunk.index === index)
        .map(({ delta }) => delta?.partial_json ?? '')
        .join('');
      return [name, JSON.parse(input || '{}')];
    });
}

function expectUsage(usage: LanguageModelV4Usage, input: number, output: number): void {
  expect(usage.inputTokens.total).toBe(input);
  expect(usage.outputTokens.total).toBe(output);
}

describe.skipIf(sharedDataMissing)(`recorded exchanges with Mantle${skipped}`, () => {
  it.each(recordings('MantleChatCompletions'))('%s', async path => {
    const recording = read(path);
    const { body } = recording.response;
    const model = createBedrockOpenAI(settingsAnswering(recording)).chat(recording.request.body.model);
    const { content, finishReason, usage } = await model.doGenerate(hello);
    const [{ message, finish_reason: reason }] = body.choices;
    expect(textOf(content)).toBe(message.content);
    expect(textOf(content, 'reasoning')).toBe(message.reasoning ?? '');
    expect(finishReason.raw).toBe(reason);
    expectUsage(usage, body.usage.prompt_tokens, body.usage.completion_tokens);
  });

  const whole = recordings('MantleResponses').filter(path => read(path).response.body !== undefined);

  it.each(whole)('%s', async path => {
    const recording = read(path);
    const { body } = recording.response;
    const model = createBedrockOpenAI(settingsAnswering(recording)).responses(recording.request.body.model);
    const { content, usage, response } = await model.doGenerate(hello);
    const items: Json[] = body.output;
    const said = (type: string) =>
      items
        .flatMap(item => (item.content ?? []).filter((part: Json) => part.type === type))
        .map(part => part.text);
    expect(textOf(content)).toBe(said('output_text').join(''));
    expect(textOf(content, 'reasoning')).toBe(said('reasoning_text').join(''));
    expect(calls(content)).toEqual(
      items.flatMap(item => (item.type === 'function_call' ? [[item.name, JSON.parse(item.arguments)]] : [])),
    );
    expect(response?.id).toBe(body.id);
    expectUsage(usage, body.usage.input_tokens, body.usage.output_tokens);
  });

  const streamed = recordings('MantleResponses').filter(path => read(path).response.bodyText !== undefined);

  it.each(streamed)('%s', async path => {
    const recording = read(path);
    const model = createBedrockOpenAI(settingsAnswering(recording)).responses(recording.request.body.model);
    const parts = await readParts((await model.doStream(hello)).stream);
    expectProtocol(parts);
    const events: Json[] = (recording.response.bodyText ?? '')
      .split('\n\n')
      .filter(event => event !== '')
      .map(event => JSON.parse(event.replace(/^data: /, '')));
    const deltas = (type: string) =>
      events.flatMap(event => (event.type === type ? [event.delta] : [])).join('');
    const content = contentOf(parts);
    expect(textOf(content)).toBe(deltas('response.output_text.delta'));
    expect(textOf(content, 'reasoning')).toBe(deltas('response.reasoning_text.delta'));
    const { usage } = events.at(-1).response;
    const finish = parts.at(-1);
    if (finish?.type !== 'finish') throw new Error('no finish');
    expectUsage(finish.usage, usage.input_tokens, usage.output_tokens);
  });

  it('never finishes normally when the recorded stream is cut at any of its bytes', async () => {
    const recording = read(streamed[0] ?? '');
    const bytes = new TextEncoder().encode(recording.response.bodyText);
    const last = (recording.response.bodyText ?? '').indexOf('data: {"response":{"background":false', 2000);
    for (let length = 0; length < last; length += 97) {
      const model = createBedrockOpenAI({
        region: 'us-east-1',
        apiKey: 'test-key',
        fetch: async () =>
          new Response(bytes.slice(0, length), { headers: { 'content-type': 'text/event-stream' } }),
      }).responses('openai.gpt-oss-20b');
      const outcome = await model.doStream(hello).then(
        ({ stream }) => readParts(stream),
        (error: unknown) => error,
      );
      if (!Array.isArray(outcome)) expect(BedrockError.isInstance(outcome), `cut at ${length}`).toBe(true);
      else expect(outcome.at(-1).finishReason.unified, `cut at ${length}`).toBe('interrupted');
    }
  });

  it('lists the models', async () => {
    const [path = ''] = recordings('MantleModels');
    const recording = read(path);
    const models = await createBedrockOpenAI(settingsAnswering(recording)).listModels();
    expect(models.map(({ id }) => id)).toEqual(recording.response.body.data.map(({ id }: Json) => id));
    expect(models.length).toBeGreaterThan(20);
  });

  it('are all here', () => {
    expect([recordings('MantleChatCompletions').length, whole.length, streamed.length]).toEqual([2, 10, 1]);
  });
});
