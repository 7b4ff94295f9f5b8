/**
 * Tools that Anthropic defines and the caller runs. Converse has no member for them: they go into
 * `additionalModelRequestFields.tools`, with the beta that opens them.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-anthropic-claude-messages-tool-use.html
 */
import type { JSONObject, JSONValue } from '@ai-sdk/provider';
import type { ProviderToolTraits } from '../codec/family.ts';

interface AnthropicTool {
  /** The one name under which Claude knows the tool. */
  readonly name: string;
  readonly beta?: string;
}

/** By type. What runs on Anthropic's servers (web search, web fetch, code execution) is not on Bedrock. */
const TOOLS: Readonly<Record<string, AnthropicTool>> = {
  computer_20241022: { name: 'computer', beta: 'computer-use-2024-10-22' },
  computer_20250124: { name: 'computer', beta: 'computer-use-2025-01-24' },
  computer_20251124: { name: 'computer', beta: 'computer-use-2025-11-24' },
  bash_20241022: { name: 'bash', beta: 'computer-use-2024-10-22' },
  bash_20250124: { name: 'bash', beta: 'computer-use-2025-01-24' },
  text_editor_20241022: { name: 'str_replace_editor', beta: 'computer-use-2024-10-22' },
  text_editor_20250124: { name: 'str_replace_editor', beta: 'computer-use-2025-01-24' },
  text_editor_20250429: { name: 'str_replace_based_edit_tool', beta: 'computer-use-2025-01-24' },
  text_editor_20250728: { name: 'str_replace_based_edit_tool' },
  memory_20250818: { name: 'memory', beta: 'context-management-2025-06-27' },
};

export const anthropicTools: ProviderToolTraits = {
  tool: ({ id, args }) => {
    const { type, tool } = findTool(id);
    return (
      tool && {
        name: tool.name,
        fields: {
          tools: [{ type, name: tool.name, ...snakeCase(args) }],
          ...(tool.beta !== undefined && { anthropic_beta: [tool.beta] }),
        },
      }
    );
  },
  choice: choice => ({
    tool_choice: choice === 'any' ? { type: 'any' } : { type: 'tool', name: choice.name },
  }),
};

/** The name under which Claude knows a tool of Anthropic's that the caller runs. */
export function anthropicToolName(id: string): string | undefined {
  return findTool(id).tool?.name;
}

function findTool(id: string): { type: string; tool: AnthropicTool | undefined } {
  const type = /^anthropic\.(.+)$/.exec(id)?.[1] ?? '';
  return { type, tool: Object.hasOwn(TOOLS, type) ? TOOLS[type] : undefined };
}

/** `displayWidthPx` in the AI SDK is `display_width_px` on the wire. */
function snakeCase(args: Readonly<Record<string, unknown>>): JSONObject {
  return Object.fromEntries(
    Object.entries(args)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [
        name.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`),
        value as JSONValue,
      ]),
  );
}
