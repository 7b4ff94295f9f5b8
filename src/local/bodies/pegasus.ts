import type { JSONObject } from '@ai-sdk/provider';
import type { BytesOrS3, ConverseRequest } from '../../codec/converse/wire.ts';
import { malformed } from '../validation/body-words.ts';
import { document, float, integer, string, structure } from '../validation/shape.ts';
import { type ChatBody, isOf } from './chat-body.ts';
import { promptToConverse, readNames } from './prompts.ts';
import { textBody } from './text-body.ts';

/**
 * Pegasus: a video and a question.
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-pegasus.html
 */
export const pegasus: ChatBody = textBody({
  claims: modelId => isOf('twelvelabs\\.pegasus', modelId),
  shape: structure(
    {
      inputPrompt: string({ min: 1 }),
      mediaSource: structure({
        base64String: string({ min: 1 }),
        s3Location: structure({ uri: string({ min: 1 }), bucketOwner: string() }, ['uri']),
      }),
      temperature: float({ min: 0, max: 1 }),
      maxOutputTokens: integer({ min: 1, max: 4096 }),
      responseFormat: document,
    },
    ['inputPrompt', 'mediaSource'],
  ),
  rules: ({ mediaSource }) =>
    Object.keys(mediaSource as JSONObject).length === 1
      ? undefined
      : malformed('#/mediaSource: exactly one of base64String and s3Location must be given'),
  readPrompt: body => readNames(String(body['inputPrompt']), 'User', 'Assistant'),
  settings: body => ({
    maxTokens: body['maxOutputTokens'] as number | undefined,
    temperature: body['temperature'] as number | undefined,
  }),
  also: body => ({ ...withVideo(body), ...withSchema(body) }),
  stopWord: stopReason => (stopReason === 'max_tokens' ? 'length' : 'stop'),
  whole: ({ text: message, stop }) => ({ message, finishReason: stop }),
  piece: ({ text: message }) => ({ message, stopReason: '' }),
  last: ({ stop }) => ({ message: '', stopReason: stop }),
});

function withVideo(body: JSONObject): Pick<ConverseRequest, 'messages'> {
  const { messages = [] } = promptToConverse(readNames(String(body['inputPrompt']), 'User', 'Assistant'));
  const [first, ...others] = messages;
  if (first === undefined) return { messages };
  const video = { video: { format: 'mp4' as const, source: sourceOf(body['mediaSource'] as JSONObject) } };
  return { messages: [{ role: first.role, content: [video, ...first.content] }, ...others] };
}

function sourceOf({ base64String, s3Location }: JSONObject): BytesOrS3 {
  return typeof base64String === 'string'
    ? { bytes: base64String }
    : { s3Location: s3Location as unknown as { uri: string } };
}

function withSchema({ responseFormat }: JSONObject): Partial<ConverseRequest> {
  const { name, schema } =
    ((responseFormat ?? {}) as { jsonSchema?: { name?: string; schema?: JSONObject } }).jsonSchema ?? {};
  if (schema === undefined) return {};
  return {
    outputConfig: {
      textFormat: {
        type: 'json_schema',
        structure: { jsonSchema: { name, schema: JSON.stringify(schema) } },
      },
    },
  };
}
