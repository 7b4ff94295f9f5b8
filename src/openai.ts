/** `bedrock-ai-provider/openai`: models through OpenAI's APIs, with `@ai-sdk/openai`. */
export type { MantleModel } from './peers/mantle-models.ts';
export {
  type BedrockOpenAIModelSettings,
  type BedrockOpenAIProvider,
  type BedrockOpenAIProviderSettings,
  bedrockOpenAI,
  createBedrockOpenAI,
} from './peers/openai-provider.ts';
export type { BedrockInferenceService } from './peers/settings.ts';
