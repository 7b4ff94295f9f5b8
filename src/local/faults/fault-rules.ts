/** Faults on demand: which calls are spoiled, and how. */
import {
  checkMembers,
  count,
  flag,
  invalid,
  isRecord,
  type Member,
  type Members,
  notNegative,
  required,
  share,
  text,
} from '../check-options.ts';
import { type ModelPattern, matchesPattern, modelPattern } from '../model-pattern.ts';
import type { PlacedFault, StreamFault } from '../reply/faults.ts';
import type { LocalFailure } from '../reply/reply.ts';
import { seededRandom } from './random.ts';

/**
 * Spoils the calls of some models: all of them, or a `share`, or `every` so many. Of several rules, the first
 * one that strikes counts.
 *
 *     { share: 0.1, error: { name: 'ServiceUnavailableException' } }
 *     { models: 'us.anthropic.*', every: 7, times: 3, fault: { kind: 'cut', at: 'random' } }
 *
 * A rule with a `fault` looks at event streams only. Calls that are refused, also for their quota, are not
 * looked at.
 */
export interface LocalFaultRule {
  /** @default all models */
  readonly models?: ModelPattern | undefined;
  /** From 0 to 1: by chance, but the same calls for the same seed. Not together with `every`. */
  readonly share?: number | undefined;
  /** 7: the 7th, the 14th … */
  readonly every?: number | undefined;
  /** The rule ends after that many strikes. */
  readonly times?: number | undefined;
  /** The call is answered with this error, and costs nothing. Not together with `fault`. */
  readonly error?: LocalFailure['error'] | undefined;
  /** The event stream is spoiled, unless a script spoils it already. */
  readonly fault?: StreamFault | undefined;
  /** Milliseconds before the reply, also before its headers. */
  readonly stallReplyMs?: number | undefined;
}

const RULE_MEMBERS = {
  models: modelPattern,
  share,
  every: count,
  times: count,
  error: { what: 'an error', allows: isRecord },
  fault: { what: 'a fault', allows: isRecord },
  stallReplyMs: notNegative,
} as const satisfies Record<keyof LocalFaultRule, Member>;

const ERROR_MEMBERS = {
  name: required(text),
  message: text,
  status: {
    what: 'an HTTP status from 400 to 599',
    allows: value => Number.isInteger(value) && Number(value) >= 400 && Number(value) < 600,
  },
  headers: {
    what: 'headers by name',
    allows: value => isRecord(value) && Object.values(value).every(text.allows),
  },
} as const satisfies Record<keyof LocalFailure['error'], Member>;

const place: Member = required({
  what: "a frame from 0 on, or 'random'",
  allows: value => value === 'random' || (Number.isInteger(value) && Number(value) >= 0),
});

const FAULT_MEMBERS: Readonly<Record<StreamFault['kind'], Members>> = {
  exception: { at: place, name: required(text), message: text },
  error: { at: place, code: required(text), message: text },
  cut: { at: place, bytes: notNegative, reset: flag },
  corrupt: { at: place },
  stall: { at: place, ms: notNegative },
  slow: { at: place, bytes: required(count), ms: required(notNegative) },
};

/** @throws InvalidArgumentError */
function checkRules(rules: unknown): asserts rules is readonly LocalFaultRule[] {
  if (!Array.isArray(rules)) throw invalid('faults', `a list of rules, not ${JSON.stringify(rules)}.`);
  for (const [index, rule] of rules.entries()) checkRule(rule, `faults[${index}]`);
}

function checkRule(rule: unknown, at: string): void {
  checkMembers(at, rule, RULE_MEMBERS);
  const { error, fault, stallReplyMs } = rule;
  if (rule['share'] !== undefined && rule['every'] !== undefined) {
    throw invalid(at, 'share or every, not both.');
  }
  if (error !== undefined && fault !== undefined) throw invalid(at, 'error or fault, not both.');
  if (error === undefined && fault === undefined && stallReplyMs === undefined) {
    throw invalid(at, 'an error, a fault or stallReplyMs is needed.');
  }
  if (error !== undefined) checkMembers(`${at}.error`, error, ERROR_MEMBERS);
  if (isRecord(fault)) checkFault(fault, `${at}.fault`);
}

function checkFault(fault: Record<string, unknown>, at: string): void {
  const kinds = Object.keys(FAULT_MEMBERS);
  const { kind } = fault;
  if (typeof kind !== 'string' || !Object.hasOwn(FAULT_MEMBERS, kind)) {
    throw invalid(`${at}.kind`, `one of ${kinds.join(', ')}, not ${JSON.stringify(kind)}.`);
  }
  checkMembers(at, fault, { kind: text, ...FAULT_MEMBERS[kind as StreamFault['kind']] });
}

/** A rule at work. */
interface Active {
  readonly rule: LocalFaultRule;
  readonly random: () => number;
  seen: number;
  struck: number;
}

export class FaultRules {
  #rules: readonly LocalFaultRule[] = [];
  #seed = 0;
  #active: readonly Active[] = [];
  #randomPlace = seededRandom('');

  /** @throws InvalidArgumentError */
  constructor(rules: readonly LocalFaultRule[] = [], seed?: number) {
    this.set(rules, seed);
  }

  get settings(): { readonly faults: readonly LocalFaultRule[]; readonly seed: number } {
    return { faults: this.#rules, seed: this.#seed };
  }

  /** @throws InvalidArgumentError, and then all is as before */
  set(rules: readonly LocalFaultRule[], seed?: number): void {
    checkRules(rules);
    if (seed !== undefined && !Number.isSafeInteger(seed)) {
      throw invalid('seed', `a whole number, not ${JSON.stringify(seed)}.`);
    }
    this.#rules = rules;
    this.#seed = seed ?? this.#seed;
    this.reset();
  }

  /** The rules begin anew, and so does chance. */
  reset(): void {
    this.#active = this.#rules.map((rule, index) => ({
      rule,
      random: seededRandom(`${this.#seed}/${index}`),
      seen: 0,
      struck: 0,
    }));
    this.#randomPlace = seededRandom(`${this.#seed}/place`);
  }

  /** What befalls the call, if anything. */
  strike(modelId: string, isStream: boolean): LocalFaultRule | undefined {
    if (this.#active.length === 0) return undefined;
    return this.#active.find(active => {
      const { rule } = active;
      if (rule.fault !== undefined && !isStream) return false;
      return matchesPattern(rule.models ?? '*', modelId) && strikes(active);
    })?.rule;
  }

  /** @param frames how many the stream has; asked for only where it matters */
  place(fault: StreamFault, frames: () => number): PlacedFault {
    const { at } = fault;
    return { ...fault, at: at === 'random' ? Math.floor(this.#randomPlace() * frames()) : at };
  }
}

function strikes(active: Active): boolean {
  const { share: part = 1, every = 1, times = Number.POSITIVE_INFINITY } = active.rule;
  if (active.struck >= times) return false;
  active.seen++;
  const isHit = active.seen % every === 0 && active.random() < part;
  if (isHit) active.struck++;
  return isHit;
}
