/** The parts of OpenAI's Chat Completions and Responses that the local Bedrock reads. */
import type { JSONObject } from '@ai-sdk/provider';

export type ChatPart =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'refusal'; readonly refusal: string }
  | { readonly type: 'image_url'; readonly image_url: { readonly url: string } }
  | { readonly type: 'input_audio'; readonly input_audio: { readonly data: string; readonly format: string } }
  | { readonly type: 'file'; readonly file: { readonly file_data: string; readonly filename?: string } };

export type ChatContent = string | readonly ChatPart[] | null;

export interface ChatToolCall {
  readonly id: string;
  readonly function: { readonly name: string; readonly arguments: string };
}

export type ChatMessage =
  | { readonly role: 'system' | 'developer' | 'user'; readonly content: ChatContent }
  | {
      readonly role: 'assistant';
      readonly content?: ChatContent;
      readonly reasoning?: string;
      readonly tool_calls?: readonly ChatToolCall[];
    }
  | { readonly role: 'tool'; readonly content: ChatContent; readonly tool_call_id: string };

export interface FunctionFacts {
  readonly name: string;
  readonly description?: string | null;
  readonly parameters?: JSONObject | null;
  readonly strict?: boolean | null;
}

export interface ChatRequest {
  readonly model: string;
  readonly messages: readonly ChatMessage[];
  readonly stream?: boolean | null;
  readonly stream_options?: { readonly include_usage?: boolean } | null;
  readonly max_tokens?: number | null;
  readonly max_completion_tokens?: number | null;
  readonly temperature?: number | null;
  readonly top_p?: number | null;
  readonly stop?: string | readonly string[] | null;
  readonly tools?: readonly { readonly function: FunctionFacts }[] | null;
  readonly tool_choice?: string | { readonly function?: { readonly name: string } } | null;
  readonly response_format?: JSONObject | null;
  readonly reasoning_effort?: string | null;
}

export type ResponsesPart =
  | { readonly type: 'input_text' | 'output_text'; readonly text: string }
  | { readonly type: 'refusal'; readonly refusal: string }
  | { readonly type: 'input_image'; readonly image_url: string }
  | { readonly type: 'input_file'; readonly file_data: string; readonly filename?: string };

export type ResponsesItem =
  | {
      readonly type?: 'message';
      readonly role: 'system' | 'developer' | 'user' | 'assistant';
      readonly content: string | readonly ResponsesPart[];
    }
  | {
      readonly type: 'function_call';
      readonly call_id: string;
      readonly name: string;
      readonly arguments: string;
    }
  | {
      readonly type: 'function_call_output';
      readonly call_id: string;
      readonly output: string | readonly ResponsesPart[];
    }
  | { readonly type: 'reasoning'; readonly summary?: readonly { readonly text: string }[] }
  | { readonly type: 'item_reference'; readonly id: string };

export interface ResponsesRequest {
  readonly model: string;
  readonly input: string | readonly ResponsesItem[];
  readonly instructions?: string | null;
  readonly stream?: boolean | null;
  readonly max_output_tokens?: number | null;
  readonly temperature?: number | null;
  readonly top_p?: number | null;
  readonly tools?: readonly (FunctionFacts & { readonly type: string })[] | null;
  readonly tool_choice?: string | { readonly name?: string } | null;
  readonly text?: { readonly format?: JSONObject | null } | null;
  readonly reasoning?: { readonly effort?: string | null; readonly summary?: string | null } | null;
  readonly include?: readonly string[] | null;
}
