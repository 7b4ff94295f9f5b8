/** The contract of a model that the local Bedrock plays behind InvokeModel and that does not chat. */
import type { JSONObject } from '@ai-sdk/provider';
import type { StructureShape } from '../validation/shape.ts';

export interface LocalModel {
  /**
   * Whether the request is for this model.
   * @param modelId as called; an ARN may say nothing, and then the members of the body do
   */
  claims(modelId: string, body: JSONObject): boolean;

  /** What the body must look like. Members that it does not have are ignored, or refused by a strict server. */
  shape(modelId: string, body: JSONObject): StructureShape;

  /**
   * @param body of the shape
   * @throws AwsError for what a shape cannot say
   */
  answer(body: JSONObject, modelId: string): LocalModelReply | Promise<LocalModelReply>;
}

export interface LocalModelReply {
  readonly body: JSONObject;
  /** Told in a header, as for all models that count tokens. */
  readonly inputTokens?: number | undefined;
}

/** Whether the id names a model of this kind, or is an ARN that names none. */
export function mayBe(modelId: string, name: RegExp): boolean {
  return name.test(modelId) || /^arn:[^/]*:(?!foundation-model|inference-profile)[a-z-]+\//.test(modelId);
}
