/** Messages of one role after another, put together as Converse wants them. */
import type { ContentBlock, Message, Tool, ToolConfig } from '../../codec/converse/wire.ts';
import { validationError } from '../aws-error.ts';
import type { FunctionFacts } from './wire.ts';

export class MessageList {
  readonly messages: Message[] = [];
  readonly system: { text: string }[] = [];
  /** Of documents, which need names. */
  documents = 0;

  add(role: 'user' | 'assistant', blocks: readonly ContentBlock[]): void {
    if (blocks.length === 0) return;
    const last = this.messages.at(-1);
    if (last?.role === role) last.content.push(...blocks);
    else this.messages.push({ role, content: [...blocks] });
  }
}

/** The input of a call. @throws AwsError when it is no JSON */
export function callBlock(id: string, name: string, args: string): ContentBlock {
  try {
    return { toolUse: { toolUseId: id, name, input: args === '' ? {} : JSON.parse(args) } };
  } catch {
    throw validationError(`The arguments of the call ${id} are not valid JSON.`);
  }
}

export function toToolConfig(
  functions: readonly FunctionFacts[],
  choice: string | undefined,
  named: string | undefined,
): ToolConfig | undefined {
  if (functions.length === 0 || choice === 'none') return undefined;
  const tools = functions.map(
    ({ name, description, parameters, strict }): Tool => ({
      toolSpec: {
        name,
        description: description ?? undefined,
        inputSchema: { json: parameters ?? { type: 'object' } },
        strict: strict ?? undefined,
      },
    }),
  );
  if (named !== undefined) return { tools, toolChoice: { tool: { name: named } } };
  return choice === 'required' ? { tools, toolChoice: { any: {} } } : { tools };
}

/** Every result must have its call before it. */
export function checkPairs(messages: readonly Message[]): void {
  const called = new Set(
    messages.flatMap(({ content }) =>
      content.flatMap(block => ('toolUse' in block ? [block.toolUse.toolUseId] : [])),
    ),
  );
  const stray = messages
    .flatMap(({ content }) =>
      content.flatMap(block => ('toolResult' in block ? [block.toolResult.toolUseId] : [])),
    )
    .find(id => !called.has(id));
  if (stray !== undefined)
    throw validationError(`No tool call found for the tool output with call id ${stray}.`);
}
