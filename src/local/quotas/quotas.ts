/** The quotas of a server: an account for each model that is called. */
import { modelOfArn } from '../models.ts';
import { Account, type LocalCounters } from './account.ts';
import { type LocalQuota, type LocalQuotas, type QuotaRule, quotaFor, readQuotas } from './quota.ts';

/** More models than a test calls. Of more, those that have been idle longest are forgotten. */
const MAX_ACCOUNTS = 1000;

export class Quotas {
  #settings: LocalQuotas | undefined;
  #rules: readonly QuotaRule[];
  #accounts = new Map<string, Account>();
  #startedAt = Date.now();

  /** @throws InvalidArgumentError */
  constructor(settings: LocalQuotas | undefined) {
    this.#rules = readQuotas(settings);
    this.#settings = settings;
  }

  get settings(): LocalQuotas | undefined {
    return this.#settings;
  }

  /**
   * Limits start full, but for what open calls hold; counters go on.
   * @throws InvalidArgumentError
   */
  set(settings: LocalQuotas | null | undefined): void {
    this.#rules = readQuotas(settings);
    this.#settings = settings ?? undefined;
    const now = Date.now();
    for (const [modelId, account] of this.#accounts) account.limit(quotaFor(this.#rules, modelId), now);
  }

  /** @param modelId as called; undefined is returned where no model has a quota */
  accountOf(modelId: string): Account | undefined {
    return this.#rules.length === 0 ? undefined : this.#account(modelId);
  }

  /** What is set for a model. */
  quotaOf(modelId: string): LocalQuota | undefined {
    return quotaFor(this.#rules, modelId);
  }

  countUnavailable(modelId: string): void {
    this.#account(modelId).countUnavailable();
  }

  counters(): Record<string, LocalCounters>;
  counters(modelId: string): LocalCounters;
  counters(modelId?: string): LocalCounters | Record<string, LocalCounters> {
    if (modelId !== undefined) {
      const name = modelOfArn(modelId) ?? modelId;
      return (this.#accounts.get(name) ?? this.#newAccount(name)).counters();
    }
    return Object.fromEntries([...this.#accounts].map(([name, account]) => [name, account.counters()]));
  }

  /** All counters are zero and all buckets full. Calls that are open end in books that nobody reads any more. */
  reset(): void {
    this.#accounts = new Map();
    this.#startedAt = Date.now();
  }

  #account(modelId: string): Account {
    // The ARN of a model or profile is another name of it.
    const name = modelOfArn(modelId) ?? modelId;
    const known = this.#accounts.get(name);
    if (known !== undefined) return known;
    if (this.#accounts.size >= MAX_ACCOUNTS) this.#forgetOne();
    const account = this.#newAccount(name);
    this.#accounts.set(name, account);
    return account;
  }

  #newAccount(name: string): Account {
    const account = new Account(name, this.#startedAt);
    account.limit(quotaFor(this.#rules, name), Date.now());
    return account;
  }

  #forgetOne(): void {
    const idle = [...this.#accounts].find(([, account]) => account.active === 0);
    this.#accounts.delete(idle?.[0] ?? this.#accounts.keys().next().value ?? '');
  }
}
