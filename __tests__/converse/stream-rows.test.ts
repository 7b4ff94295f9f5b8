import type { LanguageModelV4StreamPart } from '@ai-sdk/provider';
import { ConverseResponse$, ConverseStreamOutput$ } from '@aws-sdk/client-bedrock-runtime';
import { BedrockError } from 'bedrock-ai-provider';
import { expect, it } from 'vitest';
import { membersIn, membersOf } from '../support/aws-members.ts';
import {
  type Event,
  errorFrame,
  errorOf,
  eventFrame,
  exceptionFrame,
  hello,
  partsOf,
  stopEvents,
  textEvents,
} from '../support/replies.ts';
import { expectProtocol } from '../support/stream-protocol.ts';
import { describeRows } from './row-tests.ts';

const seen: object[] = [];

/** The parts of a stream of these events, between the head and the finish. */
async function partsBetween(...events: Event[]): Promise<LanguageModelV4StreamPart[]> {
  return (await partsOfEvents(...events, ...stopEvents)).slice(2, -1);
}

async function partsOfEvents(...events: Event[]): Promise<LanguageModelV4StreamPart[]> {
  seen.push(...events.map(([type, payload]) => ({ [type]: payload })));
  const parts = await partsOf(events.map(eventFrame));
  expectProtocol(parts);
  return parts;
}

const start = (index: number, members: object): Event => [
  'contentBlockStart',
  { contentBlockIndex: index, start: members },
];
const delta = (index: number, members: object): Event => [
  'contentBlockDelta',
  { contentBlockIndex: index, delta: members },
];
const stop = (index: number): Event => ['contentBlockStop', { contentBlockIndex: index }];

const [messageStop, metadata] = stopEvents as [Event, Event];

describeRows('stream', row => {
  row('messageStart.role', 'says nothing that is not known', async () => {
    expect(await partsBetween(['messageStart', { role: 'assistant' }])).toEqual([]);
  });

  /* ------------------------------------------------------------------ blocks */

  row('contentBlockStart.start.toolUse{toolUseId, name}', 'starts the input of a call', async () => {
    const parts = await partsBetween(start(0, { toolUse: { toolUseId: 't', name: 'look' } }), stop(0));
    expect(parts[0]).toEqual({ type: 'tool-input-start', id: 't', toolName: 'look' });
  });

  const serverCall = start(0, {
    toolUse: { toolUseId: 't', name: 'nova_grounding', type: 'server_tool_use' },
  });

  row('contentBlockStart.start.toolUse.type', 'says that Bedrock runs the tool', async () => {
    const parts = await partsBetween(serverCall, stop(0));
    expect(parts).toMatchObject([
      { type: 'tool-input-start', providerExecuted: true, dynamic: true },
      { type: 'tool-input-end' },
      { type: 'tool-call', providerExecuted: true, dynamic: true },
    ]);
  });

  const resultStart = start(1, {
    toolResult: { toolUseId: 't', type: 'nova_grounding_result', status: 'error' },
  });

  row('contentBlockStart.start.toolResult{toolUseId, type, status}', 'is the result, no text', async () => {
    const parts = await partsBetween(serverCall, stop(0), resultStart, stop(1));
    expect(parts.at(-1)).toEqual({
      type: 'tool-result',
      toolCallId: 't',
      toolName: 'nova_grounding',
      dynamic: true,
      isError: true,
      result: { content: [], type: 'nova_grounding_result', status: 'error' },
    });
  });

  row('contentBlockStart.start.image{format}', 'is the media type of the file', async () => {
    const parts = await partsBetween(
      start(0, { image: { format: 'webp' } }),
      delta(0, { image: { source: { bytes: 'AAAA' } } }),
      stop(0),
    );
    expect(parts).toMatchObject([{ type: 'file', mediaType: 'image/webp' }]);
  });

  /* ------------------------------------------------------------------ deltas */

  row('contentBlockDelta.delta.text', 'is text as it comes, also without a start', async () => {
    expect(await partsBetween(delta(0, { text: 'Hel' }), delta(0, { text: 'lo' }), stop(0))).toEqual([
      { type: 'text-start', id: '0' },
      { type: 'text-delta', id: '0', delta: 'Hel' },
      { type: 'text-delta', id: '0', delta: 'lo' },
      { type: 'text-end', id: '0' },
    ]);
  });

  row('contentBlockDelta.delta.toolUse.input', 'is input as it comes, then the call', async () => {
    const parts = await partsBetween(
      start(0, { toolUse: { toolUseId: 't', name: 'look' } }),
      delta(0, { toolUse: { input: '{"at":' } }),
      delta(0, { toolUse: { input: '"it"}' } }),
      stop(0),
    );
    expect(parts.slice(1)).toEqual([
      { type: 'tool-input-delta', id: 't', delta: '{"at":' },
      { type: 'tool-input-delta', id: 't', delta: '"it"}' },
      { type: 'tool-input-end', id: 't' },
      { type: 'tool-call', toolCallId: 't', toolName: 'look', input: '{"at":"it"}' },
    ]);
  });

  row(
    'contentBlockDelta.delta.reasoningContent{text, signature}',
    'is reasoning with its proof',
    async () => {
      const parts = await partsBetween(
        delta(0, { reasoningContent: { text: 'Hm.' } }),
        delta(0, { reasoningContent: { signature: 'c2ln' } }),
        stop(0),
      );
      expect(parts).toEqual([
        { type: 'reasoning-start', id: '0' },
        { type: 'reasoning-delta', id: '0', delta: 'Hm.' },
        { type: 'reasoning-end', id: '0', providerMetadata: { bedrock: { signature: 'c2ln' } } },
      ]);
    },
  );

  row('contentBlockDelta.delta.reasoningContent.redactedContent', 'is joined as bytes', async () => {
    const parts = await partsBetween(
      delta(0, { reasoningContent: { redactedContent: btoa('A') } }),
      delta(0, { reasoningContent: { redactedContent: btoa('B') } }),
      stop(0),
    );
    expect(parts.at(-1)).toMatchObject({ providerMetadata: { bedrock: { redactedData: btoa('AB') } } });
  });

  row(
    'contentBlockDelta.delta.citation{title, source, sourceContent[].text, location}',
    'is a source, and stands at the text that it supports',
    async () => {
      const citation = {
        title: 'facts',
        source: 'where',
        sourceContent: [{ text: 'It is.' }],
        location: { documentChar: { documentIndex: 0, start: 0, end: 6 } },
      };
      const parts = await partsBetween(delta(0, { citation }), delta(0, { text: 'Yes.' }), stop(0));
      expect(parts.map(({ type }) => type)).toEqual(['source', 'text-start', 'text-delta', 'text-end']);
      expect(parts.at(-1)).toMatchObject({
        citations: [{ citedText: 'It is.', startIndex: 0, endIndex: 4, source: { title: 'facts' } }],
        providerMetadata: { bedrock: { citations: [citation] } },
      });
    },
  );

  row('contentBlockDelta.delta.toolResult[]{text, json}', 'is the output of the result', async () => {
    const parts = await partsBetween(
      serverCall,
      stop(0),
      resultStart,
      delta(1, { toolResult: [{ text: 'one ' }] }),
      delta(1, { toolResult: [{ text: 'two' }, { json: { three: 3 } }] }),
      stop(1),
    );
    expect(parts.at(-1)).toMatchObject({
      result: { content: [{ text: 'one two' }, { json: { three: 3 } }] },
    });
  });

  row('contentBlockDelta.delta.image{source, error}', 'is a file, its chunks joined as bytes', async () => {
    const parts = await partsBetween(
      start(0, { image: { format: 'png' } }),
      delta(0, { image: { source: { bytes: btoa('p') } } }),
      delta(0, { image: { source: { bytes: btoa('ng') } } }),
      stop(0),
    );
    expect(parts).toEqual([
      { type: 'file', mediaType: 'image/png', data: { type: 'data', data: btoa('png') } },
    ]);
  });

  row(
    'contentBlockDelta.delta.image{source, error}',
    'is no error of the stream where it failed',
    async () => {
      const parts = await partsBetween(
        start(0, { image: { format: 'png' } }),
        delta(0, { image: { error: { message: 'No.' } } }),
        stop(0),
      );
      expect(parts).toMatchObject([{ type: 'custom', kind: 'bedrock.image' }]);
    },
  );

  row('contentBlockStop', 'ends what is open, and what it forgets ends with the message', async () => {
    const types = async (...events: Event[]) => (await partsBetween(...events)).map(({ type }) => type);
    expect(
      await types(delta(0, { text: 'a' }), stop(0), delta(1, { reasoningContent: { text: 'b' } })),
    ).toEqual([
      'text-start',
      'text-delta',
      'text-end',
      'reasoning-start',
      'reasoning-delta',
      'reasoning-end',
    ]);
  });

  /* --------------------------------------------------------------------- end */

  row('messageStop{stopReason, additionalModelResponseFields}', 'is in the finish', async () => {
    const end: Event = [
      'messageStop',
      { stopReason: 'stop_sequence', additionalModelResponseFields: { delta: { stop_sequence: '##' } } },
    ];
    const parts = await partsOfEvents(...textEvents('Hi'), end, metadata);
    expect(parts.at(-1)).toMatchObject({
      finishReason: { unified: 'stop', raw: 'stop_sequence' },
      providerMetadata: {
        bedrock: {
          stopSequence: '##',
          additionalModelResponseFields: { delta: { stop_sequence: '##' } },
        },
      },
    });
  });

  const last: Event = [
    'metadata',
    {
      usage: { inputTokens: 1, outputTokens: 2, totalTokens: 3 },
      metrics: { latencyMs: 7 },
      trace: {
        guardrail: { actionReason: 'None.' },
        promptRouter: { invokedModelId: 'anthropic.claude-3-haiku-20240307-v1:0' },
      },
      performanceConfig: { latency: 'optimized' },
      serviceTier: { type: 'flex' },
    },
  ];

  row(
    'metadata{usage, trace, performanceConfig, serviceTier}',
    'is in the finish, in any order',
    async () => {
      for (const end of [
        [messageStop, last],
        [last, messageStop],
      ]) {
        const parts = await partsOfEvents(...textEvents('Hi'), ...end);
        expect(parts.at(-1)).toMatchObject({
          usage: { inputTokens: { total: 1 }, outputTokens: { total: 2 }, raw: { totalTokens: 3 } },
          providerMetadata: {
            bedrock: {
              trace: { guardrail: { actionReason: 'None.' } },
              performanceConfig: { latency: 'optimized' },
              serviceTier: { type: 'flex' },
            },
          },
        });
        expect(parts).toContainEqual({
          type: 'response-metadata',
          modelId: 'anthropic.claude-3-haiku-20240307-v1:0',
        });
      }
    },
  );

  row('metadata.metrics.latencyMs', 'is in the finish', async () => {
    const parts = await partsOfEvents(...textEvents('Hi'), messageStop, last);
    expect(parts.at(-1)).toMatchObject({ providerMetadata: { bedrock: { metrics: { latencyMs: 7 } } } });
  });

  /* ------------------------------------------------------------------- faults */

  const exceptions = {
    internalServerException: true,
    modelStreamErrorException: true,
    serviceUnavailableException: true,
    throttlingException: true,
    validationException: false,
  };
  const allExceptions =
    'exceptions{internalServerException, modelStreamErrorException, validationException, throttlingException, serviceUnavailableException}';

  row(allExceptions, 'reject the call before the first content, and say whether to retry', async () => {
    for (const [name, isRetryable] of Object.entries(exceptions)) {
      seen.push({ [name]: { message: 'No.' } });
      const error = await errorOf(partsOf([exceptionFrame(name, { message: 'No.' })]));
      expect(
        BedrockError.isInstance(error) && { code: error.code.toLowerCase(), isRetryable: error.isRetryable },
      ).toEqual({ code: name.toLowerCase(), isRetryable });
    }
  });

  row(allExceptions, 'are an error part behind the first content', async () => {
    for (const name of Object.keys(exceptions)) {
      const frames = [...textEvents('Hi').map(eventFrame), exceptionFrame(name, { message: 'No.' })];
      const parts = await partsOf(frames);
      expectProtocol(parts);
      expect(parts.at(-2)).toMatchObject({
        type: 'error',
        error: { message: expect.stringContaining('No.') },
      });
      expect(parts.at(-1)).toMatchObject({ finishReason: { unified: 'error' } });
    }
  });

  row('end without messageStop', 'is an interruption', async () => {
    const parts = await partsOf(textEvents('Hi').map(eventFrame));
    expect(parts.at(-2)).toMatchObject({ type: 'error', error: { code: 'IncompleteMessage' } });
    expect(parts.at(-1)).toMatchObject({ finishReason: { unified: 'interrupted' } });
  });

  row(':message-type error', 'is an error', async () => {
    const parts = await partsOf([...textEvents('Hi').map(eventFrame), errorFrame('Broken', 'It broke.')]);
    expect(parts.at(-2)).toMatchObject({ type: 'error', error: { code: 'Broken' } });
    expect(parts.at(-1)).toMatchObject({ finishReason: { unified: 'error' } });
  });

  row('unknown events', 'are passed over', async () => {
    const parts = await partsBetween(
      ['initial-response', {}],
      ['somethingNew', { a: 1 }],
      ...textEvents('Hi'),
    );
    expect(parts.map(({ type }) => type)).toEqual(['text-start', 'text-delta', 'text-end']);
  });

  row('raw chunks', 'are the events as they came, when asked for', async () => {
    const frames = [['somethingNew', { a: 1 }] as const, ...textEvents('Hi'), ...stopEvents].map(eventFrame);
    const parts = await partsOf(frames, { ...hello, includeRawChunks: true });
    expect(parts.filter(({ type }) => type === 'raw')).toHaveLength(frames.length);
    expect(parts).toContainEqual({ type: 'raw', rawValue: { somethingNew: { a: 1 } } });
  });
});

it('the tests of the stream answer with every member that AWS has for streams alone', () => {
  const answered = new Set(seen.flatMap(event => [...membersIn(ConverseStreamOutput$, event)]));
  const inWholeReplies = membersOf(ConverseResponse$);
  const missing = [...membersOf(ConverseStreamOutput$)].filter(
    member => !answered.has(member) && !inWholeReplies.has(member),
  );
  expect(missing).toEqual([]);
});
