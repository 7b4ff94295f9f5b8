/**
 * The text bodies of Claude 2, Titan, Llama, Mistral, Cohere Command, Jurassic-2 and DeepSeek-R1. Shapes and ranges
 * are those of AWS's pages on the parameters of each.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters.html
 */
import type { JSONObject } from '@ai-sdk/provider';
import type { ConverseRequest, InferenceConfig } from '../../codec/converse/wire.ts';
import { idFrom } from '../hash.ts';
import { malformed } from '../validation/body-words.ts';
import {
  blob,
  boolean,
  document,
  enumeration,
  float,
  integer,
  list,
  type Shape,
  string,
  structure,
} from '../validation/shape.ts';
import { type ChatBody, isOf, isOpaque } from './chat-body.ts';
import {
  promptToConverse,
  type ReadPrompt,
  readDeepSeek,
  readHeaders,
  readInstructions,
  readNames,
} from './prompts.ts';
import { textBody } from './text-body.ts';

const text = string({ min: 1 });
const zeroToOne = float({ min: 0, max: 1 });
const stops = (max?: number): Shape => list(string(), max === undefined ? {} : { max });

function promptOf(body: JSONObject): string {
  return String(body['prompt']);
}

/** @param names the model's own names, in this order */
function settingsOf(
  body: JSONObject,
  [maxTokens, temperature, topP, stopSequences]: readonly [string, string, string, string?],
): InferenceConfig {
  return {
    maxTokens: body[maxTokens] as number | undefined,
    temperature: body[temperature] as number | undefined,
    topP: body[topP] as number | undefined,
    ...(stopSequences !== undefined && { stopSequences: (body[stopSequences] ?? []) as string[] }),
  };
}

/** Most models say `length` and `stop`. */
function plainStop(stopReason: string | undefined): string {
  return stopReason === 'max_tokens' ? 'length' : 'stop';
}

/* ------------------------------------------------------------------ Claude 2 */

const claudeText = textBody({
  claims: (modelId, { prompt, max_tokens_to_sample, anthropic_version }) =>
    anthropic_version === undefined &&
    (/anthropic\.claude-(?:v|instant)/.test(modelId) ||
      (isOpaque(modelId) && prompt !== undefined && max_tokens_to_sample !== undefined)),
  shape: structure(
    {
      prompt: text,
      max_tokens_to_sample: integer({ min: 0, max: 4096 }),
      temperature: zeroToOne,
      top_p: zeroToOne,
      top_k: integer({ min: 0, max: 500 }),
      stop_sequences: stops(),
      anthropic_version: string(),
    },
    ['prompt', 'max_tokens_to_sample'],
  ),
  rules: body =>
    /Human:[\s\S]*Assistant:/.test(promptOf(body))
      ? undefined
      : malformed('#: prompt must start with "\n\nHuman:" turn after an optional system prompt'),
  readPrompt: body => readNames(promptOf(body), 'Human', 'Assistant'),
  settings: body => settingsOf(body, ['max_tokens_to_sample', 'temperature', 'top_p', 'stop_sequences']),
  stopWord: stopReason => (stopReason === 'max_tokens' ? 'max_tokens' : 'stop_sequence'),
  whole: ({ text: completion, stop }) => ({ type: 'completion', completion, ...claudeStop(stop) }),
  piece: ({ text: completion }) => ({ type: 'completion', completion, stop_reason: null, stop: null }),
  last: ({ stop }) => ({ type: 'completion', completion: '', ...claudeStop(stop) }),
});

function claudeStop(stop: string): JSONObject {
  return { stop_reason: stop, stop: stop === 'stop_sequence' ? '\n\nHuman:' : null };
}

/* --------------------------------------------------------------------- Titan */

const titanText = textBody({
  claims: (modelId, { inputText, textGenerationConfig }) =>
    /amazon\.titan-(?:text|tg1)/.test(modelId) ||
    (isOpaque(modelId) && inputText !== undefined && textGenerationConfig !== undefined),
  shape: structure(
    {
      inputText: text,
      textGenerationConfig: structure({
        temperature: zeroToOne,
        topP: zeroToOne,
        maxTokenCount: integer({ min: 0, max: 8192 }),
        stopSequences: stops(),
      }),
    },
    ['inputText'],
  ),
  readPrompt: body => readNames(String(body['inputText']), 'User', 'Bot'),
  settings: body =>
    settingsOf((body['textGenerationConfig'] ?? {}) as JSONObject, [
      'maxTokenCount',
      'temperature',
      'topP',
      'stopSequences',
    ]),
  stopWord: stopReason => {
    if (stopReason === 'max_tokens') return 'LENGTH';
    return stopReason === 'content_filtered' ? 'CONTENT_FILTERED' : 'FINISH';
  },
  whole: ({ text: outputText, stop, usage }) => ({
    inputTextTokenCount: usage.inputTokens ?? 0,
    results: [{ tokenCount: usage.outputTokens ?? 0, outputText, completionReason: stop }],
  }),
  piece: ({ text: outputText, isFirst, inputTokens }) => ({
    outputText,
    index: 0,
    totalOutputTextTokenCount: null,
    completionReason: null,
    inputTextTokenCount: isFirst ? inputTokens : null,
  }),
  last: ({ stop, usage }) => ({
    outputText: '',
    index: 0,
    totalOutputTextTokenCount: usage.outputTokens ?? 0,
    completionReason: stop,
    inputTextTokenCount: null,
  }),
});

/* --------------------------------------------------------------------- Llama */

const llama = textBody({
  claims: (modelId, { prompt, max_gen_len }) =>
    isOf('meta\\.llama', modelId) || (isOpaque(modelId) && prompt !== undefined && max_gen_len !== undefined),
  shape: structure(
    {
      prompt: text,
      temperature: zeroToOne,
      top_p: zeroToOne,
      max_gen_len: integer({ min: 1, max: 2048 }),
      images: list(blob({ min: 1 })),
    },
    ['prompt'],
  ),
  rules: ({ prompt, images = [] }) => {
    const marks = String(prompt).split('<|image|>').length - 1;
    const given = Array.isArray(images) ? images.length : 0;
    return marks === given
      ? undefined
      : malformed(`#: ${marks} image marks in the prompt and ${given} images`);
  },
  readPrompt: readLlama,
  settings: body => settingsOf(body, ['max_gen_len', 'temperature', 'top_p']),
  also: withImages,
  stopWord: plainStop,
  whole: ({ text: generation, stop, usage }) => ({
    generation,
    prompt_token_count: usage.inputTokens ?? 0,
    generation_token_count: usage.outputTokens ?? 0,
    stop_reason: stop,
  }),
  piece: ({ text: generation, isFirst, inputTokens, count }) => ({
    generation,
    prompt_token_count: isFirst ? inputTokens : null,
    generation_token_count: count,
    stop_reason: null,
  }),
  last: ({ stop, usage }) => ({
    generation: '',
    prompt_token_count: null,
    generation_token_count: usage.outputTokens ?? 0,
    stop_reason: stop,
  }),
});

function readLlama(body: JSONObject): ReadPrompt {
  const prompt = promptOf(body).replaceAll('<|image|>', '');
  return prompt.includes('[INST]') ? readInstructions(prompt) : readHeaders(prompt);
}

/** The images stand in the last message, which is near enough for an answer that only counts them. */
function withImages(body: JSONObject): Pick<ConverseRequest, 'messages'> {
  const images = (body['images'] ?? []) as string[];
  const messages = promptToConverse(readLlama(body)).messages ?? [];
  const last = messages.at(-1);
  if (images.length === 0 || last === undefined) return { messages };
  const blocks = images.map(bytes => ({ image: { format: 'png' as const, source: { bytes } } }));
  return { messages: [...messages.slice(0, -1), { role: last.role, content: [...blocks, ...last.content] }] };
}

/* ------------------------------------------------------------------- Mistral */

const mistralText = textBody({
  claims: (modelId, { prompt }) =>
    isOf('mistral\\.(?:mistral-7b|mixtral-8x|mistral-small-24)', modelId) ||
    (prompt !== undefined &&
      (isOpaque(modelId) || isOf('mistral\\.(?:mistral-large-24|pixtral-large-25)', modelId))),
  shape: structure(
    {
      prompt: text,
      max_tokens: integer({ min: 1, max: 8192 }),
      temperature: zeroToOne,
      top_p: zeroToOne,
      top_k: integer({ min: 1, max: 200 }),
      stop: stops(10),
    },
    ['prompt'],
  ),
  readPrompt: body => readInstructions(promptOf(body)),
  settings: body => settingsOf(body, ['max_tokens', 'temperature', 'top_p', 'stop']),
  stopWord: plainStop,
  whole: ({ text: said, stop }) => ({ outputs: [{ text: said, stop_reason: stop }] }),
  piece: ({ text: said }) => ({ outputs: [{ text: said, stop_reason: null }] }),
  last: ({ stop }) => ({ outputs: [{ text: '', stop_reason: stop }] }),
});

/* -------------------------------------------------------------------- Cohere */

const commandText = textBody({
  claims: modelId => isOf('cohere\\.command-(?:light-)?text', modelId),
  shape: structure(
    {
      prompt: text,
      temperature: float({ min: 0, max: 5 }),
      p: zeroToOne,
      k: float({ min: 0, max: 500 }),
      max_tokens: integer({ min: 1, max: 4096 }),
      stop_sequences: stops(4),
      return_likelihoods: enumeration(['GENERATION', 'ALL', 'NONE']),
      stream: boolean,
      num_generations: integer({ min: 1, max: 5 }),
      logit_bias: document,
      truncate: enumeration(['NONE', 'START', 'END']),
    },
    ['prompt'],
  ),
  readPrompt: body => readNames(promptOf(body), 'User', 'Chatbot'),
  settings: body => settingsOf(body, ['max_tokens', 'temperature', 'p', 'stop_sequences']),
  stopWord: stopReason => (stopReason === 'max_tokens' ? 'MAX_TOKENS' : 'COMPLETE'),
  whole: ({ text: said, stop }) => ({
    id: idFrom(said, 36),
    generations: [{ id: idFrom(`${said} `, 36), text: said, finish_reason: stop }],
  }),
  piece: ({ text: said }) => ({ is_finished: false, text: said }),
  last: ({ stop }) => ({ is_finished: true, finish_reason: stop }),
});

/* ---------------------------------------------------------------------- AI21 */

const penalty = (max: number): Shape => structure({ scale: float({ min: 0, max }) }, ['scale']);

const jurassic = textBody({
  claims: modelId => isOf('ai21\\.j2', modelId),
  shape: structure(
    {
      prompt: text,
      temperature: zeroToOne,
      topP: zeroToOne,
      maxTokens: integer({ min: 0, max: 8191 }),
      stopSequences: stops(),
      presencePenalty: penalty(5),
      countPenalty: penalty(1),
      frequencyPenalty: penalty(500),
    },
    ['prompt'],
  ),
  streams: false,
  readPrompt: body => readNames(promptOf(body), 'User', 'Assistant'),
  settings: body => settingsOf(body, ['maxTokens', 'temperature', 'topP', 'stopSequences']),
  stopWord: stopReason => (stopReason === 'max_tokens' ? 'length' : 'endoftext'),
  whole: ({ text: said, stop, usage }) => ({
    id: 1234,
    prompt: { text: '', tokens: [] },
    completions: [
      {
        data: { text: said, tokens: [] },
        finishReason:
          stop === 'length' ? { reason: stop, length: usage.outputTokens ?? 0 } : { reason: stop },
      },
    ],
  }),
  // Never asked for.
  piece: ({ text: said }) => ({ text: said }),
  last: ({ stop }) => ({ stop }),
});

/* ------------------------------------------------------------------ DeepSeek */

const deepseekR1 = textBody({
  claims: modelId => isOf('deepseek\\.r1', modelId),
  shape: structure(
    {
      prompt: text,
      temperature: zeroToOne,
      top_p: zeroToOne,
      max_tokens: integer({ min: 1, max: 32_768 }),
      stop: stops(10),
    },
    ['prompt'],
  ),
  readPrompt: body => readDeepSeek(promptOf(body)),
  settings: body => settingsOf(body, ['max_tokens', 'temperature', 'top_p', 'stop']),
  // It reasons in every call.
  also: () => ({ additionalModelRequestFields: { reasoning_effort: 'high' } }),
  behindReasoning: '\n</think>\n\n',
  stopWord: plainStop,
  whole: ({ text: said, stop }) => ({ choices: [{ text: said, stop_reason: stop }] }),
  piece: ({ text: said }) => ({ choices: [{ text: said, stop_reason: null }] }),
  last: ({ stop }) => ({ choices: [{ text: '', stop_reason: stop }] }),
});

export const textBodies: readonly ChatBody[] = [
  claudeText,
  titanText,
  llama,
  mistralText,
  commandText,
  jurassic,
  deepseekR1,
];
