/** What every kind of model needs to read and check `providerOptions`. */
import {
  InvalidArgumentError,
  type JSONObject,
  type JSONValue,
  type SharedV4ProviderOptions,
} from '@ai-sdk/provider';
import { z } from 'zod/v4';

/** The object meant for this package, unchecked: options of the caller, or metadata of an earlier reply. */
export function ownOptions(providerOptions: SharedV4ProviderOptions | undefined): JSONObject | undefined {
  return providerOptions?.['bedrock'] ?? providerOptions?.['amazonBedrock'];
}

/**
 * The options meant for this package, checked; undefined where the caller gave none.
 * @param where names what carries the options, for the error, e.g. `prompt[0].content[1]`; empty for the call
 * @throws InvalidArgumentError naming the option and the values it takes
 */
export function parseOptions<Options>(
  schema: () => z.ZodType<Options>,
  providerOptions: SharedV4ProviderOptions | undefined,
  where: () => string = () => '',
): Options | undefined {
  const options = ownOptions(providerOptions);
  if (options === undefined) return undefined;
  return checkOptions(schema(), options, () => {
    const carrier = where();
    const place = carrier === '' ? '' : `${carrier}.`;
    return `${place}providerOptions.${optionsKey(providerOptions)}`;
  });
}

/**
 * @param place names the object, for the error
 * @throws InvalidArgumentError naming the option and the values it takes
 */
export function checkOptions<Options>(
  schema: z.ZodType<Options>,
  options: JSONObject,
  place: () => string,
): Options {
  const parsed = schema.safeParse(options);
  if (parsed.success) return parsed.data;
  throw invalidOption(parsed.error.issues, options, place());
}

/** The name under which `ownOptions` finds them; `bedrock` where there are none. */
export function optionsKey(
  providerOptions: SharedV4ProviderOptions | undefined,
): 'bedrock' | 'amazonBedrock' {
  const isOfficial =
    providerOptions?.['bedrock'] === undefined && providerOptions?.['amazonBedrock'] !== undefined;
  return isOfficial ? 'amazonBedrock' : 'bedrock';
}

/** A member that is passed on. */
export function jsonObject(): z.ZodType<JSONObject> {
  // The values are JSON by type; looking through them would cost more than it finds.
  return z.record(z.string(), z.unknown()) as z.ZodType<JSONObject>;
}

/** A misspelled member of a nested object would be lost without a word, so it is an error. */
export function strict<Shape extends Record<string, z.ZodType>>(
  shape: Shape,
): z.ZodObject<Shape, z.core.$strict> {
  return z.strictObject(shape, {
    error: issue =>
      issue.code === 'unrecognized_keys'
        ? `unknown member ${quoted(issue.keys)}; expected ${quoted(Object.keys(shape))}`
        : undefined,
  });
}

/* ------------------------------------------------------------------ errors */

/** @param problem what is wrong and what is allowed, without the full stop */
export function invalidArgument(argument: string, problem: string): InvalidArgumentError {
  return new InvalidArgumentError({ argument, message: `${argument}: ${problem}.` });
}

function invalidOption(
  issues: readonly z.core.$ZodIssue[],
  options: JSONObject,
  place: string,
): InvalidArgumentError {
  const [issue] = issues;
  const path = (issue?.path ?? []).map(key => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`));
  const argument = `${place}${path.join('')}`;
  return new InvalidArgumentError({
    argument,
    message: `${argument}: ${issue === undefined ? 'invalid' : explain(issue, options)}`,
  });
}

function explain(issue: z.core.$ZodIssue, options: JSONObject): string {
  switch (issue.code) {
    case 'invalid_value': {
      const values = issue.values.map(value => JSON.stringify(value)).join(', ');
      return `expected ${issue.values.length > 1 ? 'one of ' : ''}${values}, got ${got(issue.path, options)}`;
    }
    case 'invalid_type':
      return `expected ${issue.expected}, got ${got(issue.path, options)}`;
    case 'too_small':
    case 'too_big':
      return `${issue.message}, got ${got(issue.path, options)}`;
    case 'invalid_key':
      return `the key ${issue.issues[0]?.message ?? 'is invalid'}`;
    case 'invalid_union':
      return `${issue.message}, got ${got(issue.path, options)}`;
    default:
      return issue.message;
  }
}

/** Words and numbers are shown, so that a typo is seen; what is longer could be anything, and only its type is. */
function got(path: readonly PropertyKey[], options: JSONObject): string {
  let value: JSONValue | undefined = options;
  for (const key of path) value = (value as Record<PropertyKey, JSONValue | undefined> | undefined)?.[key];
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (typeof value === 'object') return 'an object';
  const text = JSON.stringify(value);
  return text.length <= 40 ? text : `a ${typeof value}`;
}

export function quoted(names: readonly string[]): string {
  return names.map(name => JSON.stringify(name)).join(', ');
}
