/** Guardrails that are set up at the start, and what they find. */
import { InvalidArgumentError } from '@ai-sdk/provider';
import type { BedrockGuardrailAssessment } from '../../codec/converse/provider-metadata.ts';
import { AwsError } from '../aws-error.ts';
import { findAll, findPii, findWord, type Match, PII_PATTERNS } from './detectors.ts';

/** What a guardrail of the local Bedrock finds. It looks for words and forms and understands nothing. */
export interface LocalGuardrail {
  /** Words and phrases that block. */
  words?: readonly string[] | undefined;
  /**
   * Kinds of private data, by AWS's names, e.g. `EMAIL`, `PHONE`. A kind alone is masked: `{EMAIL}` takes its place.
   */
  pii?: readonly (string | { type: string; action: 'BLOCK' | 'ANONYMIZE' })[] | undefined;
  /** Patterns of your own. */
  regexes?: readonly { name: string; pattern: RegExp; action: 'BLOCK' | 'ANONYMIZE' }[] | undefined;
  /** Topics that block, each known by some of its words. */
  topics?: readonly { name: string; words: readonly string[] }[] | undefined;
  /** What is said in place of what is blocked. */
  blockedMessage?: string | undefined;
}

export interface Assessment {
  /** Whether it blocks or masks. */
  readonly intervenes: boolean;
  readonly blocks: boolean;
  /** The texts as they may be said: masked, or the blocked message for all of them. */
  readonly outputs: readonly string[];
  readonly assessment: BedrockGuardrailAssessment;
}

export interface LocalGuardrails {
  /** @throws AwsError when there is no such guardrail */
  find(identifier: string): { readonly id: string; readonly guardrail: LocalGuardrail };
}

/** @throws InvalidArgumentError for a kind of private data that is not found by its form */
export function createGuardrails(
  guardrails: Readonly<Record<string, LocalGuardrail>> | undefined,
): LocalGuardrails | undefined {
  if (guardrails === undefined) return undefined;
  for (const [id, guardrail] of Object.entries(guardrails)) checkGuardrail(id, guardrail);
  return {
    find(identifier) {
      const id = identifier.slice(identifier.lastIndexOf('/') + 1);
      const guardrail = Object.hasOwn(guardrails, id) ? guardrails[id] : undefined;
      if (guardrail !== undefined) return { id, guardrail };
      throw new AwsError(
        'ValidationException',
        'The guardrail identifier or version provided in the request does not exist.',
      );
    },
  };
}

function checkGuardrail(id: string, { pii = [] }: LocalGuardrail): void {
  const fail = (argument: string, problem: string) =>
    new InvalidArgumentError({ argument, message: `${argument} of createLocalBedrock: ${problem}` });
  if (!/^[a-z0-9]+$/.test(id))
    throw fail('guardrails', `${JSON.stringify(id)} has more than letters and digits.`);
  const unknown = pii.map(typeOf).find(type => !Object.hasOwn(PII_PATTERNS, type));
  if (unknown === undefined) return;
  throw fail(
    `guardrails.${id}.pii`,
    `${JSON.stringify(unknown)} is not found here; there are ${Object.keys(PII_PATTERNS).join(', ')}.`,
  );
}

const DEFAULT_MESSAGE = 'Sorry, the model cannot answer this question.';

/** @param full whether the assessment names also what was looked for and not found */
export function assess(
  { id, guardrail }: ReturnType<LocalGuardrails['find']>,
  texts: readonly string[],
  { version, full = false }: { version: string; full?: boolean },
): Assessment {
  const findings = texts.map(text => findIn(text, guardrail));
  const all = findings.flat();
  const blocks = all.some(({ action }) => action === 'BLOCKED');
  const intervenes = all.length > 0;
  const message = guardrail.blockedMessage ?? DEFAULT_MESSAGE;
  return {
    intervenes,
    blocks,
    outputs: blocks ? [message] : texts.map((text, index) => mask(text, findings[index] ?? [])),
    assessment: {
      ...policies(guardrail, all, full),
      invocationMetrics: metrics(texts),
      appliedGuardrailDetails: {
        guardrailId: id,
        guardrailVersion: version,
        guardrailOrigin: ['REQUEST'],
        guardrailOwnership: 'SELF',
      },
    },
  };
}

interface Finding {
  readonly kind: 'word' | 'topic' | 'pii' | 'regex';
  /** Of the topic, the pattern or the kind of private data. */
  readonly name: string;
  readonly match: Match;
  readonly action: 'BLOCKED' | 'ANONYMIZED';
}

function findIn(
  text: string,
  { words = [], topics = [], pii = [], regexes = [] }: LocalGuardrail,
): Finding[] {
  return [
    ...words.flatMap(word => toFindings('word', word, 'BLOCKED', findWord(text, word))),
    ...topics.flatMap(topic =>
      // A topic is found once, however many of its words there are.
      toFindings(
        'topic',
        topic.name,
        'BLOCKED',
        topic.words.flatMap(word => findWord(text, word)).slice(0, 1),
      ),
    ),
    ...pii.flatMap(one => toFindings('pii', typeOf(one), actionOf(one), findPii(text, typeOf(one)))),
    ...regexes.flatMap(one => toFindings('regex', one.name, actionOf(one), findAll(text, one.pattern))),
  ];
}

function toFindings(
  kind: Finding['kind'],
  name: string,
  action: Finding['action'],
  matches: readonly Match[],
): Finding[] {
  return matches.map(match => ({ kind, name, action, match }));
}

function typeOf(pii: NonNullable<LocalGuardrail['pii']>[number]): string {
  return typeof pii === 'string' ? pii : pii.type;
}

function actionOf(pii: string | { action: 'BLOCK' | 'ANONYMIZE' }): Finding['action'] {
  return typeof pii !== 'string' && pii.action === 'BLOCK' ? 'BLOCKED' : 'ANONYMIZED';
}

/** From the end, so that places stay where they are; what lies inside another find goes with it. */
function mask(text: string, findings: readonly Finding[]): string {
  const byPlace = findings.toSorted((a, b) => b.match.start - a.match.start || b.match.end - a.match.end);
  let result = text;
  let from = text.length;
  for (const { name, match } of byPlace) {
    if (match.end > from) continue;
    result = `${result.slice(0, match.start)}{${name}}${result.slice(match.end)}`;
    from = match.start;
  }
  return result;
}

function policies(
  { words = [], topics = [], pii = [], regexes = [] }: LocalGuardrail,
  findings: readonly Finding[],
  full: boolean,
): BedrockGuardrailAssessment {
  const of = (kind: Finding['kind']) => findings.filter(finding => finding.kind === kind);
  const absent = (kind: Finding['kind'], names: readonly string[]) =>
    full ? names.filter(name => !of(kind).some(finding => finding.name === name)) : [];
  const customWords = [
    ...of('word').map(({ match, action }) => ({ match: match.text, action, detected: true })),
    ...absent('word', words).map(match => ({ match, ...NOT_FOUND })),
  ];
  const topicFindings = [
    ...of('topic').map(({ name, action }) => ({ name, type: 'DENY', action, detected: true })),
    ...absent(
      'topic',
      topics.map(({ name }) => name),
    ).map(name => ({ name, type: 'DENY', ...NOT_FOUND })),
  ];
  const piiEntities = [
    ...of('pii').map(({ name, match, action }) => ({
      type: name,
      match: match.text,
      action,
      detected: true,
    })),
    ...absent('pii', pii.map(typeOf)).map(type => ({ type, match: '', ...NOT_FOUND })),
  ];
  const regexFindings = [
    ...of('regex').map(({ name, match, action }) => ({
      name,
      match: match.text,
      regex: String(regexes.find(one => one.name === name)?.pattern.source),
      action,
      detected: true,
    })),
  ];
  return {
    ...(customWords.length > 0 && { wordPolicy: { customWords, managedWordLists: [] } }),
    ...(topicFindings.length > 0 && { topicPolicy: { topics: topicFindings } }),
    ...(piiEntities.length + regexFindings.length > 0 && {
      sensitiveInformationPolicy: { piiEntities, regexes: regexFindings },
    }),
  };
}

const NOT_FOUND = { action: 'NONE', detected: false };

/** A text unit is a thousand characters. */
export function textUnits(texts: readonly string[]): number {
  return Math.ceil(texts.join('').length / 1000);
}

function metrics(texts: readonly string[]): NonNullable<BedrockGuardrailAssessment['invocationMetrics']> {
  return { guardrailProcessingLatency: 0, usage: usageOf(texts), guardrailCoverage: coverageOf(texts) };
}

export function usageOf(texts: readonly string[]): Record<string, number> {
  return {
    topicPolicyUnits: textUnits(texts),
    contentPolicyUnits: 0,
    wordPolicyUnits: textUnits(texts),
    sensitiveInformationPolicyUnits: textUnits(texts),
    sensitiveInformationPolicyFreeUnits: 0,
    contextualGroundingPolicyUnits: 0,
  };
}

export function coverageOf(texts: readonly string[]): { textCharacters: { guarded: number; total: number } } {
  const total = texts.join('').length;
  return { textCharacters: { guarded: total, total } };
}
