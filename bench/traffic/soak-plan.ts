/** What the calls of a soak are and what befalls them, all from one seed. */
import type { LocalFaultRule, LocalQuotas } from '../../src/local/index.ts';

/** Their streams come whole: what the two books have of them must be the same token by token. */
export const WHOLE_MODELS: readonly string[] = [
  'anthropic.claude-sonnet-4-5-20250929-v1:0',
  'us.anthropic.claude-opus-4-8',
  'amazon.nova-lite-v1:0',
];
/** Their streams are also cut off, aborted and left, and each side counts what it saw. */
export const BROKEN_MODELS: readonly string[] = [
  'us.anthropic.claude-haiku-4-5-20251001-v1:0',
  'us.amazon.nova-pro-v1:0',
  'meta.llama3-1-70b-instruct-v1:0',
];
/**
 * Replies that are no streams, and are aborted. What the model had written by then nobody can know here: it is not
 * charged, and may be as much as `MAX_OUTPUT_TOKENS`.
 */
export const ABANDONED_MODEL = 'us.amazon.nova-micro-v1:0';
export const MAX_OUTPUT_TOKENS = 100;
export const MODELS: readonly string[] = [...WHOLE_MODELS, ...BROKEN_MODELS, ABANDONED_MODEL];

/** One of them has less than the soak would take; `{}` only counts. */
export const QUOTAS: LocalQuotas = { 'meta.*': { requestsPerSecond: 15 }, '*': {} };

const REFUSAL = 'Too many requests, please wait before trying again.';

export const FAULTS: readonly LocalFaultRule[] = [
  { share: 0.002, error: { name: 'ThrottlingException', message: REFUSAL } },
  { share: 0.003, error: { name: 'ServiceUnavailableException' } },
  { share: 0.01, error: { name: 'InternalServerException' } },
  ...WHOLE_MODELS.map((models): LocalFaultRule => ({ models, share: 0.01, stallReplyMs: 150 })),
  { share: 0.02, fault: { kind: 'slow', at: 'random', bytes: 64, ms: 2 } },
  { share: 0.01, fault: { kind: 'stall', at: 'random', ms: 100 } },
  ...BROKEN_MODELS.flatMap((models): LocalFaultRule[] => [
    { models, share: 0.02, fault: { kind: 'cut', at: 'random' } },
    { models, share: 0.02, fault: { kind: 'cut', at: 'random', bytes: 9 } },
    { models, share: 0.02, fault: { kind: 'cut', at: 'random', reset: true } },
    { models, share: 0.02, fault: { kind: 'stall', at: 'random' } },
    { models, share: 0.02, fault: { kind: 'corrupt', at: 'random' } },
    { models, share: 0.02, fault: { kind: 'exception', at: 'random', name: 'modelStreamErrorException' } },
    { models, share: 0.01, fault: { kind: 'exception', at: 'random', name: 'serviceUnavailableException' } },
    { models, share: 0.01, fault: { kind: 'error', at: 'random', code: 'internalFailure' } },
  ]),
];

export interface PlannedCall {
  readonly modelId: string;
  readonly prompt: string;
  readonly isStream: boolean;
  /** Milliseconds after which it is aborted. */
  readonly abortAfterMs: number | undefined;
  /** Parts after which the stream is left. */
  readonly leaveAfter: number | undefined;
}

const LONGEST_PROMPT = 80;
/** What most streams take. */
const LONGEST_STAY_MS = 400;
const WORDS =
  'the sea lies still and gray under a low sky where gulls turn slowly over their own shadows'.split(' ');

export function planCall(random: () => number): PlannedCall {
  const pick = <Item>(items: readonly Item[]) => items[Math.floor(random() * items.length)] as Item;
  const modelId = pick(MODELS);
  const isAbandoned = modelId === ABANDONED_MODEL;
  const isStream = !isAbandoned && random() < 0.6;
  const mayBreak = isAbandoned || (isStream && BROKEN_MODELS.includes(modelId));
  const length = 5 + Math.floor(random() * LONGEST_PROMPT);
  return {
    modelId,
    prompt: Array.from({ length }, () => pick(WORDS)).join(' '),
    isStream,
    abortAfterMs: mayBreak && random() < 0.2 ? random() * LONGEST_STAY_MS : undefined,
    leaveAfter: isStream && mayBreak && random() < 0.05 ? Math.floor(random() * 30) : undefined,
  };
}
