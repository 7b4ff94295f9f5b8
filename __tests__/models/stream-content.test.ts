import type { LanguageModelV4StreamPart } from '@ai-sdk/provider';
import { describe, expect, it } from 'vitest';
import {
  type Event,
  eventFrame,
  hello,
  modelAnswering,
  partsOf,
  readParts,
  stopEvents,
  streamResponse,
  textEvents,
} from '../support/replies.ts';
import { expectProtocol } from '../support/stream-protocol.ts';

async function parts(events: readonly Event[]): Promise<LanguageModelV4StreamPart[]> {
  const read = await partsOf(events.map(eventFrame));
  expectProtocol(read);
  return read;
}

const start = (index: number, start: object): Event => [
  'contentBlockStart',
  { contentBlockIndex: index, start },
];
const delta = (index: number, delta: object): Event => [
  'contentBlockDelta',
  { contentBlockIndex: index, delta },
];
const stop = (index: number): Event => ['contentBlockStop', { contentBlockIndex: index }];

/** The parts between the head and the finish. */
const content = (all: LanguageModelV4StreamPart[]) => all.slice(2, -1);

describe('a streamed reply', () => {
  it('starts with the warnings and the response metadata', async () => {
    const all = await parts([...textEvents('Hi'), ...stopEvents]);
    expect(all.slice(0, 2)).toEqual([
      { type: 'stream-start', warnings: [] },
      {
        type: 'response-metadata',
        id: '46d2eeeb-6008-434b-8270-93d4b27e2a56',
        timestamp: new Date('2026-08-19T14:36:11Z'),
        modelId: 'anthropic.claude-sonnet-4-5-20250929-v1:0',
      },
    ]);
  });

  it('gives text as it comes', async () => {
    const all = await parts([...textEvents('Hel', '', 'lo'), ...stopEvents]);
    expect(content(all)).toEqual([
      { type: 'text-start', id: '0' },
      { type: 'text-delta', id: '0', delta: 'Hel' },
      { type: 'text-delta', id: '0', delta: 'lo' },
      { type: 'text-end', id: '0' },
    ]);
  });

  it('gives reasoning with the signature that the next turn has to send back', async () => {
    const all = await parts([
      delta(0, { reasoningContent: { text: 'Let me ' } }),
      delta(0, { reasoningContent: { text: 'think.' } }),
      delta(0, { reasoningContent: { signature: 'c2ln' } }),
      stop(0),
      ...stopEvents,
    ]);
    expect(content(all)).toEqual([
      { type: 'reasoning-start', id: '0' },
      { type: 'reasoning-delta', id: '0', delta: 'Let me ' },
      { type: 'reasoning-delta', id: '0', delta: 'think.' },
      { type: 'reasoning-end', id: '0', providerMetadata: { bedrock: { signature: 'c2ln' } } },
    ]);
  });

  it('joins the chunks of redacted reasoning as bytes, not as base64 text', async () => {
    const all = await parts([
      delta(0, { reasoningContent: { redactedContent: btoa('a') } }),
      delta(0, { reasoningContent: { redactedContent: btoa('bc') } }),
      stop(0),
      ...stopEvents,
    ]);
    expect(content(all)).toEqual([
      { type: 'reasoning-start', id: '0' },
      { type: 'reasoning-end', id: '0', providerMetadata: { bedrock: { redactedData: btoa('abc') } } },
    ]);
  });

  it('gives a tool call behind its input', async () => {
    const all = await parts([
      start(0, { toolUse: { toolUseId: 'tooluse_1', name: 'weather' } }),
      delta(0, { toolUse: { input: '{"city":' } }),
      delta(0, { toolUse: { input: '"Oslo"}' } }),
      stop(0),
      ['messageStop', { stopReason: 'tool_use' }],
    ]);
    expect(content(all)).toEqual([
      { type: 'tool-input-start', id: 'tooluse_1', toolName: 'weather' },
      { type: 'tool-input-delta', id: 'tooluse_1', delta: '{"city":' },
      { type: 'tool-input-delta', id: 'tooluse_1', delta: '"Oslo"}' },
      { type: 'tool-input-end', id: 'tooluse_1' },
      { type: 'tool-call', toolCallId: 'tooluse_1', toolName: 'weather', input: '{"city":"Oslo"}' },
    ]);
    expect(all.at(-1)).toMatchObject({ finishReason: { unified: 'tool-calls', raw: 'tool_use' } });
  });

  it('gives a tool call without arguments an empty object', async () => {
    const all = await parts([
      start(0, { toolUse: { toolUseId: 'tooluse_1', name: 'now' } }),
      delta(0, { toolUse: { input: '' } }),
      stop(0),
      ['messageStop', { stopReason: 'tool_use' }],
    ]);
    expect(all).toContainEqual({ type: 'tool-call', toolCallId: 'tooluse_1', toolName: 'now', input: '{}' });
  });

  it('tells calls apart to which the model gave one id', async () => {
    const call = (index: number) => [
      start(index, { toolUse: { toolUseId: 'same', name: 'now' } }),
      stop(index),
    ];
    const all = await parts([...call(0), ...call(1), ['messageStop', { stopReason: 'tool_use' }]]);
    const ids = all.flatMap(part => (part.type === 'tool-call' ? [part.toolCallId] : []));
    expect(ids).toEqual(['same', 'same-2']);
  });

  it('keeps interleaved blocks apart', async () => {
    const all = await parts([
      start(0, { toolUse: { toolUseId: 'a', name: 'one' } }),
      start(1, { toolUse: { toolUseId: 'b', name: 'two' } }),
      delta(0, { toolUse: { input: '{"x":1}' } }),
      delta(1, { toolUse: { input: '{"y":2}' } }),
      stop(1),
      stop(0),
      ['messageStop', { stopReason: 'tool_use' }],
    ]);
    const calls = all.flatMap(part => (part.type === 'tool-call' ? [[part.toolCallId, part.input]] : []));
    expect(calls).toEqual([
      ['b', '{"y":2}'],
      ['a', '{"x":1}'],
    ]);
  });

  it('marks the calls and results of server tools as executed by the provider', async () => {
    const all = await parts([
      start(0, { toolUse: { toolUseId: 't', name: 'nova_code_interpreter', type: 'server_tool_use' } }),
      delta(0, { toolUse: { input: '{"snippet":"1+1"}' } }),
      stop(0),
      start(1, { toolResult: { toolUseId: 't', type: 'nova_code_interpreter_result', status: 'success' } }),
      delta(1, { toolResult: [{ json: { stdOut: '2' } }] }),
      stop(1),
      ...stopEvents,
    ]);
    const flags = { toolName: 'nova_code_interpreter', dynamic: true };
    expect(all).toContainEqual(
      expect.objectContaining({ type: 'tool-call', toolCallId: 't', providerExecuted: true, ...flags }),
    );
    expect(all).toContainEqual({
      type: 'tool-result',
      toolCallId: 't',
      ...flags,
      result: {
        content: [{ json: { stdOut: '2' } }],
        status: 'success',
        type: 'nova_code_interpreter_result',
      },
    });
    expect(all.at(-1)).toMatchObject({ finishReason: { unified: 'stop' } });
  });

  it('gives citations as sources, and with the text they support', async () => {
    const citation = {
      title: 'facts',
      location: { documentPage: { documentIndex: 0, start: 2, end: 3 } },
      sourceContent: [{ text: 'Ruby is ' }, { text: 'from 1993.' }],
    };
    const all = await parts([
      delta(0, { text: 'It is from 1993.' }),
      delta(0, { citation }),
      delta(0, { citation }),
      stop(0),
      ...stopEvents,
    ]);
    const sources = all.filter(part => part.type === 'source');
    expect(sources).toHaveLength(1);
    expect(sources[0]).toMatchObject({ sourceType: 'document', title: 'facts' });
    const end = all.find(part => part.type === 'text-end');
    expect(end?.citations?.[0]).toMatchObject({
      startIndex: 0,
      endIndex: 16,
      citedText: 'Ruby is from 1993.',
    });
    expect(end?.providerMetadata).toEqual({ bedrock: { citations: [citation, citation] } });
  });

  it('gives web citations behind the text as url sources, and keeps the block for the next turn', async () => {
    const citation = { location: { web: { url: 'https://example.com/a', domain: 'example.com' } } };
    const all = await parts([
      delta(0, { text: 'Yes.' }),
      stop(0),
      delta(1, { citation }),
      stop(1),
      ...stopEvents,
    ]);
    expect(all).toContainEqual(
      expect.objectContaining({ type: 'source', sourceType: 'url', url: 'https://example.com/a' }),
    );
    expect(all).toContainEqual({
      type: 'custom',
      kind: 'bedrock.citations',
      providerMetadata: { bedrock: { block: { citationsContent: { citations: [citation] } } } },
    });
  });

  it('gives a generated image as a file, its chunks joined as bytes', async () => {
    const all = await parts([
      start(0, { image: { format: 'png' } }),
      delta(0, { image: { source: { bytes: btoa('p') } } }),
      delta(0, { image: { source: { bytes: btoa('ng') } } }),
      stop(0),
      ...stopEvents,
    ]);
    expect(content(all)).toEqual([
      { type: 'file', mediaType: 'image/png', data: { type: 'data', data: btoa('png') } },
    ]);
  });

  it('keeps blocks of a kind it does not know', async () => {
    const all = await parts([delta(0, { hologram: { x: 1 } }), stop(0), ...stopEvents]);
    expect(content(all)).toEqual([
      {
        type: 'custom',
        kind: 'bedrock.unknown',
        providerMetadata: { bedrock: { block: { start: {}, deltas: [{ hologram: { x: 1 } }] } } },
      },
    ]);
  });

  it('passes over events it does not know, and the padding', async () => {
    const all = await parts([
      ['initial-response', {}],
      ['somethingNew', { value: 1 }],
      ['contentBlockDelta', { contentBlockIndex: 0, delta: { text: 'Hi' }, p: 'abcdef' }],
      ...stopEvents,
    ]);
    expect(content(all).map(part => part.type)).toEqual(['text-start', 'text-delta', 'text-end']);
  });

  it('takes members that are null for absent ones', async () => {
    const all = await parts([
      ['contentBlockStart', { contentBlockIndex: 0, start: null }],
      ['contentBlockDelta', { contentBlockIndex: 0, delta: null }],
      delta(0, { text: 'Hi', reasoningContent: null, toolUse: null, image: null }),
      ...stopEvents,
    ]);
    expect(content(all).map(part => part.type)).toEqual(['text-start', 'text-delta', 'text-end']);
  });

  it('reads tool input that comes as a value and not as text', async () => {
    const all = await parts([
      start(0, { toolUse: { toolUseId: 'tooluse_1', name: 'weather' } }),
      delta(0, { toolUse: { input: { city: 'Oslo' } } }),
      stop(0),
      ['messageStop', { stopReason: 'tool_use' }],
    ]);
    expect(all).toContainEqual(expect.objectContaining({ type: 'tool-call', input: '{"city":"Oslo"}' }));
  });

  it('closes blocks that the service left open', async () => {
    const all = await parts([
      delta(0, { text: 'Hi' }),
      delta(1, { reasoningContent: { text: 'hm' } }),
      ...stopEvents,
    ]);
    expect(content(all).map(part => part.type)).toEqual([
      'text-start',
      'text-delta',
      'reasoning-start',
      'reasoning-delta',
      'text-end',
      'reasoning-end',
    ]);
  });

  it('takes metadata before the message stop as well as behind it', async () => {
    const [messageStop, metadata] = stopEvents as [Event, Event];
    const all = await parts([...textEvents('Hi'), metadata, messageStop]);
    expect(all.at(-1)).toMatchObject({
      finishReason: { unified: 'stop' },
      usage: { outputTokens: { total: 5 } },
    });
  });

  it('counts cached tokens into the input', async () => {
    const usage = { inputTokens: 10, outputTokens: 5, cacheReadInputTokens: 100, cacheWriteInputTokens: 20 };
    const all = await parts([...textEvents('Hi'), stopEvents[0] as Event, ['metadata', { usage }]]);
    expect(all.at(-1)).toMatchObject({
      usage: {
        inputTokens: { total: 130, noCache: 10, cacheRead: 100, cacheWrite: 20 },
        outputTokens: { total: 5 },
        raw: usage,
      },
    });
  });

  it('says in the metadata what came beside the content', async () => {
    const trace = { guardrail: { actionReason: 'No action.' } };
    const all = await parts([
      ...textEvents('Hi'),
      [
        'messageStop',
        { stopReason: 'stop_sequence', additionalModelResponseFields: { delta: { stop_sequence: '##' } } },
      ],
      [
        'metadata',
        {
          usage: {
            inputTokens: 1,
            outputTokens: 1,
            cacheWriteInputTokens: 9,
            cacheDetails: [{ ttl: '1h', inputTokens: 9 }],
          },
          metrics: { latencyMs: 7 },
          trace,
          performanceConfig: { latency: 'optimized' },
          serviceTier: { type: 'flex' },
        },
      ],
    ]);
    expect(all.at(-1)).toMatchObject({
      providerMetadata: {
        bedrock: {
          usage: { cacheWriteInputTokens: 9, cacheDetails: [{ ttl: '1h', inputTokens: 9 }] },
          metrics: { latencyMs: 7 },
          trace,
          performanceConfig: { latency: 'optimized' },
          serviceTier: { type: 'flex' },
          stopSequence: '##',
        },
      },
    });
  });

  it('names the model that a prompt router invoked', async () => {
    const trace = {
      promptRouter: { invokedModelId: 'arn:aws:bedrock:us-east-1::foundation-model/meta.llama3-1-8b' },
    };
    const all = await parts([
      ...textEvents('Hi'),
      stopEvents[0] as Event,
      ['metadata', { usage: {}, trace }],
    ]);
    expect(all).toContainEqual({ type: 'response-metadata', modelId: trace.promptRouter.invokedModelId });
  });

  it.each([
    ['end_turn', 'stop'],
    ['stop_sequence', 'stop'],
    ['max_tokens', 'length'],
    ['model_context_window_exceeded', 'length'],
    ['guardrail_intervened', 'content-filter'],
    ['content_filtered', 'content-filter'],
    ['malformed_model_output', 'error'],
    ['malformed_tool_use', 'error'],
    ['a reason of next year', 'other'],
  ])('maps the stop reason %s to %s', async (stopReason, unified) => {
    const all = await parts([...textEvents('Hi'), ['messageStop', { stopReason }]]);
    expect(all.at(-1)).toMatchObject({ finishReason: { unified, raw: stopReason } });
  });

  it('gives raw chunks before the parts they bring, when asked', async () => {
    const frames = [...textEvents('Hi'), ...stopEvents].map(eventFrame);
    const all = await partsOf(frames, { ...hello, includeRawChunks: true });
    expectProtocol(all);
    const first = all.findIndex(part => part.type === 'text-start');
    expect(all[first - 1]).toEqual({
      type: 'raw',
      rawValue: { contentBlockDelta: { contentBlockIndex: 0, delta: { text: 'Hi' } } },
    });
    expect(all.filter(part => part.type === 'raw')).toHaveLength(5);
  });

  it('is the same however the bytes are cut', async () => {
    const bytes = [...textEvents('Hello, ', 'wörld'), ...stopEvents].flatMap(event => [...eventFrame(event)]);
    const whole = await partsOf([Uint8Array.from(bytes)]);
    const single = await partsOf(bytes.map(byte => Uint8Array.of(byte)));
    expect(single).toEqual(whole);
  });
});

describe('reading a stream', () => {
  it('takes no more from the socket than the reader asks for', async () => {
    let pulled = 0;
    const frames = [...textEvents('a', 'b', 'c', 'd', 'e', 'f'), ...stopEvents].map(eventFrame);
    const body = new ReadableStream<Uint8Array>(
      {
        pull(controller) {
          const frame = frames[pulled++];
          if (frame) controller.enqueue(frame);
          else controller.close();
        },
      },
      { highWaterMark: 0 },
    );
    const { model } = modelAnswering(() => streamResponse(body));
    const { stream } = await model.doStream(hello);
    // messageStart and the first delta, to know that the reply has content.
    expect(pulled).toBe(2);
    const reader = stream.getReader();
    for (let count = 0; count < 4; count++) await reader.read();
    expect(pulled).toBe(2);
    await reader.read();
    expect(pulled).toBe(3);
    await reader.cancel();
  });

  it('cancels the socket when the reader goes away', async () => {
    let cancelled = false;
    const body = new ReadableStream<Uint8Array>({
      pull: controller => controller.enqueue(eventFrame(textEvents('more')[1] as Event)),
      cancel: () => {
        cancelled = true;
      },
    });
    const { model } = modelAnswering(() => streamResponse(body));
    const { stream } = await model.doStream(hello);
    await stream.cancel();
    expect(cancelled).toBe(true);
  });

  it('ends with the abort error when the caller aborts', async () => {
    const { model } = modelAnswering((_, init) => {
      const frames = textEvents('Hi').map(eventFrame);
      const body = new ReadableStream<Uint8Array>({
        start(controller) {
          for (const frame of frames) controller.enqueue(frame);
          init.signal?.addEventListener('abort', () => controller.error(init.signal?.reason));
        },
      });
      return streamResponse(body);
    });
    const abort = new AbortController();
    const { stream } = await model.doStream({ ...hello, abortSignal: abort.signal });
    const reading = readParts(stream);
    abort.abort();
    await expect(reading).rejects.toMatchObject({ name: 'AbortError' });
  });
});
