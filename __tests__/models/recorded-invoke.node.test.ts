/**
 * Replies of InvokeModel and InvokeModelWithResponseStream that AWS has sent, through the public door. What they say
 * is read a second time here, by their members.
 */
import type { LanguageModelV4Content, LanguageModelV4Usage } from '@ai-sdk/provider';
import { BedrockError, createBedrock } from 'bedrock-ai-provider';
import { describe, expect, it } from 'vitest';
import { contentOf, textOf } from '../support/collect.ts';
import { errorOf, hello, readParts, streamResponse } from '../support/replies.ts';
import { listShared, readSharedJson, sharedDataMissing } from '../support/shared-data.ts';
import { expectProtocol } from '../support/stream-protocol.ts';

// biome-ignore lint/suspicious/noExplicitAny: replies of a dozen shapes, read by path.
type Json = any;
interface Recording {
  request: { path: string };
  response: {
    status: number;
    headers: Record<string, string>;
    body?: Json;
    eventStream?: { base64: string; events: Array<{ name: string; type: string; chunk?: Json }> };
  };
}

const recordings = (operation: string) =>
  (sharedDataMissing ? [] : listShared(`recorded/${operation}`))
    // Models that embed have tests of their own.
    .filter(path => !/embed/.test(path))
    .map(path => [path.slice('recorded/'.length), readSharedJson<Recording>(path)] as const);

function modelOf({ request, response }: Recording) {
  const { eventStream, body, status, headers } = response;
  const bedrock = createBedrock({
    region: 'us-east-1',
    apiKey: 'test-key',
    fetch: async () =>
      eventStream
        ? streamResponse([new Uint8Array(Buffer.from(eventStream.base64, 'base64'))])
        : new Response(JSON.stringify(body), {
            status,
            headers: { 'content-type': 'application/json', ...headers },
          }),
  });
  const modelId = decodeURIComponent(request.path.split('/')[2] ?? '');
  // The ARNs and made-up ids among the paths are of Titan and of nobody.
  return bedrock.invokeModel(modelId, modelId.startsWith('arn:') ? { family: 'titan' } : {});
}

/* ------------------------------------------------------------ what they say */

interface Said {
  text: string;
  reasoning: string;
  calls: Array<[name: string, input: unknown]>;
  stop: string | undefined;
  /** In the body, or in the headers or metrics. */
  usage: { input?: number | undefined; output?: number | undefined };
}

const nothing: Said = { text: '', reasoning: '', calls: [], stop: undefined, usage: {} };

/** A whole reply, by the members that tell the shapes apart. */
function saidWhole(body: Json): Said {
  if (body.type === 'message') return saidByClaude(body);
  if (body.output?.message) {
    const blocks: Json[] = body.output.message.content;
    return {
      ...nothing,
      text: blocks.map(block => block.text ?? '').join(''),
      calls: blocks.flatMap(({ toolUse }) => (toolUse ? [[toolUse.name, toolUse.input]] : [])),
      stop: body.stopReason,
      usage: { input: body.usage?.inputTokens, output: body.usage?.outputTokens },
    };
  }
  if (body.choices?.[0]?.message) {
    const [{ message, finish_reason }] = body.choices;
    return {
      ...splitReasoning([message.content ?? '']),
      calls: (message.tool_calls ?? []).map(({ function: { name, arguments: json } }: Json) => [
        name,
        JSON.parse(json),
      ]),
      stop: finish_reason,
      usage: { input: body.usage.prompt_tokens, output: body.usage.completion_tokens },
    };
  }
  const [text, stop, input, output] = saidInText(body);
  return { ...nothing, text, stop, usage: { input, output } };
}

function saidInText(body: Json): [text: string, stop: string | undefined, input?: number, output?: number] {
  if ('completion' in body) return [body.completion, body.stop_reason];
  if ('generation' in body) {
    return [body.generation, body.stop_reason, body.prompt_token_count, body.generation_token_count];
  }
  if ('results' in body) {
    const [{ outputText, completionReason, tokenCount }] = body.results;
    return [outputText, completionReason, body.inputTextTokenCount, tokenCount];
  }
  if ('outputs' in body) return [body.outputs[0].text, body.outputs[0].stop_reason];
  if ('generations' in body) return [body.generations[0].text, body.generations[0].finish_reason];
  if ('completions' in body) {
    return [body.completions[0].data.text, body.completions[0].finishReason.reason];
  }
  return [body.text, body.finish_reason];
}

function saidByClaude({ content, stop_reason, usage }: Json): Said {
  return {
    text: content.map((block: Json) => block.text ?? '').join(''),
    reasoning: content.map((block: Json) => block.thinking ?? '').join(''),
    calls: content.flatMap((block: Json) => (block.type === 'tool_use' ? [[block.name, block.input]] : [])),
    stop: stop_reason,
    usage: { input: usage.input_tokens, output: usage.output_tokens },
  };
}

function splitReasoning(texts: readonly string[]): Said {
  const all = texts.join('');
  const inTags = /<reasoning>(.*?)<\/reasoning>/gs;
  return {
    ...nothing,
    text: all.replace(inTags, ''),
    reasoning: [...all.matchAll(inTags)].map(([, text]) => text).join(''),
  };
}

/** The chunks of a stream. */
function saidStreamed(chunks: readonly Json[]): Said {
  const metrics = chunks.map(chunk => chunk['amazon-bedrock-invocationMetrics']).find(Boolean);
  const usage = { input: metrics?.inputTokenCount, output: metrics?.outputTokenCount };
  const [first] = chunks;
  if (first.type === 'message_start') return { ...claudeChunks(chunks), usage };
  if (first.messageStart) return { ...novaChunks(chunks), usage };
  if (first.choices) {
    const choices = chunks.flatMap(chunk => chunk.choices ?? []);
    return {
      ...splitReasoning(choices.map(({ delta }) => delta.content ?? '')),
      calls: callsOf(choices.flatMap(({ delta }) => delta.tool_calls ?? [])),
      stop: choices.find(({ finish_reason }) => finish_reason)?.finish_reason,
      usage,
    };
  }
  const said = chunks.map(chunk =>
    'is_finished' in chunk
      ? ([chunk.text ?? '', chunk.finish_reason] as const)
      : 'outputText' in chunk
        ? ([chunk.outputText, chunk.completionReason] as const)
        : saidInText(chunk),
  );
  return {
    ...nothing,
    text: said.map(([text]) => text).join(''),
    stop: said.map(([, stop]) => stop).find(Boolean),
    usage,
  };
}

function callsOf(pieces: readonly Json[]): Said['calls'] {
  const calls = new Map<number, { name: string; json: string }>();
  for (const {
    index,
    function: { name, arguments: json },
  } of pieces) {
    const call = calls.get(index) ?? { name, json: '' };
    call.json += json ?? '';
    calls.set(index, call);
  }
  return [...calls.values()].map(({ name, json }) => [name, JSON.parse(json)]);
}

function claudeChunks(chunks: readonly Json[]): Said {
  const blocks: Json[] = [];
  let stop: string | undefined;
  for (const { type, index, content_block, delta } of chunks) {
    if (type === 'content_block_start') blocks[index] = { ...content_block, json: '' };
    if (type === 'content_block_delta') {
      blocks[index].text += delta.text ?? '';
      blocks[index].thinking += delta.thinking ?? '';
      blocks[index].json += delta.partial_json ?? '';
    }
    if (type === 'message_delta') stop = delta.stop_reason;
  }
  const only = (kind: string) => blocks.filter(({ type }) => type === kind);
  return {
    ...nothing,
    text: only('text')
      .map(block => block.text)
      .join(''),
    reasoning: only('thinking')
      .map(block => block.thinking)
      .join(''),
    calls: only('tool_use').map(block => [block.name, JSON.parse(block.json || '{}')]),
    stop,
  };
}

function novaChunks(chunks: readonly Json[]): Said {
  const deltas = chunks.flatMap(({ contentBlockDelta }) => contentBlockDelta?.delta ?? []);
  const starts = chunks.flatMap(({ contentBlockStart }) => contentBlockStart?.start?.toolUse ?? []);
  const inputs = deltas.flatMap(({ toolUse }) => (toolUse ? JSON.parse(toolUse.input) : []));
  return {
    ...nothing,
    text: deltas.map(({ text }) => text ?? '').join(''),
    calls: starts.map(({ name }, index) => [name, inputs[index]]),
    stop: chunks.find(({ messageStop }) => messageStop)?.messageStop.stopReason,
  };
}

/* ---------------------------------------------------------------- what we read */

const calls = (content: readonly LanguageModelV4Content[]) =>
  content.flatMap(part => (part.type === 'tool-call' ? [[part.toolName, JSON.parse(part.input)]] : []));

function read(
  content: readonly LanguageModelV4Content[],
  stop: string | undefined,
  usage: LanguageModelV4Usage,
): Said {
  return {
    text: textOf(content),
    reasoning: textOf(content, 'reasoning'),
    calls: calls(content) as Said['calls'],
    stop,
    usage: { input: usage.inputTokens.noCache, output: usage.outputTokens.total },
  };
}

/** How calls end that Bedrock answers without a word about it, because a guardrail has. */
const orBlocked = (stop: string | undefined) => stop ?? 'guardrail_intervened';

const skipped = `(skipped: ${sharedDataMissing})`;

describe.skipIf(sharedDataMissing)(`recorded replies of InvokeModel ${skipped}`, () => {
  it.each(recordings('InvokeModel'))('%s', async (_, recording) => {
    const { body, status, headers } = recording.response;
    const model = modelOf(recording);
    if (status !== 200) {
      const error = await errorOf(model.doGenerate(hello));
      expect(BedrockError.isInstance(error)).toBe(true);
      expect(error).toMatchObject({ statusCode: status, message: expect.stringContaining(body.message) });
      return;
    }
    const { content, finishReason, usage } = await model.doGenerate(hello);
    const said = saidWhole(body);
    const counted = (name: string) => {
      const header = headers[`x-amzn-bedrock-${name}-token-count`];
      return header === undefined ? undefined : Number(header);
    };
    said.usage.input ??= counted('input');
    said.usage.output ??= counted('output');
    expect(read(content, finishReason.raw, usage)).toEqual(said);
    expect(['stop', 'length', 'tool-calls']).toContain(finishReason.unified);
  });

  it('are all here', () => {
    expect(recordings('InvokeModel')).toHaveLength(98);
  });
});

describe.skipIf(sharedDataMissing)(`recorded streams of InvokeModelWithResponseStream ${skipped}`, () => {
  it.each(recordings('InvokeModelWithResponseStream'))('%s', async (_, recording) => {
    const { eventStream, status } = recording.response;
    const model = modelOf(recording);
    const exception = eventStream?.events.find(({ type }) => type === 'exception');
    if (eventStream === undefined || eventStream.events[0] === exception) {
      expect(BedrockError.isInstance(await errorOf(model.doStream(hello)))).toBe(true);
      if (eventStream === undefined) expect(status).toBeGreaterThanOrEqual(400);
      return;
    }
    const parts = await readParts((await model.doStream(hello)).stream);
    expectProtocol(parts);
    const finish = parts.at(-1);
    if (finish?.type !== 'finish') throw new Error('no finish');
    if (exception !== undefined) {
      expect(parts.filter(part => part.type === 'error')).toHaveLength(1);
      expect(finish.finishReason.unified).toBe('error');
      return;
    }
    const said = saidStreamed(eventStream.events.map(({ chunk }) => chunk));
    const ours = read(contentOf(parts), finish.finishReason.raw, finish.usage);
    // The counts of the service and those of the model differ for some tool calls; the model's are taken.
    expect({ ...ours, usage: said.usage }).toEqual({ ...said, stop: orBlocked(said.stop) });
    expect(ours.usage.input).toBeTypeOf('number');
    expect(
      Math.abs((ours.usage.output ?? Number.NaN) - (said.usage.output ?? ours.usage.output ?? 0)),
    ).toBeLessThan(40);
    expect(['stop', 'length', 'tool-calls', 'content-filter']).toContain(finish.finishReason.unified);
  });

  it('are all here', () => {
    expect(recordings('InvokeModelWithResponseStream')).toHaveLength(64);
  });
});

describe.skipIf(sharedDataMissing)(`recorded findings of guardrails ${skipped}`, () => {
  const guarded = recordings('InvokeModel').filter(
    ([, { response }]) => response.body?.['amazon-bedrock-trace'],
  );
  const streamed = recordings('InvokeModelWithResponseStream').filter(([, { response }]) =>
    response.eventStream?.events.some(({ chunk }) => chunk?.['amazon-bedrock-trace']?.guardrail),
  );

  it('are all here', () => expect([guarded.length, streamed.length]).toEqual([2, 2]));

  it.each(guarded)('%s: what was masked, in the words of Converse', async (_, recording) => {
    const { guardrail } = recording.response.body['amazon-bedrock-trace'];
    const { providerMetadata, finishReason } = await modelOf(recording).doGenerate(hello);
    const [[id, output]] = Object.entries(guardrail.outputs[0]) as [[string, Json]];
    expect(providerMetadata?.['bedrock']?.['trace']).toEqual({
      guardrail: {
        modelOutput: guardrail.modelOutput,
        inputAssessment: guardrail.input,
        outputAssessments: { [id]: [output] },
        ...(guardrail.actionReason && { actionReason: guardrail.actionReason }),
      },
    });
    expect(output.sensitiveInformationPolicy.regexes[0].action).toBe('ANONYMIZED');
    expect(finishReason.unified).toBe('stop');
  });

  it.each(streamed)('%s: the finish says whether something was blocked', async (path, recording) => {
    const parts = await readParts((await modelOf(recording).doStream(hello)).stream);
    const finish = parts.at(-1);
    const blocked = path.includes('test-guardrail-invoke-stream');
    expect(finish).toMatchObject({
      finishReason: { unified: blocked ? 'content-filter' : 'stop' },
      providerMetadata: { bedrock: { trace: { guardrail: { inputAssessment: expect.anything() } } } },
    });
  });
});
