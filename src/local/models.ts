/**
 * Which model ids exist. The local Bedrock keeps no list of single models, which would be out of date in a
 * month: an id exists when its provider is on Bedrock and its name begins like the provider's models, with or
 * without a geography's prefix; and so does any ARN that has the shape of one.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/models-supported.html
 */

const MODEL_NAMES: Readonly<Record<string, RegExp>> = {
  ai21: /^(?:j2|jamba)\b/,
  amazon: /^(?:nova|rerank|titan)\b/,
  anthropic: /^claude-(?:v?\d|instant|fable|haiku|mythos|opus|sonnet)/,
  cohere: /^(?:command|embed|rerank)\b/,
  deepseek: /^(?:r|v)\d/,
  google: /^gemma\b/,
  luma: /^ray\b/,
  meta: /^llama\d/,
  minimax: /^minimax-m\d/,
  mistral: /^(?:devstral|magistral|ministral|mistral|mixtral|pixtral|voxtral)\b/,
  moonshot: /^kimi\b/,
  moonshotai: /^kimi\b/,
  nvidia: /^nemotron\b/,
  openai: /^gpt-(?:\d|oss)/,
  qwen: /^qwen\d/,
  stability: /^(?:sd\d|stable)\b/,
  twelvelabs: /^(?:marengo|pegasus)\b/,
  writer: /^palmyra\b/,
  xai: /^grok\b/,
  zai: /^glm-\d/,
};

/** A geography in front of a model id, e.g. `us.`, `us-gov.`, `global.`. Not a closed list: AWS adds to it. */
const GEOGRAPHY = /^(?:[a-z]{2}(?:-gov)?|apac|amer|emea|global)\./;

const ARN_KINDS = [
  'foundation-model',
  'inference-profile',
  'application-inference-profile',
  'provisioned-model',
  'custom-model',
  'custom-model-deployment',
  'imported-model',
  'prompt',
  'prompt-router',
  'default-prompt-router',
  'endpoint',
].join('|');

/** Groups: the kind of resource, and its name. */
const ARN = new RegExp(
  `^arn:aws(?:-[^:]+)?:(?:bedrock|sagemaker):[a-z0-9-]{1,20}:(?:\\d{12})?:(${ARN_KINDS})/(.+)$`,
);

export function isKnownModel(modelId: string): boolean {
  if (!modelId.startsWith('arn:')) return isModelName(modelId);
  const [, kind, name] = ARN.exec(modelId) ?? [];
  if (name === undefined) return false;
  // These two kinds are named after their model; the names of the others say nothing.
  return kind === 'foundation-model' || kind === 'inference-profile' ? isModelName(name) : true;
}

function isModelName(name: string): boolean {
  const [, provider = '', model = ''] = /^([^.]+)\.(.+)$/.exec(name.replace(GEOGRAPHY, '')) ?? [];
  return Object.hasOwn(MODEL_NAMES, provider) && MODEL_NAMES[provider]?.test(model) === true;
}

/** The model or profile that an ARN names; undefined for ids, and for ARNs that name none. */
export function modelOfArn(modelId: string): string | undefined {
  if (!modelId.startsWith('arn:')) return undefined;
  const [, kind, name] = ARN.exec(modelId) ?? [];
  return kind === 'foundation-model' || kind === 'inference-profile' ? name : undefined;
}

/** A prompt of Prompt Management stands in for the model; its requests must leave members out. */
export function isPromptArn(modelId: string): boolean {
  return ARN.exec(modelId)?.[1] === 'prompt';
}
