/** The parts of Anthropic's Messages API that the local Bedrock reads and writes. */
import type { JSONObject, JSONValue } from '@ai-sdk/provider';

interface Cacheable {
  readonly cache_control?: { readonly ttl?: '5m' | '1h' };
}

export type MessagesBlock = Cacheable &
  (
    | { readonly type: 'text'; readonly text: string }
    | { readonly type: 'image'; readonly source: { readonly media_type: string; readonly data: string } }
    | {
        readonly type: 'document';
        readonly source:
          | { readonly type: 'base64' | 'text'; readonly data: string }
          | { readonly type: 'content'; readonly content: string | readonly MessagesBlock[] };
        readonly title?: string;
        readonly context?: string;
        readonly citations?: { readonly enabled?: boolean };
      }
    | {
        readonly type: 'search_result';
        readonly source: string;
        readonly title: string;
        readonly content: readonly { readonly text: string }[];
        readonly citations?: { readonly enabled?: boolean };
      }
    | { readonly type: 'tool_use'; readonly id: string; readonly name: string; readonly input: JSONValue }
    | {
        readonly type: 'tool_result';
        readonly tool_use_id: string;
        readonly content?: string | readonly MessagesBlock[];
        readonly is_error?: boolean;
      }
    | { readonly type: 'thinking'; readonly thinking: string; readonly signature: string }
    | { readonly type: 'redacted_thinking'; readonly data: string }
  );

export interface MessagesRequest {
  readonly max_tokens: number;
  readonly messages: readonly {
    readonly role: 'user' | 'assistant' | 'system';
    readonly content: string | readonly MessagesBlock[];
  }[];
  readonly system?: string | readonly (Cacheable & { readonly text: string })[];
  readonly temperature?: number;
  readonly top_p?: number;
  readonly stop_sequences?: readonly string[];
  readonly tools?: readonly (Cacheable & {
    readonly name: string;
    readonly description?: string;
    readonly input_schema?: JSONObject;
    readonly strict?: boolean;
  })[];
  readonly tool_choice?: { readonly type: 'auto' | 'any' | 'tool' | 'none'; readonly name?: string };
  readonly thinking?: JSONObject;
  readonly output_config?: JSONObject;
}
