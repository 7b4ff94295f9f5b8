import { InvalidArgumentError } from '@ai-sdk/provider';
import type { BedrockModelSettings, BedrockProviderSettings } from '../settings/settings.ts';

/**
 * The endpoint that a model is called at. Both take signatures and API keys.
 * - `bedrock-runtime`: what AWS recommends for new applications
 * - `bedrock-mantle`: models that are only there, and for some of them server-side tools and background work
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/endpoints.html
 */
export type BedrockInferenceService = 'bedrock-runtime' | 'bedrock-mantle';

/** Settings of a provider of Converse, without what only Converse has. */
export type PeerProviderSettings = Omit<BedrockProviderSettings, 'promptCaching' | 'structuredOutputMode'> & {
  /** Where models are called that do not say so themselves. */
  readonly service?: BedrockInferenceService | undefined;
};

export type PeerModelSettings = BedrockModelSettings & {
  /** Where this model is called. */
  readonly service?: BedrockInferenceService | undefined;
};

const SERVICES: readonly unknown[] = [
  'bedrock-runtime',
  'bedrock-mantle',
] satisfies BedrockInferenceService[];

/** @throws InvalidArgumentError naming the setting and its values */
export function checkChoice<Choice extends string>(
  argument: string,
  choice: Choice | undefined,
  choices: readonly unknown[] = SERVICES,
): Choice | undefined {
  if (choice == null) return undefined;
  if (choices.includes(choice)) return choice;
  throw new InvalidArgumentError({
    argument,
    message: `${argument}: ${JSON.stringify(choice)} is none of ${choices.join(', ')}.`,
  });
}
