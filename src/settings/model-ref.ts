import { InvalidArgumentError } from '@ai-sdk/provider';
import type { BedrockModelSettings } from './settings.ts';

/**
 * A model as the user named it. What the model is (`baseModel`) and where its calls go (`id`) are two
 * things: the same model is reached by its own id, through profiles, and by ARNs.
 */
export interface ModelRef {
  /** What goes on the wire as `modelId`, not yet percent-encoded. */
  readonly id: string;
  readonly address: ModelAddress;
  /** Geography of a system inference profile, e.g. `us`, `eu`, `global`. */
  readonly geography?: string | undefined;
  /**
   * Id of the foundation model, without geography and without the suffix of a context length. Undefined
   * when the id does not tell it: it is never guessed.
   */
  readonly baseModel?: string | undefined;
  /** The parts of `id`, when it is an ARN. */
  readonly arn?: Arn | undefined;
}

export interface Arn {
  readonly partition: string;
  readonly service: string;
  /** The Region that calls go to, unless a model setting names another: most ARNs work only there. Can be empty. */
  readonly region: string;
  readonly accountId: string;
  readonly resource: string;
}

/** `model` is also the name of a provisioned model and whatever else a plain id may come to mean. */
export type ModelAddress =
  | 'model'
  | 'inference-profile'
  | 'foundation-model-arn'
  | 'inference-profile-arn'
  | 'application-inference-profile-arn'
  | 'provisioned-model-arn'
  | 'custom-model-arn'
  | 'custom-model-deployment-arn'
  | 'imported-model-arn'
  | 'prompt-arn'
  | 'prompt-router-arn'
  | 'sagemaker-endpoint-arn'
  | 'unknown-arn';

/** A model reference with its model settings applied. */
export interface ModelTarget {
  readonly ref: ModelRef;
  /** The family that the user named; not looked up yet. */
  readonly familyName?: string | undefined;
  /** For `TransportCall.region`: of the model setting, else of the ARN. Not checked yet. */
  readonly region?: string | undefined;
}

/**
 * Geographies of inference profiles that AWS is known to use. Others are seen by the shape of the id.
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/cross-region-inference.html
 */
const GEOGRAPHIES = new Set('us eu apac jp au ca in sa us-gov amer global'.split(' '));

const ARN_ADDRESSES: ReadonlyMap<string, ModelAddress> = new Map([
  ['foundation-model', 'foundation-model-arn'],
  ['inference-profile', 'inference-profile-arn'],
  ['application-inference-profile', 'application-inference-profile-arn'],
  ['provisioned-model', 'provisioned-model-arn'],
  ['custom-model', 'custom-model-arn'],
  ['custom-model-deployment', 'custom-model-deployment-arn'],
  ['imported-model', 'imported-model-arn'],
  ['prompt', 'prompt-arn'],
  ['prompt-router', 'prompt-router-arn'],
  ['default-prompt-router', 'prompt-router-arn'],
]);

/**
 * Reads a model id, inference profile id or ARN.
 * @throws InvalidArgumentError when it cannot be an id at all; ids that AWS does not know are AWS's to refuse
 */
export function parseModelRef(id: string): ModelRef {
  checkId(id, 'modelId');
  return id.startsWith('arn:') ? parseArn(id) : parsePlainId(id);
}

function parsePlainId(id: string): ModelRef {
  const { geography, model } = splitGeography(id);
  return {
    id,
    address: geography === undefined ? 'model' : 'inference-profile',
    geography,
    baseModel: baseModelOf(model),
  };
}

function parseArn(id: string): ModelRef {
  const match = /^arn:([^:]+):([^:]+):([^:]*):([^:]*):(.+)$/.exec(id);
  if (match === null) {
    throw invalid(
      'modelId',
      `${JSON.stringify(id)} is not a whole ARN (arn:partition:service:region:account:resource)`,
    );
  }
  const [, partition = '', service = '', region = '', accountId = '', resource = ''] = match;
  const arn: Arn = { partition, service, region, accountId, resource };
  const address = addressOf(arn);
  return { id, address, arn, ...modelOfArn(address, resource) };
}

function addressOf({ service, resource }: Arn): ModelAddress {
  const type = resource.slice(0, resource.indexOf('/'));
  if (service === 'sagemaker' && type === 'endpoint') return 'sagemaker-endpoint-arn';
  return (service === 'bedrock' ? ARN_ADDRESSES.get(type) : undefined) ?? 'unknown-arn';
}

/** Which model an ARN names. The other kinds of ARN name none. */
function modelOfArn(address: ModelAddress, resource: string): Pick<ModelRef, 'geography' | 'baseModel'> {
  const [, name = ''] = resource.split('/');
  switch (address) {
    case 'foundation-model-arn':
    case 'custom-model-arn': // custom-model/{base model}/{id}
      return { baseModel: baseModelOf(name) };
    case 'inference-profile-arn': {
      const { geography, model } = splitGeography(name);
      return { geography, baseModel: baseModelOf(model) };
    }
    default:
      return {};
  }
}

/**
 * `us.vendor.model` -> `us` and `vendor.model`. A geography that is not in the table is known by what
 * follows it: a vendor's one word and the name of a model. Dots inside version numbers (`vendor.model2.5`,
 * `vendor.v3.2`) have a digit behind them and do not count.
 */
function splitGeography(id: string): { geography?: string | undefined; model: string } {
  const dot = id.indexOf('.');
  const geography = id.slice(0, dot);
  const model = id.slice(dot + 1);
  const isGeography = GEOGRAPHIES.has(geography)
    ? model.includes('.')
    : /^[a-z-]+\.[a-z][a-z0-9]*\.[a-z]/.test(id);
  return isGeography ? { geography, model } : { model: id };
}

/**
 * `vendor.model-v1:0:200k` -> `vendor.model-v1:0`: the third part picks a context length and is not another
 * model. Without a vendor the name is someone's own, e.g. of a provisioned model.
 */
function baseModelOf(name: string): string | undefined {
  return name.includes('.') ? name.replace(/^([^:]*:[^:]*):.*$/, '$1') : undefined;
}

/**
 * Applies the model settings that say what the model is and where its calls go.
 * @throws InvalidArgumentError when they contradict the id or each other
 */
export function applyModelSettings(ref: ModelRef, settings: BedrockModelSettings): ModelTarget {
  const named = withBaseModel(ref, settings.baseModel);
  const target = withInferenceProfile(named, settings.inferenceProfile);
  return {
    ref: target,
    familyName: familyNameOf(settings),
    region: settings.region ?? (target.arn?.region || ref.arn?.region || undefined),
  };
}

function withBaseModel(ref: ModelRef, setting: string | undefined): ModelRef {
  if (setting == null) return ref;
  checkId(setting, 'baseModel');
  const { baseModel } = parseModelRef(setting);
  if (baseModel === undefined) {
    throw invalid(
      'baseModel',
      `${JSON.stringify(setting)} names no foundation model, e.g. amazon.nova-lite-v1:0`,
    );
  }
  if (ref.baseModel !== undefined && ref.baseModel !== baseModel) {
    throw invalid(
      'baseModel',
      `${JSON.stringify(setting)} contradicts the model id ${JSON.stringify(ref.id)}`,
    );
  }
  return { ...ref, baseModel };
}

function withInferenceProfile(ref: ModelRef, setting: string | undefined): ModelRef {
  if (setting == null) return ref;
  checkId(setting, 'inferenceProfile');
  // Ids of application inference profiles have twelve characters, so a short word must be a geography.
  return /^[a-z-]{2,9}$/.test(setting) ? withGeography(ref, setting) : withProfile(ref, setting);
}

function withGeography(ref: ModelRef, geography: string): ModelRef {
  if (ref.geography === geography) return ref;
  if (ref.address !== 'model' || ref.baseModel === undefined) {
    throw invalid(
      'inferenceProfile',
      `the geography ${JSON.stringify(geography)} cannot go before ${JSON.stringify(ref.id)}; it needs a plain ` +
        'model id, e.g. amazon.nova-lite-v1:0',
    );
  }
  return { ...ref, id: `${geography}.${ref.id}`, address: 'inference-profile', geography };
}

function withProfile(ref: ModelRef, id: string): ModelRef {
  const profile = parseModelRef(id);
  if (profile.id === ref.id) return ref;
  if (ref.address !== 'model' && ref.address !== 'foundation-model-arn') {
    throw invalid(
      'inferenceProfile',
      `${JSON.stringify(id)} cannot take the place of ${JSON.stringify(ref.id)}, which is an address itself`,
    );
  }
  if (profile.baseModel !== undefined && ref.baseModel !== undefined && profile.baseModel !== ref.baseModel) {
    throw invalid(
      'inferenceProfile',
      `${JSON.stringify(id)} is a profile of another model than ${JSON.stringify(ref.id)}`,
    );
  }
  return { ...profile, baseModel: ref.baseModel ?? profile.baseModel };
}

/** The official provider names families by their vendor where we name them by their models. */
const OFFICIAL_FAMILY_NAMES: ReadonlyMap<string, string> = new Map([['anthropic', 'claude']]);

function familyNameOf({ family, modelFamily }: BedrockModelSettings): string | undefined {
  const official = modelFamily == null ? undefined : (OFFICIAL_FAMILY_NAMES.get(modelFamily) ?? modelFamily);
  if (family != null && official !== undefined && family !== official) {
    throw invalid(
      'modelFamily',
      `${JSON.stringify(modelFamily)} contradicts family ${JSON.stringify(family)}; set one of them`,
    );
  }
  return family ?? official;
}

/**
 * Percent-encodes a value that is one segment of a path, as AWS does: an ARN's colons and slashes too.
 * @throws InvalidArgumentError for values that would change which operation is called: URLs lose empty and
 * dot segments
 */
export function encodePathLabel(label: string): string {
  if (label === '' || label === '.' || label === '..') {
    throw invalid('path', `${JSON.stringify(label)} cannot be a part of a path`);
  }
  return encodeRfc3986(label);
}

/** `encodeURIComponent`, and the five characters that it leaves though RFC 3986 reserves them. */
export function encodeRfc3986(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replace(
    /[!'()*]/g,
    character => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** What AWS allows in ids is a part of visible ASCII; blanks and line breaks come from shells and files. */
function checkId(id: string, argument: string): void {
  if (typeof id !== 'string') {
    throw invalid(
      argument,
      `must be a string, e.g. amazon.nova-lite-v1:0, and is ${id === null ? 'null' : typeof id}`,
    );
  }
  if (!/^[\x21-\x7e]+$/.test(id) || id === '.' || id === '..') {
    throw invalid(
      argument,
      `${JSON.stringify(id)} is no model id: it is empty or has characters that no id has, such as blanks`,
    );
  }
}

function invalid(argument: string, problem: string): InvalidArgumentError {
  return new InvalidArgumentError({ argument, message: `${argument}: ${problem}.` });
}
