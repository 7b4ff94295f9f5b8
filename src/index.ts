export type {
  ChatTraits,
  ContentTraits,
  MediaKind,
  ModelFamily,
  PromptCacheTraits,
  ReasoningConfig,
  ReasoningLevel,
  ReasoningPlan,
  ReasoningRequest,
  SamplingConflict,
  SamplingOption,
  SamplingRule,
  StructuredOutputMode,
  ToolTraits,
} from './codec/family.ts';
export { BedrockError } from './errors.ts';
export { chatDefaults } from './families/defaults.ts';
export { type BedrockProvider, bedrock, createBedrock } from './provider.ts';
export type { BedrockModelSettings, BedrockProviderSettings } from './settings/settings.ts';
export { VERSION } from './version.ts';
