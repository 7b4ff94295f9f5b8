/** The two languages in which a chat model is called. */
import { type LanguageModelV4CallOptions, NoSuchModelError } from '@ai-sdk/provider';
import { replayResponse } from '../codec/converse/from-response.ts';
import { cacheKeyOf } from '../codec/converse/prompt-cache.ts';
import type { CallDefaults } from '../codec/converse/read-options.ts';
import { toConverseRequest } from '../codec/converse/to-request.ts';
import type { ConverseRequest, ConverseResponse } from '../codec/converse/wire.ts';
import type { ChatTraits } from '../codec/family.ts';
import type { InvokeChatTraits } from '../codec/invoke/chat.ts';
import { type Later, load } from '../codec/later.ts';
import { estimateInput } from '../traffic/estimate.ts';
import type { Attempt } from '../traffic/traffic.ts';
import type { ChatRequest } from './chat-sender.ts';
import { noSuchModel } from './no-such-model.ts';
import { once } from './once.ts';
import { onceForModel, type ResolvedModel } from './resolved-model.ts';

export interface ChatCall {
  readonly options: LanguageModelV4CallOptions;
  readonly stream: boolean;
  readonly defaults: CallDefaults;
}

/* ---------------------------------------------------------------- Converse */

export function converseRequest(model: ResolvedModel, { options, stream, defaults }: ChatCall): ChatRequest {
  const { family, ref } = model;
  const traits = traitsOf(model);
  const plan = toConverseRequest({
    options,
    traits,
    familyName: family.name,
    address: ref.address,
    stream,
    defaults,
  });
  // Some models take tools in Converse only.
  const streams = stream && (traits.tools.streaming || plan.body.toolConfig === undefined);
  return {
    model,
    operation: streams ? 'converse-stream' : 'converse',
    plan,
    ...trafficOf(plan.body, traits),
    replay: (body, reader) => replayResponse(body as ConverseResponse, reader),
  };
}

export const traitsOf: (model: ResolvedModel) => ChatTraits = onceForModel(({ family, ref }) =>
  family.chat(ref.baseModel),
);

export function trafficOf(
  body: ConverseRequest,
  { maxOutputTokens, outputBurndown }: ChatTraits,
): Pick<Attempt<unknown>, 'demand' | 'cacheKey'> {
  return {
    demand: {
      inputTokens: estimateInput(body),
      maxOutputTokens: body.inferenceConfig?.maxTokens,
      modelMaxOutputTokens: maxOutputTokens,
      outputBurndown,
    },
    cacheKey: () => cacheKeyOf(body),
  };
}

/* -------------------------------------------------------------- InvokeModel */

/**
 * What only these calls need is loaded with the first of them.
 * @throws NoSuchModelError for a model that does not chat this way
 */
export async function invokeRequest(model: ResolvedModel, call: ChatCall): Promise<ChatRequest> {
  const [{ toOwnRequest }, traits] = await Promise.all([import('./own-request.ts'), ownLanguage(model)()]);
  return toOwnRequest(model, traits, call);
}

const ownLanguage = onceForModel(model => once(async () => load(findOwnLanguage(model))));

/** @throws NoSuchModelError for a model that does not chat this way */
export function findOwnLanguage(model: ResolvedModel): Later<InvokeChatTraits, 'insteadOfConverse'> {
  const { modelId, ref, family } = model;
  if (ref.address === 'prompt-arn') {
    const message = `${modelId} is a prompt of Prompt management, which InvokeModel does not know: call it with bedrock(id).`;
    throw new NoSuchModelError({ modelId, modelType: 'languageModel', message });
  }
  const traits = family.invokeChat?.(ref.baseModel);
  if (traits === undefined) throw noSuchModel(model, 'languageModel', 'chat through InvokeModel');
  return traits;
}

/** Whether the model chats through InvokeModel at all. */
export function hasOwnLanguage({ ref, family }: ResolvedModel): boolean {
  return ref.address !== 'prompt-arn' && family.invokeChat?.(ref.baseModel) !== undefined;
}

/** Whether Converse does not serve the model, so that `bedrock(id)` calls it in its own language. */
export const isServedByInvokeModelOnly: (model: ResolvedModel) => boolean = onceForModel(
  ({ ref, family }) => {
    switch (family.invokeChat?.(ref.baseModel)?.insteadOfConverse) {
      case 'always':
        return ref.address !== 'prompt-arn';
      case 'imported':
        return ref.address === 'imported-model-arn';
      case undefined:
        return false;
    }
  },
);
