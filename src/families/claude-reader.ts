import type { JSONObject, JSONValue } from '@ai-sdk/provider';
import type { Citation, CitationLocation } from '../codec/converse/wire.ts';
import type { OwnReplyReader } from '../codec/invoke/chat.ts';
import { numberOf, objectOf, objectsOf, textOf } from '../codec/invoke/json-members.ts';
import type { ReplyWriter } from '../codec/invoke/reply-writer.ts';

/**
 * Reads what Claude answers: messages and their chunks, and the completions of the models before Claude 3, which
 * answer to the body of either.
 */
export class ClaudeReader implements OwnReplyReader {
  readonly #writer: ReplyWriter;

  constructor(writer: ReplyWriter) {
    this.#writer = writer;
  }

  read(reply: JSONObject): void {
    const { index = 0 } = reply;
    const key = numberOf(index) ?? 0;
    switch (reply['type']) {
      case 'message':
        return this.#message(reply);
      case 'message_start':
        return this.#usage(objectOf(reply['message'])?.['usage']);
      case 'content_block_start':
        return this.#start(key, objectOf(reply['content_block']) ?? {});
      case 'content_block_delta':
        return this.#delta(key, objectOf(reply['delta']) ?? {});
      case 'content_block_stop':
        return this.#writer.end(key);
      case 'message_delta':
        this.#usage(reply['usage']);
        return this.#stop(objectOf(reply['delta']) ?? {});
      default:
        return this.#completion(reply);
    }
  }

  /** As the chunks that it would have come in. */
  #message(message: JSONObject): void {
    for (const [index, block] of objectsOf(message['content']).entries()) {
      this.#start(index, block);
      this.#writer.end(index);
    }
    this.#usage(message['usage']);
    this.#stop(message);
  }

  /** Members that a stream brings later are there already in a whole message, and empty or absent in a stream. */
  #start(key: number, block: JSONObject): void {
    switch (block['type']) {
      case 'text':
        this.#writer.begin(key);
        this.#text(key, block['text']);
        for (const citation of objectsOf(block['citations'])) this.#citation(key, citation);
        return;
      case 'thinking':
        this.#writer.begin(key);
        this.#writer.delta(key, { reasoningContent: { text: textOf(block['thinking']) ?? '' } });
        return this.#signature(key, block['signature']);
      case 'redacted_thinking':
        this.#writer.begin(key);
        return this.#writer.delta(key, {
          reasoningContent: { redactedContent: textOf(block['data']) ?? '' },
        });
      case 'tool_use':
      case 'server_tool_use':
        return this.#toolUse(key, block);
      default:
        return this.#other(key, block);
    }
  }

  #toolUse(key: number, { type, id, name, input }: JSONObject): void {
    const server = type === 'server_tool_use';
    this.#writer.begin(key, {
      toolUse: {
        name: textOf(name) ?? '',
        ...(id != null && { toolUseId: textOf(id) ?? '' }),
        ...(server && { type }),
      },
    });
    const json = JSON.stringify(input ?? {});
    if (json !== '{}') this.#writer.delta(key, { toolUse: { input: json } });
  }

  /** Results of tools that the service runs come whole; what is younger than this package passes unread. */
  #other(key: number, block: JSONObject): void {
    const { type, tool_use_id: id, content } = block;
    if (typeof id !== 'string') {
      this.#writer.begin(key);
      return this.#writer.delta(key, block as object);
    }
    this.#writer.begin(key, { toolResult: { toolUseId: id, type: textOf(type) ?? 'tool_result' } });
    this.#writer.delta(key, { toolResult: [{ json: content ?? null }] });
  }

  #delta(key: number, delta: JSONObject): void {
    switch (delta['type']) {
      case 'text_delta':
        return this.#text(key, delta['text']);
      case 'thinking_delta':
        return this.#writer.delta(key, { reasoningContent: { text: textOf(delta['thinking']) ?? '' } });
      case 'signature_delta':
        return this.#signature(key, delta['signature']);
      case 'input_json_delta':
        return this.#writer.delta(key, { toolUse: { input: textOf(delta['partial_json']) ?? '' } });
      case 'citations_delta':
        return this.#citation(key, objectOf(delta['citation']) ?? {});
      default:
        return this.#writer.delta(key, delta as object);
    }
  }

  #text(key: number, text: JSONValue | undefined): void {
    if (typeof text === 'string' && text !== '') this.#writer.delta(key, { text });
  }

  #signature(key: number, signature: JSONValue | undefined): void {
    if (typeof signature === 'string' && signature !== '') {
      this.#writer.delta(key, { reasoningContent: { signature } });
    }
  }

  #citation(key: number, citation: JSONObject): void {
    this.#writer.delta(key, { citation: toCitation(citation) });
  }

  #stop({ stop_reason: reason, stop_sequence: sequence }: JSONObject): void {
    if (typeof reason !== 'string') return;
    this.#writer.stop(reason, typeof sequence === 'string' ? { stop_sequence: sequence } : undefined);
  }

  #usage(usage: JSONValue | undefined): void {
    const { cache_creation, output_tokens_details, ...counts } = objectOf(usage) ?? {};
    const lifetimes = Object.entries(objectOf(cache_creation) ?? {}).flatMap(([name, count]) => {
      const ttl = /^ephemeral_(.+)_input_tokens$/.exec(name)?.[1];
      return ttl !== undefined && typeof count === 'number' && count > 0 ? [{ ttl, inputTokens: count }] : [];
    });
    this.#writer.addUsage({
      inputTokens: numberOf(counts['input_tokens']),
      outputTokens: numberOf(counts['output_tokens']),
      cacheReadInputTokens: numberOf(counts['cache_read_input_tokens']),
      cacheWriteInputTokens: numberOf(counts['cache_creation_input_tokens']),
      cacheDetails: lifetimes.length > 0 ? lifetimes : undefined,
      reasoningTokens: numberOf(objectOf(output_tokens_details)?.['thinking_tokens']),
    });
  }

  /** The end of a completion names the sequence that stopped it, also where that is the end of the turn. */
  #completion({ completion, stop_reason: reason, stop }: JSONObject): void {
    this.#writer.text(textOf(completion) ?? '');
    const sequence = stop === '\n\nHuman:' ? undefined : textOf(stop);
    this.#stop({ stop_reason: reason, stop_sequence: sequence });
  }
}

/** A place that Claude cites, in the words of Converse. */
function toCitation(citation: JSONObject): Citation {
  const location = toLocation(citation);
  const title = textOf(citation['document_title']) ?? textOf(citation['title']);
  const source = textOf(citation['source']);
  const cited = textOf(citation['cited_text']);
  return {
    ...(title !== undefined && { title }),
    ...(source !== undefined && { source }),
    ...(cited !== undefined && { sourceContent: [{ text: cited }] }),
    ...(location && { location }),
  };
}

function toLocation(citation: JSONObject): CitationLocation | undefined {
  const document = numberOf(citation['document_index']) ?? 0;
  switch (citation['type']) {
    case 'char_location':
      return { documentChar: { documentIndex: document, ...range(citation, 'char_index') } };
    case 'page_location':
      return { documentPage: { documentIndex: document, ...range(citation, 'page_number') } };
    case 'content_block_location':
      return { documentChunk: { documentIndex: document, ...range(citation, 'block_index') } };
    case 'search_result_location':
      return {
        searchResultLocation: {
          searchResultIndex: numberOf(citation['search_result_index']) ?? 0,
          ...range(citation, 'block_index'),
        },
      };
    case 'web_search_result_location':
      return { web: { url: textOf(citation['url']) ?? '' } };
    default:
      return undefined;
  }
}

function range(citation: JSONObject, unit: string): { start?: number; end?: number } {
  const start = numberOf(citation[`start_${unit}`]);
  const end = numberOf(citation[`end_${unit}`]);
  return { ...(start !== undefined && { start }), ...(end !== undefined && { end }) };
}
