/** What the Messages API demands beyond the shape of its body. */
import { type AwsError, validationError } from '../aws-error.ts';
import type { MessagesBlock, MessagesRequest } from './wire.ts';

export function messagesRulesError({ messages }: MessagesRequest): AwsError | undefined {
  if (messages[0]?.role !== 'user')
    return validationError('messages: first message must use the "user" role');
  for (const [index, { role, content }] of messages.entries()) {
    if (content.length === 0)
      return validationError(`messages.${index}: all messages must have non-empty content`);
    const sentence =
      role === 'user'
        ? badPairing(blocksOf(messages[index - 1]?.content), blocksOf(content), index)
        : undefined;
    if (sentence !== undefined) return validationError(sentence);
  }
  return undefined;
}

function badPairing(
  before: readonly MessagesBlock[],
  blocks: readonly MessagesBlock[],
  index: number,
): string | undefined {
  const calls = before.flatMap(block => (block.type === 'tool_use' ? [block.id] : []));
  const results = blocks.flatMap(block => (block.type === 'tool_result' ? [block.tool_use_id] : []));
  const stray = results.find(id => !calls.includes(id));
  if (stray !== undefined) {
    return `messages.${index}.content: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${stray}. Each \`tool_result\` block must have a corresponding \`tool_use\` block in the previous message.`;
  }
  const missing = calls.filter(id => !results.includes(id));
  if (missing.length === 0) return undefined;
  return `messages.${index - 1}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${missing.join(', ')}. Each \`tool_use\` block must have a corresponding \`tool_result\` block in the next message.`;
}

function blocksOf(content: string | readonly MessagesBlock[] = []): readonly MessagesBlock[] {
  return typeof content === 'string' ? [{ type: 'text', text: content }] : content;
}
