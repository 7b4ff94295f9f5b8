import type { JSONObject } from '@ai-sdk/provider';
import type { InvokeChatTraits } from '../codec/invoke/chat.ts';
import { type Completion, completionReader } from '../codec/invoke/completion.ts';
import { firstAnswer, objectsOf, textOf } from '../codec/invoke/json-members.ts';
import { type Conversation, promptRules, toConversation } from '../codec/invoke/prompt-template.ts';

const MARKS = /<\/?s>|\[\/?INST\]/g;

/**
 * The text body of Mistral 7B, Mixtral and Mistral Small 24.02.
 * @param mostTokens sent where the call sets no limit: the default of 512 cuts answers short
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-mistral-text-completion.html
 */
export function mistralPrompt(mostTokens: number): InvokeChatTraits {
  const rules = promptRules('The text body of this model, in which InvokeModel calls it, has no tools.');
  return {
    defaultMaxTokens: mostTokens,
    // The template has no place for a system prompt but the first instruction.
    rules: converse => {
      const own = rules(converse);
      return { ...own, content: { ...own.content, system: false } };
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
    reader: completionReader(read),
  };
}

/** `<s>` stands once, at the very start. */
function write({ turns }: Conversation): string {
  const said = turns.map(({ role, text }, index) => {
    if (role === 'user') return `[INST] ${text} [/INST]`;
    return index === turns.length - 1 ? `\n${text}` : `\n${text}</s>\n`;
  });
  return `<s>${said.join('')}`;
}

/** Imported models answer as OpenAI's completions. */
function read(reply: JSONObject): Completion {
  const output = objectsOf(reply['outputs'])[0] ?? firstAnswer(reply['choices']) ?? {};
  return {
    text: textOf(output['text']),
    stopReason: textOf(output['stop_reason']) ?? textOf(output['finish_reason']),
  };
}
