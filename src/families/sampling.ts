import type { JSONObject, JSONValue } from '@ai-sdk/provider';
import type { SamplingRule } from '../codec/family.ts';

/**
 * Converse's own fields. The service checks the range, for every model.
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InferenceConfiguration.html
 */
export const inferenceConfig: {
  readonly zeroToOne: SamplingRule;
  readonly any: SamplingRule;
} = {
  zeroToOne: { to: 'inferenceConfig', range: [0, 1] },
  any: { to: 'inferenceConfig' },
};

/** The model takes it as `name` in `additionalModelRequestFields`. */
export function field(name: string, range?: readonly [min: number, max: number]): SamplingRule {
  return nestedField(value => ({ [name]: value }), range);
}

/** The model takes it somewhere inside `additionalModelRequestFields`. */
export function nestedField(
  fields: (value: JSONValue) => JSONObject,
  range?: readonly [min: number, max: number],
): SamplingRule {
  return { to: 'additionalModelRequestFields', fields, ...(range && { range }) };
}

/** @param reason a whole sentence, for the warning */
export function nowhere(reason: string): SamplingRule {
  return { to: 'nowhere', reason };
}
