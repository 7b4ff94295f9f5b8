import type {
  ChatTraits,
  ContentTraits,
  ModelFamily,
  PromptCacheTraits,
  SamplingOption,
} from '../codec/family.ts';
import { chatDefaults } from './defaults.ts';
import { takesNo } from './media.ts';
import { effortReasoning, noReasoning } from './reasoning.ts';
import { nestedField, nowhere } from './sampling.ts';

/** Amazon Nova: the models that understand, not those that draw, film or speak. */
export const nova: ModelFamily = {
  name: 'nova',
  matches: baseModel => baseModel.startsWith('amazon.nova-'),
  embedding: (baseModel = 'embeddings') => (baseModel.includes('embed') ? embedding : undefined),
  image: (baseModel = 'canvas') => (baseModel.includes('canvas') ? canvas : undefined),
  invokeChat: (baseModel = '') => (NO_CHAT.test(baseModel) ? undefined : messages),
  video: (baseModel = 'amazon.nova-reel-v1:1') =>
    baseModel.includes('nova-reel')
      ? { load: async () => (await import('./nova-video.ts')).novaVideo(baseModel) }
      : undefined,
  chat: baseModel => ({
    ...chatDefaults,
    sampling: samplingRules(generation(baseModel)),
    reasoning: generation(baseModel) >= 2 ? nova2Reasoning : noReasoning('Nova reasons from Nova 2 on.'),
    tools: { ...chatDefaults.tools, systemTools: systemTools(baseModel) },
    content: contentTraits(baseModel),
    promptCache,
    maxOutputTokens: maxOutputTokens(baseModel),
  }),
};

const embedding = {
  maxValuesPerRequest: 1,
  load: async () => (await import('./nova-embedding.ts')).novaEmbedding,
};
const canvas = { files: true, mask: true, load: async () => (await import('./nova-image.ts')).novaImage };
const messages = { load: async () => (await import('./nova-messages.ts')).novaMessages };

/** https://docs.aws.amazon.com/nova/latest/userguide/what-is-nova.html */
function maxOutputTokens(baseModel: string | undefined): number {
  if (generation(baseModel) >= 2) return 64_000;
  return baseModel?.includes('premier') ? 25_000 : 5_000;
}

/** Models that draw, film, speak or embed. */
const NO_CHAT = /canvas|reel|sonic|embeddings/;

/** 1 for `amazon.nova-lite-v1:0`, 2 for `amazon.nova-2-lite-v1:0`; no id means the current generation. */
function generation(baseModel = 'amazon.nova-2-'): number {
  return Number(/nova-(\d+)-/.exec(baseModel)?.[1] ?? 1);
}

/**
 * Nova 2 takes a topK of 1 to 100 (AWS's listing of the model), Nova 1 one of 0 to 128.
 * @see https://docs.aws.amazon.com/nova/latest/userguide/complete-request-schema.html
 */
function samplingRules(ofGeneration: number): ChatTraits['sampling'] {
  return {
    ...chatDefaults.sampling,
    topK: nestedField(topK => ({ inferenceConfig: { topK } }), ofGeneration >= 2 ? [1, 100] : [0, 128]),
    seed: nowhere('Nova has no seed.'),
    presencePenalty: nowhere('Nova has no penalties.'),
    frequencyPenalty: nowhere('Nova has no penalties.'),
  };
}

const HIGH_CLASH = 'Nova does not take it while it reasons with high effort.';
const HIGH_DROPS: readonly SamplingOption[] = ['temperature', 'topP', 'topK'];

/** https://docs.aws.amazon.com/nova/latest/nova2-userguide/extended-thinking.html */
const nova2Reasoning = effortReasoning({
  levels: ['low', 'medium', 'high'],
  on: effort => ({ reasoningConfig: { type: 'enabled', maxReasoningEffort: effort } }),
  off: { reasoningConfig: { type: 'disabled' } },
  byDefault: false,
  clashes: effort =>
    effort === 'high'
      ? {
          drops: Object.fromEntries(HIGH_DROPS.map(option => [option, HIGH_CLASH])),
          dropsMaxTokens: HIGH_CLASH,
        }
      : {},
});

/** https://docs.aws.amazon.com/nova/latest/nova2-userguide/web-grounding.html */
function systemTools(baseModel: string | undefined): readonly string[] {
  if (generation(baseModel) >= 2) return ['nova_grounding', 'nova_code_interpreter'];
  return baseModel?.includes('premier') ? ['nova_grounding'] : [];
}

function contentTraits(baseModel = ''): ContentTraits {
  return {
    ...chatDefaults.content,
    refuses: refusedMedia(baseModel),
    // Documents in a tool result are refused but for plain text, and video always.
    toolResultMedia: ['image'],
    // Its reasoning reads "[REDACTED]" and has no signature.
    reasoningReplay: 'never',
  };
}

function refusedMedia(baseModel: string): ContentTraits['refuses'] {
  if (baseModel.includes('nova-micro')) return takesNo('image', 'document', 'video', 'audio');
  return /nova-(lite|pro|premier)|nova-2-lite/.test(baseModel) ? takesNo('audio') : {};
}

/** https://docs.aws.amazon.com/bedrock/latest/userguide/prompt-caching.html */
const promptCache: PromptCacheTraits = { places: ['system', 'messages'], minTokens: 1000, ttls: ['5m'] };
