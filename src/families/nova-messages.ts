/**
 * Nova's own body: that of Converse, with its own place for what only Nova has, and without documents.
 *
 * @see https://docs.aws.amazon.com/nova/latest/userguide/complete-request-schema.html
 * @see https://docs.aws.amazon.com/nova/latest/nova2-userguide/using-invoke-api.html
 */
import type { JSONObject } from '@ai-sdk/provider';
import { replayContent } from '../codec/converse/from-response.ts';
import type {
  CachePoint,
  ContentBlock,
  ContentBlockDelta,
  ConverseResponse,
  ConverseStreamEvents,
  SystemContentBlock,
} from '../codec/converse/wire.ts';
import type { ChatTraits } from '../codec/family.ts';
import type { InvokeChatTraits, OwnReplyReader, OwnRequest } from '../codec/invoke/chat.ts';
import { numberOf, objectOf, textOf } from '../codec/invoke/json-members.ts';
import { plainText } from '../codec/invoke/plain-content.ts';
import type { ReplyWriter } from '../codec/invoke/reply-writer.ts';

export const novaMessages: InvokeChatTraits = {
  rules: converse => ({
    ...converse,
    reasoning: insideInferenceConfig(converse.reasoning),
    tools: { ...converse.tools, systemTools: [] },
    content: {
      ...converse.content,
      refuses: { ...converse.content.refuses, document: 'Nova takes documents in Converse only.' },
      citationsReplay: false,
    },
  }),
  toBody: ({ system, messages = [], inferenceConfig, toolConfig }) =>
    // A structure of Converse's is JSON as it stands.
    ({
      schemaVersion: 'messages-v1',
      ...(system && { system: cached(system) }),
      messages: messages.map(({ role, content }) => ({
        role,
        content: cached(content.map(withoutSearchResult)),
      })),
      ...(inferenceConfig && { inferenceConfig }),
      ...(toolConfig && { toolConfig }),
    }) as object as JSONObject,
  reader: writer => new NovaReader(writer),
};

function insideInferenceConfig(reasoning: ChatTraits['reasoning']): ChatTraits['reasoning'] {
  return request => {
    const { fields, ...plan } = reasoning(request);
    return fields === undefined ? plan : { ...plan, fields: { inferenceConfig: fields } };
  };
}

function withoutSearchResult(block: ContentBlock): ContentBlock {
  return 'searchResult' in block || 'citationsContent' in block ? { text: plainText([block]) } : block;
}

/** A cache point stands inside the block before it. */
function cached(
  blocks: OwnRequest['system'] | readonly ContentBlock[],
): Array<(ContentBlock | SystemContentBlock) & { cachePoint?: CachePoint }> {
  const converted: ReturnType<typeof cached> = [];
  for (const block of blocks ?? []) {
    if ('cachePoint' in block) Object.assign(converted.at(-1) ?? {}, block);
    else converted.push({ ...block });
  }
  return converted;
}

/** Replies are those of Converse; chunks are its events, of which every piece of text counts as a block. */
class NovaReader implements OwnReplyReader {
  readonly #writer: ReplyWriter;

  constructor(writer: ReplyWriter) {
    this.#writer = writer;
  }

  read(reply: JSONObject): void {
    if (objectOf(reply['output']) !== undefined) return this.#whole(reply as ConverseResponse & JSONObject);
    for (const [type, payload] of Object.entries(reply)) this.#event(type, objectOf(payload) ?? {});
  }

  #whole(reply: ConverseResponse & JSONObject): void {
    replayContent(reply, (type, payload) => this.#event(type, payload as JSONObject));
    this.#event('metadata', reply);
    this.#event('messageStop', reply);
  }

  #event(type: string, payload: JSONObject): void {
    const { contentBlockIndex: key = 0, start } = payload as ConverseStreamEvents['contentBlockStart'];
    switch (type) {
      case 'contentBlockStart':
        if (start && Object.keys(start).length > 0) this.#writer.begin(key, start);
        return;
      case 'contentBlockDelta':
        return this.#delta(key, (payload as ConverseStreamEvents['contentBlockDelta']).delta ?? {});
      case 'contentBlockStop':
        return this.#writer.end(key);
      case 'metadata':
        return this.#usage(objectOf(payload['usage']) ?? {});
      case 'messageStop': {
        const reason = textOf(payload['stopReason']);
        if (reason !== undefined) this.#writer.stop(reason);
        return;
      }
    }
  }

  #delta(key: number, delta: ContentBlockDelta): void {
    if (delta.text != null) this.#writer.text(delta.text);
    else if (delta.reasoningContent != null) this.#writer.reasoning(delta.reasoningContent);
    else this.#writer.delta(key, delta);
  }

  /** The names of the counts of cached tokens are not those of Converse. */
  #usage(usage: JSONObject): void {
    this.#writer.addUsage({
      inputTokens: numberOf(usage['inputTokens']),
      outputTokens: numberOf(usage['outputTokens']),
      cacheReadInputTokens:
        numberOf(usage['cacheReadInputTokenCount']) ?? numberOf(usage['cacheReadInputTokens']),
      cacheWriteInputTokens:
        numberOf(usage['cacheWriteInputTokenCount']) ?? numberOf(usage['cacheWriteInputTokens']),
    });
  }
}
