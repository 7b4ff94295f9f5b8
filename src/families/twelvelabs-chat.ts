import { InvalidArgumentError, type JSONObject } from '@ai-sdk/provider';
import type { VideoBlock } from '../codec/converse/wire.ts';
import type { InvokeChatTraits, OwnRequest } from '../codec/invoke/chat.ts';
import { type Completion, completionReader } from '../codec/invoke/completion.ts';
import { textOf } from '../codec/invoke/json-members.ts';
import { promptRules, toTranscript } from '../codec/invoke/prompt-template.ts';

/**
 * Pegasus's body: one video, and what is asked about it.
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-pegasus.html
 */
export const pegasusChat: InvokeChatTraits = {
  rules: converse => {
    const { structuredOutput: _, content, ...own } = promptRules('Pegasus takes no tools.')(converse);
    const { video: __, ...refuses } = content.refuses;
    return { ...own, structuredOutput: [{ mode: 'native' }], content: { ...content, refuses } };
  },
  toBody: (request, context) => {
    const { maxTokens, temperature } = request.inferenceConfig ?? {};
    const { video, rest } = takeVideo(request);
    const { name = 'response', schema } = request.outputConfig?.textFormat?.structure.jsonSchema ?? {};
    return {
      inputPrompt: toTranscript(rest, context, { user: 'User', assistant: 'Assistant' }),
      mediaSource: toSource(video),
      ...(temperature !== undefined && { temperature }),
      ...(maxTokens !== undefined && { maxOutputTokens: maxTokens }),
      ...(schema !== undefined && {
        responseFormat: { type: 'json_schema', jsonSchema: { name, schema: JSON.parse(schema) } },
      }),
    };
  },
  reader: completionReader(read),
};

/** @throws InvalidArgumentError when the prompt has no video, or more than one */
function takeVideo(request: OwnRequest): { video: VideoBlock; rest: OwnRequest } {
  const messages = request.messages ?? [];
  const videos = messages.flatMap(({ content }) =>
    content.flatMap(block => ('video' in block ? block.video : [])),
  );
  const [video] = videos;
  if (video === undefined || videos.length > 1) {
    throw new InvalidArgumentError({
      argument: 'prompt',
      message: `prompt: Pegasus answers questions about exactly one video, and the prompt has ${videos.length}. Give it as a file part.`,
    });
  }
  const withoutVideo = messages.map(({ role, content }) => ({
    role,
    content: content.filter(block => !('video' in block)),
  }));
  return { video, rest: { ...request, messages: withoutVideo } };
}

function toSource({ source }: VideoBlock): JSONObject {
  if ('bytes' in source) return { base64String: source.bytes };
  const { uri, bucketOwner } = source.s3Location;
  return { s3Location: { uri, ...(bucketOwner !== undefined && { bucketOwner }) } };
}

/** A chunk says "" while there is more to come. */
function read(reply: JSONObject): Completion {
  const reason = textOf(reply['finishReason']) ?? textOf(reply['stopReason']);
  return { text: textOf(reply['message']), ...(reason && { stopReason: reason }) };
}
