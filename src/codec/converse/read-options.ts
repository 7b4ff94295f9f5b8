/** Reads and checks what callers say through `providerOptions` (the types are in `options.ts`). */
import {
  InvalidArgumentError,
  type JSONObject,
  type JSONValue,
  type SharedV4ProviderOptions,
} from '@ai-sdk/provider';
import { z } from 'zod/v4';
import type {
  BedrockFilePartOptions,
  BedrockLanguageModelOptions,
  BedrockMessageOptions,
  BedrockSystemMessageOptions,
  BedrockTextPartOptions,
  BedrockToolOptions,
  BedrockToolResultContentOptions,
} from './options.ts';

interface OptionKinds {
  call: BedrockLanguageModelOptions;
  system: BedrockSystemMessageOptions;
  message: BedrockMessageOptions;
  text: BedrockTextPartOptions;
  file: BedrockFilePartOptions;
  tool: BedrockToolOptions;
  toolResultContent: BedrockToolResultContentOptions;
}

/**
 * The options of one kind; undefined where the caller gave none, which costs nothing.
 * @param where names what carries the options, for the error, e.g. `prompt[0].content[1]`; empty for the call
 * @throws InvalidArgumentError naming the option and the values it takes
 */
export function readOptions<Kind extends keyof OptionKinds>(
  kind: Kind,
  providerOptions: SharedV4ProviderOptions | undefined,
  where: () => string,
): OptionKinds[Kind] | undefined {
  const options = ownOptions(providerOptions);
  if (options === undefined) return undefined;
  schemas ??= makeSchemas();
  const parsed = (schemas[kind] as z.ZodType<OptionKinds[Kind]>).safeParse(options);
  if (parsed.success) return parsed.data;
  throw invalidOption(parsed.error.issues, options, where());
}

/** The object meant for this package, unchecked: options of the caller, or metadata of an earlier reply. */
export function ownOptions(providerOptions: SharedV4ProviderOptions | undefined): JSONObject | undefined {
  return providerOptions?.['bedrock'] ?? providerOptions?.['amazonBedrock'];
}

/* ----------------------------------------------------------------- schemas */

type Schemas = { readonly [Kind in keyof OptionKinds]: z.ZodType<OptionKinds[Kind]> };

/** Built on first use: most calls carry no options, and no call should pay for them at import. */
let schemas: Schemas | undefined;

/** Loose at the top, where other features have members of their own; strict below. */
function makeSchemas(): Schemas {
  const cachePoint = z
    .union([z.boolean(), strict({ type: z.literal('default').optional(), ttl: ttl().optional() })], {
      error: 'expected true or { type: "default", ttl?: "5m" | "1h" }',
    })
    .optional();
  const citations = strict({ enabled: z.boolean() }).optional();
  const qualifiers = z.array(z.enum(['grounding_source', 'query', 'guard_content'])).optional();
  const guarded = { guardContent: z.boolean().optional(), guardContentQualifiers: qualifiers };
  const toolReferences = z
    .array(strict({ type: label(64), name: label(128), serverName: label(128) }))
    .optional();
  return {
    call: callSchema(),
    system: z.object({
      cachePoint,
      ...guarded,
      toolAddition: toolReferences,
      toolRemoval: toolReferences,
    }),
    message: z.object({ cachePoint }),
    text: z.object({
      cachePoint,
      ...guarded,
      searchResult: strict({ source: z.string(), title: z.string(), citations }).optional(),
    }),
    file: z.object({
      cachePoint,
      guardContent: z.boolean().optional(),
      bucketOwner: z
        .string()
        .regex(/^\d{12}$/, { error: 'expected an AWS account id of 12 digits' })
        .optional(),
      citations,
      context: z.string().optional(),
      name: z.string().optional(),
      chunks: z.array(z.string()).min(1).optional(),
    }),
    tool: z.object({ cachePoint }),
    toolResultContent: z.object({
      cachePoint,
      searchResult: strict({
        source: z.string(),
        title: z.string(),
        content: z.array(strict({ text: z.string() })).min(1),
        citations,
      }).optional(),
      json: jsonObject().optional(),
    }),
  };
}

function callSchema(): z.ZodType<BedrockLanguageModelOptions> {
  // https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html (requestMetadata)
  const metadata = (min: number) =>
    z
      .string()
      .min(min)
      .max(256)
      .regex(/^[a-zA-Z0-9\s:_@$#=/+,.-]*$/, {
        error: 'may only hold letters, digits, white space and : _ @ $ # = / + , - .',
      });
  return z.object({
    additionalModelRequestFields: jsonObject().optional(),
    additionalModelResponseFieldPaths: z.array(z.string().min(1).max(256)).max(10).optional(),
    reasoningConfig: strict({
      type: z.enum(['enabled', 'disabled', 'adaptive', 'between_tools']).optional(),
      budgetTokens: z.int().positive().optional(),
      maxReasoningEffort: z.string().min(1).max(16).optional(),
      display: z.enum(['omitted', 'summarized']).optional(),
    }).optional(),
    anthropicBeta: z.array(z.string()).optional(),
    serviceTier: z.enum(['default', 'priority', 'flex', 'reserved']).optional(),
    structuredOutputMode: z
      .enum(['auto', 'native', 'family', 'tool', 'instruction', 'outputFormat', 'jsonTool'])
      .optional(),
    guardrailConfig: strict({
      guardrailIdentifier: z.string().optional(),
      guardrailVersion: z.string().optional(),
      trace: z.enum(['enabled', 'disabled', 'enabled_full']).optional(),
      streamProcessingMode: z.enum(['sync', 'async']).optional(),
    }).optional(),
    performanceConfig: strict({ latency: z.enum(['standard', 'optimized']) }).optional(),
    promptVariables: z
      .record(
        z.string(),
        z.union([z.string(), strict({ text: z.string() })], { error: 'expected a string or { text }' }),
      )
      .optional(),
    requestMetadata: z
      .record(metadata(1), metadata(0))
      .refine(labels => Object.keys(labels).length <= 16, { error: 'expected at most 16 entries' })
      .optional(),
    promptCaching: z
      .union([z.enum(['auto', 'off']), strict({ ttl: ttl() })], {
        error: 'expected "auto", "off" or { ttl: "5m" | "1h" }',
      })
      .optional(),
  });
}

function ttl() {
  return z.enum(['5m', '1h']);
}

function label(max: number) {
  return z.string().min(1).max(max).optional();
}

function jsonObject(): z.ZodType<JSONObject> {
  // The values are JSON by type; looking through them would cost more than it finds.
  return z.record(z.string(), z.unknown()) as z.ZodType<JSONObject>;
}

/** A misspelled member of a nested object would be lost without a word, so it is an error. */
function strict<Shape extends Record<string, z.ZodType>>(shape: Shape) {
  return z.strictObject(shape, {
    error: issue =>
      issue.code === 'unrecognized_keys'
        ? `unknown member ${quoted(issue.keys)}; expected ${quoted(Object.keys(shape))}`
        : undefined,
  });
}

/* ------------------------------------------------------------------ errors */

function invalidOption(
  issues: readonly z.core.$ZodIssue[],
  options: JSONObject,
  where: string,
): InvalidArgumentError {
  const [issue] = issues;
  const path = (issue?.path ?? []).map(key => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`));
  const argument = `${where === '' ? '' : `${where}.`}providerOptions.bedrock${path.join('')}`;
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
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'object') return 'an object';
  const text = JSON.stringify(value);
  return text.length <= 40 ? text : `a ${typeof value}`;
}

function quoted(names: readonly string[]): string {
  return names.map(name => JSON.stringify(name)).join(', ');
}
