/** The two languages in which a chat model is called. */
import { type LanguageModelV4CallOptions, NoSuchModelError } from '@ai-sdk/provider';
import { generateId as randomId } from '@ai-sdk/provider-utils';
import { replayResponse } from '../codec/converse/from-response.ts';
import { cacheKeyOf } from '../codec/converse/prompt-cache.ts';
import type { CallDefaults } from '../codec/converse/read-options.ts';
import { toConverseRequest } from '../codec/converse/to-request.ts';
import type { ConverseRequest, ConverseResponse } from '../codec/converse/wire.ts';
import type { ChatTraits } from '../codec/family.ts';
import type { InvokeChatTraits } from '../codec/invoke/chat.ts';
import { chunkJson, InvokeReplyReader } from '../codec/invoke/chat-reply.ts';
import { invokeRules, toInvokeRequest } from '../codec/invoke/chat-request.ts';
import { estimateInput } from '../traffic/estimate.ts';
import type { Attempt } from '../traffic/traffic.ts';
import type { ChatRequest } from './chat-sender.ts';
import { noSuchModel } from './no-such-model.ts';
import type { ResolvedModel } from './resolved-model.ts';

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

/** What is true of a model does not change, and is asked at each of its calls. */
const knownTraits = new WeakMap<ResolvedModel, ChatTraits>();

function traitsOf(model: ResolvedModel): ChatTraits {
  let traits = knownTraits.get(model);
  if (traits === undefined) {
    traits = model.family.chat(model.ref.baseModel);
    knownTraits.set(model, traits);
  }
  return traits;
}

function trafficOf(
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

export function invokeRequest(model: ResolvedModel, { options, stream, defaults }: ChatCall): ChatRequest {
  const { family } = model;
  const invoke = invokeTraits(model);
  const traits = invokeRules(traitsOf(model), invoke);
  const plan = toInvokeRequest({
    options,
    traits,
    invoke,
    familyName: family.name,
    stream,
    defaults,
    // Not of the setting `generateId`, which may be no secret: the tag must not be known to who writes the prompt.
    randomTag: randomId,
  });
  return {
    model,
    operation: stream && invoke.streaming !== false ? 'invoke-with-response-stream' : 'invoke',
    headers: plan.headers,
    plan,
    ...trafficOf(plan.request, traits),
    replay: (body, reader, headers) => {
      const own = new InvokeReplyReader(invoke, reader, headers);
      own.readReply(body as Parameters<typeof own.readReply>[0]);
      return own.finish();
    },
    wrap: (reader, headers) => new InvokeReplyReader(invoke, reader, headers),
    rawValue: (type, payload) => (type === 'chunk' ? chunkJson(payload) : undefined),
  };
}

/** @throws NoSuchModelError for a model that does not chat this way */
export function invokeTraits(model: ResolvedModel): InvokeChatTraits {
  const { modelId, ref, family } = model;
  if (ref.address === 'prompt-arn') {
    const message = `${modelId} is a prompt of Prompt management, which InvokeModel does not know: call it with bedrock(id).`;
    throw new NoSuchModelError({ modelId, modelType: 'languageModel', message });
  }
  const invoke = family.invokeChat?.(ref.baseModel);
  if (invoke === undefined) throw noSuchModel(model, 'languageModel', 'chat through InvokeModel');
  return invoke;
}

/** Whether the model chats through InvokeModel at all. */
export function hasOwnLanguage({ ref, family }: ResolvedModel): boolean {
  return ref.address !== 'prompt-arn' && family.invokeChat?.(ref.baseModel) !== undefined;
}

/** Whether Converse does not serve the model, so that `bedrock(id)` calls it in its own language. */
export function isServedByInvokeModelOnly({ ref, family }: ResolvedModel): boolean {
  switch (family.invokeChat?.(ref.baseModel)?.insteadOfConverse) {
    case 'always':
      return ref.address !== 'prompt-arn';
    case 'imported':
      return ref.address === 'imported-model-arn';
    case undefined:
      return false;
  }
}
