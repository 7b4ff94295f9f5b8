/** Reads and checks what callers say through `providerOptions` (the types are in `options.ts`). */
import type { SharedV4ProviderOptions } from '@ai-sdk/provider';
import { z } from 'zod/v4';
import { checkOptions, jsonObject, ownOptions, parseOptions, strict } from '../provider-options.ts';
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
  // As `parseOptions` does, but before anything is made for it: most parts of a prompt have none.
  if (ownOptions(providerOptions) === undefined) return undefined;
  return parseOptions(
    () => {
      schemas ??= makeSchemas();
      return schemas[kind] as z.ZodType<OptionKinds[Kind]>;
    },
    providerOptions,
    where,
  );
}

/** Settings of a provider that stand in for options of the call. */
export type CallDefaults = Pick<BedrockLanguageModelOptions, 'promptCaching' | 'structuredOutputMode'>;

/** @throws InvalidArgumentError naming the setting and the values it takes */
export function readDefaults({ promptCaching, structuredOutputMode }: CallDefaults): CallDefaults {
  if (promptCaching === undefined && structuredOutputMode === undefined) return {};
  schemas ??= makeSchemas();
  return checkOptions(schemas.call, { promptCaching, structuredOutputMode }, () => 'createBedrock');
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
