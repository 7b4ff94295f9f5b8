import type {
  ChatTraits,
  ContentTraits,
  ModelFamily,
  PromptCacheTraits,
  SamplingConflict,
  StructuredOutputMode,
  ToolTraits,
} from '../codec/family.ts';
import { messagesTraits } from './claude-messages-traits.ts';
import {
  type ClaudeModel,
  isFrom,
  maxOutputTokens,
  outputBurndown,
  parseClaudeModel,
} from './claude-model.ts';
import { claudeReasoning } from './claude-thinking.ts';
import { anthropicTools } from './claude-tools.ts';
import { constrainedSchema } from './constrained-schema.ts';
import { chatDefaults } from './defaults.ts';
import { takesNo } from './media.ts';
import { field, nowhere } from './sampling.ts';

/** Anthropic's models. */
export const claude: ModelFamily = {
  name: 'claude',
  matches: baseModel => baseModel.startsWith('anthropic.'),
  chat: baseModel => {
    const model = parseClaudeModel(baseModel);
    const promptCache = cacheTraits(model, baseModel);
    return {
      sampling: samplingRules(model),
      samplingConflicts: isFrom(401, model) ? TEMPERATURE_OR_TOP_P : [],
      reasoning: claudeReasoning(model),
      structuredOutput: structuredOutputModes(model),
      tools: toolTraits(model),
      content: contentTraits(model),
      ...(promptCache && { promptCache }),
      // A stream names the stop sequence in its last delta, a whole reply at the top.
      responseFieldPaths: ['/stop_sequence', '/delta/stop_sequence', '/usage/output_tokens_details'],
      betas: names => ({ anthropic_beta: [...names] }),
      maxOutputTokens: maxOutputTokens(model),
      outputBurndown: outputBurndown(model),
    };
  },
  countBody: async request => (await import('./claude-count.ts')).claudeCountBody(request),
  invokeChat: baseModel => {
    const model = parseClaudeModel(baseModel);
    return isFrom(300, model) ? ownMessages(model) : textCompletion;
  },
  messages: baseModel => {
    const model = parseClaudeModel(baseModel);
    return messagesTraits(model, {
      outputFormat: takesOutputFormat(model) && !isOutputFormatUnsure(model),
      strictTools: takesStrictTools(model),
    });
  },
};

const textCompletion = { load: async () => (await import('./claude-text.ts')).claudeText };

function ownMessages(model: ClaudeModel) {
  return { load: async () => (await import('./claude-messages.ts')).claudeMessages(defaultMaxTokens(model)) };
}

/**
 * The limit of an answer for which the call sets none; the Messages body must have one. The most that the model
 * writes, but below the 21,333 tokens from which on AWS asks for a stream.
 */
function defaultMaxTokens(model: ClaudeModel): number {
  if (isFrom(307, model)) return 20_000;
  return isFrom(305, model) ? 8192 : 4096;
}

/* -------------------------------------------------------------- sampling */

/** Answered with "`temperature` is deprecated for this model." from Opus 4.7 on, for all three. */
const NO_SAMPLING = nowhere('Claude takes no temperature, topP and topK from Opus 4.7 on.');
const NO_SEED = nowhere('Claude has no seed.');
const NO_PENALTY = nowhere('Claude has no penalties.');

const TEMPERATURE_OR_TOP_P: readonly SamplingConflict[] = [
  { keep: 'temperature', drop: 'topP', reason: 'This Claude takes temperature or topP, not both.' },
];

/** https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-anthropic-claude-messages-request-response.html */
function samplingRules(model: ClaudeModel): ChatTraits['sampling'] {
  const { temperature, topP, stopSequences } = chatDefaults.sampling;
  const rejected = isFrom(407, model);
  return {
    temperature: rejected ? NO_SAMPLING : temperature,
    topP: rejected ? NO_SAMPLING : topP,
    topK: rejected ? NO_SAMPLING : field('top_k', [0, 500]),
    seed: NO_SEED,
    presencePenalty: NO_PENALTY,
    frequencyPenalty: NO_PENALTY,
    stopSequences,
  };
}

/* ----------------------------------------------------- structured output */

const NATIVE: StructuredOutputMode = { mode: 'native', ...constrainedSchema };
const TOOL: StructuredOutputMode = { mode: 'tool' };

/** @see https://docs.aws.amazon.com/bedrock/latest/userguide/claude-messages-structured-outputs.html */
function structuredOutputModes(model: ClaudeModel): readonly StructuredOutputMode[] {
  const tool = isFrom(300, model) && !neverForced(model) ? [TOOL] : [];
  if (!takesOutputFormat(model)) return tool;
  return isOutputFormatUnsure(model) ? [...tool, NATIVE] : [NATIVE, ...tool];
}

/**
 * AWS lists Claude 4.5 and 4.6; Claude 5 follows, but for Haiku. The catalogs that list Opus 4.7 and 4.8 take it
 * from Anthropic's own API: Bedrock answers "output_config.format: Extra inputs are not permitted".
 * @see https://github.com/vercel/ai/pull/17919
 */
function takesOutputFormat(model: ClaudeModel): boolean {
  return isFrom(500, model) ? model.tier !== 'haiku' : isFrom(405, model) && !isFrom(407, model);
}

/**
 * Where a forced tool goes first. Haiku 4.5 refuses the format in some accounts and geographies, Sonnet 4.6 runs to
 * the token limit on larger schemas, and Sonnet 5 came with a refusal.
 * @see https://github.com/vercel/ai/pull/20128
 */
function isOutputFormatUnsure(model: ClaudeModel): boolean {
  if (isFrom(500, model)) return model.tier === 'sonnet' && !isFrom(505, model);
  return model.tier === 'haiku' || (model.tier === 'sonnet' && isFrom(406, model));
}

/* ----------------------------------------------------------------- tools */

function toolTraits(model: ClaudeModel): ToolTraits {
  if (!isFrom(300, model)) {
    return { ...chatDefaults.tools, unsupported: 'Claude takes tools from Claude 3 on.', choices: [] };
  }
  return {
    ...chatDefaults.tools,
    ...(neverForced(model) && {
      choices: [],
      choiceReason: 'This Claude cannot be made to call a tool; ask for the call in the prompt.',
    }),
    strict: takesStrictTools(model),
    strictSchema: constrainedSchema,
    providerTools: anthropicTools,
  };
}

/**
 * Bedrock answers "tools.0.custom.strict: Extra inputs are not permitted" for Opus 4.7 and 4.8, and for what is
 * newer than Opus 5 and Fable 5.
 * @see https://github.com/lobehub/lobehub/issues/19876
 */
function takesStrictTools(model: ClaudeModel): boolean {
  if (isFrom(500, model)) return model.release === 500 && ['opus', 'fable', 'mythos'].includes(model.tier);
  return isFrom(405, model) && !isFrom(407, model);
}

/**
 * Opus 5.5, Sonnet 5.5, Fable 5.1, Mythos 5.1 and what comes after refuse `any` and `tool`; Haiku does not.
 * @see https://platform.claude.com/docs/en/models/opus-5-5/whats-new-opus-5-5
 */
function neverForced(model: ClaudeModel): boolean {
  if (model.tier === 'haiku') return false;
  return isFrom(501, model, 'fable', 'mythos') || isFrom(505, model);
}

/* --------------------------------------------------------------- content */

const NO_PREFILL = 'Claude 4.6 and later do not continue an assistant message; end with a user message.';

function contentTraits(model: ClaudeModel): ContentTraits {
  return {
    refuses: refusedMedia(model),
    toolResultMedia: ['image', 'document'],
    // Documents and video beside a tool result are refused.
    ...(isFrom(300, model) && { besideToolResult: ['text', 'image'] }),
    systemBetweenTurns: takesSystemBetweenTurns(model),
    system: true,
    reasoningReplay: 'signed',
    ...(isFrom(406, model) && { refusesPrefill: NO_PREFILL }),
  };
}

function refusedMedia(model: ClaudeModel): ContentTraits['refuses'] {
  const takesImages = isFrom(300, model) && !(model.tier === 'haiku' && model.release === 305);
  if (!takesImages) return takesNo('image', 'video', 'audio');
  // No model so far takes more; of later ones this is not known.
  return isFrom(506, model) ? {} : takesNo('video', 'audio');
}

/** "role 'system' is not supported on this model" up to Opus 4.7, and on Sonnet 5. */
function takesSystemBetweenTurns(model: ClaudeModel): boolean {
  return isFrom(505, model) || (isFrom(408, model) && model.tier !== 'sonnet');
}

/* --------------------------------------------------------------- caching */

/** https://docs.aws.amazon.com/bedrock/latest/userguide/prompt-caching.html */
function cacheTraits(model: ClaudeModel, baseModel: string | undefined): PromptCacheTraits | undefined {
  const minTokens = cacheMinimum(model, baseModel);
  return minTokens === undefined
    ? undefined
    : {
        places: ['system', 'messages', 'tools'],
        minTokens,
        ttls: isFrom(405, model) ? ['5m', '1h'] : ['5m'],
      };
}

function cacheMinimum(model: ClaudeModel, baseModel = ''): number | undefined {
  // The minimum of Haiku 5.5 is not published: that of the last Haiku is the safe one.
  if (isFrom(405, model, 'haiku')) return 4096;
  if (isFrom(505, model) || isFrom(500, model, 'opus', 'fable', 'mythos')) return 512;
  if (isFrom(405, model, 'opus') && !isFrom(408, model)) return 4096;
  if (isFrom(307, model)) return 1024;
  if (isFrom(305, model, 'haiku')) return 2048;
  // Claude 3.5 Sonnet of 2024-10 (v2), not the one of 2024-06.
  return baseModel.includes('claude-3-5-sonnet-20241022') ? 1024 : undefined;
}
