import { convertUint8ArrayToBase64 } from '@ai-sdk/provider-utils';
import { z } from 'zod/v4';
import type { BedrockGuardrailAssessment } from '../codec/converse/provider-metadata.ts';
import { checkOptions } from '../codec/provider-options.ts';
import type { ModelContext } from '../models/model-context.ts';
import { encodePathLabel } from '../settings/model-ref.ts';
import { callOperation, type OperationOptions, splitOptions } from './call.ts';

/* ---------------------------------------------------------- ApplyGuardrail */

/** A text or an image to check, as AWS has it; images are PNG or JPEG, by their bytes or in base64. */
export type GuardrailContent =
  | string
  | {
      readonly text: {
        readonly text: string;
        /** What the text is to the guardrail's checks, e.g. to those of contextual grounding. */
        readonly qualifiers?: readonly ('grounding_source' | 'query' | 'guard_content')[] | undefined;
      };
    }
  | {
      readonly image: {
        readonly format: 'png' | 'jpeg';
        readonly source: { readonly bytes: Uint8Array | string };
      };
    };

export interface ApplyGuardrailOptions extends OperationOptions {
  /** Id or ARN of the guardrail. */
  readonly guardrailIdentifier: string;
  /** A number, or `DRAFT`. */
  readonly guardrailVersion: string;
  /** `INPUT` is what a user or tool says, `OUTPUT` what a model says. */
  readonly source: 'INPUT' | 'OUTPUT';
  readonly content: GuardrailContent | readonly GuardrailContent[];
  /**
   * `FULL` reports also what was looked for and not found.
   * @default 'INTERVENTIONS'
   */
  readonly outputScope?: 'INTERVENTIONS' | 'FULL' | undefined;
}

/** AWS's reply, and what it comes to. */
export interface AppliedGuardrail {
  /** `blocked`: say `outputs` instead of the content. `masked`: `outputs` is the content without what is private. */
  readonly outcome: 'passed' | 'masked' | 'blocked';
  readonly action: 'NONE' | 'GUARDRAIL_INTERVENED' | (string & {});
  readonly actionReason?: string;
  /** Empty when the guardrail did not intervene. */
  readonly outputs: ReadonlyArray<{ readonly text?: string }>;
  readonly assessments: readonly BedrockGuardrailAssessment[];
  /** Billed units by policy, e.g. `contentPolicyUnits`. */
  readonly usage?: Readonly<Record<string, number>>;
  readonly guardrailCoverage?: {
    readonly textCharacters?: { readonly guarded?: number; readonly total?: number };
    readonly images?: { readonly guarded?: number; readonly total?: number };
  };
}

// https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ApplyGuardrail.html
const IDENTIFIER = /^([a-z0-9]+|arn:aws(-[^:]+)?:bedrock:[a-z0-9-]{1,20}:\d{12}:guardrail\/[a-z0-9]+)$/;
const VERSION = /^([1-9]\d{0,7}|DRAFT)$/;

const guardrailSchema = {
  guardrailIdentifier: z.string().regex(IDENTIFIER, 'expected the id or ARN of a guardrail'),
  guardrailVersion: z.string().regex(VERSION, 'expected a version, e.g. "1", or "DRAFT"'),
};

const bytes = z.union([z.base64(), z.instanceof(Uint8Array)], 'expected bytes or base64');

const contentSchema = z.union(
  [
    z.string(),
    z.strictObject({
      text: z.strictObject({
        text: z.string(),
        qualifiers: z.array(z.enum(['grounding_source', 'query', 'guard_content'])).optional(),
      }),
    }),
    z.strictObject({
      image: z.strictObject({ format: z.enum(['png', 'jpeg']), source: z.strictObject({ bytes }) }),
    }),
  ],
  'expected a text, { text: { text, qualifiers } } or { image: { format, source: { bytes } } }',
);

const applySchema = z.strictObject({
  ...guardrailSchema,
  source: z.enum(['INPUT', 'OUTPUT']),
  content: z.union(
    [contentSchema, z.array(contentSchema).min(1)],
    'expected a text, a block, or a list of them',
  ),
  outputScope: z.enum(['INTERVENTIONS', 'FULL']).optional(),
});

/** See `BedrockOperations.applyGuardrail`. */
export async function applyGuardrail(
  context: ModelContext,
  options: ApplyGuardrailOptions,
): Promise<AppliedGuardrail> {
  const { own, shared } = splitOptions(options);
  checkOptions(applySchema, own as object as Parameters<typeof checkOptions>[1], () => 'applyGuardrail');
  const { guardrailIdentifier, guardrailVersion, source, content, outputScope } = own;
  const blocks = (Array.isArray(content) ? content : [content]) as readonly GuardrailContent[];
  const reply = await callOperation<Omit<AppliedGuardrail, 'outcome'>>(
    context,
    {
      service: 'bedrock-runtime',
      path: `/guardrail/${encodePathLabel(guardrailIdentifier)}/version/${guardrailVersion}/apply`,
      body: { source, content: blocks.map(toBlock), ...(outputScope !== undefined && { outputScope }) },
    },
    shared,
    ({ action, outputs, assessments }) =>
      typeof action === 'string' && Array.isArray(outputs) && Array.isArray(assessments),
  );
  return { ...reply, outcome: outcomeOf(reply) };
}

function toBlock(content: GuardrailContent): object {
  if (typeof content === 'string') return { text: { text: content } };
  if ('text' in content) return content;
  const { format, source } = content.image;
  const given = source.bytes;
  return {
    image: {
      format,
      source: { bytes: typeof given === 'string' ? given : convertUint8ArrayToBase64(given) },
    },
  };
}

/** The reply says only that the guardrail intervened. It has masked where it has found nothing to block. */
function outcomeOf({ action, assessments }: Omit<AppliedGuardrail, 'outcome'>): AppliedGuardrail['outcome'] {
  if (action === 'NONE') return 'passed';
  const actions = assessments.flatMap(({ sensitiveInformationPolicy, ...others }) => {
    const { piiEntities, regexes } = sensitiveInformationPolicy ?? {};
    const findings = [...(piiEntities ?? []), ...(regexes ?? [])];
    return [...findings.map(finding => finding.action), ...actionsIn(others)];
  });
  return actions.includes('ANONYMIZED') && !actions.includes('BLOCKED') ? 'masked' : 'blocked';
}

/** Of findings in all policies, also those that AWS adds. */
function actionsIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(actionsIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) =>
    name === 'action' && typeof member === 'string' ? [member] : actionsIn(member),
  );
}

/* --------------------------------------------------- InvokeGuardrailChecks */

const CONTENT_CATEGORIES = ['VIOLENCE', 'HATE', 'SEXUAL', 'MISCONDUCT', 'INSULTS'] as const;
const ATTACK_CATEGORIES = ['JAILBREAK', 'PROMPT_INJECTION', 'PROMPT_LEAKAGE'] as const;

export interface GuardrailChecksOptions extends OperationOptions {
  /** A text of the user, or messages. */
  readonly messages: string | readonly GuardrailChecksMessage[];
  /** What to look for; at least one. */
  readonly checks: {
    readonly contentFilter?: readonly (typeof CONTENT_CATEGORIES)[number][] | undefined;
    readonly promptAttack?: readonly (typeof ATTACK_CATEGORIES)[number][] | undefined;
    /** Kinds of entities, e.g. `EMAIL`, `PHONE`; at most 31. */
    readonly sensitiveInformation?: readonly string[] | undefined;
  };
}

export interface GuardrailChecksMessage {
  readonly role: 'user' | 'assistant' | 'system';
  readonly content: string | ReadonlyArray<{ readonly text: string }>;
}

/** AWS's reply. */
export interface GuardrailChecks {
  readonly results: {
    /** Scores from 0 to 1. */
    readonly contentFilter?: { readonly results: ReadonlyArray<{ category: string; severityScore: number }> };
    readonly promptAttack?: { readonly results: ReadonlyArray<{ category: string; severityScore: number }> };
    readonly sensitiveInformation?: {
      readonly results: ReadonlyArray<{
        type: string;
        confidenceScore: number;
        /** Offsets in the text; `endOffset` is behind the last character. */
        beginOffset: number;
        endOffset: number;
        messageIndex: number;
        contentIndex: number;
      }>;
      readonly truncated?: boolean;
    };
  };
  readonly usage?: Readonly<Record<string, { readonly textUnits?: number }>>;
}

// https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeGuardrailChecks.html
const checksSchema = z.strictObject({
  messages: z.union(
    [
      z.string().min(1),
      z
        .array(
          z.strictObject({
            role: z.enum(['user', 'assistant', 'system']),
            content: z.union([
              z.string().min(1),
              z.array(z.strictObject({ text: z.string().min(1) })).min(1),
            ]),
          }),
        )
        .min(1),
    ],
    'expected a text, or messages with a role and content that is not empty',
  ),
  checks: z
    .strictObject({
      contentFilter: z.array(z.enum(CONTENT_CATEGORIES)).min(1).optional(),
      promptAttack: z.array(z.enum(ATTACK_CATEGORIES)).min(1).optional(),
      sensitiveInformation: z.array(z.string()).min(1).max(31).optional(),
    })
    .refine(
      checks => Object.values(checks).some(Boolean),
      'expected at least one of contentFilter, promptAttack and sensitiveInformation',
    ),
});

/** See `BedrockOperations.invokeGuardrailChecks`. */
export async function invokeGuardrailChecks(
  context: ModelContext,
  options: GuardrailChecksOptions,
): Promise<GuardrailChecks> {
  const { own, shared } = splitOptions(options);
  checkOptions(
    checksSchema,
    own as object as Parameters<typeof checkOptions>[1],
    () => 'invokeGuardrailChecks',
  );
  const { messages, checks } = own;
  const given = typeof messages === 'string' ? [{ role: 'user' as const, content: messages }] : messages;
  const { contentFilter, promptAttack, sensitiveInformation } = checks;
  return callOperation<GuardrailChecks>(
    context,
    {
      service: 'bedrock-runtime',
      path: '/guardrail-checks/invoke',
      body: {
        messages: given.map(({ role, content }) => ({
          role,
          content: typeof content === 'string' ? [{ text: content }] : content,
        })),
        checks: {
          ...(contentFilter && {
            contentFilter: { categories: contentFilter.map(category => ({ category })) },
          }),
          ...(promptAttack && { promptAttack: { categories: promptAttack.map(category => ({ category })) } }),
          ...(sensitiveInformation && {
            sensitiveInformation: { entities: sensitiveInformation.map(type => ({ type })) },
          }),
        },
      },
    },
    shared,
    ({ results }) => typeof results === 'object' && results !== null,
  );
}
