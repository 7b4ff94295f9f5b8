/** Quotas, faults and delays in few words: `models:name=value,name=value`. */
import { InvalidArgumentError } from '@ai-sdk/provider';
import { EXCEPTION_STATUS } from '../../local/aws-error.ts';
import { Episodes } from '../../local/faults/episodes.ts';
import { FaultRules, type LocalFaultRule } from '../../local/faults/fault-rules.ts';
import type { LocalCredentials, LocalDelay, LocalEpisode, LocalQuota } from '../../local/index.ts';
import { readQuotas } from '../../local/quotas/quota.ts';
import type { StreamFault } from '../../local/reply/faults.ts';
import { UsageError } from '../failure.ts';

/** @throws UsageError that names the option, and what there is */
export function quotasOf(texts: readonly string[]): Record<string, LocalQuota> {
  const quotas: Record<string, LocalQuota> = {};
  for (const text of texts) {
    const option = `--quota ${JSON.stringify(text)}`;
    const [models, words] = splitAtColon(text);
    const pattern = models ?? '*';
    if (Object.hasOwn(quotas, pattern)) {
      throw new UsageError(`${option}: there is a quota for ${pattern} before; put their limits into one.`);
    }
    const quota = membersOf(option, words);
    checked(option, () => readQuotas({ [pattern]: quota }));
    quotas[pattern] = quota;
  }
  return quotas;
}

/** The model may have colons of its own, as `amazon.nova-lite-v1:0` has. */
function splitAtColon(text: string): [models: string | undefined, words: string] {
  const equals = text.indexOf('=');
  const colon = text.lastIndexOf(':', equals < 0 ? text.length : equals);
  return colon < 0 ? [undefined, text] : [text.slice(0, colon), text.slice(colon + 1)];
}

const RULE_MEMBERS = ['models', 'share', 'every', 'times'] as const;
const STREAM_FAULTS: readonly StreamFault['kind'][] = [
  'exception',
  'error',
  'cut',
  'corrupt',
  'stall',
  'slow',
];
const STALL_REPLY = 'stallReply';

/** @throws UsageError that names the option, and what there is */
export function faultsOf(texts: readonly string[]): readonly LocalFaultRule[] {
  return texts.map(text => {
    const option = `--fault ${JSON.stringify(text)}`;
    const [kind = '', ...rest] = text.split(':');
    const members = membersOf(option, rest.join(':'), true);
    const rule = toRule(option, kind, members);
    checked(option, () => new FaultRules([rule]));
    return rule;
  });
}

function toRule(option: string, kind: string, members: Record<string, Value>): LocalFaultRule {
  const { rule, rest } = separate(members);
  if (kind === STALL_REPLY) {
    const { ms, ...others } = rest;
    const [unknown] = Object.keys(others);
    if (unknown !== undefined || ms === undefined) {
      throw new UsageError(`${option}: ${STALL_REPLY} needs ms, and takes ${RULE_MEMBERS.join(', ')}.`);
    }
    return { ...rule, stallReplyMs: ms as number };
  }
  if (STREAM_FAULTS.some(one => one === kind)) {
    return { ...rule, fault: { kind, at: 'random', ...rest } as StreamFault };
  }
  // Others are errors, too, where a status says what they are.
  if (Object.hasOwn(EXCEPTION_STATUS, kind) || (rest['status'] !== undefined && kind !== '')) {
    return { ...rule, error: { name: kind, ...rest } };
  }
  throw new UsageError(
    `${option}: ${JSON.stringify(kind)} is no fault. There are ${[...STREAM_FAULTS, STALL_REPLY].join(', ')}; ` +
      `${Object.keys(EXCEPTION_STATUS).join(', ')}; and errors of any name with a status.`,
  );
}

/** What every rule has, and what its kind of fault has. */
function separate(members: Record<string, Value>): { rule: LocalFaultRule; rest: Record<string, Value> } {
  const entries = Object.entries(members);
  const isOfRule = ([name]: [string, Value]) => RULE_MEMBERS.some(member => member === name);
  return {
    rule: Object.fromEntries(entries.filter(isOfRule)),
    rest: Object.fromEntries(entries.filter(entry => !isOfRule(entry))),
  };
}

/** @throws UsageError that names the option, and what there is */
export function episodesOf(texts: readonly string[]): readonly LocalEpisode[] {
  return texts.map(text => {
    const option = `--unavailable ${JSON.stringify(text)}`;
    const episode = membersOf(option, text);
    checked(option, () => new Episodes(episode));
    return episode;
  });
}

/**
 * `id:secret` or `id:secret:token`.
 * @throws UsageError that does not show them
 */
export function credentialsOf(texts: readonly string[]): readonly LocalCredentials[] {
  return texts.map(text => {
    const [accessKeyId = '', secretAccessKey = '', ...token] = text.split(':');
    if (accessKeyId === '' || secretAccessKey === '') {
      throw new UsageError('--credentials: expected accessKeyId:secretAccessKey, or with :sessionToken.');
    }
    return { accessKeyId, secretAccessKey, ...(token.length > 0 && { sessionToken: token.join(':') }) };
  });
}

/** @throws UsageError */
export function delayOf(text: string): LocalDelay {
  const waits = text.split(',').map(part => (part.trim() === '' ? Number.NaN : Number(part)));
  const [firstByte = 0, betweenEvents] = waits;
  if (waits.length > 2 || !waits.every(wait => Number.isFinite(wait) && wait >= 0)) {
    throw new UsageError(
      `--delay ${JSON.stringify(text)}: expected milliseconds, a number from 0 on, or two: before a reply, and ` +
        'between its events.',
    );
  }
  return betweenEvents === undefined ? firstByte : { firstByte, betweenEvents };
}

type Value = string | number | boolean;

/** `a=1,b=true,c=text` */
function membersOf(option: string, words: string, mayBeEmpty = false): Record<string, Value> {
  if (mayBeEmpty && words === '') return {};
  return Object.fromEntries(
    words.split(',').map(word => {
      const equals = word.indexOf('=');
      if (equals < 1) {
        throw new UsageError(
          `${option}: ${JSON.stringify(word)} should be name=value, with commas between them.`,
        );
      }
      return [word.slice(0, equals).trim(), readValue(word.slice(equals + 1).trim())];
    }),
  );
}

function readValue(text: string): Value {
  if (text === 'true' || text === 'false') return text === 'true';
  return /^-?[\d_]*\.?\d+$/.test(text) ? Number(text.replaceAll('_', '')) : text;
}

/** E.g. `quotas['us.*'].burndown of createLocalBedrock: `, of which `burndown` is the user's word. */
const LIBRARY_PLACE =
  /^(?:(?:faults|unavailable)\[0\]|quotas\['.*?'\])\.?(?:fault\.|error\.)?(?=.* of createLocalBedrock:)| of createLocalBedrock/g;

/** The checks of the library name their own options: here it is one of the command line. */
function checked(option: string, check: () => unknown): void {
  try {
    check();
  } catch (error) {
    if (!InvalidArgumentError.isInstance(error)) throw error;
    throw new UsageError(`${option}: ${error.message.replace(LIBRARY_PLACE, '')}`);
  }
}
