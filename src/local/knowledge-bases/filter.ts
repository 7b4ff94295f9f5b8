/**
 * Filters of metadata.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_agent-runtime_RetrievalFilter.html
 */
import type { JSONObject, JSONValue } from '@ai-sdk/provider';
import { validationError } from '../aws-error.ts';

type Comparison = (actual: JSONValue | undefined, value: JSONValue) => boolean;

const isIn: Comparison = (actual, values) => Array.isArray(values) && values.some(value => value === actual);
const text = (value: JSONValue | undefined): string => (typeof value === 'string' ? value : '');

/** A document without the member matches what is not, and nothing else. */
const COMPARISONS: Readonly<Record<string, Comparison>> = {
  equals: (actual, value) => actual === value,
  notEquals: (actual, value) => actual !== value,
  greaterThan: (actual, value) => order(actual, value) > 0,
  greaterThanOrEquals: (actual, value) => order(actual, value) >= 0,
  lessThan: (actual, value) => order(actual, value) < 0,
  lessThanOrEquals: (actual, value) => order(actual, value) <= 0,
  in: isIn,
  notIn: (actual, values) => !isIn(actual, values),
  startsWith: (actual, value) => text(actual).startsWith(text(value)) && text(value) !== '',
  stringContains: (actual, value) =>
    text(value) !== '' &&
    (Array.isArray(actual)
      ? actual.some(one => text(one).includes(text(value)))
      : text(actual).includes(text(value))),
  listContains: (actual, value) => Array.isArray(actual) && actual.some(one => one === value),
};

export const FILTER_OPERATORS: readonly string[] = Object.keys(COMPARISONS);

/** @throws AwsError for a filter that is none */
export function matchesFilter(filter: JSONObject, metadata: JSONObject): boolean {
  const [[operator, operand] = ['', null], ...others] = Object.entries(filter);
  if (others.length > 0) throw validationError('A filter must have exactly one member.');
  if (operator === 'andAll') return listOf(operand).every(one => matchesFilter(one, metadata));
  if (operator === 'orAll') return listOf(operand).some(one => matchesFilter(one, metadata));
  const compare = Object.hasOwn(COMPARISONS, operator) ? COMPARISONS[operator] : undefined;
  const { key, value } = (operand ?? {}) as { key?: string; value?: JSONValue };
  if (compare === undefined || typeof key !== 'string' || value === undefined) {
    throw validationError(`The filter ${JSON.stringify(filter)} is not valid.`);
  }
  return compare(metadata[key], value);
}

function listOf(operand: JSONValue | undefined): JSONObject[] {
  if (Array.isArray(operand)) return operand as JSONObject[];
  throw validationError('andAll and orAll take a list of filters.');
}

/** Numbers only; NaN, which no comparison is true of, for everything else. */
function order(actual: JSONValue | undefined, value: JSONValue): number {
  return typeof actual === 'number' && typeof value === 'number' ? actual - value : Number.NaN;
}
