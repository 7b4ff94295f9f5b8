/**
 * What Bedrock's constrained decoding makes of a JSON schema, in native structured output and in strict tools.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/structured-output.html
 */
import type { JSONObject, JSONValue } from '@ai-sdk/provider';
import type { SchemaTraits } from '../codec/family.ts';

export const constrainedSchema: Required<SchemaTraits> = { adaptSchema, refusesSchema };

const PLAIN = ['$ref', 'type', 'title', 'description', 'default', 'const', 'enum', 'required'];
const SCHEMA_MAPS = ['properties', '$defs', 'definitions'];
const SCHEMA_LISTS = ['anyOf', 'allOf'];

/** The decoder cannot enforce these and the service refuses some of them: the model is told instead. */
const TOLD = [
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'multipleOf',
  'minLength',
  'maxLength',
  'pattern',
  'minItems',
  'maxItems',
  'uniqueItems',
  'minProperties',
  'maxProperties',
  'not',
  'format',
];

const FORMATS = ['date-time', 'time', 'date', 'duration', 'email', 'hostname', 'uri', 'ipv4', 'ipv6', 'uuid'];

/** Bedrock refuses schemas with more optional properties; counted over the whole schema, to be safe. */
const MAX_OPTIONAL_PROPERTIES = 10;

/** Keeps what the decoder knows, closes every object, and tells the rest in descriptions. */
function adaptSchema(schema: JSONObject): JSONObject {
  const adapted: JSONObject = {};
  for (const [keyword, value] of Object.entries(schema)) {
    if (value === undefined) continue;
    if (PLAIN.includes(keyword) || isEnforced(keyword, value)) adapted[keyword] = value;
    else if (SCHEMA_MAPS.includes(keyword)) adapted[keyword] = mapValues(value, adaptNested);
    else if (SCHEMA_LISTS.includes(keyword)) adapted[keyword] = mapItems(value, adaptNested);
    else if (keyword === 'items') adapted[keyword] = adaptNested(value);
    // Exactly one and at least one differ only for values that fit two branches.
    else if (keyword === 'oneOf') adapted['anyOf'] = mapItems(value, adaptNested);
  }
  if (isObjectSchema(schema)) adapted['additionalProperties'] = false;
  const told = describe(schema);
  if (told !== '') adapted['description'] = joinLines(adapted['description'], told);
  return adapted;
}

function adaptNested(value: JSONValue): JSONValue {
  if (!isObject(value)) return value;
  // A reference stands alone: the subset has no keywords beside it.
  return typeof value['$ref'] === 'string' ? { $ref: value['$ref'] } : adaptSchema(value);
}

function isEnforced(keyword: string, value: JSONValue): boolean {
  if (keyword === 'minItems') return value === 0 || value === 1;
  return keyword === 'format' && typeof value === 'string' && FORMATS.includes(value);
}

function describe(schema: JSONObject): string {
  return TOLD.flatMap(keyword => {
    const value = schema[keyword];
    if (value === undefined || value === false || isEnforced(keyword, value)) return [];
    return `${keyword}: ${typeof value === 'string' ? value : JSON.stringify(value)}`;
  }).join('; ');
}

function joinLines(description: JSONValue | undefined, told: string): string {
  return typeof description === 'string' ? `${description}\n${told}` : told;
}

/** Why the subset has no equivalent of the schema; undefined when it has one. */
function refusesSchema(schema: JSONObject): string | undefined {
  if (!isObjectSchema(schema)) return 'The top of the schema is not an object.';
  const nodes = subschemas(schema);
  for (const node of nodes) {
    const reason = refusesNode(node);
    if (reason !== undefined) return reason;
  }
  if (countOptional(nodes) > MAX_OPTIONAL_PROPERTIES) {
    return `The schema has more than ${MAX_OPTIONAL_PROPERTIES} optional properties.`;
  }
  return isRecursive(schema, schema, [], new Set()) ? 'The schema is recursive.' : undefined;
}

function refusesNode(node: JSONObject): string | undefined {
  const { $ref, items, prefixItems } = node;
  if (typeof $ref === 'string' && !$ref.startsWith('#'))
    return `The schema refers to ${$ref}, outside of itself.`;
  if (prefixItems !== undefined || Array.isArray(items)) return 'The schema has a tuple.';
  return isOpenObject(node) ? 'The schema has an object with properties of any name.' : undefined;
}

/** `additionalProperties` with a schema, or nothing but free properties: closing it would empty it. */
function isOpenObject(node: JSONObject): boolean {
  const { additionalProperties, properties } = node;
  if (!isObjectSchema(node) || additionalProperties === false) return false;
  return isObject(additionalProperties) || !isObject(properties) || Object.keys(properties).length === 0;
}

function countOptional(nodes: readonly JSONObject[]): number {
  return nodes.reduce((count, { properties, required }) => {
    if (!isObject(properties)) return count;
    const names = Array.isArray(required) ? required : [];
    return count + Object.keys(properties).filter(name => !names.includes(name)).length;
  }, 0);
}

/** Follows references from `node`; `path` holds those that lead here, `done` those known to end. */
function isRecursive(
  node: JSONObject,
  root: JSONObject,
  path: readonly string[],
  done: Set<string>,
): boolean {
  return subschemas(node, false).some(({ $ref }) => {
    if (typeof $ref !== 'string' || done.has($ref)) return false;
    if (path.includes($ref)) return true;
    const target = resolvePointer(root, $ref);
    if (target !== undefined && isRecursive(target, root, [...path, $ref], done)) return true;
    done.add($ref);
    return false;
  });
}

function resolvePointer(root: JSONObject, pointer: string): JSONObject | undefined {
  let value: JSONValue | undefined = root;
  for (const step of pointer.slice(1).split('/').filter(Boolean)) {
    value = isObject(value) ? value[step.replaceAll('~1', '/').replaceAll('~0', '~')] : undefined;
  }
  return isObject(value) ? value : undefined;
}

/** The schema and all schemas inside it. */
function subschemas(schema: JSONObject, withDefinitions = true): JSONObject[] {
  const maps = withDefinitions ? SCHEMA_MAPS : ['properties'];
  const children = [
    ...maps.flatMap(keyword => objectValues(schema[keyword])),
    ...['anyOf', 'allOf', 'oneOf'].flatMap(keyword => objectItems(schema[keyword])),
    ...(isObject(schema['items']) ? [schema['items']] : []),
  ];
  return [schema, ...children.flatMap(child => subschemas(child, withDefinitions))];
}

function isObjectSchema({ type, properties }: JSONObject): boolean {
  return type === 'object' || (Array.isArray(type) && type.includes('object')) || isObject(properties);
}

function objectValues(value: JSONValue | undefined): JSONObject[] {
  return isObject(value) ? objectItems(Object.values(value).filter(item => item !== undefined)) : [];
}

function objectItems(value: JSONValue | undefined): JSONObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

function mapValues(value: JSONValue, map: (value: JSONValue) => JSONValue): JSONValue {
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, item === undefined ? item : map(item)]),
  );
}

function mapItems(value: JSONValue, map: (value: JSONValue) => JSONValue): JSONValue {
  return Array.isArray(value) ? value.map(map) : value;
}

function isObject(value: JSONValue | undefined): value is JSONObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
