/** `bedrock-ai-provider/anthropic`: Claude through Anthropic's Messages API, with `@ai-sdk/anthropic`. */
export {
  type BedrockAnthropicModelSettings,
  type BedrockAnthropicProvider,
  type BedrockAnthropicProviderSettings,
  bedrockAnthropic,
  createBedrockAnthropic,
} from './peers/anthropic-provider.ts';
export type { BedrockInferenceService } from './peers/settings.ts';
