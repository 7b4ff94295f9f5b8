/** Which tool to call, and with what. */
import type { JSONValue } from '@ai-sdk/provider';
import type { ToolSpec } from '../../codec/converse/wire.ts';
import { idFrom } from '../hash.ts';
import { isObject } from '../json-schema-check.ts';
import { sampleJsonSchema } from '../json-schema-sample.ts';
import { contentWords, overlap } from '../words.ts';
import type { Conversation } from './conversation.ts';

export interface ToolCall {
  readonly toolUseId: string;
  readonly name: string;
  readonly input: JSONValue;
}

/**
 * The call that the conversation asks for: what `toolChoice` forces; else the tool that shares most words with
 * the question; else, in the first turn, a tool that is the only one. Results are answered, not followed by
 * another call, unless that is forced.
 */
export function chooseToolCall(conversation: Conversation): ToolCall | undefined {
  const tool = chooseTool(conversation);
  if (tool === undefined) return undefined;
  const input = sampleJsonSchema(tool.inputSchema.json, {
    prompt: conversation.question,
    known: knownValues(conversation),
  });
  const calls = conversation.request.messages?.length ?? 0;
  return {
    toolUseId: `tooluse_${idFrom(`${calls}${tool.name}${JSON.stringify(input)}`, 22)}`,
    name: tool.name,
    input,
  };
}

function chooseTool({ request, tools, question, toolResults, opening }: Conversation): ToolSpec | undefined {
  const choice = request.toolConfig?.toolChoice;
  if (choice !== undefined && 'tool' in choice) return tools.find(({ name }) => name === choice.tool.name);
  const ranked = rank(tools, question);
  if (choice !== undefined && 'any' in choice) {
    const called = new Set(toolResults.map(({ toolName }) => toolName));
    return (ranked.find(({ tool }) => !called.has(tool.name)) ?? ranked[0])?.tool;
  }
  if (toolResults.length > 0) return undefined;
  const [best] = ranked;
  const isObvious = tools.length === 1 && opening === undefined;
  return best !== undefined && (best.score > 0 || isObvious) ? best.tool : undefined;
}

function rank(tools: readonly ToolSpec[], question: string): { tool: ToolSpec; score: number }[] {
  const words = contentWords(question);
  return tools
    .map(tool => {
      const { properties } = tool.inputSchema.json;
      const parameters = isObject(properties) ? Object.keys(properties).join(' ') : '';
      const score = 3 * overlap(words, tool.name) + overlap(words, `${tool.description ?? ''} ${parameters}`);
      return { tool, score };
    })
    .toSorted((a, b) => b.score - a.score);
}

/** The members of what tools gave, by name. */
export function knownValues({ toolResults }: Conversation): Record<string, JSONValue> {
  const known: Record<string, JSONValue> = Object.create(null);
  for (const { value, isError } of toolResults) {
    if (isError || !isObject(value)) continue;
    for (const [name, member] of Object.entries(value)) if (member !== undefined) known[name] = member;
  }
  return known;
}
