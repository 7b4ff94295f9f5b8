/**
 * Checks request bodies against AWS's own schemas: always against those of the AWS SDK client (members, types,
 * required members, unions, enums), and, where the newest service model stands beside the checkout, against
 * that one too, which also knows lengths, ranges and patterns.
 */
import {
  ApplyGuardrailRequest$,
  AudioFormat,
  CachePointType,
  CacheTTL,
  ConversationRole,
  ConverseRequest$,
  ConverseStreamRequest$,
  CountTokensRequest$,
  DocumentFormat,
  GuardrailConverseContentQualifier,
  GuardrailConverseImageFormat,
  GuardrailStreamProcessingMode,
  GuardrailTrace,
  ImageFormat,
  InvokeGuardrailChecksRequest$,
  OutputFormatType,
  PerformanceConfigLatency,
  ServiceTierType,
  ToolResultStatus,
  ToolUseType,
  VideoFormat,
} from '@aws-sdk/client-bedrock-runtime';
import { expect } from 'vitest';

export type ConverseOperation = 'Converse' | 'ConverseStream';

/** Fails, naming each fault by its path, when AWS would not know the body as a request of the operation. */
export function expectValidConverseRequest(body: unknown, operation: ConverseOperation = 'Converse'): void {
  expect(converseRequestFaults(body, operation)).toEqual([]);
}

/** The faults of a body, each `path: what is wrong`. The model id is in the path and not asked for. */
export function converseRequestFaults(body: unknown, operation: ConverseOperation = 'Converse'): string[] {
  // What goes over the wire is JSON: members that are undefined are not there.
  const wire: unknown = JSON.parse(JSON.stringify(body));
  const request = isObject(wire) ? { ...wire, modelId: 'm.m' } : wire;
  const faults: string[] = [];
  const schema = operation === 'Converse' ? ConverseRequest$ : ConverseStreamRequest$;
  checkSdk(schema as SdkSchema, request, '', '', faults);
  if (serviceModel !== undefined) checkModel(`${operation}Request`, request, '', faults);
  return [...new Set(faults)];
}

/** Operations of bedrock-runtime beside chat. */
const runtimeRequests: Record<'CountTokens' | 'ApplyGuardrail' | 'InvokeGuardrailChecks', unknown> = {
  CountTokens: CountTokensRequest$,
  ApplyGuardrail: ApplyGuardrailRequest$,
  InvokeGuardrailChecks: InvokeGuardrailChecksRequest$,
};

/**
 * The faults of a request of another operation than chat.
 * @param labels what the path holds, which the schemas ask for as well
 */
export function runtimeRequestFaults(
  operation: keyof typeof runtimeRequests,
  body: object,
  labels: object = {},
): string[] {
  const request = { ...(JSON.parse(JSON.stringify(body)) as object), ...labels };
  const faults: string[] = [];
  checkSdk(runtimeRequests[operation] as SdkSchema, request, '', '', faults);
  if (serviceModel !== undefined) checkModel(`${operation}Request`, request, '', faults);
  return [...new Set(faults)];
}

/** The faults of a request by any schema of an AWS SDK client. */
export function schemaFaults(schema: unknown, request: object): string[] {
  const faults: string[] = [];
  checkSdk(schema as SdkSchema, JSON.parse(JSON.stringify(request)), '', '', faults);
  return faults;
}

/* ------------------------------------------------- schemas of the AWS SDK */

/** `[kind, namespace, name, traits, ...]`, a number for a simple type, or either in a function or with traits. */
type SdkSchema = number | readonly unknown[] | (() => SdkSchema);

const LIST = 1;
const MAP = 2;
const STRUCTURE = 3;
const UNION = 4;

const BLOB = 21;
const DOCUMENT = 15;
const LIST_OF = 64;
const MAP_OF = 128;

/** The SDK's schemas leave out enums; its constants have them. */
const sdkEnums: Record<string, Record<string, string>> = {
  'AudioBlock.format': AudioFormat,
  'CachePointBlock.ttl': CacheTTL,
  'CachePointBlock.type': CachePointType,
  'DocumentBlock.format': DocumentFormat,
  'GuardrailConfiguration.trace': GuardrailTrace,
  'GuardrailConverseImageBlock.format': GuardrailConverseImageFormat,
  'GuardrailConverseTextBlock.qualifiers': GuardrailConverseContentQualifier,
  'GuardrailStreamConfiguration.streamProcessingMode': GuardrailStreamProcessingMode,
  'GuardrailStreamConfiguration.trace': GuardrailTrace,
  'ImageBlock.format': ImageFormat,
  'Message.role': ConversationRole,
  'OutputFormat.type': OutputFormatType,
  'PerformanceConfiguration.latency': PerformanceConfigLatency,
  'ServiceTier.type': ServiceTierType,
  'ToolResultBlock.status': ToolResultStatus,
  'ToolUseBlock.type': ToolUseType,
  'VideoBlock.format': VideoFormat,
};

function checkSdk(given: SdkSchema, value: unknown, path: string, place: string, faults: string[]): void {
  const schema = resolveSdk(given);
  if (typeof schema === 'number') return checkSdkSimple(schema, value, path, place, faults);
  const [kind, , name, , ...rest] = schema as [number, string, string, unknown, ...unknown[]];
  if (kind === LIST) {
    for (const [at, item] of listItems(value, path, faults))
      checkSdk(rest[0] as SdkSchema, item, at, place, faults);
  } else if (kind === MAP) {
    if (!isObject(value)) faults.push(`${path}: expected a map`);
    else {
      for (const key in value) checkSdk(rest[1] as SdkSchema, value[key], `${path}.${key}`, place, faults);
    }
  } else if (kind === STRUCTURE || kind === UNION) {
    const [names, schemas, required = 0] = rest as [string[], SdkSchema[], number?];
    checkMembers(value, path, faults, {
      names,
      required: names.slice(0, required),
      union: kind === UNION,
      check: (member, item, at) => {
        checkSdk(schemas[names.indexOf(member)] as SdkSchema, item, at, `${name}.${member}`, faults);
      },
    });
  } else {
    checkSdk(rest[0] as SdkSchema, value, path, place, faults);
  }
}

function resolveSdk(given: SdkSchema): number | readonly unknown[] {
  if (typeof given === 'function') return resolveSdk(given());
  // `[schema, traits]` of a member.
  if (typeof given === 'object' && typeof given[1] !== 'string') return resolveSdk(given[0] as SdkSchema);
  return given;
}

function checkSdkSimple(type: number, value: unknown, path: string, place: string, faults: string[]): void {
  if (type & LIST_OF) {
    for (const [at, item] of listItems(value, path, faults))
      checkSdkSimple(type & ~LIST_OF, item, at, place, faults);
    return;
  }
  if (type & MAP_OF) {
    if (!isObject(value)) faults.push(`${path}: expected a map`);
    else {
      for (const key in value) checkSdkSimple(type & ~MAP_OF, value[key], `${path}.${key}`, place, faults);
    }
    return;
  }
  const expected =
    type === 0 || type === BLOB ? 'string' : type === 1 ? 'number' : type === 2 ? 'boolean' : undefined;
  if (expected !== undefined && typeof value !== expected) faults.push(`${path}: expected a ${expected}`);
  if (expected === undefined && type !== DOCUMENT)
    faults.push(`${path}: schema type ${type} is not known here`);
  if (type === BLOB) checkBlob(value, path, 0, faults);
  const allowed = sdkEnums[place];
  if (allowed !== undefined) checkEnum(Object.values(allowed), value, path, faults);
}

/* -------------------------------------------------- the service's own model */

interface Shape {
  type: string;
  members?: Record<string, { shape: string }>;
  member?: { shape: string };
  key?: { shape: string };
  value?: { shape: string };
  required?: string[];
  enum?: string[];
  union?: boolean;
  document?: boolean;
  pattern?: string;
  min?: number;
  max?: number;
}

const serviceModel = readServiceModel();

/** Why the newest service model does not take part in the checks; false where it does. */
export const serviceModelMissing: string | false =
  serviceModel === undefined
    ? 'needs the service model that stands beside the checkout (../shared/data), which is not here'
    : false;

function readServiceModel(): Record<string, Shape> | undefined {
  // An edge runtime has no files, and then the SDK's schemas check alone.
  const fs = globalThis.process?.getBuiltinModule?.('node:fs');
  const path = '../../../shared/data/aws-api-models/botocore/bedrock-runtime/service-2.json';
  const file = new URL(path, import.meta.url);
  if (fs === undefined || !fs.existsSync(file)) return undefined;
  return (JSON.parse(fs.readFileSync(file, 'utf8')) as { shapes: Record<string, Shape> }).shapes;
}

function checkModel(name: string, value: unknown, path: string, faults: string[]): void {
  const shape = serviceModel?.[name];
  if (shape === undefined) {
    faults.push(`${path}: the service model has no shape ${name}`);
    return;
  }
  if (shape.document) return;
  switch (shape.type) {
    case 'structure':
      checkMembers(value, path, faults, {
        names: Object.keys(shape.members ?? {}),
        required: shape.required ?? [],
        union: shape.union ?? false,
        check: (member, item, at) => checkModel(shape.members?.[member]?.shape ?? '', item, at, faults),
      });
      return;
    case 'list':
      if (Array.isArray(value)) checkRange(shape, value.length, path, faults);
      for (const [at, item] of listItems(value, path, faults))
        checkModel(shape.member?.shape ?? '', item, at, faults);
      return;
    case 'map':
      if (!isObject(value)) faults.push(`${path}: expected a map`);
      else {
        checkRange(shape, Object.keys(value).length, path, faults);
        for (const key in value) {
          checkModel(shape.key?.shape ?? '', key, `${path}.${key} (key)`, faults);
          checkModel(shape.value?.shape ?? '', value[key], `${path}.${key}`, faults);
        }
      }
      return;
    case 'string':
      return checkModelString(shape, value, path, faults);
    case 'blob':
      return checkBlob(value, path, shape.min ?? 0, faults);
    case 'boolean':
      if (typeof value !== 'boolean') faults.push(`${path}: expected a boolean`);
      return;
    case 'integer':
    case 'float':
      if (typeof value !== 'number') faults.push(`${path}: expected a number`);
      else {
        if (shape.type === 'integer' && !Number.isInteger(value)) faults.push(`${path}: expected an integer`);
        checkRange(shape, value, path, faults);
      }
      return;
    default:
      faults.push(`${path}: the type ${shape.type} is not known here`);
  }
}

function checkModelString(shape: Shape, value: unknown, path: string, faults: string[]): void {
  if (typeof value !== 'string') {
    faults.push(`${path}: expected a string`);
    return;
  }
  checkRange(shape, value.length, path, faults);
  if (shape.enum !== undefined) checkEnum(shape.enum, value, path, faults);
  if (shape.pattern !== undefined && !new RegExp(`^(?:${shape.pattern})$`).test(value)) {
    faults.push(`${path}: ${JSON.stringify(value)} does not match ${shape.pattern}`);
  }
}

function checkRange({ min, max }: Shape, size: number, path: string, faults: string[]): void {
  if (min !== undefined && size < min) faults.push(`${path}: ${size} is less than ${min}`);
  if (max !== undefined && size > max) faults.push(`${path}: ${size} is more than ${max}`);
}

/* ------------------------------------------------------------------ common */

interface Members {
  names: readonly string[];
  required: readonly string[];
  union: boolean;
  check(member: string, value: unknown, path: string): void;
}

function checkMembers(value: unknown, path: string, faults: string[], members: Members): void {
  if (!isObject(value)) {
    faults.push(`${path}: expected an object`);
    return;
  }
  const present = Object.keys(value);
  for (const member of members.required) {
    if (!present.includes(member)) faults.push(`${path}: lacks ${member}`);
  }
  if (members.union && present.length !== 1) {
    faults.push(`${path}: a union with ${present.length} members (${present.join(', ')})`);
  }
  for (const member of present) {
    if (!members.names.includes(member)) faults.push(`${path}.${member}: not a member`);
    else members.check(member, value[member], `${path}.${member}`);
  }
}

function listItems(value: unknown, path: string, faults: string[]): Array<[path: string, item: unknown]> {
  if (Array.isArray(value)) return value.map((item, index) => [`${path}[${index}]`, item]);
  faults.push(`${path}: expected a list`);
  return [];
}

function checkEnum(allowed: readonly string[], value: unknown, path: string, faults: string[]): void {
  if (!allowed.includes(value as string)) faults.push(`${path}: ${JSON.stringify(value)} is not in the enum`);
}

function checkBlob(value: unknown, path: string, min: number, faults: string[]): void {
  if (
    typeof value !== 'string' ||
    !/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(value)
  ) {
    faults.push(`${path}: expected base64`);
  } else if (value.length < min) {
    faults.push(`${path}: an empty blob`);
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
