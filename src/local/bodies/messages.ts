import type { JSONObject } from '@ai-sdk/provider';
import { idFrom } from '../hash.ts';
import { eventsToChunks, responseToMessage } from '../messages/from-converse.ts';
import { messagesRulesError } from '../messages/rules.ts';
import { messagesShape } from '../messages/shapes.ts';
import { messagesToConverse } from '../messages/to-converse.ts';
import type { MessagesRequest } from '../messages/wire.ts';
import { messagesError } from '../validation/messages-words.ts';
import { type ChatBody, isOf, type ReplyFacts } from './chat-body.ts';

/** Anthropic's Messages API. */
export const messages: ChatBody = {
  claims: (modelId, body) => isOf('anthropic\\.', modelId) || body['anthropic_version'] !== undefined,
  shape: () => messagesShape,
  error: messagesError,
  rules: body => messagesRulesError(asRequest(body)),
  toConverse: body => messagesToConverse(asRequest(body)),
  whole: (response, facts) => responseToMessage(response, messageFacts(facts)),
  holdsOutput: ({ type }) => type === 'content_block_delta',
  chunks: (events, facts) => eventsToChunks(events, { ...messageFacts(facts), usage: facts.usage }),
};

/** The shape has been compared by now. */
function asRequest(body: JSONObject): MessagesRequest {
  return body as unknown as MessagesRequest;
}

function messageFacts({ requestId, modelId }: ReplyFacts): { id: string; modelId: string } {
  return { id: `msg_bdrk_${idFrom(requestId, 24)}`, modelId };
}
