/**
 * A value that is valid for a JSON schema, made from a prompt where the prompt has something to offer: names
 * for a `city`, numbers for a number, a mentioned value for an enum. Deterministic.
 *
 * Values are proposed, best first, and checked; what no proposal fulfils (contradictory schemas, patterns with
 * lookarounds) is answered with the last proposal, so the result is then not valid.
 */
import type { JSONObject, JSONValue } from '@ai-sdk/provider';
import {
  allDifferent,
  isObject,
  isValidJson,
  itemSchema,
  type JsonSchema,
  limit,
  lookUp,
  propertySchemas,
  requiredNames,
  typesOf,
} from './json-schema-check.ts';
import { textForPattern } from './json-schema-pattern.ts';
import { contentWords, type PromptFacts, promptFacts } from './words.ts';

export interface SampleHints {
  /** Default: empty. */
  readonly prompt?: string | undefined;
  /** Values by property name, e.g. of a tool's result; used where they are valid. */
  readonly known?: Readonly<Record<string, JSONValue>> | undefined;
}

export function sampleJsonSchema(schema: JsonSchema, hints: SampleHints = {}): JSONValue {
  const facts = promptFacts(hints.prompt ?? '');
  return sample(schema, {
    root: schema,
    facts,
    numbers: [...facts.numbers],
    known: hints.known ?? {},
    name: '',
    depth: 0,
    variation: 0,
  });
}

interface Context {
  readonly root: JsonSchema;
  readonly facts: PromptFacts;
  /** Numbers of the prompt that no property took yet. */
  readonly numbers: number[];
  readonly known: Readonly<Record<string, JSONValue>>;
  /** Of the property. */
  readonly name: string;
  readonly depth: number;
  /** Other numbers give other values, as far as the schema has room for them. */
  readonly variation: number;
}

/** From here on only what is required is written; a little deeper, recursion is cut off. */
const SHALLOW = 4;
const DEEPEST = 24;

function sample(schema: JsonSchema, context: Context): JSONValue {
  if (context.depth > DEEPEST) return null;
  const options = alternatives(schema, context);
  let value: JSONValue = null;
  for (const option of options) {
    for (const variation of [0, 1, 2, 3]) {
      value = sampleFlat(option, { ...context, variation: context.variation + variation });
      if (isValidJson(schema, value, context.root)) return value;
    }
  }
  return value;
}

/* ----------------------------------------------------- one schema of several */

/**
 * The schema as plain ones: references followed, `allOf` merged, one plain schema for each choice of `anyOf`
 * and `oneOf`.
 */
function alternatives(schema: JsonSchema, context: Context, followed = 0): JSONObject[] {
  if (!isObject(schema) || followed > DEEPEST) return [{}];
  const { $ref, allOf, anyOf, oneOf, if: condition, then, ...plain } = schema;
  let options: JSONObject[] = [plain];
  const combine = (others: readonly JsonSchema[]) => {
    const flat = others.flatMap(other => alternatives(other, context, followed + 1));
    // A hundred is more than any sensible schema needs, and a bound for the ones that multiply.
    options = options.flatMap(option => flat.map(other => merge(option, other))).slice(0, 100);
  };
  if (typeof $ref === 'string') combine([lookUp($ref, context.root)]);
  if (Array.isArray(allOf)) for (const part of allOf) combine([part]);
  if (Array.isArray(anyOf)) combine(inOrder(anyOf, context));
  if (Array.isArray(oneOf)) combine(inOrder(oneOf, context));
  if (condition !== undefined && then !== undefined) {
    // Fulfilling both always works; what fulfils neither comes out of the plain schema.
    options = [
      ...options.flatMap(option => withBoth(option, condition, then, context, followed)),
      ...options,
    ];
  }
  return options;
}

function withBoth(
  option: JSONObject,
  condition: JsonSchema,
  then: JsonSchema,
  context: Context,
  followed: number,
): JSONObject[] {
  return alternatives(condition, context, followed + 1).flatMap(one =>
    alternatives(then, context, followed + 1).map(other => merge(merge(option, one), other)),
  );
}

/** Deep down, the choices that end the recursion come first; elsewhere null comes last. */
function inOrder(options: readonly JsonSchema[], { depth }: Context): JsonSchema[] {
  const isNull = (option: JsonSchema) => isObject(option) && option['type'] === 'null';
  const isScalar = (option: JsonSchema) =>
    isObject(option) && option['$ref'] === undefined && !/^(?:object|array)$/.test(String(option['type']));
  const isFirst = depth < SHALLOW ? (option: JsonSchema) => !isNull(option) : isScalar;
  return [...options.filter(isFirst), ...options.filter(option => !isFirst(option))];
}

function merge(a: JSONObject, b: JSONObject): JSONObject {
  const merged: JSONObject = { ...a };
  for (const [key, value] of Object.entries(b)) {
    if (value !== undefined) merged[key] = mergeKeyword(key, merged[key], value);
  }
  return merged;
}

function mergeKeyword(key: string, a: JSONValue | undefined, b: JSONValue): JSONValue {
  if (a === undefined) return b;
  if (key === 'properties' && isObject(a) && isObject(b)) {
    const common = Object.keys(a).filter(name => Object.hasOwn(b, name));
    const both = common.map(name => [name, { allOf: [a[name] ?? {}, b[name] ?? {}] }] as const);
    return { ...a, ...b, ...Object.fromEntries(both) };
  }
  if (key === 'required' && Array.isArray(a) && Array.isArray(b)) return [...new Set([...a, ...b])];
  if (key === 'enum' && Array.isArray(a) && Array.isArray(b)) return a.filter(value => b.includes(value));
  if (key === 'type') return mergeTypes([a].flat(), [b].flat());
  if (typeof a === 'number' && typeof b === 'number') {
    if (/^(?:min|exclusiveMin)/.test(key)) return Math.max(a, b);
    if (/^(?:max|exclusiveMax)/.test(key)) return Math.min(a, b);
  }
  return b;
}

function mergeTypes(a: readonly JSONValue[], b: readonly JSONValue[]): JSONValue {
  const common = a.filter(type => b.includes(type) || (type === 'integer' && b.includes('number')));
  return common.length > 0 ? common : b.includes('integer') ? 'integer' : [...b];
}

/* ----------------------------------------------------------- one plain schema */

function sampleFlat(schema: JSONObject, context: Context): JSONValue {
  const { const: constant, enum: values } = schema;
  if (constant !== undefined) return constant;
  if (Array.isArray(values) && values.length > 0) return chooseValue(values, schema, context);
  const types = typesOf(schema);
  const type = types[0] === 'null' ? (types[1] ?? 'null') : (types[0] ?? guessType(schema));
  switch (type) {
    case 'null':
      return null;
    case 'boolean':
      return firstValid(
        [context.known[context.name], schema['default'], context.variation % 2 === 0],
        schema,
        context,
      );
    case 'integer':
    case 'number':
      return sampleNumber(schema, type, context);
    case 'array':
      return sampleArray(schema, context);
    case 'object':
      return sampleObject(schema, context);
    default:
      return sampleString(schema, context);
  }
}

function guessType(schema: JSONObject): string {
  const has = (...names: string[]) => names.some(name => schema[name] !== undefined);
  if (has('properties', 'required', 'additionalProperties', 'minProperties', 'patternProperties'))
    return 'object';
  if (has('items', 'prefixItems', 'minItems', 'contains', 'uniqueItems')) return 'array';
  if (has('minimum', 'maximum', 'multipleOf', 'exclusiveMinimum', 'exclusiveMaximum')) return 'number';
  return 'string';
}

function chooseValue(values: readonly JSONValue[], schema: JSONObject, context: Context): JSONValue {
  const prompt = context.facts.text.toLowerCase();
  const isMentioned = (value: JSONValue) =>
    typeof value === 'string' && value !== '' && prompt.includes(value.toLowerCase());
  const known = context.known[context.name];
  const best = [known, values.find(isMentioned), schema['default']].find(
    value => value !== undefined && values.includes(value),
  );
  const start = best === undefined ? 0 : values.indexOf(best);
  return values[(start + context.variation) % values.length] ?? null;
}

function firstValid(
  proposals: readonly (JSONValue | undefined)[],
  schema: JSONObject,
  context: Context,
): JSONValue {
  const found = proposals.find(value => value !== undefined && isValidJson(schema, value, context.root));
  return found ?? proposals.at(-1) ?? null;
}

/* ------------------------------------------------------------------ numbers */

function sampleNumber(schema: JSONObject, type: string, context: Context): JSONValue {
  const checked: JSONObject = { ...schema, type };
  const fits = (value: number) => isValidJson(checked, value, context.root);
  const known = context.known[context.name];
  if (typeof known === 'number' && fits(known)) return known;
  const mentioned = context.variation === 0 ? context.numbers.findIndex(fits) : -1;
  if (mentioned >= 0) return context.numbers.splice(mentioned, 1)[0] ?? 0;
  const { default: preset } = schema;
  if (typeof preset === 'number' && context.variation === 0 && fits(preset)) return preset;
  return numberInRange(checked, fits, context.variation);
}

function numberInRange(schema: JSONObject, fits: (value: number) => boolean, variation: number): number {
  const lowest = Math.max(limit(schema, 'minimum', -Infinity), limit(schema, 'exclusiveMinimum', -Infinity));
  const highest = Math.min(limit(schema, 'maximum', Infinity), limit(schema, 'exclusiveMaximum', Infinity));
  const step = limit(schema, 'multipleOf', 1);
  // From 1 on where that is allowed: zod's integers start at -9007199254740991, which looks odd in a demo.
  const start = Math.min(Math.max(1, lowest), highest);
  const aligned = Math.ceil(start / step) * step;
  const proposals = [0, 1, 2].map(n => aligned + (n + variation) * step);
  const inside = Number.isFinite(lowest) && Number.isFinite(highest) ? (lowest + highest) / 2 : lowest + 0.5;
  return [...proposals, inside, highest - step, lowest].find(fits) ?? start;
}

/* ------------------------------------------------------------------ strings */

function sampleString(schema: JSONObject, context: Context): JSONValue {
  const { facts, name, variation } = context;
  const label = contentWords(name).join(' ') || 'text';
  const proposals: (JSONValue | undefined)[] = [
    context.known[name],
    ...fromPrompt(schema, context),
    schema['default'],
    ...[schema['examples'] ?? []].flat(),
    fromFormat(schema, variation),
    ...fromPattern(schema),
    ...facts.quoted,
    ...facts.words,
    ...Array.from({ length: variation + 1 }, (_, n) => `${label}${n > 0 ? ` ${n + 1}` : ''}`),
  ];
  // A variation skips the proposals that the earlier ones made.
  const texts = proposals.flatMap(value => (typeof value === 'string' ? [fitLength(value, schema)] : []));
  const valid = [...new Set(texts)].filter(text => isValidJson(schema, text, context.root));
  return valid[Math.min(variation, valid.length - 1)] ?? texts.at(-1) ?? '';
}

/** Words of a property's name, and the part of the prompt that such a property stands for. */
const MEANINGS: readonly (readonly [RegExp, (facts: PromptFacts) => readonly (string | undefined)[]])[] = [
  [/email/, ({ text }) => text.match(/[^\s@<>"']+@[^\s@<>"',]+\.\w+/g) ?? []],
  [/ur[li]|link|website/, ({ text }) => text.match(/https?:\/\/[^\s<>"')]+/g) ?? []],
  [/date|day|when/, ({ text }) => text.match(/\d{4}-\d{2}-\d{2}/g) ?? []],
  [/expression|formula|equation|calculation/, ({ text }) => arithmetic(text)],
  [/city|location|place|town|country|destination|region|state|address|where/, f => [...f.places, ...f.names]],
  [
    /name|person|author|user|customer|title|company|product|recipient/,
    f => [...f.quoted, ...f.names, ...f.places],
  ],
  [/query|question|prompt|search|message|text|input|content|request|task/, f => [...f.quoted, f.text.trim()]],
  [/keyword|topic|subject|term|tag|category/, f => [...f.quoted, ...f.words]],
];

function fromPrompt(schema: JSONObject, { facts, name }: Context): (string | undefined)[] {
  const words = contentWords(`${name} ${typeof schema['format'] === 'string' ? schema['format'] : ''}`).join(
    ' ',
  );
  return MEANINGS.flatMap(([meaning, read]) => (meaning.test(words) ? read(facts) : [])).filter(Boolean);
}

function arithmetic(text: string): string[] {
  const found = text.match(/[\d(][\d\s().+*/^×÷-]*[\d)]/g) ?? [];
  return found.filter(part => /\d\s*[-+*/^×÷]\s*[\d(]/.test(part));
}

function fromFormat(schema: JSONObject, variation: number): string | undefined {
  const n = String(variation + 1)
    .padStart(2, '0')
    .slice(-2);
  switch (schema['format']) {
    case 'date':
      return `2026-01-${n}`;
    case 'time':
      return `09:00:${n}Z`;
    case 'date-time':
      return `2026-01-01T09:00:${n}Z`;
    case 'duration':
      return `PT${variation + 1}H`;
    case 'email':
    case 'idn-email':
      return `user${n}@example.com`;
    case 'hostname':
      return `host${n}.example.com`;
    case 'uri':
    case 'url':
    case 'iri':
    case 'uri-reference':
      return `https://example.com/${n}`;
    case 'uuid':
      return `00000000-0000-4000-8000-0000000000${n}`;
    case 'ipv4':
      return `192.0.2.${variation + 1}`;
    case 'ipv6':
      return `2001:db8::${variation + 1}`;
    default:
      return undefined;
  }
}

function fromPattern(schema: JSONObject): (string | undefined)[] {
  const { pattern } = schema;
  if (typeof pattern !== 'string') return [];
  const least = limit(schema, 'minLength', 0);
  return [0, 1, 2, 3, 4, 8, least, least + 8].map(extra => textForPattern(pattern, extra));
}

function fitLength(text: string, schema: JSONObject): string {
  if (schema['pattern'] !== undefined || schema['format'] !== undefined) return text;
  const characters = [...text].slice(0, limit(schema, 'maxLength', 10_000));
  const missing = limit(schema, 'minLength', 0) - characters.length;
  return characters.join('') + (missing > 0 ? '.'.repeat(missing) : '');
}

/* ------------------------------------------------------- arrays and objects */

function sampleArray(schema: JSONObject, context: Context): JSONValue {
  const known = context.known[context.name];
  if (known !== undefined && isValidJson({ ...schema, type: 'array' }, known, context.root)) return known;
  const least = Math.max(
    limit(schema, 'minItems', 0),
    schema['contains'] === undefined ? 0 : limit(schema, 'minContains', 1),
  );
  const tuple = Array.isArray(schema['prefixItems']) ? schema['prefixItems'].length : 0;
  const wanted = context.depth < SHALLOW ? Math.max(least, tuple, 2) : least;
  const items: JSONValue[] = [];
  for (let index = 0; index < Math.min(wanted, limit(schema, 'maxItems', Infinity)); index++) {
    const item = nextItem(schema, items, context);
    if (item === undefined) break;
    items.push(item);
  }
  return items;
}

/** @returns undefined when there is no further item, e.g. behind a closed tuple */
function nextItem(schema: JSONObject, before: readonly JSONValue[], context: Context): JSONValue | undefined {
  const declared = itemSchema(schema, before.length);
  if (declared === false) return undefined;
  const contained = schema['contains'];
  const item: JsonSchema =
    contained !== undefined && before.length < limit(schema, 'minContains', 1)
      ? { allOf: [declared ?? {}, contained] }
      : declared;
  const start = context.variation + before.length;
  for (let attempt = 0; attempt < 16; attempt++) {
    const value = sample(item, { ...context, depth: context.depth + 1, variation: start + attempt });
    if (allDifferent([...before, value])) return value;
  }
  return schema['uniqueItems'] === true || before.length >= limit(schema, 'minItems', 0)
    ? undefined
    : sample(item, { ...context, depth: context.depth + 1, variation: start });
}

function sampleObject(schema: JSONObject, context: Context): JSONValue {
  const object: Record<string, JSONValue> = {};
  for (const name of propertyNames(schema, context)) {
    const [first, ...others] = propertySchemas(schema, name);
    if (first === false) continue;
    const property: JsonSchema =
      others.length === 0 ? first : { allOf: [first ?? {}, ...others.map(one => one ?? {})] };
    const inner = { ...context, name, depth: context.depth + 1 };
    setOwn(object, name, sample(property, inner));
  }
  return object;
}

/** An assignment would set the prototype where a property is called `__proto__`. */
function setOwn(object: Record<string, JSONValue>, name: string, value: JSONValue): void {
  Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
}

function propertyNames(schema: JSONObject, context: Context): string[] {
  const { properties, additionalProperties } = schema;
  const declared = isObject(properties) ? Object.keys(properties) : [];
  const offered =
    context.depth < SHALLOW
      ? declared.filter(name => isObject(properties) && properties[name] !== false)
      : [];
  const required = requiredNames(schema, offered);
  const names = [...new Set([...offered, ...requiredNames(schema, [...offered, ...required])])];
  const isMap = declared.length === 0 && isObject(additionalProperties) && context.depth < SHALLOW;
  const least = Math.max(limit(schema, 'minProperties', 0), isMap ? 1 : 0);
  for (let index = 0; names.length < least && index < least + 8; index++) {
    const name = freeName(schema, context, index);
    if (!names.includes(name)) names.push(name);
  }
  const most = limit(schema, 'maxProperties', Infinity);
  return names.length <= most
    ? names
    : [...required, ...names.filter(name => !required.includes(name))].slice(0, most);
}

/** A name for a property that the schema allows without naming it. */
function freeName(schema: JSONObject, context: Context, index: number): string {
  if (isObject(schema['propertyNames'])) {
    const name = sample(schema['propertyNames'], { ...context, depth: context.depth + 1, variation: index });
    if (typeof name === 'string') return name;
  }
  const [pattern] = isObject(schema['patternProperties']) ? Object.keys(schema['patternProperties']) : [];
  const matching = pattern === undefined ? undefined : textForPattern(pattern, index);
  return matching ?? context.facts.words[index] ?? `item${index + 1}`;
}
