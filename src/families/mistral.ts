import type { ChatTraits, ModelFamily } from '../codec/family.ts';
import { takesNo } from './media.ts';
import { openWeight, reasoningConfigWord } from './open-weight.ts';
import { openAIBody } from './openai-body.ts';
import { noReasoning } from './reasoning.ts';
import { field, nowhere } from './sampling.ts';

/** Mistral, Mixtral, Pixtral, Ministral, Magistral, Devstral, Voxtral. */
export const mistral: ModelFamily = {
  name: 'mistral',
  matches: baseModel => baseModel.startsWith('mistral.'),
  chat: (baseModel = '') => {
    if (/mistral-7b|mixtral-8x/.test(baseModel)) return textCompletion;
    if (SERVED.test(baseModel)) return mistralServed(baseModel);
    return current(baseModel);
  },
  invokeChat: (baseModel = '') => {
    if (/mistral-7b|mistral-small-24/.test(baseModel)) return textBody(8192);
    if (baseModel.includes('mixtral-8x')) return textBody(4096);
    return openAIBody({ anyTool: SERVED.test(baseModel) ? 'any' : 'required' });
  },
};

function textBody(mostTokens: number) {
  return { load: async () => (await import('./mistral-prompt.ts')).mistralPrompt(mostTokens) };
}

/** The generation of 2024 and Pixtral Large. */
const SERVED = /mistral-(?:large|small)-24\d\d|pixtral-large-25\d\d/;

const NINE_ALPHANUMERICS = /^[a-zA-Z0-9]{9}$/;
const ALPHANUMERICS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/**
 * Mistral's own validators want tool call ids of exactly nine letters and digits, and Bedrock itself hands out
 * longer ones, as do other models whose history is passed on. The result is a hash, so that a call and its
 * result keep matching through all turns.
 */
export function nineCharacterId(id: string): string {
  if (NINE_ALPHANUMERICS.test(id)) return id;
  // 62^9 needs 54 bits: two hashes of 32 bits, started apart.
  return base62(hash(id, 0x811c9dc5), 5) + base62(hash(id, 0x9e3779b9), 4);
}

/** 32-bit FNV-1a over UTF-16 units, then mixed, since near ids (`call_1`, `call_2`) must end far apart. */
function hash(text: string, start: number): number {
  let state = start;
  for (let index = 0; index < text.length; index++) {
    state = Math.imul(state ^ text.charCodeAt(index), 0x01000193);
  }
  state = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
  state = Math.imul(state ^ (state >>> 13), 0xc2b2ae35);
  return (state ^ (state >>> 16)) >>> 0;
}

function base62(value: number, digits: number): string {
  let rest = value;
  let text = '';
  for (let digit = 0; digit < digits; digit++) {
    text += ALPHANUMERICS[rest % 62];
    rest = Math.floor(rest / 62);
  }
  return text;
}

const base: ChatTraits = {
  ...openWeight,
  tools: { ...openWeight.tools, callId: nineCharacterId },
  // Pixtral takes documents in tool results and no images. A tool result must stand alone in its message:
  // "Conversation blocks and tool result blocks cannot be provided in the same turn."
  content: { ...openWeight.content, toolResultMedia: ['document'], besideToolResult: [] },
};

/** https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-mistral-text-completion.html */
const textCompletion: ChatTraits = {
  ...base,
  sampling: { ...base.sampling, topK: field('top_k', [1, 200]) },
  structuredOutput: [],
  tools: { ...base.tools, unsupported: 'Mistral 7B and Mixtral take no tools.', choices: [], strict: false },
  content: { ...openWeight.content, system: false, refuses: takesNo('image', 'video', 'audio') },
};

/**
 * The generation of 2024 and Pixtral Large: tools in Converse, none in ConverseStream.
 * https://docs.aws.amazon.com/bedrock/latest/userguide/conversation-inference-supported-models-features.html
 */
function mistralServed(baseModel: string): ChatTraits {
  const large = baseModel.includes('mistral-large');
  return {
    ...base,
    sampling: {
      ...base.sampling,
      // The chat body of these models rejects members that it does not know ("extra_forbidden").
      topK: nowhere('This model takes no topK.'),
    },
    // A tool can be forced on Mistral Large only, and no output format of Converse's is served.
    structuredOutput: large ? [{ mode: 'tool' }] : [],
    tools: {
      ...base.tools,
      choices: large ? ['any'] : [],
      choiceReason: large
        ? 'Mistral Large can be made to call some tool, not a certain one.'
        : 'This model chooses by itself whether to call a tool.',
      strict: false,
      streaming: false,
    },
    content: { ...base.content, refuses: refusedMedia(baseModel) },
  };
}

function current(baseModel: string): ChatTraits {
  return {
    ...base,
    reasoning: baseModel.includes('magistral')
      ? reasoningConfigWord(['low', 'medium', 'high'])
      : noReasoning('Of the Mistral models on Bedrock only Magistral reasons.'),
    content: { ...base.content, refuses: refusedMedia(baseModel) },
  };
}

/** https://docs.aws.amazon.com/bedrock/latest/userguide/models-supported.html */
function refusedMedia(baseModel: string): ChatTraits['content']['refuses'] {
  if (baseModel.includes('pixtral')) return takesNo('video', 'audio');
  if (/mistral-large-24/.test(baseModel)) return takesNo('image', 'video', 'audio');
  if (/mistral-small-24/.test(baseModel)) return takesNo('image', 'document', 'video', 'audio');
  if (baseModel.includes('devstral')) return takesNo('image', 'video', 'audio');
  if (baseModel.includes('voxtral')) return takesNo('image', 'video');
  return {};
}
