/**
 * Shapes of requests, as data, in the terms of AWS's service models; and a walk that compares a JSON value
 * with one. The words of the errors are not chosen here: the two dialects (`service-words.ts`,
 * `messages-words.ts`) do that.
 *
 * @see https://smithy.io/2.0/spec/constraint-traits.html
 */
import type { JSONValue } from '@ai-sdk/provider';

export type Shape =
  | StructureShape
  | UnionShape
  | TaggedShape
  | { readonly kind: 'list'; readonly member: Shape; readonly limits: Limits; readonly sensitive: boolean }
  | { readonly kind: 'map'; readonly key: StringShape; readonly value: Shape; readonly limits: Limits }
  | StringShape
  | { readonly kind: 'enum'; readonly values: readonly string[] }
  | { readonly kind: 'integer' | 'float'; readonly limits: Limits }
  | { readonly kind: 'boolean' }
  | { readonly kind: 'blob'; readonly limits: Limits }
  /** Any JSON. */
  | { readonly kind: 'document' }
  /** The first shape whose JSON type the value has. */
  | { readonly kind: 'either'; readonly shapes: readonly Shape[] };

export interface StructureShape {
  readonly kind: 'structure';
  readonly members: Readonly<Record<string, Shape>>;
  readonly required: readonly string[];
}

/** An object with exactly one of its members. */
export interface UnionShape {
  readonly kind: 'union';
  readonly name: string;
  readonly members: Readonly<Record<string, Shape>>;
}

/** An object whose member `tag` says which of the variants it is. */
export interface TaggedShape {
  readonly kind: 'tagged';
  readonly tag: string;
  readonly variants: Readonly<Record<string, StructureShape>>;
}

export interface StringShape {
  readonly kind: 'string';
  readonly limits: Limits;
  readonly pattern: string | undefined;
}

/** Of a length, a number of entries, or a number; both ends belong to it. */
export interface Limits {
  readonly min?: number;
  readonly max?: number;
}

/* --------------------------------------------------------------- builders */

type Members = Readonly<Record<string, Shape>>;

export const structure = (members: Members, required: readonly string[] = []): StructureShape => ({
  kind: 'structure',
  members,
  required,
});
export const union = (name: string, members: Members): UnionShape => ({ kind: 'union', name, members });
export const tagged = (tag: string, variants: Readonly<Record<string, StructureShape>>): TaggedShape => ({
  kind: 'tagged',
  tag,
  variants,
});
export const list = (member: Shape, limits: Limits = {}): Shape => ({
  kind: 'list',
  member,
  limits,
  sensitive: false,
});
/** A list whose values the service leaves out of its errors. */
export const sensitiveList = (member: Shape): Shape => ({
  kind: 'list',
  member,
  limits: {},
  sensitive: true,
});
export const map = (key: StringShape, value: Shape, limits: Limits = {}): Shape => ({
  kind: 'map',
  key,
  value,
  limits,
});
export const string = (limits: Limits = {}, pattern?: string): StringShape => ({
  kind: 'string',
  limits,
  pattern,
});
export const enumeration = (values: readonly string[]): Shape => ({ kind: 'enum', values });
export const integer = (limits: Limits = {}): Shape => ({ kind: 'integer', limits });
export const float = (limits: Limits = {}): Shape => ({ kind: 'float', limits });
export const boolean: Shape = { kind: 'boolean' };
export const blob = (limits: Limits = {}): Shape => ({ kind: 'blob', limits });
export const document: Shape = { kind: 'document' };
export const either = (...shapes: readonly Shape[]): Shape => ({ kind: 'either', shapes });

/* ------------------------------------------------------------------- walk */

export type Path = readonly (string | number)[];

export type Problem =
  | { readonly kind: 'type'; readonly expected: string; readonly found: string }
  | { readonly kind: 'base64' }
  | { readonly kind: 'missing' }
  | { readonly kind: 'short' | 'long' | 'low' | 'high'; readonly limit: number }
  | { readonly kind: 'pattern'; readonly pattern: string }
  | { readonly kind: 'enum'; readonly values: readonly string[] }
  | { readonly kind: 'union'; readonly shape: string; readonly keys: readonly string[] }
  | { readonly kind: 'tag'; readonly tag: string; readonly found: string; readonly keys: readonly string[] };

export interface Violation {
  readonly path: Path;
  readonly problem: Problem;
  /** Absent where the value is no scalar, or is sensitive. */
  readonly value?: string | undefined;
}

export interface Findings {
  readonly violations: Violation[];
  /** Members that the shape does not name, e.g. `messages.0.colour`. */
  readonly unknownMembers: string[];
}

export function compare(shape: Shape, value: JSONValue): Findings {
  const findings: Findings = { violations: [], unknownMembers: [] };
  walk(shape, value, { path: [], sensitive: false, findings });
  return findings;
}

interface Place {
  readonly path: Path;
  readonly sensitive: boolean;
  readonly findings: Findings;
}

function walk(shape: Shape, value: JSONValue, place: Place): void {
  switch (shape.kind) {
    case 'structure':
      if (isObject(value, place)) walkMembers(shape.members, shape.required, value, place);
      return;
    case 'union':
      if (isObject(value, place)) walkUnion(shape, value, place);
      return;
    case 'tagged':
      if (isObject(value, place)) walkTagged(shape, value, place);
      return;
    case 'list':
      if (!Array.isArray(value)) return wrongType('JSONArray', value, place);
      checkLimits(shape.limits, value.length, place, 'short', 'long');
      for (const [index, item] of value.entries()) {
        walk(shape.member, item, inside(place, index, shape.sensitive));
      }
      return;
    case 'map':
      if (isObject(value, place)) walkMap(shape, value, place);
      return;
    case 'string':
      if (typeof value !== 'string') return wrongType('String', value, place);
      checkString(shape, value, place);
      return;
    case 'enum':
      if (typeof value !== 'string') return wrongType('String', value, place);
      if (!shape.values.includes(value)) report(place, { kind: 'enum', values: shape.values }, value);
      return;
    case 'integer':
    case 'float':
      if (typeof value !== 'number') return wrongType('Number', value, place);
      if (shape.kind === 'integer' && !Number.isInteger(value)) return wrongType('Integer', value, place);
      checkLimits(shape.limits, value, place, 'low', 'high', String(value));
      return;
    case 'boolean':
      if (typeof value !== 'boolean') wrongType('Boolean', value, place);
      return;
    case 'blob':
      if (typeof value !== 'string') return wrongType('String', value, place);
      if (!isBase64(value)) return report(place, { kind: 'base64' });
      checkLimits(shape.limits, value.length, place, 'short', 'long');
      return;
    case 'either': {
      const fitting = shape.shapes.find(one => jsonTypeOf(one) === typeName(value)) ?? shape.shapes[0];
      if (fitting !== undefined) walk(fitting, value, place);
      return;
    }
    case 'document':
      return;
  }
}

type JsonObject = Record<string, JSONValue | undefined>;

function isObject(value: JSONValue, place: Place): value is JsonObject {
  if (typeName(value) === 'JSONObject') return true;
  wrongType('JSONObject', value, place);
  return false;
}

function walkMembers(members: Members, required: readonly string[], value: JsonObject, place: Place): void {
  for (const name of required) {
    // null is how JSON says that a member is absent.
    if (value[name] === undefined || value[name] === null) {
      report(inside(place, name), { kind: 'missing' });
    }
  }
  for (const [name, member] of Object.entries(value)) {
    if (member === undefined || member === null) continue;
    const shape = Object.hasOwn(members, name) ? members[name] : undefined;
    if (shape === undefined) place.findings.unknownMembers.push([...place.path, name].join('.'));
    else walk(shape, member, inside(place, name));
  }
}

function walkUnion(shape: UnionShape, value: JsonObject, place: Place): void {
  const keys = Object.keys(shape.members);
  const set = keys.filter(key => value[key] !== undefined && value[key] !== null);
  if (set.length !== 1) report(place, { kind: 'union', shape: shape.name, keys });
  walkMembers(shape.members, [], value, place);
}

function walkTagged(shape: TaggedShape, value: JsonObject, place: Place): void {
  const found = value[shape.tag];
  if (found === undefined || found === null) return report(inside(place, shape.tag), { kind: 'missing' });
  const variant =
    typeof found === 'string' && Object.hasOwn(shape.variants, found) ? shape.variants[found] : undefined;
  if (variant === undefined) {
    const keys = Object.keys(shape.variants);
    return report(place, { kind: 'tag', tag: shape.tag, found: String(found), keys });
  }
  walkMembers({ [shape.tag]: document, ...variant.members }, variant.required, value, place);
}

function walkMap(shape: Shape & { kind: 'map' }, value: JsonObject, place: Place): void {
  const entries = Object.entries(value);
  checkLimits(shape.limits, entries.length, place, 'short', 'long');
  for (const [key, item] of entries) {
    checkString(shape.key, key, inside(place, key));
    if (item !== undefined && item !== null) walk(shape.value, item, inside(place, key));
  }
}

function checkString(shape: StringShape, value: string, place: Place): void {
  if (shape.pattern !== undefined && !new RegExp(`^(?:${shape.pattern})$`).test(value)) {
    report(place, { kind: 'pattern', pattern: shape.pattern }, value);
  }
  checkLimits(shape.limits, value.length, place, 'short', 'long', value);
}

function checkLimits(
  limits: Limits,
  size: number,
  place: Place,
  below: 'short' | 'low',
  above: 'long' | 'high',
  value?: string,
): void {
  if (limits.min !== undefined && size < limits.min) report(place, { kind: below, limit: limits.min }, value);
  if (limits.max !== undefined && size > limits.max) report(place, { kind: above, limit: limits.max }, value);
}

function wrongType(expected: string, value: JSONValue, place: Place): void {
  report(place, { kind: 'type', expected, found: typeName(value) });
}

function report(place: Place, problem: Problem, value?: string): void {
  const shown = place.sensitive ? undefined : value;
  place.findings.violations.push({ path: place.path, problem, value: shown });
}

function inside(place: Place, step: string | number, sensitive = false): Place {
  return { path: [...place.path, step], sensitive: place.sensitive || sensitive, findings: place.findings };
}

/** The names that Bedrock's errors use. */
function typeName(value: JSONValue): string {
  if (value === null) return 'Null';
  if (Array.isArray(value)) return 'JSONArray';
  switch (typeof value) {
    case 'string':
      return 'String';
    case 'boolean':
      return 'Boolean';
    case 'number':
      return Number.isInteger(value) ? 'Integer' : 'Double';
    default:
      return 'JSONObject';
  }
}

function jsonTypeOf(shape: Shape): string {
  switch (shape.kind) {
    case 'string':
    case 'enum':
    case 'blob':
      return 'String';
    case 'list':
      return 'JSONArray';
    case 'boolean':
      return 'Boolean';
    case 'integer':
    case 'float':
      return 'Integer';
    default:
      return 'JSONObject';
  }
}

function isBase64(value: string): boolean {
  return value.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(value);
}
