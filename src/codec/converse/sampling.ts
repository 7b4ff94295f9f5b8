import type { JSONObject, JSONValue, LanguageModelV4CallOptions } from '@ai-sdk/provider';
import { type ReasoningPlan, SAMPLING_OPTIONS, type SamplingOption, type SamplingRule } from '../family.ts';
import type { RequestContext } from './request-context.ts';
import type { InferenceConfig } from './wire.ts';

export interface SamplingPlan {
  /** Undefined when there is nothing in it. */
  readonly inferenceConfig: InferenceConfig | undefined;
  /** Each to be merged into `additionalModelRequestFields`. */
  readonly fields: readonly JSONObject[];
}

/** Puts each sampling option where the model takes it, and says why where it takes it nowhere. */
export function planSampling(
  options: LanguageModelV4CallOptions,
  reasoning: ReasoningPlan,
  context: RequestContext,
): SamplingPlan {
  const inferenceConfig: InferenceConfig = {};
  const fields: JSONObject[] = [];
  const maxTokens = planMaxTokens(options.maxOutputTokens, reasoning, context);
  if (maxTokens !== undefined) inferenceConfig.maxTokens = maxTokens;
  for (const option of SAMPLING_OPTIONS) {
    const given = sampled(options, option);
    if (given === undefined) continue;
    const refused = refusal(option, options, reasoning, context);
    if (refused !== undefined) {
      context.unsupported(option, refused);
      continue;
    }
    const rule = context.traits.sampling[option];
    const value = clamp(option, given, rule, context);
    if (rule.to === 'additionalModelRequestFields') fields.push(rule.fields(value));
    else Object.assign(inferenceConfig, { [option]: value });
  }
  return {
    inferenceConfig: Object.keys(inferenceConfig).length === 0 ? undefined : inferenceConfig,
    fields,
  };
}

/** What a budget for reasoning leaves for the answer where the caller does not say. */
const DEFAULT_ANSWER_TOKENS = 4096;

function planMaxTokens(
  wished: number | undefined,
  { extraMaxTokens, dropsMaxTokens }: ReasoningPlan,
  context: RequestContext,
): number | undefined {
  if (dropsMaxTokens !== undefined) {
    if (wished !== undefined) context.unsupported('maxOutputTokens', dropsMaxTokens);
    return undefined;
  }
  return extraMaxTokens === undefined ? wished : (wished ?? DEFAULT_ANSWER_TOKENS) + extraMaxTokens;
}

function sampled(options: LanguageModelV4CallOptions, option: SamplingOption): JSONValue | undefined {
  if (option !== 'stopSequences') return options[option];
  // The service refuses empty stop sequences.
  const sequences = options.stopSequences?.filter(sequence => sequence !== '');
  return sequences?.length ? sequences : undefined;
}

/** Why an option is not sent; undefined when it is. */
function refusal(
  option: SamplingOption,
  options: LanguageModelV4CallOptions,
  reasoning: ReasoningPlan,
  { traits }: RequestContext,
): string | undefined {
  const rule = traits.sampling[option];
  if (rule.to === 'nowhere') return rule.reason;
  const clash = reasoning.drops?.[option];
  if (clash !== undefined) return clash;
  const isSent = (other: SamplingOption) =>
    sampled(options, other) !== undefined &&
    traits.sampling[other].to !== 'nowhere' &&
    reasoning.drops?.[other] === undefined;
  return traits.samplingConflicts.find(({ drop, keep }) => drop === option && isSent(keep))?.reason;
}

function clamp(
  option: SamplingOption,
  value: JSONValue,
  rule: SamplingRule,
  context: RequestContext,
): JSONValue {
  if (rule.to === 'nowhere' || rule.range === undefined || typeof value !== 'number') return value;
  const [min, max] = rule.range;
  const clamped = Math.min(Math.max(value, min), max);
  if (clamped !== value) {
    context.unsupported(
      option,
      `${value} is outside ${min} to ${max}, which the model takes; sent ${clamped}.`,
    );
  }
  return clamped;
}
