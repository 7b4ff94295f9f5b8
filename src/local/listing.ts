/**
 * What ListFoundationModels and ListInferenceProfiles answer: the models of bedrock-runtime as of 2026-08-22, for
 * every Region the same. It says nothing of which ids the server takes; `models.ts` does.
 *
 * One model per line, by provider: id | name | input -> output | flags and geographies of its profiles. `on-demand`
 * models are called by their own id too; the tokens of `mantle` models are counted on bedrock-mantle only.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/models-supported.html
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-support.html
 */
const MODELS = `
# AI21 Labs
ai21.jamba-1-5-large-v1:0 | Jamba 1.5 Large | text -> text | legacy on-demand
ai21.jamba-1-5-mini-v1:0 | Jamba 1.5 Mini | text -> text | legacy on-demand
# Amazon
amazon.nova-2-lite-v1:0 | Nova 2 Lite | text image video -> text | eu global jp us
amazon.nova-2-multimodal-embeddings-v1:0 | Amazon Nova Multimodal Embeddings | text image video speech -> embedding | on-demand
amazon.nova-2-sonic-v1:0 | Nova 2 Sonic | speech -> text speech | on-demand
amazon.nova-canvas-v1:0 | Nova Canvas | text image -> image | legacy on-demand
amazon.nova-lite-v1:0 | Nova Lite | text image video -> text | on-demand apac ca eu us
amazon.nova-micro-v1:0 | Nova Micro | text -> text | on-demand apac eu us
amazon.nova-premier-v1:0 | Nova Premier | text image video -> text | legacy us
amazon.nova-pro-v1:0 | Nova Pro | text image video -> text | on-demand apac eu us
amazon.nova-reel-v1:0 | Nova Reel | text image -> video | legacy on-demand
amazon.nova-reel-v1:1 | Nova Reel | text image -> video | legacy on-demand
amazon.nova-sonic-v1:0 | Nova Sonic | speech -> text speech | legacy on-demand
amazon.rerank-v1:0 | Rerank 1.0 | text -> text | on-demand
amazon.titan-embed-g1-text-02 | Titan Embeddings G1 - Text v2 | text -> embedding | on-demand
amazon.titan-embed-image-v1 | Titan Multimodal Embeddings G1 | text image -> embedding | on-demand
amazon.titan-embed-text-v1 | Titan Embeddings G1 - Text | text -> embedding | on-demand
amazon.titan-embed-text-v2:0 | Titan Text Embeddings V2 | text -> embedding | on-demand
# Anthropic
anthropic.claude-3-haiku-20240307-v1:0 | Claude 3 Haiku | text image -> text | legacy on-demand eu us
anthropic.claude-fable-5 | Claude Fable 5 | text image -> text | on-demand mantle global us
anthropic.claude-haiku-4-5-20251001-v1:0 | Claude Haiku 4.5 | text image -> text | au eu global jp us
anthropic.claude-opus-4-1-20250805-v1:0 | Claude Opus 4.1 | text image -> text | legacy us
anthropic.claude-opus-4-5-20251101-v1:0 | Claude Opus 4.5 | text image -> text | eu global us
anthropic.claude-opus-4-6-v1 | Claude Opus 4.6 | text image -> text | on-demand au eu global us
anthropic.claude-opus-4-7 | Claude Opus 4.7 | text image -> text | on-demand mantle au eu global jp us
anthropic.claude-opus-4-8 | Claude Opus 4.8 | text image -> text | on-demand mantle au eu global jp us
anthropic.claude-opus-5 | Claude Opus 5 | text image -> text | on-demand mantle au eu global us
anthropic.claude-sonnet-4-20250514-v1:0 | Claude Sonnet 4 | text image -> text | legacy apac eu global us
anthropic.claude-sonnet-4-5-20250929-v1:0 | Claude Sonnet 4.5 | text image -> text | au eu global jp us
anthropic.claude-sonnet-4-6 | Claude Sonnet 4.6 | text image -> text | on-demand au eu global jp us
anthropic.claude-sonnet-5 | Claude Sonnet 5 | text image -> text | on-demand mantle au eu global us
# Cohere
cohere.embed-english-v3 | Embed English | text -> embedding | on-demand
cohere.embed-multilingual-v3 | Embed Multilingual | text -> embedding | on-demand
cohere.embed-v4:0 | Embed v4 | text image -> embedding | on-demand eu global us
cohere.rerank-v3-5:0 | Rerank 3.5 | text -> text | on-demand
# DeepSeek
deepseek.r1-v1:0 | DeepSeek-R1 | text -> text | us
deepseek.v3-v1:0 | DeepSeek-V3.1 | text -> text | on-demand
deepseek.v3.2 | DeepSeek V3.2 | text -> text | on-demand
# Google
google.gemma-3-12b-it | Gemma 3 12B IT | text image -> text | on-demand
google.gemma-3-27b-it | Gemma 3 27B PT | text image -> text | on-demand
google.gemma-3-4b-it | Gemma 3 4B IT | text image -> text | on-demand
# Luma AI
luma.ray-v2:0 | Ray v2 | text -> video | on-demand
# Meta
meta.llama3-1-70b-instruct-v1:0 | Llama 3.1 70B Instruct | text -> text | on-demand us
meta.llama3-1-8b-instruct-v1:0 | Llama 3.1 8B Instruct | text -> text | on-demand us
meta.llama3-3-70b-instruct-v1:0 | Llama 3.3 70B Instruct | text -> text | on-demand us
meta.llama3-70b-instruct-v1:0 | Llama 3 70B Instruct | text -> text | on-demand
meta.llama3-8b-instruct-v1:0 | Llama 3 8B Instruct | text -> text | on-demand
meta.llama4-maverick-17b-instruct-v1:0 | Llama 4 Maverick 17B Instruct | text image -> text | us
meta.llama4-scout-17b-instruct-v1:0 | Llama 4 Scout 17B Instruct | text image -> text | us
# MiniMax
minimax.minimax-m2 | MiniMax M2 | text -> text | on-demand
minimax.minimax-m2.1 | MiniMax M2.1 | text -> text | on-demand
minimax.minimax-m2.5 | MiniMax M2.5 | text -> text | on-demand
# Mistral AI
mistral.devstral-2-123b | Devstral 2 123B | text -> text | on-demand
mistral.magistral-small-2509 | Magistral Small 2509 | text image -> text | on-demand
mistral.ministral-3-14b-instruct | Ministral 14B 3.0 | text image -> text | on-demand
mistral.ministral-3-3b-instruct | Ministral 3B | text image -> text | on-demand
mistral.ministral-3-8b-instruct | Ministral 3 8B | text image -> text | on-demand
mistral.mistral-7b-instruct-v0:2 | Mistral 7B Instruct | text -> text | on-demand
mistral.mistral-large-2402-v1:0 | Mistral Large | text -> text | on-demand
mistral.mistral-large-2407-v1:0 | Mistral Large (24.07) | text -> text | on-demand
mistral.mistral-large-3-675b-instruct | Mistral Large 3 | text image -> text | on-demand
mistral.mistral-small-2402-v1:0 | Mistral Small (24.02) | text -> text | on-demand
mistral.mixtral-8x7b-instruct-v0:1 | Mixtral 8x7B Instruct | text -> text | on-demand
mistral.pixtral-large-2502-v1:0 | Pixtral Large | text image -> text | eu us
mistral.voxtral-mini-3b-2507 | Voxtral Mini 3B 2507 | text speech -> text | on-demand
mistral.voxtral-small-24b-2507 | Voxtral Small 24B 2507 | text speech -> text | on-demand
# Moonshot AI
moonshot.kimi-k2-thinking | Kimi K2 Thinking | text -> text | on-demand
moonshotai.kimi-k2.5 | Kimi K2.5 | text image -> text | on-demand
# NVIDIA
nvidia.nemotron-nano-12b-v2 | NVIDIA Nemotron Nano 12B v2 VL BF16 | text image -> text | on-demand us-gov
nvidia.nemotron-nano-3-30b | Nemotron Nano 3 30B | text -> text | on-demand us-gov
nvidia.nemotron-nano-9b-v2 | NVIDIA Nemotron Nano 9B v2 | text -> text | on-demand us-gov
nvidia.nemotron-super-3-120b | NVIDIA Nemotron 3 Super 120B | text -> text | on-demand us-gov
# OpenAI
openai.gpt-5.6-luna | GPT-5.6 Luna | text image -> text | on-demand global in us
openai.gpt-5.6-sol | GPT-5.6 Sol | text image -> text | on-demand global us
openai.gpt-5.6-terra | GPT-5.6 Terra | text image -> text | on-demand global in us
openai.gpt-oss-120b-1:0 | gpt-oss-120b | text -> text | on-demand us-gov
openai.gpt-oss-20b-1:0 | gpt-oss-20b | text -> text | on-demand us-gov
openai.gpt-oss-safeguard-120b | GPT OSS Safeguard 120B | text -> text | on-demand
openai.gpt-oss-safeguard-20b | GPT OSS Safeguard 20B | text -> text | on-demand
# Qwen
qwen.qwen3-235b-a22b-2507-v1:0 | Qwen3 235B A22B 2507 | text -> text | on-demand
qwen.qwen3-32b-v1:0 | Qwen3 32B | text -> text | on-demand
qwen.qwen3-coder-30b-a3b-v1:0 | Qwen3-Coder-30B-A3B-Instruct | text -> text | on-demand
qwen.qwen3-coder-480b-a35b-v1:0 | Qwen3 Coder 480B A35B Instruct | text -> text | on-demand
qwen.qwen3-coder-next | Qwen3 Coder Next | text -> text | on-demand
qwen.qwen3-next-80b-a3b | Qwen3 Next 80B A3B | text -> text | on-demand
qwen.qwen3-vl-235b-a22b | Qwen3 VL 235B A22B | text image -> text | on-demand
# Stability AI
stability.sd3-5-large-v1:0 | Stable Diffusion 3.5 Large | text image -> image | on-demand
stability.stable-conservative-upscale-v1:0 | Stable Image Conservative Upscale | text image -> image | us
stability.stable-creative-upscale-v1:0 | Stable Image Creative Upscale | text image -> image | us
stability.stable-fast-upscale-v1:0 | Stable Image Fast Upscale | text image -> image | us
stability.stable-image-control-sketch-v1:0 | Stable Image Control Sketch | text image -> image | us
stability.stable-image-control-structure-v1:0 | Stable Image Control Structure | text image -> image | us
stability.stable-image-core-v1:1 | Stable Image Core 1.0 | text -> image | on-demand
stability.stable-image-erase-object-v1:0 | Stable Image Erase Object | text image -> image | us
stability.stable-image-inpaint-v1:0 | Stable Image Inpaint | text image -> image | us
stability.stable-image-remove-background-v1:0 | Stable Image Remove Background | text image -> image | us
stability.stable-image-search-recolor-v1:0 | Stable Image Search and Recolor | text image -> image | us
stability.stable-image-search-replace-v1:0 | Stable Image Search and Replace | text image -> image | us
stability.stable-image-style-guide-v1:0 | Stable Image Style Guide | text image -> image | us
stability.stable-image-ultra-v1:1 | Stable Image Ultra 1.0 | text -> image | on-demand
stability.stable-outpaint-v1:0 | Stable Image Outpaint | text image -> image | us
stability.stable-style-transfer-v1:0 | Stable Image Style Transfer | text image -> image | us
# TwelveLabs
twelvelabs.marengo-embed-2-7-v1:0 | Marengo Embed v2.7 | text image video speech -> embedding | legacy apac eu us
twelvelabs.marengo-embed-3-0-v1:0 | Marengo Embed 3.0 | text image video speech -> embedding | on-demand eu us
twelvelabs.pegasus-1-2-v1:0 | Pegasus v1.2 | text video -> text | on-demand apac eu global us
# Writer
writer.palmyra-vision-7b | Palmyra Vision 7B | text image video -> text | on-demand
writer.palmyra-x4-v1:0 | Palmyra X4 | text -> text | us
writer.palmyra-x5-v1:0 | Palmyra X5 | text -> text | us
# Z.AI
zai.glm-4.7 | GLM 4.7 | text -> text | on-demand
zai.glm-4.7-flash | GLM 4.7 Flash | text -> text | on-demand
zai.glm-5 | GLM 5 | text -> text | on-demand
# xAI
xai.grok-4.6 | xai.grok-4.6 | text image -> text | on-demand global us
`;

export interface ListedModel {
  readonly id: string;
  readonly name: string;
  readonly provider: string;
  readonly input: readonly string[];
  readonly output: readonly string[];
  readonly isLegacy: boolean;
  readonly isOnDemand: boolean;
  /** Its tokens are counted on bedrock-mantle, and not by CountTokens. */
  readonly isCountedOnMantle: boolean;
  readonly geographies: readonly string[];
}

let parsed: readonly ListedModel[] | undefined;

/** Read when it is first asked for. */
export function listedModels(): readonly ListedModel[] {
  parsed ??= parse(MODELS);
  return parsed;
}

const FLAGS = ['legacy', 'on-demand', 'mantle'];

function parse(table: string): ListedModel[] {
  let provider = '';
  return table
    .trim()
    .split('\n')
    .flatMap(line => {
      if (line.startsWith('# ')) {
        provider = line.slice(2);
        return [];
      }
      const [id = '', name = '', modalities = '', rest = ''] = line.split(' | ');
      const [input = '', output = ''] = modalities.split(' -> ');
      const words = rest.split(' ');
      return {
        id,
        name,
        provider,
        input: input.split(' '),
        output: output.split(' '),
        isLegacy: words.includes('legacy'),
        isOnDemand: words.includes('on-demand'),
        isCountedOnMantle: words.includes('mantle'),
        geographies: words.filter(word => word !== '' && !FLAGS.includes(word)),
      };
    });
}

/** Which geographies' profiles can be called from a Region. */
const GEOGRAPHIES: ReadonlyArray<readonly [region: RegExp, geographies: readonly string[]]> = [
  [/^us-gov-/, ['us-gov']],
  [/^us-/, ['us', 'global']],
  [/^ca-/, ['ca', 'us', 'global']],
  [/^(eu|il)-/, ['eu', 'global']],
  [/^ap-northeast-[13]$/, ['jp', 'apac', 'global']],
  [/^ap-southeast-[246]$/, ['au', 'apac', 'global']],
  [/^ap-south-/, ['in', 'apac', 'global']],
  [/^ap-/, ['apac', 'global']],
  [/./, ['global']],
];

export function geographiesOf(region: string): readonly string[] {
  return GEOGRAPHIES.find(([regions]) => regions.test(region))?.[1] ?? [];
}
