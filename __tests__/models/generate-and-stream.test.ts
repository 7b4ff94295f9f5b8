import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contentOf } from '../support/collect.ts';
import {
  type Event,
  eventFrame,
  hello,
  jsonResponse,
  modelAnswering,
  readParts,
  streamResponse,
} from '../support/replies.ts';
import { expectProtocol } from '../support/stream-protocol.ts';

/** A block of a reply, as Converse gives it whole and as ConverseStream gives it in pieces. */
interface BothForms {
  block: object;
  start?: object | undefined;
  deltas: readonly object[];
}

const base64 = fc
  .uint8Array({ minLength: 1, maxLength: 30 })
  .map(bytes => btoa(String.fromCharCode(...bytes)));
const words = fc.string({ unit: 'grapheme', maxLength: 30 });
const name = fc.stringMatching(/^[a-zA-Z0-9_-]{1,20}$/);

/** A text cut into pieces. */
const pieces = fc.array(words, { minLength: 1, maxLength: 4 });

const citation = fc.record(
  {
    title: words,
    source: words,
    sourceContent: fc.array(fc.record({ text: words }), { maxLength: 2 }),
    location: fc.oneof(
      fc.record({ web: fc.record({ url: fc.webUrl(), domain: fc.domain() }, { requiredKeys: [] }) }),
      fc.record({ documentChar: fc.record({ documentIndex: fc.nat(3), start: fc.nat(), end: fc.nat() }) }),
      fc.record({ documentPage: fc.record({ documentIndex: fc.nat(3), start: fc.nat(), end: fc.nat() }) }),
      fc.record({ documentChunk: fc.record({ documentIndex: fc.nat(3), start: fc.nat(), end: fc.nat() }) }),
      fc.record({
        searchResultLocation: fc.record({ searchResultIndex: fc.nat(3), start: fc.nat(), end: fc.nat() }),
      }),
    ),
  },
  { requiredKeys: [], noNullPrototype: true },
);

const block: fc.Arbitrary<BothForms> = fc.oneof(
  pieces.map(texts => ({ block: { text: texts.join('') }, deltas: texts.map(text => ({ text })) })),
  fc.tuple(pieces, fc.option(base64, { nil: undefined })).map(([texts, signature]) => ({
    block: { reasoningContent: { reasoningText: { text: texts.join(''), ...(signature && { signature }) } } },
    deltas: [
      ...texts.map(text => ({ reasoningContent: { text } })),
      ...(signature ? [{ reasoningContent: { signature } }] : []),
    ],
  })),
  base64.map(redactedContent => ({
    block: { reasoningContent: { redactedContent } },
    deltas: [{ reasoningContent: { redactedContent } }],
  })),
  fc
    .record({
      id: name,
      tool: name,
      input: fc.dictionary(name, fc.jsonValue({ maxDepth: 2 })),
      cut: fc.nat(),
    })
    .map(({ id, tool, input, cut }) => {
      const json = JSON.stringify(input);
      const at = cut % (json.length + 1);
      return {
        block: { toolUse: { toolUseId: id, name: tool, input } },
        start: { toolUse: { toolUseId: id, name: tool } },
        deltas: [{ toolUse: { input: json.slice(0, at) } }, { toolUse: { input: json.slice(at) } }],
      };
    }),
  fc.record({ id: name, json: fc.jsonValue({ maxDepth: 2 }) }).map(({ id, json }) => ({
    block: { toolResult: { toolUseId: id, status: 'success', type: 'a_result', content: [{ json }] } },
    start: { toolResult: { toolUseId: id, status: 'success', type: 'a_result' } },
    deltas: [{ toolResult: [{ json }] }],
  })),
  fc.tuple(pieces, fc.array(citation, { minLength: 1, maxLength: 3 })).map(([texts, citations]) => ({
    block: { citationsContent: { content: texts.map(text => ({ text })), citations } },
    deltas: [...texts.map(text => ({ text })), ...citations.map(citation => ({ citation }))],
  })),
  fc.array(citation, { minLength: 1, maxLength: 3 }).map(citations => ({
    block: { citationsContent: { citations } },
    deltas: citations.map(citation => ({ citation })),
  })),
  base64.map(bytes => ({
    block: { image: { format: 'png', source: { bytes } } },
    start: { image: { format: 'png' } },
    deltas: [{ image: { source: { bytes } } }],
  })),
  fc.constant({
    block: { image: { format: 'png', error: { message: 'filtered' } } },
    start: { image: { format: 'png' } },
    deltas: [{ image: { error: { message: 'filtered' } } }],
  }),
  fc.jsonValue({ maxDepth: 1 }).map(value => ({
    block: { hologram: { value } },
    deltas: [{ hologram: { value } }],
  })),
);

const ending = fc.record(
  {
    usage: fc.record(
      {
        inputTokens: fc.nat(),
        outputTokens: fc.nat(),
        totalTokens: fc.nat(),
        cacheReadInputTokens: fc.nat(),
        cacheWriteInputTokens: fc.nat(),
        cacheDetails: fc.array(fc.record({ ttl: fc.constantFrom('5m', '1h'), inputTokens: fc.nat() })),
      },
      { requiredKeys: [], noNullPrototype: true },
    ),
    metrics: fc.record({ latencyMs: fc.nat() }),
    trace: fc.constant({ guardrail: { actionReason: 'none' } }),
    serviceTier: fc.constant({ type: 'flex' }),
  },
  { requiredKeys: ['usage', 'metrics'], noNullPrototype: true },
);

const stop = fc.record(
  {
    stopReason: fc.constantFrom('end_turn', 'tool_use', 'max_tokens', 'stop_sequence', 'content_filtered'),
    additionalModelResponseFields: fc.constant({ stop_sequence: '##' }),
  },
  { requiredKeys: ['stopReason'], noNullPrototype: true },
);

function counting(): () => string {
  let count = 0;
  return () => `id-${count++}`;
}

describe('doGenerate and doStream', () => {
  it('give the same content, finish reason, usage and metadata for the same reply', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(block, { maxLength: 6 }), ending, stop, async (blocks, metadata, stopped) => {
        const whole = {
          ...metadata,
          ...stopped,
          output: { message: { role: 'assistant', content: blocks.map(b => b.block) } },
        };
        const events: Event[] = [
          ['messageStart', { role: 'assistant' }],
          ...blocks.flatMap(({ start, deltas }, contentBlockIndex): Event[] => [
            ...(start ? [['contentBlockStart', { contentBlockIndex, start }] as const] : []),
            ...deltas.map((delta): Event => ['contentBlockDelta', { contentBlockIndex, delta }]),
            ['contentBlockStop', { contentBlockIndex }],
          ]),
          ['messageStop', stopped],
          ['metadata', metadata],
        ];
        const generated = await modelAnswering(() => jsonResponse(whole), {
          provider: { generateId: counting() },
        }).model.doGenerate(hello);
        const streamed = await modelAnswering(() => streamResponse(events.map(eventFrame)), {
          provider: { generateId: counting() },
        }).model.doStream(hello);
        const parts = await readParts(streamed.stream);
        expectProtocol(parts);

        expect(contentOf(parts)).toEqual(generated.content);
        const { type: _, ...finish } = parts.at(-1) as Extract<(typeof parts)[number], { type: 'finish' }>;
        expect(finish).toEqual({
          finishReason: generated.finishReason,
          usage: generated.usage,
          providerMetadata: generated.providerMetadata,
        });
      }),
      { numRuns: 300 },
    );
  });
});
