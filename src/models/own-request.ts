import { generateId as randomId } from '@ai-sdk/provider-utils';
import type { InvokeChatTraits } from '../codec/invoke/chat.ts';
import { chunkJson, InvokeReplyReader } from '../codec/invoke/chat-reply.ts';
import { invokeRules, toInvokeRequest } from '../codec/invoke/chat-request.ts';
import { type ChatCall, trafficOf, traitsOf } from './chat-requests.ts';
import type { ChatRequest } from './chat-sender.ts';
import type { ResolvedModel } from './resolved-model.ts';

/** A request in the model's own language. */
export function toOwnRequest(
  model: ResolvedModel,
  invoke: InvokeChatTraits,
  { options, stream, defaults }: ChatCall,
): ChatRequest {
  const traits = invokeRules(traitsOf(model), invoke);
  const plan = toInvokeRequest({
    options,
    traits,
    invoke,
    familyName: model.family.name,
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
