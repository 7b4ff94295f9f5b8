import type {
  LanguageModelV4CallOptions,
  LanguageModelV4FunctionTool,
  LanguageModelV4Message,
  LanguageModelV4Prompt,
} from '@ai-sdk/provider';
import {
  type ConversePlan,
  type ConverseRequestInput,
  toConverseRequest,
} from '../../src/codec/converse/to-request.ts';
import type { ContentBlock, Message } from '../../src/codec/converse/wire.ts';
import type { ChatTraits, ContentTraits, ToolTraits } from '../../src/codec/family.ts';
import { chatDefaults } from '../../src/families/defaults.ts';
import { expectValidConverseRequest } from './aws-schema.ts';

/** A model that can do everything, so that a test takes away what it is about. */
export const capable: ChatTraits = {
  ...chatDefaults,
  structuredOutput: [{ mode: 'native' }, { mode: 'tool' }],
  tools: {
    ...chatDefaults.tools,
    strict: true,
    systemTools: ['nova_grounding', 'nova_code_interpreter'],
    providerTools: {
      tool: ({ id, args }) =>
        id === 'anthropic.bash_20250124'
          ? {
              name: 'bash',
              fields: { tools: [{ type: 'bash_20250124', name: 'bash', ...args }], anthropic_beta: ['b'] },
            }
          : undefined,
      choice: choice => ({
        tool_choice: choice === 'any' ? { type: 'any' } : { type: 'tool', name: choice.name },
      }),
    },
  },
  content: {
    ...chatDefaults.content,
    toolResultMedia: ['image', 'document', 'video'],
    systemBetweenTurns: true,
    assistantMedia: ['image'],
  },
  promptCache: { places: ['tools', 'system', 'messages'], minTokens: 0, ttls: ['5m', '1h'] },
  betas: names => ({ anthropic_beta: [...names] }),
};

export interface Setup {
  traits?: Partial<ChatTraits>;
  content?: Partial<ContentTraits>;
  tools?: Partial<ToolTraits>;
  address?: ConverseRequestInput['address'];
  stream?: boolean;
  defaults?: ConverseRequestInput['defaults'];
}

/** The SDK gives all members, many of them undefined. */
type CallOptions = {
  [Name in keyof LanguageModelV4CallOptions]?: LanguageModelV4CallOptions[Name] | undefined;
};

/** The plan for a call, its body checked against AWS's schemas. */
export function planOf(options: CallOptions, setup: Setup = {}): ConversePlan {
  const { traits, content, tools, address = 'model', stream = false, defaults } = setup;
  const plan = toConverseRequest({
    options: { prompt: user('Hi'), ...options } as LanguageModelV4CallOptions,
    traits: {
      ...capable,
      ...traits,
      content: { ...capable.content, ...traits?.content, ...content },
      tools: { ...capable.tools, ...traits?.tools, ...tools },
    },
    familyName: 'test',
    address,
    stream,
    defaults,
  });
  expectValidConverseRequest(plan.body, stream ? 'ConverseStream' : 'Converse');
  return plan;
}

/** The messages of a prompt. */
export function messagesOf(prompt: LanguageModelV4Prompt, setup?: Setup): Message[] {
  return planOf({ prompt }, setup).body.messages ?? [];
}

type UserContent = Extract<LanguageModelV4Message, { role: 'user' }>['content'];
type AssistantContent = Extract<LanguageModelV4Message, { role: 'assistant' }>['content'];
type ToolContent = Extract<LanguageModelV4Message, { role: 'tool' }>['content'];

/** The blocks of one user message. */
export function userBlocks(content: UserContent, setup?: Setup): ContentBlock[] {
  return messagesOf([{ role: 'user', content }], setup).flatMap(message => message.content);
}

/** The blocks of one assistant message between two user messages. */
export function assistantBlocks(content: AssistantContent, setup?: Setup): ContentBlock[] {
  const prompt: LanguageModelV4Prompt = [...user('Hi'), { role: 'assistant', content }, ...user('Go on')];
  return messagesOf(prompt, setup)
    .filter(message => message.role === 'assistant')
    .flatMap(message => message.content);
}

type Output = Extract<ToolContent[number], { type: 'tool-result' }>['output'];

/** The messages of a call of the tool `look` and its result. */
export function toolMessages(output: Output, setup?: Setup): Message[] {
  return messagesOf(
    [
      ...user('Hi'),
      {
        role: 'assistant',
        content: [{ type: 'tool-call', toolCallId: 'call-1', toolName: 'look', input: {} }],
      },
      {
        role: 'tool',
        content: [{ type: 'tool-result', toolCallId: 'call-1', toolName: 'look', output }],
      },
    ],
    setup,
  );
}

export function user(text: string): LanguageModelV4Prompt {
  return [{ role: 'user', content: [{ type: 'text', text }] }];
}

export function functionTool(
  name: string,
  rest: Partial<LanguageModelV4FunctionTool> = {},
): LanguageModelV4FunctionTool {
  return { type: 'function', name, inputSchema: { type: 'object', properties: {} }, ...rest };
}

/** The eight bytes that every PNG starts with. */
export const pngBytes: Uint8Array = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
export const pngBase64 = 'iVBORw0KGgo=';
