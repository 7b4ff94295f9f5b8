/** What the responder wants to know of a request. */
import type { JSONValue } from '@ai-sdk/provider';
import type {
  ContentBlock,
  ConverseRequest,
  Message,
  ToolResultBlock,
  ToolSpec,
} from '../../codec/converse/wire.ts';

export interface Conversation {
  readonly request: ConverseRequest;
  readonly modelId: string;
  readonly last: Message | undefined;
  /** The last text that the user wrote, which may stand before calls and results of tools. */
  readonly question: string;
  /** The first one, when it is another. */
  readonly opening: string | undefined;
  readonly systemPrompt: string;
  /** Of the last message. */
  readonly toolResults: readonly ToolOutcome[];
  readonly tools: readonly ToolSpec[];
}

export interface ToolOutcome {
  readonly toolName: string;
  readonly isError: boolean;
  /** JSON where the tool gave JSON, also as text; else its text. */
  readonly value: JSONValue;
}

export function readConversation(request: ConverseRequest, modelId: string): Conversation {
  const messages = request.messages ?? [];
  const texts = messages
    .filter(({ role }) => role === 'user')
    .map(textOf)
    .filter(Boolean);
  const last = messages.at(-1);
  const question = texts.at(-1) ?? '';
  return {
    request,
    modelId,
    last,
    question,
    opening: texts[0] === question ? undefined : texts[0],
    systemPrompt: joinTexts(request.system ?? []),
    toolResults: readToolResults(last, messages),
    tools: request.toolConfig?.tools.flatMap(tool => ('toolSpec' in tool ? [tool.toolSpec] : [])) ?? [],
  };
}

function textOf({ content }: Message): string {
  return joinTexts(content);
}

function joinTexts(blocks: readonly object[]): string {
  return blocks
    .flatMap(block => {
      if ('text' in block && typeof block.text === 'string') return [block.text];
      if ('guardContent' in block) return guardedText(block as ContentBlock);
      return [];
    })
    .join('\n');
}

function guardedText(block: ContentBlock): string[] {
  return 'guardContent' in block && 'text' in block.guardContent ? [block.guardContent.text.text] : [];
}

function readToolResults(last: Message | undefined, messages: readonly Message[]): ToolOutcome[] {
  const calls = messages.flatMap(({ content }) =>
    content.flatMap(block => ('toolUse' in block ? [block.toolUse] : [])),
  );
  return (last?.content ?? []).flatMap(block => {
    if (!('toolResult' in block)) return [];
    const { toolUseId, status } = block.toolResult;
    const toolName = calls.findLast(call => call.toolUseId === toolUseId)?.name ?? 'unknown';
    return [{ toolName, isError: status === 'error', value: readResult(block.toolResult) }];
  });
}

function readResult({ content }: ToolResultBlock): JSONValue {
  const values = content.flatMap((part): JSONValue[] => {
    if ('json' in part) return [part.json];
    if ('text' in part) return [parseOr(part.text)];
    if ('searchResult' in part) return [part.searchResult.title];
    return [`[${Object.keys(part)[0]}]`];
  });
  return values.length === 1 ? (values[0] ?? null) : values;
}

/** Tools that give JSON often give it as text. */
export function parseOr(text: string): JSONValue {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
