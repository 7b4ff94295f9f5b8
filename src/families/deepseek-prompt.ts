import type { InvokeChatTraits, OwnReplyReader } from '../codec/invoke/chat.ts';
import { firstAnswer, textOf } from '../codec/invoke/json-members.ts';
import { type Conversation, promptRules, toConversation } from '../codec/invoke/prompt-template.ts';
import { ReasoningTags } from '../codec/invoke/reasoning-tags.ts';
import type { ReplyWriter } from '../codec/invoke/reply-writer.ts';

const MARKS = /<｜[^｜<>]+｜>/g;

/** "For optimal response quality", says AWS of more. */
const MAX_TOKENS = 8192;

/**
 * DeepSeek-R1's own body. The prompt ends inside of the reasoning, which the reply therefore begins with.
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-deepseek.html
 */
export const deepseekPrompt: InvokeChatTraits = {
  defaultMaxTokens: MAX_TOKENS,
  rules: converse => {
    const own = promptRules('DeepSeek-R1 takes no tools.')(converse);
    return {
      ...own,
      content: {
        ...own.content,
        refusesPrefill: 'DeepSeek-R1 begins every answer with its reasoning and does not continue one.',
      },
    };
  },
  toBody: (request, context) => {
    const { maxTokens, temperature, topP, stopSequences } = request.inferenceConfig ?? {};
    return {
      prompt: write(toConversation(request, context, MARKS)),
      ...(maxTokens !== undefined && { max_tokens: maxTokens }),
      ...(temperature !== undefined && { temperature }),
      ...(topP !== undefined && { top_p: topP }),
      ...(stopSequences !== undefined && { stop: stopSequences }),
    };
  },
  reader: writer => reader(writer),
};

function write({ system = '', turns }: Conversation): string {
  const said = turns.map(({ role, text }) =>
    role === 'user' ? `<｜User｜>${text}` : `<｜Assistant｜>${text}<｜end▁of▁sentence｜>`,
  );
  return `<｜begin▁of▁sentence｜>${system}${said.join('')}<｜Assistant｜><think>\n`;
}

function reader(writer: ReplyWriter): OwnReplyReader {
  const tags = new ReasoningTags(writer, 'think');
  return {
    read: ({ choices }) => {
      const choice = firstAnswer(choices);
      tags.push(textOf(choice?.['text']) ?? '');
      const stopReason = textOf(choice?.['stop_reason']) ?? textOf(choice?.['finish_reason']);
      if (stopReason === undefined) return;
      tags.end();
      writer.stop(stopReason);
    },
    end: () => tags.end(),
  };
}
