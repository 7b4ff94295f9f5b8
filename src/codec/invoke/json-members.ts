/** Members of a reply, which is outside our control: what has another type counts as absent. */
import type { JSONObject, JSONValue } from '@ai-sdk/provider';
import { isJsonObject } from '../converse/json-object.ts';

type Value = JSONValue | undefined;

export function textOf(value: Value): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

export function numberOf(value: Value): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

export function objectOf(value: Value): JSONObject | undefined {
  return isJsonObject(value) ? value : undefined;
}

export function objectsOf(value: Value): JSONObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}

/** Of the answers that a model may give at once, the first: the AI SDK knows one. */
export function firstAnswer(value: Value): JSONObject | undefined {
  return objectsOf(value).find(answer => (answer['index'] ?? 0) === 0);
}
