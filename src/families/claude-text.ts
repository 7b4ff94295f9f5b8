import type { InvokeChatTraits } from '../codec/invoke/chat.ts';
import { promptRules, toConversation } from '../codec/invoke/prompt-template.ts';
import { ClaudeReader } from './claude-reader.ts';

const MARKS = /\n\n(?:Human|Assistant):/g;

/** The most that they write. */
const MAX_TOKENS = 4096;

/**
 * The body of Claude 2 and Claude Instant.
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-anthropic-claude-text-completion.html
 */
export const claudeText: InvokeChatTraits = {
  defaultMaxTokens: MAX_TOKENS,
  rules: promptRules('Claude takes tools from Claude 3 on.'),
  toBody: (request, context) => {
    const { maxTokens, temperature, topP, stopSequences } = request.inferenceConfig ?? {};
    const { system = '', turns } = toConversation(request, context, MARKS);
    const lines = turns.map(({ role, text }) => `\n\n${role === 'user' ? 'Human' : 'Assistant'}: ${text}`);
    if (turns.at(-1)?.role !== 'assistant') lines.push('\n\nAssistant:');
    return {
      prompt: system + lines.join(''),
      ...(maxTokens !== undefined && { max_tokens_to_sample: maxTokens }),
      ...(temperature !== undefined && { temperature }),
      ...(topP !== undefined && { top_p: topP }),
      ...(stopSequences !== undefined && { stop_sequences: stopSequences }),
    };
  },
  reader: writer => new ClaudeReader(writer),
};
