import type { LanguageModelV4Content, LanguageModelV4Usage } from '@ai-sdk/provider';
import { BedrockError } from 'bedrock-ai-provider';
import { describe, expect, it } from 'vitest';
import { contentOf, textOf } from '../support/collect.ts';
import { errorOf, hello, modelAnswering, readParts, streamResponse } from '../support/replies.ts';
import { listShared, readSharedJson, sharedDataMissing } from '../support/shared-data.ts';
import { expectProtocol } from '../support/stream-protocol.ts';

/** What real replies of Bedrock look like; only what the tests read. */
interface Block {
  text?: string;
  toolUse?: { toolUseId: string; name: string; input: unknown; type?: string };
  toolResult?: { toolUseId: string; content: unknown };
  reasoningContent?: { reasoningText?: { text?: string; signature?: string }; redactedContent?: string };
  citationsContent?: { content?: Array<{ text: string }>; citations?: unknown[] };
}
interface Usage {
  inputTokens?: number;
  outputTokens?: number;
  cacheReadInputTokens?: number;
  cacheWriteInputTokens?: number;
}
interface Recording {
  request: { path: string };
  response: {
    status: number;
    headers: Record<string, string>;
    body?: {
      message?: string;
      output?: { message: { content: Block[] } };
      stopReason?: string;
      usage?: Usage;
    };
    eventStream?: { base64: string; events: Array<{ type: string; name: string; payload: StreamPayload }> };
  };
}
interface StreamPayload {
  contentBlockIndex?: number;
  start?: { toolUse?: { name: string; toolUseId: string; type?: string } };
  delta?: {
    text?: string;
    toolUse?: { input: string };
    reasoningContent?: { text?: string; signature?: string };
    citation?: unknown;
  };
  stopReason?: string;
  usage?: Usage;
}

const recordings = (operation: string) => (sharedDataMissing ? [] : listShared(`recorded/${operation}`));
const skipped = `(skipped: ${sharedDataMissing})`;

function modelOf({ request, response }: Recording) {
  const modelId = decodeURIComponent(request.path.split('/')[2] ?? '');
  const { eventStream, body, status, headers } = response;
  return modelAnswering(
    () => {
      const bytes = eventStream && new Uint8Array(Buffer.from(eventStream.base64, 'base64'));
      return bytes
        ? streamResponse([bytes])
        : new Response(JSON.stringify(body), {
            status,
            headers: { 'content-type': 'application/json', ...headers },
          });
    },
    { modelId },
  ).model;
}

/** Arguments of the client tools called, by tool name, as values. */
const toolCalls = (content: readonly LanguageModelV4Content[]) =>
  content.flatMap(part => (part.type === 'tool-call' ? [[part.toolName, JSON.parse(part.input)]] : []));

function expectUsage(usage: LanguageModelV4Usage, recorded: Usage): void {
  expect(usage.outputTokens.total).toBe(recorded.outputTokens);
  expect(usage.inputTokens.noCache).toBe(recorded.inputTokens);
  expect(usage.inputTokens.cacheRead).toBe(recorded.cacheReadInputTokens);
  expect(usage.inputTokens.cacheWrite).toBe(recorded.cacheWriteInputTokens);
}

describe.skipIf(sharedDataMissing)(`recorded replies of Converse ${skipped}`, () => {
  it.each(recordings('Converse'))('%s', async path => {
    const recording = readSharedJson<Recording>(path);
    const { body, status } = recording.response;
    const model = modelOf(recording);
    if (body?.output === undefined) {
      const error = await errorOf(model.doGenerate(hello));
      expect(BedrockError.isInstance(error)).toBe(true);
      expect(error).toMatchObject({
        statusCode: status,
        message: expect.stringContaining(body?.message ?? ''),
      });
      return;
    }
    const result = await model.doGenerate(hello);
    const blocks = body.output.message.content;
    expect(textOf(result.content)).toBe(
      blocks
        .map(
          ({ text, citationsContent }) => text ?? citationsContent?.content?.map(c => c.text).join('') ?? '',
        )
        .join(''),
    );
    expect(textOf(result.content, 'reasoning')).toBe(
      blocks.map(({ reasoningContent }) => reasoningContent?.reasoningText?.text ?? '').join(''),
    );
    expect(toolCalls(result.content)).toEqual(
      blocks.flatMap(({ toolUse }) => (toolUse ? [[toolUse.name, toolUse.input]] : [])),
    );
    expect(result.finishReason.raw).toBe(body.stopReason);
    expect(['stop', 'length', 'tool-calls', 'content-filter']).toContain(result.finishReason.unified);
    expectUsage(result.usage, body.usage ?? {});
    const cited = blocks.reduce(
      (count, block) => count + (block.citationsContent?.citations?.length ?? 0),
      0,
    );
    expect(result.content.some(part => part.type === 'source')).toBe(cited > 0);
  });

  it('are all here', () => {
    expect(recordings('Converse')).toHaveLength(219);
  });
});

describe.skipIf(sharedDataMissing)(`recorded streams of ConverseStream ${skipped}`, () => {
  it.each(recordings('ConverseStream'))('%s', async path => {
    const recording = readSharedJson<Recording>(path);
    const model = modelOf(recording);
    const { eventStream, status } = recording.response;
    if (eventStream === undefined) {
      expect(await errorOf(model.doStream(hello))).toMatchObject({ statusCode: status });
      return;
    }
    const { stream } = await model.doStream(hello);
    const parts = await readParts(stream);
    expectProtocol(parts);
    expect(parts.filter(part => part.type === 'error')).toEqual([]);

    const payloads = eventStream.events.map(({ payload }) => payload);
    const content = contentOf(parts);
    expect(textOf(content)).toBe(payloads.map(({ delta }) => delta?.text ?? '').join(''));
    expect(textOf(content, 'reasoning')).toBe(
      payloads.map(({ delta }) => delta?.reasoningContent?.text ?? '').join(''),
    );
    expect(toolCalls(content)).toEqual(recordedToolCalls(payloads));
    expect(content.filter(part => part.type === 'source')).toHaveLength(
      new Set(
        payloads.flatMap(({ delta }) =>
          delta?.citation ? [JSON.stringify(locationOf(delta.citation))] : [],
        ),
      ).size,
    );

    const finish = parts.at(-1);
    if (finish?.type !== 'finish') throw new Error('no finish');
    expect(finish.finishReason.raw).toBe(payloads.find(({ stopReason }) => stopReason)?.stopReason);
    expectUsage(finish.usage, payloads.find(({ usage }) => usage)?.usage ?? {});
  });

  it('are all here', () => {
    expect(recordings('ConverseStream')).toHaveLength(62);
  });
});

function recordedToolCalls(payloads: readonly StreamPayload[]): unknown[] {
  const starts = payloads.filter(({ start }) => start?.toolUse);
  return starts.map(({ contentBlockIndex, start }) => {
    const input = payloads
      .filter(payload => payload.contentBlockIndex === contentBlockIndex)
      .map(({ delta }) => delta?.toolUse?.input ?? '')
      .join('');
    return [start?.toolUse?.name, JSON.parse(input || '{}')];
  });
}

/** What is cited: a document or page, whatever the place in it. */
function locationOf(citation: unknown): unknown {
  const { location, title } = citation as {
    location: Record<string, { documentIndex?: number }>;
    title?: string;
  };
  const [kind, place] = Object.entries(location)[0] ?? [];
  return [kind, place?.documentIndex, title];
}
