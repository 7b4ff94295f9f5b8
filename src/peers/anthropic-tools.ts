/**
 * The tools of `@ai-sdk/anthropic`, before it is loaded: what has to be known at once is here, and what a tool's
 * input and output look like is asked of the package when it is needed.
 */
import type { AnthropicProvider } from '@ai-sdk/anthropic';
import { UnsupportedFunctionalityError } from '@ai-sdk/provider';
import {
  asSchema,
  type FlexibleSchema,
  jsonSchema,
  lazySchema,
  type Schema,
  type Tool,
} from '@ai-sdk/provider-utils';
import { loadAnthropic } from './anthropic-model.ts';

type Tools = AnthropicProvider['tools'];
type ToolName = keyof Tools;

interface ToolFacts {
  /** Whether Anthropic's servers run it. */
  readonly isProviderExecuted: boolean;
  /** Whether its result may come in a later turn than its call. */
  readonly supportsDeferredResults?: true;
}

const CLIENT: ToolFacts = { isProviderExecuted: false };
const SERVER: ToolFacts = { isProviderExecuted: true, supportsDeferredResults: true };

const FACTS: Readonly<Record<ToolName, ToolFacts>> = {
  advisor_20260301: SERVER,
  bash_20241022: CLIENT,
  bash_20250124: CLIENT,
  codeExecution_20250522: { isProviderExecuted: true },
  codeExecution_20250825: SERVER,
  codeExecution_20260120: SERVER,
  computer_20241022: CLIENT,
  computer_20250124: CLIENT,
  computer_20251124: CLIENT,
  computerToolset_20260801: CLIENT,
  memory_20250818: CLIENT,
  textEditor_20241022: CLIENT,
  textEditor_20250124: CLIENT,
  textEditor_20250429: CLIENT,
  textEditor_20250728: CLIENT,
  toolSearchBm25_20251119: SERVER,
  toolSearchRegex_20251119: SERVER,
  webFetch_20260318: SERVER,
  webFetch_20260209: SERVER,
  webFetch_20250910: SERVER,
  webSearch_20260318: SERVER,
  webSearch_20260209: SERVER,
  webSearch_20250305: SERVER,
};

/** Each takes what the package's own takes. */
export const anthropicTools: Tools = Object.fromEntries(
  (Object.keys(FACTS) as ToolName[]).map(name => [name, (options?: object) => toolOf(name, options)]),
) as unknown as Tools;

/** Callbacks are the tool's own, everything else is an argument for Anthropic. */
const OWN = ['execute', 'needsApproval', 'toModelOutput', 'onInputStart', 'onInputDelta', 'onInputAvailable'];

function toolOf(name: ToolName, options: object = {}): Tool {
  const given = Object.entries(options);
  return {
    type: 'provider',
    id: `anthropic.${name.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`)}`,
    ...FACTS[name],
    args: Object.fromEntries(given.filter(([member]) => !OWN.includes(member))),
    ...Object.fromEntries(given.filter(([member]) => OWN.includes(member))),
    inputSchema: later(name, options, 'inputSchema'),
    ...(FACTS[name].isProviderExecuted && { outputSchema: later(name, options, 'outputSchema') }),
  } as Tool;
}

function later(name: ToolName, options: object, member: 'inputSchema' | 'outputSchema'): FlexibleSchema {
  return lazySchema(() => {
    const ask = async (): Promise<Schema> => {
      const { anthropic } = await loadAnthropic();
      const create = anthropic.tools[name] as ((options: object) => object) | undefined;
      if (create === undefined) {
        throw new UnsupportedFunctionalityError({
          functionality: `tools.${name}`,
          message: `The installed @ai-sdk/anthropic has no tool ${name}: update it.`,
        });
      }
      return asSchema((create(options) as Partial<Record<typeof member, FlexibleSchema>>)[member]);
    };
    // Asked at the first use, and not when the tool is made.
    let schema: Promise<Schema> | undefined;
    const known = () => {
      schema ??= ask();
      return schema;
    };
    return jsonSchema(() => known().then(({ jsonSchema: json }) => json), {
      validate: async value => {
        const { validate } = await known();
        return validate === undefined ? { success: true, value } : validate(value);
      },
    });
  });
}
