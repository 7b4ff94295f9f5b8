/** Where Bedrock's InvokeModel differs from Anthropic's own Messages API. */
import type { MessagesTraits } from '../codec/peers.ts';
import { type ClaudeModel, isFrom } from './claude-model.ts';
import { anthropicToolName } from './claude-tools.ts';

/**
 * The first versions of the tools were for Claude 3.5 only, and later models refuse them.
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-anthropic-claude-messages-tool-use.html
 */
const SUCCESSORS: Readonly<Record<string, string>> = {
  'anthropic.bash_20241022': 'anthropic.bash_20250124',
  'anthropic.computer_20241022': 'anthropic.computer_20250124',
  'anthropic.text_editor_20241022': 'anthropic.text_editor_20250728',
};

/** What Bedrock names differently. Searching for tools and examples of tools are one beta at Anthropic, two here. */
const BETAS: Readonly<Record<string, readonly string[]>> = {
  'advanced-tool-use-2025-11-20': ['tool-search-tool-2025-10-19', 'tool-examples-2025-10-29'],
};

const STRUCTURED_OUTPUTS = 'structured-outputs-2025-11-13';

const TOOL_BETAS: Readonly<Record<string, readonly string[]>> = {
  text_editor_20250728: ['computer-use-2025-01-24'],
  tool_search_tool_regex_20251119: ['tool-search-tool-2025-10-19'],
  // Not on Bedrock so far; with the beta its error says so.
  tool_search_tool_bm25_20251119: ['tool-search-tool-2025-10-19'],
};

export function messagesTraits(
  model: ClaudeModel,
  takes: Pick<MessagesTraits, 'outputFormat' | 'strictTools'>,
): MessagesTraits {
  return {
    ...takes,
    toolVersion: id => (isFrom(307, model) ? successorOf(id, model) : id),
    toolName: anthropicToolName,
    betas: beta => {
      // Sent with every tool to models that Anthropic's own API has it for.
      if (beta === STRUCTURED_OUTPUTS && !(takes.outputFormat && takes.strictTools)) return [];
      return entryOf(BETAS, beta) ?? [beta];
    },
    toolBetas: type => entryOf(TOOL_BETAS, type) ?? [],
  };
}

function successorOf(id: string, model: ClaudeModel): string {
  // Claude 3.7 has a text editor of its own.
  if (id === 'anthropic.text_editor_20241022' && !isFrom(400, model)) return 'anthropic.text_editor_20250124';
  return entryOf(SUCCESSORS, id) ?? id;
}

function entryOf<Value>(table: Readonly<Record<string, Value>>, name: string): Value | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}
