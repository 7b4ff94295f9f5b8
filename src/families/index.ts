/** The registry of families: who claims which model. */
import { InvalidArgumentError } from '@ai-sdk/provider';
import type { ModelFamily } from '../codec/family.ts';
import type { MessagesTraits, OpenAITraits } from '../codec/peers.ts';
import { ai21 } from './ai21.ts';
import { amazonrerank } from './amazonrerank.ts';
import { claude } from './claude.ts';
import { cohere } from './cohere.ts';
import { deepseek } from './deepseek.ts';
import { generic } from './generic.ts';
import { google } from './google.ts';
import { llama } from './llama.ts';
import { luma } from './luma.ts';
import { minimax } from './minimax.ts';
import { mistral } from './mistral.ts';
import { moonshot } from './moonshot.ts';
import { nova } from './nova.ts';
import { nvidia } from './nvidia.ts';
import { openai } from './openai.ts';
import { qwen } from './qwen.ts';
import { stability } from './stability.ts';
import { titan } from './titan.ts';
import { twelvelabs } from './twelvelabs.ts';
import { writer } from './writer.ts';
import { xai } from './xai.ts';
import { zai } from './zai.ts';

/** `generic` claims every model and stands last. */
export const families: readonly ModelFamily[] = [
  ai21,
  amazonrerank,
  claude,
  cohere,
  deepseek,
  google,
  llama,
  luma,
  minimax,
  mistral,
  moonshot,
  nova,
  nvidia,
  openai,
  qwen,
  stability,
  titan,
  twelvelabs,
  writer,
  xai,
  zai,
  generic,
];

interface FamilyQuery {
  /** A model id without geography prefix; undefined where the id does not tell the model (an opaque ARN). */
  readonly baseModel?: string | undefined;
  /** The family that the caller names. It wins over what the model id says. */
  readonly familyName?: string | undefined;
  /** The caller's own families. They win over ours, by name and by match. */
  readonly extra?: readonly ModelFamily[] | undefined;
}

/**
 * The family of a model; `generic` where none claims it.
 * @throws InvalidArgumentError when no family has the given name
 */
export function findFamily({ baseModel, familyName, extra = [] }: FamilyQuery): ModelFamily {
  const all = [...extra, ...families];
  if (familyName !== undefined) {
    return all.find(({ name }) => name === familyName) ?? unknownFamily(familyName, all);
  }
  return (baseModel !== undefined && all.find(family => family.matches(baseModel))) || generic;
}

function unknownFamily(familyName: string, all: readonly ModelFamily[]): never {
  const names = [...new Set(all.map(({ name }) => name))].join(', ');
  throw new InvalidArgumentError({
    argument: 'family',
    message: `There is no model family ${JSON.stringify(familyName)}. Known families: ${names}.`,
  });
}

/** Which family's rules a model has in the API of another package. */
interface PeerQuery {
  readonly family: ModelFamily;
  /** Undefined where the id does not tell the model. */
  readonly baseModel: string | undefined;
}

/**
 * What InvokeModel makes of the Messages API for a model; undefined where the model is known not to speak it. Who
 * calls a model by it that the id does not tell says by that whose it is.
 */
export function messagesTraits({ family, baseModel }: PeerQuery): MessagesTraits | undefined {
  const speaks = family === generic && baseModel === undefined ? claude : family;
  return speaks.messages?.(baseModel);
}

/** Where OpenAI's APIs serve a model. */
export function openAITraits({ family, baseModel }: PeerQuery): OpenAITraits {
  return family.openAI?.(baseModel) ?? { api: 'chat', mantlePrefix: '/v1' };
}
