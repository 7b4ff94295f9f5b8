import type { STRUCTURED_OUTPUT_MODES } from '../family.ts';

/** Where a call went that could not go where it should. */
export type ServedBy = {
  modelId: string;
  region?: string;
  /**
   * The name of the error for which it was moved; `quota` where it would have waited, `prompt-cache` where its
   * conversation had been moved before.
   */
  reason: string;
};

/** What the reader of a reply must know of the request it answers. */
export interface RequestFacts {
  /** Tool names as they went over the wire -> the names the caller gave. */
  readonly toolNames: ReadonlyMap<string, string>;
  /** Wire names of tools that Bedrock itself runs, e.g. `nova_grounding`. */
  readonly serverTools: ReadonlySet<string>;
  /** Wire name of the tool that stands for structured output: its input is the text of the answer. */
  readonly jsonTool: string | undefined;
  /** How structured output was asked for; undefined when it was not. */
  readonly structuredOutput: (typeof STRUCTURED_OUTPUT_MODES)[number] | undefined;
  /** Documents and search results in the order of the request: citations point at them by index. */
  readonly documents: readonly { title: string; mediaType: string; filename?: string | undefined }[];
  readonly searchResults: readonly { title: string; source: string }[];
  /** Where the call went, when it was moved. */
  readonly servedBy?: ServedBy | undefined;
}
