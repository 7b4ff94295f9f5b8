import type { JSONObject } from '@ai-sdk/provider';
import type { Demand } from '../traffic/charge.ts';
import { estimateInput } from '../traffic/estimate.ts';
import type { TransportReply } from '../transport/transport.ts';
import type { ModelContext } from './model-context.ts';
import { readJson } from './reply-json.ts';
import { modelPath, type ResolvedModel } from './resolved-model.ts';

/** A call of a model in its own language. */
export interface Invocation {
  readonly body: JSONObject;
  readonly headers?: Readonly<Record<string, string | undefined>> | undefined;
  readonly abortSignal?: AbortSignal | undefined;
}

export interface InvocationReply {
  readonly reply: TransportReply;
  readonly body: JSONObject;
}

/**
 * Sends a model's own body through InvokeModel.
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeModel.html
 * @throws BedrockError, and what else `Send` rejects with
 */
export async function invokeModel(
  model: ResolvedModel,
  { send }: ModelContext,
  { body, headers, abortSignal }: Invocation,
): Promise<InvocationReply> {
  const reply = await send({
    service: 'bedrock-runtime',
    region: model.region,
    method: 'POST',
    path: `${modelPath(model)}/invoke`,
    headers,
    body: JSON.stringify(body),
    bodyValues: body,
    modelId: model.ref.id,
    abortSignal,
  });
  return { reply, body: await readJson<JSONObject>(reply) };
}

/** What a call asks of the quotas that writes no text. */
export function textlessDemand(body: object): Demand {
  return { inputTokens: estimateInput(body), modelMaxOutputTokens: 0, outputBurndown: 1 };
}
