import type { LanguageModelV4Content } from '@ai-sdk/provider';
import {
  BedrockRuntimeClient,
  type ContentBlock,
  ConverseCommand,
  ConverseStreamCommand,
  type ConverseStreamOutput,
} from '@aws-sdk/client-bedrock-runtime';
import { createBedrock } from 'bedrock-ai-provider';
import {
  createLocalBedrock,
  type ListeningBedrock,
  LOCAL_CREDENTIALS,
  type LocalReply,
} from 'bedrock-ai-provider/local';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contentOf } from '../support/collect.ts';
import { hello, readParts } from '../support/replies.ts';

/** The same reply of the same server, read by AWS's SDK client and by this package. */
const replies: Record<string, LocalReply> = {
  text: { content: [{ text: 'Hello, wörld! 你好' }], stopReason: 'end_turn' },
  'reasoning before text': {
    content: [
      { reasoningContent: { reasoningText: { text: 'Let me think.', signature: 'c2lnbmF0dXJl' } } },
      { text: 'Done.' },
    ],
    stopReason: 'end_turn',
  },
  'two tool calls': {
    content: [
      { text: 'Looking it up.' },
      { toolUse: { toolUseId: 'tooluse_a', name: 'weather', input: { city: 'Oslo', days: [1, 2] } } },
      { toolUse: { toolUseId: 'tooluse_b', name: 'now', input: {} } },
    ],
    stopReason: 'tool_use',
  },
};

const modelId = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0';
const messages = [{ role: 'user' as const, content: [{ text: 'Hello' }] }];
const local = createLocalBedrock();
let listening: ListeningBedrock;
let client: BedrockRuntimeClient;

beforeAll(async () => {
  listening = await local.listen();
  client = new BedrockRuntimeClient({
    endpoint: listening.url,
    region: 'us-east-1',
    credentials: LOCAL_CREDENTIALS,
  });
});
afterAll(async () => {
  client.destroy();
  await listening.close();
});

/** What both readers must agree on. */
interface Read {
  text: string;
  reasoning: string;
  signatures: string[];
  toolCalls: Array<[id: string, name: string, input: unknown]>;
  stopReason: string | undefined;
  usage: [input: number | undefined, output: number | undefined];
}

function ofBlocks(
  blocks: readonly ContentBlock[],
): Pick<Read, 'text' | 'reasoning' | 'signatures' | 'toolCalls'> {
  const reasoning = blocks.flatMap(block => block.reasoningContent?.reasoningText ?? []);
  return {
    text: blocks.map(block => block.text ?? '').join(''),
    reasoning: reasoning.map(({ text }) => text).join(''),
    signatures: reasoning.flatMap(({ signature }) => signature ?? []),
    toolCalls: blocks.flatMap(({ toolUse }) =>
      toolUse ? [[toolUse.toolUseId ?? '', toolUse.name ?? '', toolUse.input]] : [],
    ),
  };
}

function ofContent(content: readonly LanguageModelV4Content[]): ReturnType<typeof ofBlocks> {
  const reasoning = content.filter(part => part.type === 'reasoning');
  return {
    text: content.map(part => (part.type === 'text' ? part.text : '')).join(''),
    reasoning: reasoning.map(({ text }) => text).join(''),
    signatures: reasoning.map(({ providerMetadata }) => String(providerMetadata?.['bedrock']?.['signature'])),
    toolCalls: content.flatMap(part =>
      part.type === 'tool-call' ? [[part.toolCallId, part.toolName, JSON.parse(part.input)]] : [],
    ),
  };
}

async function streamedByAws(reply: LocalReply): Promise<Read> {
  local.enqueue(reply);
  const { stream } = await client.send(new ConverseStreamCommand({ modelId, messages }));
  const events: ConverseStreamOutput[] = [];
  for await (const event of stream ?? []) events.push(event);
  const ofIndex = (index: number) =>
    events.filter(event => (event.contentBlockStart ?? event.contentBlockDelta)?.contentBlockIndex === index);
  const indexes = new Set(events.flatMap(event => event.contentBlockStop?.contentBlockIndex ?? []));
  const blocks = [...indexes].map((index): ContentBlock => {
    const deltas = ofIndex(index).flatMap(event => event.contentBlockDelta?.delta ?? []);
    const start = ofIndex(index).flatMap(event => event.contentBlockStart?.start?.toolUse ?? [])[0];
    const join = (pick: (delta: (typeof deltas)[number]) => string | undefined) => deltas.map(pick).join('');
    if (start) {
      const input = join(delta => delta.toolUse?.input) || '{}';
      return { toolUse: { toolUseId: start.toolUseId, name: start.name, input: JSON.parse(input) } };
    }
    const thinking = join(delta => delta.reasoningContent?.text);
    if (thinking === '') return { text: join(delta => delta.text) };
    const signature = join(delta => delta.reasoningContent?.signature);
    return { reasoningContent: { reasoningText: { text: thinking, signature } } };
  });
  const usage = events.flatMap(event => event.metadata?.usage ?? [])[0];
  return {
    ...ofBlocks(blocks),
    stopReason: events.flatMap(event => event.messageStop?.stopReason ?? [])[0],
    usage: [usage?.inputTokens, usage?.outputTokens],
  };
}

async function generatedByAws(reply: LocalReply): Promise<Read> {
  local.enqueue(reply);
  const { output, stopReason, usage } = await client.send(new ConverseCommand({ modelId, messages }));
  return {
    ...ofBlocks(output?.message?.content ?? []),
    stopReason,
    usage: [usage?.inputTokens, usage?.outputTokens],
  };
}

async function streamedByUs(reply: LocalReply): Promise<Read> {
  local.enqueue(reply);
  const { stream } = await createBedrock(listening.settings)(modelId).doStream(hello);
  const parts = await readParts(stream);
  const finish = parts.at(-1);
  if (finish?.type !== 'finish') throw new Error('The stream has no finish.');
  return {
    ...ofContent(contentOf(parts)),
    stopReason: finish.finishReason.raw,
    usage: [finish.usage.inputTokens.total, finish.usage.outputTokens.total],
  };
}

async function generatedByUs(reply: LocalReply): Promise<Read> {
  local.enqueue(reply);
  const { content, finishReason, usage } = await createBedrock(listening.settings)(modelId).doGenerate(hello);
  return {
    ...ofContent(content),
    stopReason: finishReason.raw,
    usage: [usage.inputTokens.total, usage.outputTokens.total],
  };
}

describe.each(Object.entries(replies))('a reply with %s', (_, reply) => {
  it('is read from Converse as AWS’s SDK client reads it', async () => {
    expect(await generatedByUs(reply)).toEqual(await generatedByAws(reply));
  });

  it('is read from ConverseStream as AWS’s SDK client reads it', async () => {
    expect(await streamedByUs(reply)).toEqual(await streamedByAws(reply));
  });
});
