/** How an answer in JSON is asked for: the best way that the model and the rest of the request allow. */
import type { JSONObject, LanguageModelV4CallOptions } from '@ai-sdk/provider';
import type { SchemaTraits, StructuredOutputMode } from '../family.ts';
import { withoutDialect } from './json-object.ts';
import type { BedrockLanguageModelOptions } from './options.ts';
import type { RequestContext } from './request-context.ts';
import type { OutputConfig, ToolSpec } from './wire.ts';

export type StructuredOutputPlan =
  | { readonly mode: 'native'; readonly textFormat: NonNullable<OutputConfig['textFormat']> }
  | { readonly mode: 'family'; readonly fields: JSONObject }
  | { readonly mode: 'tool'; readonly tool: ToolSpec }
  | { readonly mode: 'instruction'; readonly instruction: string };

type JsonFormat = Extract<NonNullable<LanguageModelV4CallOptions['responseFormat']>, { type: 'json' }>;
type WishedMode = NonNullable<BedrockLanguageModelOptions['structuredOutputMode']>;

/**
 * @param wished the mode that the caller asked for
 * @param forcedToolRefused why a tool cannot be forced in this request; undefined when it can
 */
export function planStructuredOutput(
  format: LanguageModelV4CallOptions['responseFormat'],
  wished: WishedMode,
  forcedToolRefused: string | undefined,
  context: RequestContext,
): StructuredOutputPlan | undefined {
  if (format?.type !== 'json') return undefined;
  if (format.schema === undefined) return { mode: 'instruction', instruction: ANY_JSON };
  const schema = withoutDialect(format.schema as JSONObject);
  const request = { format, schema, forcedToolRefused };
  const mode = chooseMode(wished, request, context);
  if (mode !== undefined) return planMode(mode, request, context);
  if (wished !== 'instruction') {
    context.compatibility(
      'responseFormat',
      `Models of the family "${context.familyName}" cannot be held to this schema in this request; it is sent ` +
        'as an instruction.',
    );
  }
  return { mode: 'instruction', instruction: schemaInstruction(format, schema) };
}

interface JsonRequest {
  readonly format: JsonFormat;
  readonly schema: JSONObject;
  readonly forcedToolRefused: string | undefined;
}

/** The mode to use; undefined when only an instruction is left. */
function chooseMode(
  wished: WishedMode,
  request: JsonRequest,
  context: RequestContext,
): StructuredOutputMode | undefined {
  if (wished === 'instruction') return undefined;
  const mode = wishedMode(wished, context);
  const refused = mode && refusal(mode, request, context);
  if (mode !== undefined && refused === undefined) return mode;
  if (wished !== 'auto') {
    const reason = refused ?? `Models of the family "${context.familyName}" have no such mode.`;
    context.compatibility('structuredOutputMode', `${reason} Another mode is used instead of "${wished}".`);
  }
  return context.traits.structuredOutput.find(
    candidate => refusal(candidate, request, context) === undefined,
  );
}

/** Why a mode does not work for this request; undefined when it does. */
function refusal(
  mode: StructuredOutputMode,
  { schema, forcedToolRefused }: JsonRequest,
  { promptResource }: RequestContext,
): string | undefined {
  switch (mode.mode) {
    case 'native':
      return mode.refusesSchema?.(schema);
    case 'family':
      if (promptResource) return 'A prompt of Prompt management takes no fields of the model.';
      return mode.refusesSchema?.(schema);
    case 'tool':
      return (
        forcedToolRefused ?? (isObjectSchema(schema) ? undefined : 'The schema is not that of an object.')
      );
  }
}

function planMode(
  mode: StructuredOutputMode,
  { format, schema }: JsonRequest,
  context: RequestContext,
): StructuredOutputPlan {
  switch (mode.mode) {
    case 'native':
      return { mode: 'native', textFormat: textFormat(format, adapt(mode, schema)) };
    case 'family':
      return { mode: 'family', fields: mode.fields(adapt(mode, schema), outputName(format)) };
    case 'tool':
      return { mode: 'tool', tool: jsonTool(format, schema, context) };
  }
}

/** What the caller asks for is sent even where the family does not list it: new models come before their entry. */
function wishedMode(wished: WishedMode, { traits }: RequestContext): StructuredOutputMode | undefined {
  const listed = (...modes: ReadonlyArray<StructuredOutputMode['mode']>) =>
    traits.structuredOutput.find(({ mode }) => modes.includes(mode));
  switch (wished) {
    case 'native':
      return listed('native') ?? { mode: 'native' };
    case 'outputFormat':
      return listed('native', 'family') ?? { mode: 'native' };
    case 'family':
      return listed('family');
    case 'tool':
    case 'jsonTool':
      return { mode: 'tool' };
    case 'instruction':
    case 'auto':
      return undefined;
  }
}

function adapt({ adaptSchema }: SchemaTraits, schema: JSONObject): JSONObject {
  return adaptSchema === undefined ? schema : adaptSchema(schema);
}

function isObjectSchema({ type }: JSONObject): boolean {
  return type === undefined || type === 'object';
}

/** Kept to the characters of a tool name, which every family takes. */
function outputName({ name }: JsonFormat): string {
  return name?.replace(/[^a-zA-Z0-9_-]+/g, '_').slice(0, 64) || 'response';
}

function textFormat(format: JsonFormat, schema: JSONObject): NonNullable<OutputConfig['textFormat']> {
  const jsonSchema = {
    schema: JSON.stringify(schema),
    name: outputName(format),
    ...(format.description ? { description: format.description } : {}),
  };
  return { type: 'json_schema', structure: { jsonSchema } };
}

function jsonTool(format: JsonFormat, schema: JSONObject, { toolNames }: RequestContext): ToolSpec {
  return {
    name: toolNames.reserve('json'),
    description: format.description || 'Gives the answer. Call it once, with the whole answer as its input.',
    inputSchema: { json: { ...schema, type: 'object' } },
  };
}

const ANY_JSON = 'Answer with a single JSON value and nothing else: no words around it and no code fence.';

function schemaInstruction({ name, description }: JsonFormat, schema: JSONObject): string {
  const about = [name, description].filter(Boolean).join(': ').replace(/\.$/, '');
  return [
    ANY_JSON,
    ...(about === '' ? [] : [`The value is ${about}.`]),
    `It must be valid against this JSON schema:\n${JSON.stringify(schema)}`,
  ].join('\n');
}
