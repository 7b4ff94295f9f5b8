/** One reply or two of every family, in the shape that its replies have, read whole and as a stream. */
import { readdirSync, readFileSync } from 'node:fs';
import type {
  JSONObject,
  LanguageModelV4CallOptions,
  LanguageModelV4Content,
  LanguageModelV4ProviderTool,
  LanguageModelV4StreamPart,
} from '@ai-sdk/provider';
import { describe, expect, it } from 'vitest';
import type {
  ContentBlockDelta,
  ConverseResponse,
  ReplyContentBlock,
} from '../../src/codec/converse/wire.ts';
import { families } from '../../src/families/index.ts';
import { contentOf } from '../support/collect.ts';
import { functionTool } from '../support/converse-plan.ts';
import {
  type Event,
  eventFrame,
  jsonResponse,
  modelAnswering,
  readParts,
  streamResponse,
} from '../support/replies.ts';
import { expectProtocol } from '../support/stream-protocol.ts';
import { withoutChat } from './family-models.ts';

interface ReplyFixture {
  readonly about: string;
  readonly model: string;
  /** A name stands for a function tool without parameters. */
  readonly tools?: ReadonlyArray<string | LanguageModelV4ProviderTool>;
  /** File name of a document in the prompt. */
  readonly document?: string;
  readonly reply: ConverseResponse;
  /** A stream of the same reply that is not just the reply in pieces. */
  readonly events?: readonly Event[];
  /** The members that the content must have. */
  readonly content: readonly JSONObject[];
  readonly finishReason: string;
  readonly reasoningTokens?: number;
}

const folder = new URL('../fixtures/families/', import.meta.url);
const names = readdirSync(folder).map(file => file.replace(/\.json$/, ''));

it('there are replies of every family that chats through Converse', () => {
  const chatting = families.filter(
    family => !withoutChat.includes(family) && family.invokeChat?.(undefined)?.insteadOfConverse !== 'always',
  );
  expect(names.toSorted()).toEqual(chatting.map(({ name }) => name).toSorted());
});

describe.each(names)('replies of %s', name => {
  const family = families.find(known => known.name === name);
  const fixtures: ReplyFixture[] = JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8'));

  it.each(fixtures.map(fixture => [fixture.about, fixture] as const))('%s', async (_, fixture) => {
    expect(family?.matches(fixture.model)).toBe(true);
    const whole = await generate(fixture);
    expect(whole.content).toMatchObject(fixture.content);
    expect(whole.finishReason).toEqual({
      unified: fixture.finishReason,
      raw: fixture.reply.stopReason,
    });
    expect(whole.usage).toMatchObject({
      outputTokens: { total: fixture.reply.usage?.outputTokens, reasoning: fixture.reasoningTokens },
    });

    for (const events of [inPieces(fixture.reply, 7), inPieces(fixture.reply, 1), fixture.events ?? []]) {
      if (events.length === 0) continue;
      const { content, ...finish } = await stream(fixture, events);
      expect(content).toEqual(whole.content);
      expect(finish).toEqual({
        finishReason: whole.finishReason,
        usage: whole.usage,
        providerMetadata: whole.providerMetadata,
      });
    }
  });
});

async function generate(fixture: ReplyFixture) {
  const { model } = modelAnswering(() => jsonResponse(fixture.reply), settings(fixture));
  return model.doGenerate(optionsOf(fixture));
}

/** A model that does not stream with tools is asked for the whole reply, and gets it. */
async function stream(fixture: ReplyFixture, events: readonly Event[]) {
  const { model } = modelAnswering(
    ({ url }) =>
      url.endsWith('/converse') ? jsonResponse(fixture.reply) : streamResponse(events.map(eventFrame)),
    settings(fixture),
  );
  const parts = await readParts((await model.doStream(optionsOf(fixture))).stream);
  expectProtocol(parts);
  const finish = parts.at(-1) as Extract<LanguageModelV4StreamPart, { type: 'finish' }>;
  const { type: _, ...rest } = finish;
  return { content: contentOf(parts).filter(saysSomething), ...rest };
}

/** An empty text says nothing, and the AI SDK keeps it out of the messages. */
function saysSomething(part: LanguageModelV4Content): boolean {
  return part.type !== 'text' || part.text !== '';
}

function settings({ model }: ReplyFixture): Parameters<typeof modelAnswering>[1] {
  let count = 0;
  return { modelId: model, provider: { generateId: () => `id-${count++}` } };
}

function optionsOf({ tools = [], document }: ReplyFixture): LanguageModelV4CallOptions {
  return {
    tools: tools.map(tool => (typeof tool === 'string' ? functionTool(tool) : tool)),
    prompt: [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'A question' },
          ...(document === undefined
            ? []
            : [
                {
                  type: 'file' as const,
                  mediaType: 'text/plain',
                  filename: document,
                  data: { type: 'text' as const, text: 'The ferry sails at noon on weekdays.' },
                },
              ]),
        ],
      },
    ],
  };
}

/* ------------------------------------------------------- a reply as events */

/** The events of the same reply, its texts cut into pieces of so many characters. */
function inPieces({ output, stopReason, ...rest }: ConverseResponse, size: number): Event[] {
  const { additionalModelResponseFields, ...metadata } = rest;
  return [
    ['messageStart', { role: 'assistant' }],
    ...(output?.message?.content ?? []).flatMap((block, index) => blockEvents(block, index, size)),
    ['messageStop', { stopReason, ...(additionalModelResponseFields && { additionalModelResponseFields }) }],
    ['metadata', metadata],
  ];
}

function blockEvents(block: ReplyContentBlock, contentBlockIndex: number, size: number): Event[] {
  const { toolUse, toolResult } = block;
  const { input: _, ...call } = toolUse ?? {};
  const { content: __, ...result } = toolResult ?? {};
  const start = toolUse ? { toolUse: call } : toolResult ? { toolResult: result } : undefined;
  return [
    ...(start ? [['contentBlockStart', { contentBlockIndex, start }] as const] : []),
    ...blockDeltas(block, size).map(delta => ['contentBlockDelta', { contentBlockIndex, delta }] as const),
    ['contentBlockStop', { contentBlockIndex }],
  ];
}

function blockDeltas(block: ReplyContentBlock, size: number): object[] {
  const { text, toolUse, toolResult, reasoningContent, citationsContent } = block;
  if (text !== undefined) return pieces(text, size).map(piece => ({ text: piece }));
  if (toolUse !== undefined) {
    // A call without arguments streams no input at all.
    const input = JSON.stringify(toolUse.input);
    return input === '{}' ? [] : pieces(input, size).map(piece => ({ toolUse: { input: piece } }));
  }
  if (toolResult !== undefined) return [{ toolResult: toolResult.content }];
  if (reasoningContent !== undefined) return reasoningDeltas(reasoningContent, size);
  if (citationsContent !== undefined) {
    const { content = [], citations = [] } = citationsContent;
    return [
      ...content.flatMap(part => pieces(part.text ?? '', size)).map(piece => ({ text: piece })),
      ...citations.map(citation => ({ citation })),
    ];
  }
  return [block];
}

function reasoningDeltas(
  { reasoningText, redactedContent }: NonNullable<ReplyContentBlock['reasoningContent']>,
  size: number,
): ContentBlockDelta[] {
  const { text = '', signature } = reasoningText ?? {};
  return [
    ...pieces(text, size).map(piece => ({ reasoningContent: { text: piece } })),
    ...(signature === undefined ? [] : [{ reasoningContent: { signature } }]),
    ...(redactedContent === undefined ? [] : [{ reasoningContent: { redactedContent } }]),
  ];
}

/** Never between the halves of a character: events are UTF-8. */
function pieces(text: string, size: number): string[] {
  const characters = [...text];
  return characters.flatMap((__, index) =>
    index % size === 0 ? characters.slice(index, index + size).join('') : [],
  );
}
