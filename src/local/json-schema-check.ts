/**
 * Whether a value is valid for a JSON schema: as much of draft 2020-12 as tools and structured outputs use.
 * What it does not know (`unevaluatedProperties`, remote references) counts as fulfilled.
 *
 * @see https://json-schema.org/draft/2020-12/json-schema-validation
 */
import type { JSONObject, JSONValue } from '@ai-sdk/provider';

export type JsonSchema = JSONValue | undefined;

/** @param root the document that `$ref` looks into */
export function isValidJson(schema: JsonSchema, value: JSONValue, root: JsonSchema = schema): boolean {
  if (typeof schema === 'boolean') return schema;
  if (!isObject(schema)) return true;
  return CHECKS.every(check => check(schema, value, root));
}

type Check = (schema: JSONObject, value: JSONValue, root: JsonSchema) => boolean;

const CHECKS: readonly Check[] = [
  checkReference,
  checkType,
  checkValues,
  checkCombinations,
  checkString,
  checkNumber,
  checkArray,
  checkObject,
];

function checkReference(schema: JSONObject, value: JSONValue, root: JsonSchema): boolean {
  const reference = schema['$ref'];
  return typeof reference !== 'string' || isValidJson(lookUp(reference, root), value, root);
}

/** @returns the schema that a local reference names, `{}` for one that leads nowhere */
export function lookUp(reference: string, root: JsonSchema): JsonSchema {
  if (!reference.startsWith('#')) return {};
  let found: JsonSchema = root;
  for (const step of reference.slice(1).split('/').filter(Boolean)) {
    const key = decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~');
    found = Array.isArray(found) ? found[Number(key)] : isObject(found) ? found[key] : undefined;
  }
  return found ?? {};
}

function checkType(schema: JSONObject, value: JSONValue): boolean {
  const types = typesOf(schema);
  return types.length === 0 || types.some(type => hasType(value, type));
}

/** The types that a schema names; empty when it names none. */
export function typesOf(schema: JSONObject): string[] {
  return [schema['type']].flat().filter(type => typeof type === 'string');
}

function hasType(value: JSONValue, type: string): boolean {
  switch (type) {
    case 'null':
      return value === null;
    case 'array':
      return Array.isArray(value);
    case 'object':
      return isObject(value);
    case 'integer':
      return typeof value === 'number' && Number.isInteger(value);
    default:
      return typeof value === type;
  }
}

function checkValues(schema: JSONObject, value: JSONValue): boolean {
  const { const: constant, enum: values } = schema;
  if (constant !== undefined && !sameJson(constant, value)) return false;
  return !Array.isArray(values) || values.some(one => sameJson(one, value));
}

function checkCombinations(schema: JSONObject, value: JSONValue, root: JsonSchema): boolean {
  const valid = (one: JsonSchema) => isValidJson(one, value, root);
  const { allOf, anyOf, oneOf, not } = schema;
  if (Array.isArray(allOf) && !allOf.every(valid)) return false;
  if (Array.isArray(anyOf) && !anyOf.some(valid)) return false;
  if (Array.isArray(oneOf) && oneOf.filter(valid).length !== 1) return false;
  if (not !== undefined && valid(not)) return false;
  if (schema['if'] === undefined) return true;
  return valid(schema[valid(schema['if']) ? 'then' : 'else'] ?? true);
}

function checkString(schema: JSONObject, value: JSONValue): boolean {
  if (typeof value !== 'string') return true;
  const { pattern, format } = schema;
  const length = [...value].length;
  if (length < limit(schema, 'minLength', 0) || length > limit(schema, 'maxLength', Infinity)) return false;
  if (typeof pattern === 'string' && !toRegExp(pattern).test(value)) return false;
  return typeof format !== 'string' || (FORMATS[format]?.test(value) ?? true);
}

const DATE = String.raw`\d{4}-(?:0\d|1[0-2])-(?:[0-2]\d|3[01])`;
const TIME = String.raw`(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?`;
const ZONE = String.raw`(?:[Zz]|[+-]\d\d:\d\d)`;

const FORMATS: Readonly<Record<string, RegExp>> = {
  date: new RegExp(`^${DATE}$`),
  time: new RegExp(`^${TIME}${ZONE}?$`),
  'date-time': new RegExp(`^${DATE}T${TIME}${ZONE}$`),
  email: /^[^\s@]+@[^\s@.]+(?:\.[^\s@.]+)+$/,
  uri: /^[a-z][a-z0-9+.-]*:\S+$/i,
  uuid: /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
  ipv4: /^(?:\d{1,3}\.){3}\d{1,3}$/,
};

function toRegExp(pattern: string): RegExp {
  try {
    return new RegExp(pattern, 'u');
  } catch {
    // A pattern that Unicode mode refuses, e.g. for a needless escape, may still be good without it.
    return new RegExp(pattern);
  }
}

function checkNumber(schema: JSONObject, value: JSONValue): boolean {
  if (typeof value !== 'number') return true;
  const step = limit(schema, 'multipleOf', 0);
  return (
    value >= limit(schema, 'minimum', -Infinity) &&
    value <= limit(schema, 'maximum', Infinity) &&
    value > limit(schema, 'exclusiveMinimum', -Infinity) &&
    value < limit(schema, 'exclusiveMaximum', Infinity) &&
    (step === 0 || Math.abs(value / step - Math.round(value / step)) < 1e-9)
  );
}

function checkArray(schema: JSONObject, value: JSONValue, root: JsonSchema): boolean {
  if (!Array.isArray(value)) return true;
  if (value.length < limit(schema, 'minItems', 0) || value.length > limit(schema, 'maxItems', Infinity)) {
    return false;
  }
  if (schema['uniqueItems'] === true && !allDifferent(value)) return false;
  if (!value.every((item, index) => isValidJson(itemSchema(schema, index), item, root))) return false;
  if (schema['contains'] === undefined) return true;
  const contained = value.filter(item => isValidJson(schema['contains'], item, root)).length;
  return contained >= limit(schema, 'minContains', 1) && contained <= limit(schema, 'maxContains', Infinity);
}

/** The schema of the item at `index`, in the spelling of draft 2020-12 (`prefixItems`) or of older ones. */
export function itemSchema(schema: JSONObject, index: number): JsonSchema {
  const { prefixItems, items, additionalItems } = schema;
  const tuple = Array.isArray(prefixItems) ? prefixItems : Array.isArray(items) ? items : [];
  if (index < tuple.length) return tuple[index];
  return Array.isArray(items) ? additionalItems : items;
}

function checkObject(schema: JSONObject, value: JSONValue, root: JsonSchema): boolean {
  if (!isObject(value)) return true;
  const names = Object.keys(value);
  if (names.length < limit(schema, 'minProperties', 0)) return false;
  if (names.length > limit(schema, 'maxProperties', Infinity)) return false;
  if (!requiredNames(schema, names).every(name => value[name] !== undefined)) return false;
  return names.every(
    name =>
      isValidJson(schema['propertyNames'], name, root) &&
      propertySchemas(schema, name).every(one => isValidJson(one, value[name] ?? null, root)),
  );
}

/** `required`, and what `dependentRequired` adds for the names that are there. */
export function requiredNames(schema: JSONObject, present: readonly string[]): string[] {
  const { required, dependentRequired } = schema;
  const dependent = isObject(dependentRequired) ? present.flatMap(name => dependentRequired[name] ?? []) : [];
  return [required ?? [], dependent].flat(2).filter(name => typeof name === 'string');
}

/** All the schemas that the value of a property must fulfil. */
export function propertySchemas(schema: JSONObject, name: string): JsonSchema[] {
  const { properties, patternProperties, additionalProperties } = schema;
  const own = isObject(properties) && Object.hasOwn(properties, name) ? [properties[name]] : [];
  const matching = isObject(patternProperties)
    ? Object.entries(patternProperties).flatMap(([pattern, one]) =>
        toRegExp(pattern).test(name) ? [one] : [],
      )
    : [];
  const found = [...own, ...matching];
  return found.length > 0 ? found : [additionalProperties];
}

export function limit(schema: JSONObject, name: string, otherwise: number): number {
  const value = schema[name];
  return typeof value === 'number' ? value : otherwise;
}

export function isObject(value: JsonSchema): value is JSONObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function allDifferent(values: readonly JSONValue[]): boolean {
  return values.every((value, index) => values.findIndex(other => sameJson(other, value)) === index);
}

function sameJson(a: JSONValue, b: JSONValue): boolean {
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, index) => sameJson(item, b[index] ?? null));
  }
  if (isObject(a) && isObject(b)) {
    const names = Object.keys(a);
    return (
      names.length === Object.keys(b).length &&
      names.every(name => Object.hasOwn(b, name) && sameJson(a[name] ?? null, b[name] ?? null))
    );
  }
  return a === b;
}
