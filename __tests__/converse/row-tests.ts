import type {
  LanguageModelV4CallOptions,
  LanguageModelV4Message,
  LanguageModelV4Prompt,
  SharedV4Warning,
} from '@ai-sdk/provider';
import type { BedrockModelSettings, BedrockProviderSettings } from 'bedrock-ai-provider';
import { describe, expect, it } from 'vitest';
import type { ContentBlock, ConverseRequest } from '../../src/codec/converse/wire.ts';
import { expectValidConverseRequest } from '../support/aws-schema.ts';
import {
  eventFrame,
  jsonResponse,
  modelAnswering,
  readParts,
  stopEvents,
  streamResponse,
  textEvents,
} from '../support/replies.ts';
import { rows, type Section } from './rows.ts';

/* -------------------------------------------------------------------- rows */

/** A test of one row; its title starts with the row's field. */
export type RowTest = (field: string, behavior: string, test: () => unknown) => void;

/** The suite of a section's rows. Fails for a row without a test, and for a test without a row. */
export function describeRows(section: Section, define: (row: RowTest) => void): void {
  describe(`rows of the ${section}`, () => {
    const fields = rows[section].map(({ field }) => field);
    const tested = new Set<string>();
    define((field, behavior, test) => {
      tested.add(field);
      it(`${field}: ${behavior}`, async () => {
        await test();
      });
    });
    it('each have a test', () => {
      expect([...tested].sort()).toEqual(fields.toSorted());
    });
  });
}

/* ---------------------------------------------------------------- requests */

export const CLAUDE = 'anthropic.claude-sonnet-4-5-20250929-v1:0';
/** Takes system messages between turns. */
export const OPUS = 'anthropic.claude-opus-5';
export const NOVA = 'amazon.nova-pro-v1:0';
export const NOVA_2 = 'us.amazon.nova-2-lite-v1:0';
/** Of no family that is known: everything that Converse has is sent. */
export const UNKNOWN = 'acme.model-v1:0';

export interface SentRequest {
  url: string;
  headers: Headers;
  body: ConverseRequest;
  warnings: SharedV4Warning[];
}

export interface Target {
  modelId?: string;
  stream?: boolean;
  provider?: BedrockProviderSettings;
  model?: BedrockModelSettings;
}

/** What a call sends, checked against AWS's schemas, and of what it warns. */
export async function send(
  options: Partial<LanguageModelV4CallOptions>,
  { stream = false, ...target }: Target = {},
): Promise<SentRequest> {
  const { model, sent } = modelAnswering(
    ({ url }) =>
      url.endsWith('-stream')
        ? streamResponse([...textEvents('Hi'), ...stopEvents].map(eventFrame))
        : jsonResponse({
            output: { message: { role: 'assistant', content: [{ text: 'Hi' }] } },
            stopReason: 'end_turn',
          }),
    target,
  );
  const call = { prompt: user('Hi'), ...options };
  const warnings = stream
    ? await streamWarnings(model.doStream(call))
    : (await model.doGenerate(call)).warnings;
  const [request] = sent;
  if (request === undefined) throw new Error('nothing was sent');
  const { url, headers, body } = request;
  expectValidConverseRequest(body, url.endsWith('-stream') ? 'ConverseStream' : 'Converse');
  sentBodies.push(body);
  return { url, headers, body: body as ConverseRequest, warnings };
}

async function streamWarnings(call: ReturnType<ReturnType<typeof modelAnswering>['model']['doStream']>) {
  const [start] = await readParts((await call).stream);
  return start?.type === 'stream-start' ? start.warnings : [];
}

/** All that the tests of this file have sent so far. */
export const sentBodies: object[] = [];

/** The body of a call. */
export async function bodyOf(
  options: Partial<LanguageModelV4CallOptions>,
  target?: Target,
): Promise<ConverseRequest> {
  return (await send(options, target)).body;
}

/** The body of a call with `providerOptions.bedrock`. */
export function bodyWith(
  bedrock: NonNullable<LanguageModelV4CallOptions['providerOptions']>[string],
  target?: Target,
): Promise<ConverseRequest> {
  return bodyOf({ providerOptions: { bedrock } }, target);
}

/* ----------------------------------------------------------------- prompts */

type Content<Role> = Extract<LanguageModelV4Message, { role: Role }>['content'];

export function user(...content: Array<string | Content<'user'>[number]>): LanguageModelV4Prompt {
  return [
    {
      role: 'user',
      content: content.map(part => (typeof part === 'string' ? { type: 'text', text: part } : part)),
    },
  ];
}

/** The blocks that one user message becomes. */
export async function userBlocks(
  content: Content<'user'>,
  target?: Target,
): Promise<ContentBlock[] | undefined> {
  return (await bodyOf({ prompt: user(...content) }, target)).messages?.[0]?.content;
}

/** The blocks that an earlier answer becomes. */
export async function assistantBlocks(
  content: Content<'assistant'>,
  target?: Target,
): Promise<ContentBlock[] | undefined> {
  const prompt: LanguageModelV4Prompt = [...user('Hi'), { role: 'assistant', content }, ...user('Go on')];
  const { messages } = await bodyOf({ prompt }, target);
  return messages?.find(message => message.role === 'assistant')?.content;
}

type ToolOutput = Extract<Content<'tool'>[number], { type: 'tool-result' }>['output'];

export function toolPrompt(output: ToolOutput): LanguageModelV4Prompt {
  return [
    ...user('Look'),
    {
      role: 'assistant',
      content: [{ type: 'tool-call', toolCallId: 'call-1', toolName: 'look', input: { at: 'it' } }],
    },
    { role: 'tool', content: [{ type: 'tool-result', toolCallId: 'call-1', toolName: 'look', output }] },
  ];
}

/** The blocks of the user message that a tool's output becomes. */
export async function resultBlocks(output: ToolOutput, target?: Target): Promise<ContentBlock[] | undefined> {
  const { messages } = await bodyOf({ prompt: toolPrompt(output) }, target);
  return messages?.[2]?.content;
}

/** Marks a part or message with `providerOptions.bedrock`. */
export function bedrockOptions<Options>(bedrock: Options): { providerOptions: { bedrock: Options } } {
  return { providerOptions: { bedrock } };
}

/** Base64 of what a PNG starts with. */
export const PNG = 'iVBORw0KGgo=';
