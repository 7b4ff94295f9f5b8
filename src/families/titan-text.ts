import type { JSONObject } from '@ai-sdk/provider';
import type { InvokeChatTraits } from '../codec/invoke/chat.ts';
import { type Completion, completionReader } from '../codec/invoke/completion.ts';
import { numberOf, objectsOf, textOf } from '../codec/invoke/json-members.ts';
import { promptRules, toConversation } from '../codec/invoke/prompt-template.ts';

/**
 * Titan's own body, with the conversation in the form in which AWS writes it.
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-titan-text.html
 */
export function titanText(baseModel: string): InvokeChatTraits {
  return {
    defaultMaxTokens: mostTokens(baseModel),
    rules: promptRules('Titan takes no tools.'),
    toBody: (request, context) => {
      const { maxTokens, temperature, topP, stopSequences } = request.inferenceConfig ?? {};
      const { system, turns } = toConversation(request, context);
      const lines = turns.map(({ role, text }) => `${role === 'user' ? 'User' : 'Bot'}: ${text}`);
      if (turns.at(-1)?.role !== 'assistant') lines.push('Bot:');
      return {
        inputText: [...(system === undefined ? [] : [system]), ...lines].join('\n'),
        textGenerationConfig: {
          ...(maxTokens !== undefined && { maxTokenCount: maxTokens }),
          ...(temperature !== undefined && { temperature }),
          ...(topP !== undefined && { topP }),
          ...(stopSequences !== undefined && { stopSequences }),
        },
      };
    },
    reader: completionReader(read),
  };
}

/** Titan stops after few tokens where it is told nothing. */
function mostTokens(baseModel: string): number {
  if (baseModel.includes('lite')) return 4096;
  return baseModel.includes('premier') ? 3072 : 8192;
}

/** A chunk has the members of a result, and the counts under another name. */
function read(reply: JSONObject): Completion {
  const result = objectsOf(reply['results'])[0] ?? reply;
  return {
    text: textOf(result['outputText']),
    stopReason: textOf(result['completionReason']),
    usage: {
      inputTokens: numberOf(reply['inputTextTokenCount']),
      outputTokens: numberOf(result['tokenCount']) ?? numberOf(reply['totalOutputTextTokenCount']),
    },
  };
}
