import type { JSONObject, JSONValue } from '@ai-sdk/provider';

export function isJsonObject(value: unknown): value is JSONObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Lays one set of model fields over another: objects member by member, arrays joined without duplicates (so
 * that beta flags and tools add up), anything else replaced. Neither argument is changed.
 */
export function mergeFields(base: JSONObject, over: JSONObject): JSONObject {
  const merged: JSONObject = { ...base };
  for (const [key, value] of Object.entries(over)) {
    if (value !== undefined) merged[key] = mergeValues(base[key], value);
  }
  return merged;
}

function mergeValues(base: JSONValue | undefined, over: JSONValue): JSONValue {
  if (Array.isArray(base) && Array.isArray(over)) return [...new Set<JSONValue>([...base, ...over])];
  if (isJsonObject(base) && isJsonObject(over)) return mergeFields(base, over);
  return over;
}

/**
 * `$schema` names the dialect, which no model needs and some refuse.
 * @returns the schema itself where it has none, which is the caller's own object and not to be changed
 */
export function withoutDialect(schema: JSONObject): JSONObject {
  if (isPlain(schema) && !('$schema' in schema)) return schema;
  const { $schema: _, ...rest } = schema;
  return rest;
}

/** What is inherited does not go into JSON. */
function isPlain(schema: unknown): schema is JSONObject {
  return isJsonObject(schema) && Object.getPrototypeOf(schema) === Object.prototype;
}
