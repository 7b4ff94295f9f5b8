/** The caller's tools and tool choice as `toolConfig`, or as fields of the model's own. */
import type {
  JSONObject,
  LanguageModelV4CallOptions,
  LanguageModelV4FunctionTool,
  LanguageModelV4ProviderTool,
} from '@ai-sdk/provider';
import type { ReasoningPlan, ToolTraits } from '../family.ts';
import { withoutDialect } from './json-object.ts';
import { pushCachePoint } from './prompt-cache.ts';
import { readOptions } from './read-options.ts';
import type { RequestContext } from './request-context.ts';
import type { Tool, ToolChoice, ToolSpec } from './wire.ts';

export interface ToolPlan {
  readonly tools: Tool[];
  readonly choice: ToolChoice | undefined;
  /** Tools that Converse has no member for; each to be merged into `additionalModelRequestFields`. */
  readonly fields: readonly JSONObject[];
  /** Wire names of the tools in `fields`. */
  readonly modelTools: ReadonlySet<string>;
}

/** What became of the tools before a choice among them is made. */
interface OfferedTools {
  readonly tools: Tool[];
  readonly fields: JSONObject[];
  readonly modelTools: Set<string>;
}

/**
 * Why no tool can be forced in this request; undefined when one can. Decides over structured output by tool too.
 */
export function forcedToolRefusal(
  options: LanguageModelV4CallOptions,
  reasoning: ReasoningPlan,
  { traits, promptResource }: RequestContext,
): string | undefined {
  const { unsupported, choices, choiceReason } = traits.tools;
  if (unsupported !== undefined) return unsupported;
  if (promptResource) return 'A prompt of Prompt management brings its own tools.';
  if (reasoning.refusesForcedTool !== undefined) return reasoning.refusesForcedTool;
  // Beside other tools the model must be free to call them first, so that «any» is needed.
  const enough = choices.includes('any') || (choices.length > 0 && !offersTools(options));
  return enough ? undefined : (choiceReason ?? 'The model cannot be made to call a tool.');
}

/** Whether the caller forces a tool of its own, which leaves no room for one that stands for the answer. */
export function forcesTool(options: LanguageModelV4CallOptions): boolean {
  const choice = options.toolChoice?.type;
  return offersTools(options) && (choice === 'required' || choice === 'tool');
}

function offersTools({ tools, toolChoice }: LanguageModelV4CallOptions): boolean {
  return tools !== undefined && tools.length > 0 && toolChoice?.type !== 'none';
}

/** Names are registered whether or not the tools are sent: the history calls them by the same. */
export function declareTools({ tools = [] }: LanguageModelV4CallOptions, context: RequestContext): void {
  for (const tool of tools) {
    const wireName = tool.type === 'provider' ? providerToolName(tool, context) : undefined;
    if (wireName !== undefined) context.toolNames.bind(tool.name, wireName);
  }
  context.toolNames.declare(tools.filter(tool => tool.type === 'function').map(({ name }) => name));
}

/** @param jsonTool the tool that stands for structured output */
export function planTools(
  options: LanguageModelV4CallOptions,
  jsonTool: ToolSpec | undefined,
  reasoning: ReasoningPlan,
  context: RequestContext,
): ToolPlan {
  const offered: OfferedTools = { tools: [], fields: [], modelTools: new Set() };
  if (offersTools(options) && canOffer(context)) {
    for (const tool of options.tools ?? []) {
      if (tool.type === 'function') offerFunctionTool(tool, offered, context);
      else offerProviderTool(tool, offered, context);
    }
  }
  if (jsonTool === undefined) {
    return { ...offered, ...chooseTool(options.toolChoice, offered, reasoning, context) };
  }
  const alone = offered.tools.length === 0 && offered.fields.length === 0;
  const byName = alone && context.traits.tools.choices.includes('tool');
  return {
    ...offered,
    tools: [...offered.tools, { toolSpec: jsonTool }],
    choice: byName ? { tool: { name: jsonTool.name } } : { any: {} },
  };
}

function canOffer(context: RequestContext): boolean {
  const { unsupported } = context.traits.tools;
  if (unsupported !== undefined) context.unsupported('tools', unsupported);
  else if (context.promptResource) {
    context.unsupported('tools', 'A prompt of Prompt management brings its own tools; these were left out.');
  }
  return unsupported === undefined && !context.promptResource;
}

/* ------------------------------------------------------------------ offers */

function offerFunctionTool(
  tool: LanguageModelV4FunctionTool,
  { tools }: OfferedTools,
  context: RequestContext,
): void {
  tools.push({ toolSpec: toToolSpec(tool, context) });
  if (tool.inputExamples !== undefined && tool.inputExamples.length > 0) {
    context.unsupported(
      'inputExamples',
      'Converse has no member for examples of a tool’s input. `addToolInputExamplesMiddleware` of the AI SDK puts ' +
        'them into the description.',
    );
  }
  const toolOptions = readOptions('tool', tool.providerOptions, () => `tools.${tool.name}`);
  pushCachePoint(tools, toolOptions?.cachePoint, 'tools', context);
}

function toToolSpec(tool: LanguageModelV4FunctionTool, context: RequestContext): ToolSpec {
  const schema = withoutDialect(tool.inputSchema as JSONObject);
  const { tools } = context.traits;
  const refused = tool.strict ? strictRefusal(schema, tools) : undefined;
  if (refused !== undefined) {
    context.unsupported('strict', `${refused} The tool "${tool.name}" is not strict.`);
  }
  const strict = tools.strict && refused === undefined ? tool.strict : undefined;
  const adapted = strict ? (tools.strictSchema?.adaptSchema?.(schema) ?? schema) : schema;
  const described = tool.description !== undefined && /\S/.test(tool.description);
  const spec: ToolSpec = {
    name: context.toolNames.wire(tool.name),
    ...(described && { description: tool.description }),
    // The service refuses any other type at the top.
    inputSchema: { json: adapted['type'] === 'object' ? adapted : { ...adapted, type: 'object' } },
  };
  if (strict !== undefined) spec.strict = strict;
  return spec;
}

function strictRefusal(schema: JSONObject, { strict, strictSchema }: ToolTraits): string | undefined {
  return strict ? strictSchema?.refusesSchema?.(schema) : 'The model does not know strict tools.';
}

function offerProviderTool(
  tool: LanguageModelV4ProviderTool,
  offered: OfferedTools,
  context: RequestContext,
): void {
  const systemTool = systemToolName(tool, context);
  if (systemTool !== undefined) {
    offered.tools.push({ systemTool: { name: systemTool } });
    return;
  }
  const plan = context.traits.tools.providerTools?.tool(tool);
  if (plan === undefined) {
    context.unsupported(
      `tool ${tool.id}`,
      `Models of the family "${context.familyName}" do not take this tool.`,
    );
    return;
  }
  offered.fields.push(plan.fields);
  offered.modelTools.add(plan.name);
}

function providerToolName(tool: LanguageModelV4ProviderTool, context: RequestContext): string | undefined {
  return systemToolName(tool, context) ?? context.traits.tools.providerTools?.tool(tool)?.name;
}

/** `bedrock.nova_grounding` is the tool `nova_grounding` that Bedrock runs. */
function systemToolName({ id }: LanguageModelV4ProviderTool, { traits }: RequestContext): string | undefined {
  const name = id.startsWith('bedrock.') ? id.slice('bedrock.'.length) : undefined;
  return name !== undefined && traits.tools.systemTools.includes(name) ? name : undefined;
}

/* ------------------------------------------------------------------ choice */

type Chosen = Partial<Pick<ToolPlan, 'tools' | 'fields'>> & Pick<ToolPlan, 'choice'>;

/** `auto` is the service's default and is not sent: some models refuse the member whatever it says. */
const AUTO: Chosen = { choice: undefined };

function chooseTool(
  toolChoice: LanguageModelV4CallOptions['toolChoice'],
  offered: OfferedTools,
  reasoning: ReasoningPlan,
  context: RequestContext,
): Chosen {
  const anyOffered = offered.tools.length > 0 || offered.fields.length > 0;
  if (!anyOffered || (toolChoice?.type !== 'required' && toolChoice?.type !== 'tool')) return AUTO;
  const name = toolChoice.type === 'tool' ? context.toolNames.wire(toolChoice.toolName) : undefined;
  const chosen = reasoning.refusesForcedTool ?? forceTool(name, offered, context);
  if (typeof chosen !== 'string') return chosen;
  context.unsupported('toolChoice', `${chosen} The model is free to call a tool or not.`);
  return AUTO;
}

/** @returns the choice, or why there is none */
function forceTool(
  name: string | undefined,
  offered: OfferedTools,
  { traits, familyName }: RequestContext,
): Chosen | string {
  const { choiceReason, providerTools } = traits.tools;
  const { tools, fields, modelTools } = offered;
  const specs = tools.filter(tool => 'toolSpec' in tool);
  const ofModel = name === undefined ? specs.length === 0 && modelTools.size > 0 : modelTools.has(name);
  if (ofModel && providerTools !== undefined) {
    const choice = providerTools.choice(name === undefined ? 'any' : { name });
    return { choice: undefined, fields: [...fields, choice] };
  }
  if (specs.length === 0 || tools.some(tool => 'systemTool' in tool && tool.systemTool.name === name)) {
    return 'A tool that Bedrock runs cannot be forced.';
  }
  const chosen = name === undefined ? forceAny(specs, traits.tools) : forceNamed(name, specs, traits.tools);
  return chosen ?? choiceReason ?? `Models of the family "${familyName}" do not take this tool choice.`;
}

type SpecTool = Extract<Tool, { toolSpec: ToolSpec }>;

function forceAny(specs: readonly SpecTool[], { choices }: ToolTraits): Chosen | undefined {
  if (choices.includes('any')) return { choice: { any: {} } };
  const [only, ...others] = specs;
  const canName = choices.includes('tool') && only !== undefined && others.length === 0;
  return canName ? { choice: { tool: { name: only.toolSpec.name } } } : undefined;
}

function forceNamed(name: string, specs: SpecTool[], { choices }: ToolTraits): Chosen | undefined {
  if (choices.includes('tool')) return { choice: { tool: { name } } };
  // Any of one tool is that tool.
  const only = specs.filter(({ toolSpec }) => toolSpec.name === name);
  return choices.includes('any') && only.length === 1 ? { choice: { any: {} }, tools: only } : undefined;
}

/* ----------------------------------------------------------------- history */

/**
 * The service refuses tool calls in the messages when no tool is declared, and the history is not to be torn:
 * the tools that it calls are declared, so far as they are not, and said to be out of use.
 */
export function historyTools(plan: ToolPlan, context: RequestContext): Tool[] {
  if (plan.tools.length > 0 || context.calledTools.size === 0 || context.promptResource) return plan.tools;
  const { systemTools } = context.traits.tools;
  // What stands among the model's own fields must not be declared twice.
  const names = [...context.calledTools].filter(name => !plan.modelTools.has(name));
  if (names.length === 0) return [outOfUse(context.toolNames.unused('no_tool'))];
  return names.map(name => (systemTools.includes(name) ? { systemTool: { name } } : outOfUse(name)));
}

function outOfUse(name: string): Tool {
  return {
    toolSpec: {
      name,
      description: 'Part of the conversation so far. Out of use now: do not call it.',
      inputSchema: { json: { type: 'object' } },
    },
  };
}
