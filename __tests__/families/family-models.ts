/** What the contract suite runs over: an entry for every family that chats, and one for a family of a user's own. */
import { chatDefaults, type ModelFamily } from 'bedrock-ai-provider';
import { ai21 } from '../../src/families/ai21.ts';
import { amazonrerank } from '../../src/families/amazonrerank.ts';
import { claude } from '../../src/families/claude.ts';
import { cohere } from '../../src/families/cohere.ts';
import { deepseek } from '../../src/families/deepseek.ts';
import { generic } from '../../src/families/generic.ts';
import { google } from '../../src/families/google.ts';
import { llama } from '../../src/families/llama.ts';
import { luma } from '../../src/families/luma.ts';
import { minimax } from '../../src/families/minimax.ts';
import { mistral } from '../../src/families/mistral.ts';
import { moonshot } from '../../src/families/moonshot.ts';
import { nova } from '../../src/families/nova.ts';
import { nvidia } from '../../src/families/nvidia.ts';
import { openai } from '../../src/families/openai.ts';
import { qwen } from '../../src/families/qwen.ts';
import { stability } from '../../src/families/stability.ts';
import { titan } from '../../src/families/titan.ts';
import { twelvelabs } from '../../src/families/twelvelabs.ts';
import { writer } from '../../src/families/writer.ts';
import { xai } from '../../src/families/xai.ts';
import { zai } from '../../src/families/zai.ts';

export interface FamilyFacts {
  readonly family: ModelFamily;
  /** Base models of the family, of every kind of rules that it has. */
  readonly models: readonly string[];
  /** Models that AWS does not have yet: the family claims them and gives them its newest model's rules. */
  readonly future: { readonly [model: string]: string };
}

/** What a user may write, and as unlike the other families as the contract allows. */
const acme: ModelFamily = {
  name: 'acme',
  matches: baseModel => baseModel.startsWith('acme.'),
  chat: () => ({
    maxOutputTokens: 1_000,
    outputBurndown: 2,
    sampling: {
      ...chatDefaults.sampling,
      temperature: { to: 'inferenceConfig', range: [0.1, 0.9] },
      topK: {
        to: 'additionalModelRequestFields',
        fields: value => ({ sampler: { top_k: value } }),
        range: [1, 50],
      },
      seed: { to: 'additionalModelRequestFields', fields: value => ({ sampler: { seed: value } }) },
      stopSequences: { to: 'nowhere', reason: 'A parrot does not stop.' },
    },
    samplingConflicts: [{ keep: 'topK', drop: 'topP', reason: 'A parrot takes topK or topP, not both.' }],
    reasoning: ({ level, config }) => {
      const effort = config?.maxReasoningEffort ?? level;
      if (effort === undefined || effort === 'none') return { active: false, warnings: [] };
      return {
        active: true,
        effort,
        drops: { temperature: 'A parrot that thinks has no temperature.' },
        refusesForcedTool: 'A parrot that thinks cannot be made to call a tool.',
        refusesPrefill: 'A parrot that thinks starts anew.',
        warnings: [],
      };
    },
    structuredOutput: [
      {
        mode: 'family',
        fields: (schema, name) => ({
          response_format: { type: 'json_schema', json_schema: { name, schema } },
        }),
      },
      { mode: 'tool' },
    ],
    tools: {
      choices: ['any'],
      choiceReason: 'A parrot can be made to call some tool, not a certain one.',
      strict: true,
      streaming: false,
      callId: id => (/^p-\d+$/.test(id) ? id : `p-${[...id].reduce(mixIn, 7)}`),
      systemTools: ['perch'],
      resultStatus: false,
    },
    content: {
      refuses: { video: 'A parrot takes no video.' },
      toolResultMedia: ['document'],
      besideToolResult: ['image'],
      systemBetweenTurns: true,
      system: false,
      reasoningReplay: 'always',
      citationsReplay: false,
    },
    promptCache: { places: ['messages'], minTokens: 1, ttls: ['5m'] },
    responseFieldPaths: ['/parrot'],
    betas: names => ({ feathers: [...names] }),
  }),
};

function mixIn(state: number, character: string): number {
  return (state * 31 + (character.codePointAt(0) ?? 0)) % 0xffffff;
}

export const usersOwn: FamilyFacts = {
  family: acme,
  models: ['acme.parrot-1'],
  future: { 'acme.parrot-2': 'acme.parrot-1' },
};

export const familyFacts: readonly FamilyFacts[] = [
  {
    family: ai21,
    models: ['ai21.j2-ultra-v1', 'ai21.jamba-instruct-v1:0', 'ai21.jamba-1-5-large-v1:0'],
    future: { 'ai21.jamba-2-large-v1:0': 'ai21.jamba-3-mini-v1:0' },
  },
  {
    family: claude,
    models: [
      'anthropic.claude-instant-v1',
      'anthropic.claude-v2:1',
      'anthropic.claude-3-haiku-20240307-v1:0',
      'anthropic.claude-3-5-haiku-20241022-v1:0',
      'anthropic.claude-3-5-sonnet-20240620-v1:0',
      'anthropic.claude-3-5-sonnet-20241022-v2:0',
      'anthropic.claude-3-7-sonnet-20250219-v1:0',
      'anthropic.claude-opus-4-20250514-v1:0',
      'anthropic.claude-sonnet-4-20250514-v1:0',
      'anthropic.claude-opus-4-1-20250805-v1:0',
      'anthropic.claude-sonnet-4-5-20250929-v1:0',
      'anthropic.claude-haiku-4-5-20251001-v1:0',
      'anthropic.claude-opus-4-5-20251101-v1:0',
      'anthropic.claude-opus-4-6-v1',
      'anthropic.claude-sonnet-4-6',
      'anthropic.claude-opus-4-7',
      'anthropic.claude-opus-4-8',
      'anthropic.claude-sonnet-5',
      'anthropic.claude-opus-5',
      'anthropic.claude-fable-5',
      'anthropic.claude-fable-5-1',
      'anthropic.claude-mythos-preview',
      'anthropic.claude-haiku-5-5',
      'anthropic.claude-sonnet-5-5',
      'anthropic.claude-opus-5-5',
    ],
    future: {
      'anthropic.claude-opus-5-6': 'anthropic.claude-opus-6',
      'anthropic.claude-opus-6-20270101-v1:0': 'anthropic.claude-opus-12-3',
      'anthropic.claude-sonnet-6': 'anthropic.claude-sonnet-7-1',
      'anthropic.claude-saga-1': 'anthropic.claude-opus-6',
      'anthropic.claude-saga-1-2-20280101-v1:0': 'anthropic.claude-opus-6',
      'anthropic.claude-next': 'anthropic.claude-opus-99',
    },
  },
  {
    family: cohere,
    models: [
      'cohere.command-text-v14',
      'cohere.command-light-text-v14',
      'cohere.command-r-v1:0',
      'cohere.command-r-plus-v1:0',
    ],
    future: { 'cohere.command-a-v1:0': 'cohere.command-b-v1:0' },
  },
  {
    family: deepseek,
    models: ['deepseek.r1-v1:0', 'deepseek.v3-v1:0', 'deepseek.v3.2'],
    future: { 'deepseek.v4': 'deepseek.v5.1-v1:0' },
  },
  {
    family: google,
    models: ['google.gemma-3-4b-it', 'google.gemma-3-12b-it', 'google.gemma-3-27b-it'],
    future: { 'google.gemma-5-100b': 'google.gemma-6-1b' },
  },
  {
    family: llama,
    models: [
      'meta.llama2-70b-chat-v1',
      'meta.llama3-8b-instruct-v1:0',
      'meta.llama3-1-70b-instruct-v1:0',
      'meta.llama3-2-1b-instruct-v1:0',
      'meta.llama3-2-3b-instruct-v1:0',
      'meta.llama3-2-11b-instruct-v1:0',
      'meta.llama3-2-90b-instruct-v1:0',
      'meta.llama3-3-70b-instruct-v1:0',
      'meta.llama4-maverick-17b-instruct-v1:0',
    ],
    future: { 'meta.llama5-1t-instruct-v1:0': 'meta.llama7-2t-instruct-v1:0' },
  },
  {
    family: minimax,
    models: ['minimax.minimax-m2', 'minimax.minimax-m2.1', 'minimax.minimax-m2.5'],
    future: { 'minimax.minimax-m3': 'minimax.minimax-m4' },
  },
  {
    family: mistral,
    models: [
      'mistral.mistral-7b-instruct-v0:2',
      'mistral.mixtral-8x7b-instruct-v0:1',
      'mistral.mistral-large-2402-v1:0',
      'mistral.mistral-large-2407-v1:0',
      'mistral.mistral-small-2402-v1:0',
      'mistral.pixtral-large-2502-v1:0',
      'mistral.mistral-large-3-675b-instruct',
      'mistral.ministral-3-8b-instruct',
      'mistral.magistral-small-2509',
      'mistral.devstral-2-123b',
      'mistral.voxtral-small-24b-2507',
    ],
    future: {
      'mistral.mistral-large-4-1t-instruct': 'mistral.mistral-large-3-675b-instruct',
      'mistral.mistral-medium-2701': 'mistral.mistral-large-3-675b-instruct',
      'mistral.magistral-medium-2701': 'mistral.magistral-small-2509',
    },
  },
  {
    family: moonshot,
    models: ['moonshot.kimi-k2-thinking', 'moonshotai.kimi-k2.5', 'moonshotai.kimi-k3'],
    future: { 'moonshotai.kimi-k4': 'moonshotai.kimi-k3' },
  },
  {
    family: nova,
    models: [
      'amazon.nova-micro-v1:0',
      'amazon.nova-lite-v1:0',
      'amazon.nova-pro-v1:0',
      'amazon.nova-premier-v1:0',
      'amazon.nova-2-lite-v1:0',
      'amazon.nova-2-lite-v1:0:256k',
      'amazon.nova-2-pro-preview-20251202-v1:0',
    ],
    future: {
      'amazon.nova-3-lite-v1:0': 'amazon.nova-2-pro-preview-20251202-v1:0',
      'amazon.nova-12-ultra-v1:0': 'amazon.nova-2-pro-preview-20251202-v1:0',
    },
  },
  {
    family: nvidia,
    models: [
      'nvidia.nemotron-nano-9b-v2',
      'nvidia.nemotron-nano-12b-v2',
      'nvidia.nemotron-nano-3-30b',
      'nvidia.nemotron-super-3-120b',
    ],
    future: { 'nvidia.nemotron-ultra-4-500b': 'nvidia.nemotron-nano-5-30b' },
  },
  {
    family: openai,
    models: [
      'openai.gpt-oss-20b-1:0',
      'openai.gpt-oss-120b-1:0',
      'openai.gpt-oss-safeguard-120b',
      'openai.gpt-5.6-sol',
      'openai.gpt-6-luna',
      'openai.gpt-6-astra',
      'openai.gpt-6.1-sol',
    ],
    future: { 'openai.gpt-7': 'openai.gpt-8.2-sol', 'openai.gpt-oss-2-1t': 'openai.gpt-oss-20b-1:0' },
  },
  {
    family: qwen,
    models: [
      'qwen.qwen3-235b-a22b-2507-v1:0',
      'qwen.qwen3-32b-v1:0',
      'qwen.qwen3-coder-480b-a35b-v1:0',
      'qwen.qwen3-coder-next',
      'qwen.qwen3-next-80b-a3b',
      'qwen.qwen3-vl-235b-a22b',
    ],
    future: { 'qwen.qwen4-1t': 'qwen.qwen5-100b' },
  },
  {
    family: titan,
    models: ['amazon.titan-text-express-v1', 'amazon.titan-text-lite-v1', 'amazon.titan-text-premier-v1:0'],
    future: { 'amazon.titan-text-next-v1:0': 'amazon.titan-text-express-v1' },
  },
  {
    family: twelvelabs,
    models: ['twelvelabs.pegasus-1-2-v1:0'],
    future: { 'twelvelabs.pegasus-2-0-v1:0': 'twelvelabs.pegasus-1-2-v1:0' },
  },
  {
    family: writer,
    models: ['writer.palmyra-x4-v1:0', 'writer.palmyra-x5-v1:0', 'writer.palmyra-vision-7b'],
    future: { 'writer.palmyra-x7-v1:0': 'writer.palmyra-x6-v1:0' },
  },
  { family: xai, models: ['xai.grok-4.6', 'xai.grok-4.7'], future: { 'xai.grok-6': 'xai.grok-5' } },
  {
    family: zai,
    models: ['zai.glm-4.7', 'zai.glm-4.7-flash', 'zai.glm-5', 'zai.glm-5.3'],
    future: { 'zai.glm-6': 'zai.glm-7-flash' },
  },
  {
    family: generic,
    models: ['somebody.new-v1'],
    future: { 'nobody.newer-v1': 'somebody.new-v1' },
  },
];

/** The models of one family. */
export function modelsOf(family: ModelFamily): readonly string[] {
  return familyFacts.find(facts => facts.family === family)?.models ?? [];
}

/** Families whose models do not chat; their suites are those of the kinds that they have. */
export const withoutChat: readonly ModelFamily[] = [amazonrerank, luma, stability];
