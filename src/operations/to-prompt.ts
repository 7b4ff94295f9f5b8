/**
 * What callers give `generateText`, as the AI SDK's models get it. The AI SDK does the same, but only inside its own
 * calls. A prompt that is a model's already passes unchanged.
 */
import type {
  LanguageModelV4CallOptions,
  LanguageModelV4FilePart,
  LanguageModelV4FunctionTool,
  LanguageModelV4Message,
  LanguageModelV4Prompt,
  LanguageModelV4ProviderTool,
  LanguageModelV4ReasoningFilePart,
  LanguageModelV4ToolResultOutput,
  SharedV4FileData,
} from '@ai-sdk/provider';
import {
  asSchema,
  type FlexibleSchema,
  type ModelMessage,
  type SystemModelMessage,
} from '@ai-sdk/provider-utils';
import { invalidArgument } from '../codec/provider-options.ts';

/** A message of `generateText`, or of the prompt that a model or a middleware gets. */
export type BedrockPromptMessage = ModelMessage | LanguageModelV4Message;

export interface PromptInput {
  readonly instructions?: string | SystemModelMessage | readonly SystemModelMessage[] | undefined;
  readonly system?: string | SystemModelMessage | readonly SystemModelMessage[] | undefined;
  readonly prompt?: string | readonly BedrockPromptMessage[] | undefined;
  readonly messages?: readonly BedrockPromptMessage[] | undefined;
}

/** @throws InvalidArgumentError where there is nothing, or too much */
export function toPrompt({
  instructions,
  system = instructions,
  prompt,
  messages,
}: PromptInput): LanguageModelV4Prompt {
  if (prompt !== undefined && messages !== undefined) {
    throw invalidArgument('messages', 'give prompt or messages, not both');
  }
  const given = prompt ?? messages ?? [];
  const result = [
    ...systemMessages(system),
    ...(typeof given === 'string' ? [userText(given)] : given.map(toMessage)),
  ];
  if (result.length > 0) return result;
  throw invalidArgument('prompt', 'there is nothing to count: give prompt, messages or instructions');
}

function systemMessages(system: PromptInput['system'] = []): LanguageModelV4Message[] {
  return [system]
    .flat()
    .map(one =>
      typeof one === 'string' ? { role: 'system', content: one } : one,
    ) as LanguageModelV4Message[];
}

function userText(text: string): LanguageModelV4Message {
  return { role: 'user', content: [{ type: 'text', text }] };
}

function toMessage(message: BedrockPromptMessage): LanguageModelV4Message {
  if (message.role === 'system') return message;
  const content =
    typeof message.content === 'string'
      ? [{ type: 'text', text: message.content }]
      : message.content.flatMap(part => toPart(part));
  // Every part has just been made one of its role's.
  return { ...message, content } as LanguageModelV4Message;
}

type GivenPart = Exclude<BedrockPromptMessage['content'], string>[number];

function toPart(part: GivenPart): object[] {
  switch (part.type) {
    case 'image': {
      const { image, mediaType = 'image', type: _, ...rest } = part;
      return [{ ...rest, type: 'file', mediaType, data: toFileData(image) } as LanguageModelV4FilePart];
    }
    case 'file':
    case 'reasoning-file':
      return [
        { ...part, data: toFileData(part.data) } as
          | LanguageModelV4FilePart
          | LanguageModelV4ReasoningFilePart,
      ];
    case 'tool-result':
      return [{ ...part, output: toOutput(part.output) }];
    // Between the SDK and the user; models are not told.
    case 'tool-approval-request':
      return [];
    default:
      return [part];
  }
}

type GivenOutput = Extract<GivenPart, { type: 'tool-result' }>['output'];

function toOutput(output: GivenOutput): LanguageModelV4ToolResultOutput {
  if (output.type !== 'content') return output;
  const value = output.value.map(item =>
    item.type === 'file' ? { ...item, data: toFileData(item.data) } : item,
  );
  return { ...output, value } as LanguageModelV4ToolResultOutput;
}

/** A string is base64 unless it is a URL, and a URL that holds its data is that data. */
function toFileData(given: unknown): SharedV4FileData {
  if (typeof given === 'string')
    return /^[a-z][a-z\d+.-]*:/i.test(given) ? ofUrl(given) : { type: 'data', data: given };
  if (given instanceof Uint8Array) return { type: 'data', data: given };
  if (given instanceof ArrayBuffer) return { type: 'data', data: new Uint8Array(given) };
  if (given instanceof URL) return ofUrl(given.href);
  const tagged = given as SharedV4FileData;
  switch (tagged.type) {
    case 'data':
      return toFileData(tagged.data);
    case 'url':
      return ofUrl(tagged.originalUrl ?? String(tagged.url));
    case 'text':
    case 'reference':
      return tagged;
    default:
      return { type: 'reference', reference: given as Record<string, string> };
  }
}

function ofUrl(url: string): SharedV4FileData {
  const [, base64] = /^data:[^,]*;base64,(.*)$/is.exec(url) ?? [];
  if (base64 !== undefined) return { type: 'data', data: base64 };
  const [, text] = /^data:[^,]*,(.*)$/is.exec(url) ?? [];
  if (text !== undefined) return { type: 'data', data: new TextEncoder().encode(decodeURIComponent(text)) };
  return { type: 'url', url: new URL(url), originalUrl: url };
}

/* ------------------------------------------------------------------- tools */

export type CallTool = LanguageModelV4FunctionTool | LanguageModelV4ProviderTool;

/** What counts of a tool of the AI SDK, whatever it runs and gives. */
export interface PromptTool {
  readonly type?: string | undefined;
  readonly id?: string | undefined;
  readonly args?: Readonly<Record<string, unknown>> | undefined;
  readonly description?: unknown;
  readonly inputSchema?: unknown;
  readonly inputExamples?: unknown;
  readonly strict?: boolean | undefined;
  readonly providerOptions?: unknown;
}

/** `tools` of `generateText`, or a model's own list. */
export type PromptTools = Readonly<Record<string, PromptTool>> | readonly CallTool[];

/** @throws InvalidArgumentError for a tool without a schema */
export async function toTools(tools: PromptTools | undefined): Promise<CallTool[] | undefined> {
  if (tools === undefined) return undefined;
  if (isList(tools)) return [...tools];
  return Promise.all(Object.entries(tools).map(([name, tool]) => toTool(name, tool)));
}

function isList(tools: PromptTools): tools is readonly CallTool[] {
  return Array.isArray(tools);
}

async function toTool(name: string, tool: PromptTool): Promise<CallTool> {
  if (tool.type === 'provider') {
    return { type: 'provider', name, id: tool.id, args: tool.args } as LanguageModelV4ProviderTool;
  }
  const { description, providerOptions, inputExamples, inputSchema, strict } = tool;
  if (inputSchema === undefined) throw invalidArgument(`tools.${name}.inputSchema`, 'a tool needs a schema');
  return {
    type: 'function',
    name,
    inputSchema: await asSchema(inputSchema as FlexibleSchema<unknown>).jsonSchema,
    // A function makes it from what the run holds, which there is none of here.
    ...(typeof description === 'string' && { description }),
    ...(providerOptions !== undefined && { providerOptions }),
    ...(inputExamples !== undefined && { inputExamples }),
    ...(strict !== undefined && { strict }),
  } as LanguageModelV4FunctionTool;
}

/** As `generateText` takes it. */
export type CallToolChoice = 'auto' | 'none' | 'required' | { type: 'tool'; toolName: string };

export function toToolChoice(choice: CallToolChoice | undefined): LanguageModelV4CallOptions['toolChoice'] {
  return typeof choice === 'string' ? { type: choice } : choice;
}
