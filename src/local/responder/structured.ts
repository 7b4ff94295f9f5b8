/** The JSON schema that a request asks the text to follow, wherever it asks. */
import type { JSONObject, JSONValue } from '@ai-sdk/provider';
import type { ConverseRequest } from '../../codec/converse/wire.ts';
import { isObject, type JsonSchema } from '../json-schema-check.ts';
import { sampleJsonSchema } from '../json-schema-sample.ts';
import { type Conversation, parseOr } from './conversation.ts';
import { knownValues } from './tools.ts';

/** @returns the text, valid for the schema; undefined when none is asked for */
export function structuredText(conversation: Conversation): string | undefined {
  const schema = requestedSchema(conversation.request);
  if (schema === undefined) return undefined;
  const value = sampleJsonSchema(schema, {
    prompt: conversation.question,
    known: knownValues(conversation),
  });
  return JSON.stringify(value);
}

function requestedSchema(request: ConverseRequest): JsonSchema {
  const { system = [], messages = [] } = request;
  return declaredSchema(request) ?? schemaInWords([...system, ...messages.flatMap(({ content }) => content)]);
}

/** The schema in a field that is there for it. */
export function declaredSchema({ outputConfig, additionalModelRequestFields }: ConverseRequest): JsonSchema {
  const own = outputConfig?.textFormat?.structure.jsonSchema.schema;
  if (own !== undefined) return parseOr(own);
  return (
    // Claude's field, and that of the models with OpenAI's body.
    member(additionalModelRequestFields, 'output_config', 'format', 'schema') ??
    member(additionalModelRequestFields, 'response_format', 'json_schema', 'schema')
  );
}

/**
 * For models that know no other way the schema stands in an instruction; any model reads it there, so the words
 * around it may be anybody's.
 */
function schemaInWords(blocks: ReadonlyArray<object>): JsonSchema {
  for (const block of blocks) {
    const text = 'text' in block && typeof block.text === 'string' ? block.text : '';
    const [, schema] = /JSON schema:\s*(\{[\s\S]*\})\s*$/i.exec(text) ?? [];
    const parsed = schema === undefined ? undefined : parseOr(schema);
    if (isObject(parsed)) return parsed;
  }
  return undefined;
}

export function member(value: JSONObject | undefined, ...path: readonly string[]): JSONValue | undefined {
  let found: JSONValue | undefined = value;
  for (const name of path) found = isObject(found) ? found[name] : undefined;
  return found;
}
