import type { JSONObject } from '@ai-sdk/provider';
import type { InvokeChatTraits } from '../codec/invoke/chat.ts';
import { type Completion, completionReader } from '../codec/invoke/completion.ts';
import { objectOf, objectsOf, textOf } from '../codec/invoke/json-members.ts';
import { promptRules, toTranscript } from '../codec/invoke/prompt-template.ts';

/** The most that Jurassic-2 Mid and Ultra write; their own default is 200. */
const MAX_TOKENS = 8191;

/**
 * The body of Jurassic-2.
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-jurassic2.html
 */
export const jurassicPrompt: InvokeChatTraits = {
  streaming: false,
  defaultMaxTokens: MAX_TOKENS,
  rules: promptRules('Jurassic-2 takes no tools.'),
  toBody: (request, context) => {
    const { maxTokens, temperature, topP, stopSequences } = request.inferenceConfig ?? {};
    return {
      prompt: toTranscript(request, context, { user: 'User', assistant: 'Assistant' }),
      ...(maxTokens !== undefined && { maxTokens }),
      ...(temperature !== undefined && { temperature }),
      ...(topP !== undefined && { topP }),
      ...(stopSequences !== undefined && { stopSequences }),
    };
  },
  reader: completionReader(read),
};

function read(reply: JSONObject): Completion {
  const completion = objectsOf(reply['completions'])[0] ?? {};
  return {
    text: textOf(objectOf(completion['data'])?.['text']),
    stopReason: textOf(objectOf(completion['finishReason'])?.['reason']),
  };
}
