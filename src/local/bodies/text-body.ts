/** Bodies of models that complete a text: what they share, whatever their members are called. */
import type { JSONObject } from '@ai-sdk/provider';
import type {
  ConverseRequest,
  ConverseResponse,
  InferenceConfig,
  ReplyContentBlock,
  TokenUsage,
} from '../../codec/converse/wire.ts';
import { bodyError } from '../validation/body-words.ts';
import type { StructureShape } from '../validation/shape.ts';
import type { ChatBody, Events, StreamFacts } from './chat-body.ts';
import { promptToConverse, type ReadPrompt } from './prompts.ts';

export interface TextRules {
  readonly claims: ChatBody['claims'];
  readonly shape: StructureShape;
  readonly readPrompt: (body: JSONObject) => ReadPrompt;
  readonly settings: (body: JSONObject) => InferenceConfig;
  /** Further members of the request in Converse's shape. */
  readonly also?: (body: JSONObject) => Partial<ConverseRequest>;
  /** What stands between reasoning and answer, which the model puts into one text; default: it does not reason. */
  readonly behindReasoning?: string;
  readonly stopWord: (stopReason: string | undefined) => string;
  readonly whole: (reply: TextReply) => JSONObject;
  readonly piece: (piece: TextPiece) => JSONObject;
  readonly last: (reply: Omit<TextReply, 'text'>) => JSONObject;
  readonly streams?: boolean;
  readonly rules?: ChatBody['rules'];
}

export interface TextReply {
  readonly text: string;
  /** In the model's own words. */
  readonly stop: string;
  readonly usage: TokenUsage;
}

export interface TextPiece {
  readonly text: string;
  readonly isFirst: boolean;
  /** Of the request. */
  readonly inputTokens: number;
  /** Pieces so far, as a count of tokens. */
  readonly count: number;
}

export function textBody(rules: TextRules): ChatBody {
  return {
    claims: rules.claims,
    shape: () => rules.shape,
    error: bodyError,
    ...(rules.rules && { rules: rules.rules }),
    ...(rules.streams !== undefined && { streams: rules.streams }),
    toConverse: body => ({
      ...promptToConverse(rules.readPrompt(body)),
      inferenceConfig: rules.settings(body),
      ...rules.also?.(body),
    }),
    whole: response => rules.whole(toReply(response, rules)),
    chunks: (events, facts) => toChunks(events, facts, rules),
  };
}

function toReply({ output, stopReason, usage = {} }: ConverseResponse, rules: TextRules): TextReply {
  const content = output?.message?.content ?? [];
  return { text: joined(content, rules), stop: rules.stopWord(stopReason), usage };
}

function joined(content: readonly ReplyContentBlock[], { behindReasoning }: TextRules): string {
  const text = content.map(block => block.text ?? '').join('');
  const reasoning = content.map(block => block.reasoningContent?.reasoningText?.text ?? '').join('');
  if (behindReasoning === undefined) return text;
  return text === '' ? reasoning : `${reasoning}${behindReasoning}${text}`;
}

async function* toChunks(events: Events, facts: StreamFacts, rules: TextRules): AsyncGenerator<JSONObject> {
  let count = 0;
  let stop: string | undefined;
  let usage = facts.usage;
  let reasons = rules.behindReasoning !== undefined;
  const piece = (text: string): JSONObject =>
    rules.piece({ text, isFirst: count === 0, inputTokens: facts.usage.inputTokens ?? 0, count: ++count });
  for await (const { contentBlockDelta, messageStop, metadata } of events) {
    const { text, reasoningContent } = contentBlockDelta?.delta ?? {};
    if (reasoningContent?.text !== undefined && reasons) yield piece(reasoningContent.text);
    if (text !== undefined) {
      if (reasons) yield piece(rules.behindReasoning ?? '');
      reasons = false;
      yield piece(text);
    }
    if (messageStop !== undefined) stop = rules.stopWord(messageStop.stopReason);
    if (metadata?.usage !== undefined) usage = metadata.usage;
  }
  if (stop !== undefined) yield rules.last({ stop, usage });
}
