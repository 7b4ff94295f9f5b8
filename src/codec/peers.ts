/** What the packages of other APIs (`@ai-sdk/anthropic`, `@ai-sdk/openai`) need to know of a model on Bedrock. */

/** Where OpenAI's APIs serve a model. */
export interface OpenAITraits {
  /** The API that a model is called through where the caller names none. */
  readonly api: 'chat' | 'responses';
  /** What goes before `/chat/completions` and `/responses` on `bedrock-mantle`. */
  readonly mantlePrefix: '/v1' | '/openai/v1';
  /** Whether the model takes an effort of reasoning in Responses although OpenAI's API does not have it. */
  readonly reasons?: boolean;
}

/** How Bedrock's InvokeModel differs for a model from Anthropic's own Messages API. */
export interface MessagesTraits {
  /** Whether `output_config.format` is to be trusted with a JSON schema; else a forced tool is used. */
  readonly outputFormat: boolean;
  /** Whether tools may be `strict`. */
  readonly strictTools: boolean;
  /**
   * The version of a tool of Anthropic's that the model takes.
   * @param id as the AI SDK names it, e.g. `anthropic.bash_20241022`
   * @returns the id to use in its place; the same id where there is nothing to change
   */
  readonly toolVersion: (id: string) => string;
  /**
   * The one name by which the model calls a tool of Anthropic's that the caller runs.
   * @param id as above
   * @returns undefined for all other tools
   */
  readonly toolName: (id: string) => string | undefined;
  /**
   * The betas to send in the place of one that Anthropic's own API knows.
   * @param beta e.g. `advanced-tool-use-2025-11-20`
   */
  readonly betas: (beta: string) => readonly string[];
  /**
   * The betas that a tool needs.
   * @param type as it is on the wire, e.g. `tool_search_tool_regex_20251119`
   */
  readonly toolBetas: (type: string) => readonly string[];
}
