/**
 * The open-weight models that Bedrock serves behind one OpenAI-shaped runtime since 2025: Qwen, Gemma, GLM,
 * Kimi, MiniMax, Nemotron, DeepSeek V3, the newer Mistral models. What differs stands in each family.
 */
import type { ChatTraits, SamplingRule } from '../codec/family.ts';
import { constrainedSchema } from './constrained-schema.ts';
import { chatDefaults } from './defaults.ts';
import { type EffortLevel, effortReasoning, noReasoning, type ReasoningRule } from './reasoning.ts';
import { nowhere } from './sampling.ts';

// The service answers 400 to parameters that it does not know, for some models.
const UNDOCUMENTED =
  'AWS documents no such parameter for this model. If it takes one, set it in ' +
  'providerOptions.bedrock.additionalModelRequestFields.';

/** "This model doesn't support the stopSequences field." Measured for Qwen, DeepSeek V3 and GLM. */
export const noStopSequences: SamplingRule = nowhere('This model takes no stop sequences in Converse.');

export const openWeight: ChatTraits = {
  ...chatDefaults,
  sampling: {
    ...chatDefaults.sampling,
    topK: nowhere(UNDOCUMENTED),
    seed: nowhere(UNDOCUMENTED),
    presencePenalty: nowhere(UNDOCUMENTED),
    frequencyPenalty: nowhere(UNDOCUMENTED),
  },
  reasoning: noReasoning('This model does not reason.'),
  // https://docs.aws.amazon.com/bedrock/latest/userguide/structured-output.html
  structuredOutput: [{ mode: 'native', ...constrainedSchema }, { mode: 'tool' }],
  tools: { ...chatDefaults.tools, strict: true, strictSchema: constrainedSchema },
  // Reasoning of these models carries no signature, and is not taken back.
  content: { ...chatDefaults.content, reasoningReplay: 'never' },
};

/**
 * `reasoning_config`, a plain word on this runtime. Without it these models do not reason, and there is no word
 * for off.
 */
export function reasoningConfigWord(levels: readonly EffortLevel[]): ReasoningRule {
  return effortReasoning({
    levels,
    on: effort => ({ reasoning_config: effort }),
    off: {},
    byDefault: false,
  });
}
