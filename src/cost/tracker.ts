/** Adds up what calls cost, and stops them at a budget. */
import { InvalidArgumentError } from '@ai-sdk/provider';
import { fromUnits, toUnits } from '../catalog/decimal.ts';
import { BudgetExceededError } from './budget-error.ts';
import type { Cost } from './cost.ts';

/** What one call cost; plain JSON. A type alias for that reason. */
export type CostRecord = {
  /** When the call ended, ISO 8601 in UTC. */
  at: string;
  /** As it was called. */
  modelId: string;
  kind: CallKind;
  /** `aborted` and `failed`: the stream ended before its end, and what was used is estimated. */
  outcome: 'complete' | 'aborted' | 'failed';
  /** The `requestMetadata` of the call. */
  tags: { [name: string]: string };
  cost: Cost;
};

export type CallKind = 'chat' | 'embedding' | 'image' | 'reranking' | 'video';

/** Where records are kept. */
export interface CostStore {
  append(record: CostRecord): Promise<void> | void;
  /** All that were kept, the oldest first. */
  read(): Promise<readonly CostRecord[]> | readonly CostRecord[];
}

export interface CostBudget {
  /** US dollars. */
  readonly usd: number;
  /**
   * What is held against it: the calls of this day or month (UTC), or all of them.
   * @default 'total'
   */
  readonly per?: 'total' | 'month' | 'day' | undefined;
  /** Share of the budget at which `onWarning` is told. @default 0.8 */
  readonly warnAt?: number | undefined;
}

export type CostWarning =
  | {
      readonly type: 'budget';
      readonly spentUsd: number;
      readonly budgetUsd: number;
      readonly message: string;
    }
  /** The budget does not see what has no known price. Told once for each model. */
  | { readonly type: 'unknown-cost'; readonly modelId: string; readonly message: string }
  /** The call is not harmed; its cost is counted, but not kept. */
  | { readonly type: 'store'; readonly error: unknown; readonly message: string };

export interface CostTrackerOptions {
  /** US dollars in all, or a budget by day or month. @default none */
  readonly budget?: number | CostBudget | undefined;
  /**
   * Keeps records beyond this process; what is in it counts from the first call on.
   * @default none: only sums are held, in memory
   */
  readonly store?: CostStore | undefined;
  /** @default a line through `console.warn` */
  readonly onWarning?: ((warning: CostWarning) => void) | undefined;
}

export interface CostSum {
  /** US dollars, of the calls whose cost is known. */
  readonly usd: number;
  /** The same, exact. */
  readonly amount: string;
  readonly calls: number;
  /** How many of them have no known cost. */
  readonly unknown: number;
}

export interface CostSummary {
  readonly total: CostSum;
  readonly byModel: Readonly<Record<string, CostSum>>;
  /** By name and value of `requestMetadata`, e.g. `byTag.tenant.acme`. */
  readonly byTag: Readonly<Record<string, Readonly<Record<string, CostSum>>>>;
  /** By day, `YYYY-MM-DD` (UTC). */
  readonly byDay: Readonly<Record<string, CostSum>>;
}

/** Goes into `createBedrock({ costTracker })`, of as many providers as share a budget. */
export interface CostTracker {
  /**
   * Called before each call.
   * @throws BudgetExceededError when the budget is spent
   */
  check(call: { readonly modelId: string }): Promise<void>;
  /** Called when a call has ended. Rejects never. */
  record(record: CostRecord): Promise<void>;
  /** Resolves when all that was recorded is in the store, e.g. before a function on an edge platform returns. */
  flush(): Promise<void>;
  /** What was spent, in all or in the days from `from` to `to`, both included (`YYYY-MM-DD`). */
  summary(days?: {
    readonly from?: string | undefined;
    readonly to?: string | undefined;
  }): Promise<CostSummary>;
}

/**
 * @throws InvalidArgumentError for a budget that is none
 * @example
 * const costTracker = createCostTracker({ budget: { usd: 20, per: 'day' }, store: fileStore('costs.jsonl') });
 * const bedrock = createBedrock({ costTracker });
 */
export function createCostTracker(options: CostTrackerOptions = {}): CostTracker {
  const budget = readBudget(options.budget);
  const { store, onWarning = warning => console.warn(`bedrock-ai-provider: ${warning.message}`) } = options;
  const book = new Book();
  const warned = new Set<string>();
  const pending = new Set<Promise<void>>();
  let loading: Promise<void> | undefined;

  /** Once. Where it fails, a budget is not held against a past that nobody knows: the call fails, the next one tries again. */
  function load(): Promise<void> {
    loading ??= readStore(store, book).catch(error => {
      if (budget === undefined) return warnOfStore(error, 'What is in the store could not be read');
      loading = undefined;
      throw error;
    });
    return loading;
  }

  function warnOfStore(error: unknown, what: string): void {
    const why = error instanceof Error ? error.message : String(error);
    onWarning({ type: 'store', error, message: `${what}: ${why}` });
  }

  function spent(): bigint {
    if (budget === undefined) return 0n;
    const length = { total: 0, month: 7, day: 10 }[budget.per];
    return book.spentSince(new Date().toISOString().slice(0, length));
  }

  function warnOfBudget(): void {
    if (budget === undefined) return;
    const units = spent();
    const period = new Date().toISOString().slice(0, { total: 0, month: 7, day: 10 }[budget.per]);
    if (warned.has(`budget ${period}`) || units < budget.warnUnits) return;
    warned.add(`budget ${period}`);
    const spentUsd = Number(fromUnits(units));
    const message = `$${fromUnits(units)} of the budget of $${budget.usd} (${budget.per}) is spent.`;
    onWarning({ type: 'budget', spentUsd, budgetUsd: budget.usd, message });
  }

  function warnOfUnknown({ modelId, cost }: CostRecord): void {
    if (cost.known || warned.has(`model ${modelId}`)) return;
    warned.add(`model ${modelId}`);
    const message = `The cost of a call of ${modelId} is not known, and not in the sums: ${cost.message}`;
    onWarning({ type: 'unknown-cost', modelId, message });
  }

  async function keep(record: CostRecord): Promise<void> {
    // What is not in the store yet must not be read from it as well.
    await load().catch(() => {});
    book.add(record);
    warnOfUnknown(record);
    warnOfBudget();
    try {
      await store?.append(record);
    } catch (error) {
      warnOfStore(error, 'The cost of a call could not be kept');
    }
  }

  return {
    async check({ modelId }) {
      if (budget === undefined) return;
      await load();
      const units = spent();
      if (units < budget.units) return;
      const spentUsd = Number(fromUnits(units));
      throw new BudgetExceededError({ modelId, spentUsd, budgetUsd: budget.usd, per: budget.per });
    },
    record(record) {
      const kept = keep(record).finally(() => pending.delete(kept));
      pending.add(kept);
      return kept;
    },
    async flush() {
      await Promise.all(pending);
    },
    async summary(days = {}) {
      await load();
      return book.summary(days);
    },
  };
}

async function readStore(store: CostStore | undefined, book: Book): Promise<void> {
  for (const record of (await store?.read()) ?? []) book.add(record);
}

function readBudget(setting: number | CostBudget | undefined) {
  if (setting === undefined) return undefined;
  const { usd, per = 'total', warnAt = 0.8 } = typeof setting === 'number' ? { usd: setting } : setting;
  if (!(Number.isFinite(usd) && usd > 0)) {
    throw invalid('budget.usd', `expected a number of US dollars above 0, got ${usd}`);
  }
  if (!['total', 'month', 'day'].includes(per)) {
    throw invalid('budget.per', `expected one of "total", "month", "day", got ${JSON.stringify(per)}`);
  }
  if (!(warnAt > 0 && warnAt <= 1)) {
    throw invalid('budget.warnAt', `expected a number above 0 and up to 1, got ${warnAt}`);
  }
  const units = toUnits(String(usd));
  return { usd, per, units, warnUnits: (units * BigInt(Math.round(warnAt * 1000))) / 1000n };
}

function invalid(argument: string, problem: string): InvalidArgumentError {
  return new InvalidArgumentError({ argument, message: `${argument}: ${problem}.` });
}

/* --------------------------------------------------------------------- sums */

class Sum {
  units = 0n;
  calls = 0;
  unknown = 0;

  add({ units, calls, unknown }: Pick<Sum, 'units' | 'calls' | 'unknown'>): void {
    this.units += units;
    this.calls += calls;
    this.unknown += unknown;
  }

  shown(): CostSum {
    const amount = fromUnits(this.units);
    return { usd: Number(amount), amount, calls: this.calls, unknown: this.unknown };
  }
}

/** Sums by day, and in each by model and tag: as many as there are of them, however many calls there are. */
class Book {
  readonly #days = new Map<string, Map<string, Sum>>();

  add({ at, modelId, tags, cost }: CostRecord): void {
    const day = at.slice(0, 10);
    const sums = this.#days.get(day) ?? new Map<string, Sum>();
    this.#days.set(day, sums);
    const one = { units: cost.known ? toUnits(cost.amount) : 0n, calls: 1, unknown: cost.known ? 0 : 1 };
    const keys = Object.entries(tags).map(([name, value]) => JSON.stringify(['tag', name, value]));
    for (const key of [TOTAL, JSON.stringify(['model', modelId]), ...keys]) addTo(sums, key, one);
  }

  /** @param period the beginning of the days that count, e.g. `2026-08` */
  spentSince(period: string): bigint {
    let units = 0n;
    for (const [day, sums] of this.#days) {
      if (day.startsWith(period)) units += sums.get(TOTAL)?.units ?? 0n;
    }
    return units;
  }

  summary({ from = '', to = '9999' }: { from?: string | undefined; to?: string | undefined }): CostSummary {
    const all = new Map<string, Sum>();
    const byDay: [string, CostSum][] = [];
    for (const day of [...this.#days.keys()].sort()) {
      if (day < from || day > to) continue;
      const sums = this.#days.get(day) ?? new Map<string, Sum>();
      for (const [key, sum] of sums) addTo(all, key, sum);
      byDay.push([day, (sums.get(TOTAL) ?? new Sum()).shown()]);
    }
    const keyed = [...all].map(([key, sum]) => ({ path: JSON.parse(key) as string[], sum: sum.shown() }));
    const byTag = new Map<string, [string, CostSum][]>();
    for (const { path, sum } of keyed) {
      const [what, name = '', value = ''] = path;
      if (what === 'tag') byTag.set(name, [...(byTag.get(name) ?? []), [value, sum]]);
    }
    return {
      total: (all.get(TOTAL) ?? new Sum()).shown(),
      byModel: Object.fromEntries(
        keyed.filter(({ path }) => path[0] === 'model').map(({ path, sum }) => [path[1] ?? '', sum]),
      ),
      byTag: Object.fromEntries([...byTag].map(([name, sums]) => [name, Object.fromEntries(sums)])),
      byDay: Object.fromEntries(byDay),
    };
  }
}

const TOTAL = '["total"]';

function addTo(sums: Map<string, Sum>, key: string, one: Pick<Sum, 'units' | 'calls' | 'unknown'>): void {
  const sum = sums.get(key) ?? new Sum();
  sum.add(one);
  sums.set(key, sum);
}
