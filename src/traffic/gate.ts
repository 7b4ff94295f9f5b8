import { type Book, type Cost, type Quota, RESOURCES, type Resource } from './book.ts';
import { Brake } from './brake.ts';
import { levelOf } from './bucket.ts';
import { Learner } from './learner.ts';
import { Ramp } from './ramp.ts';
import { QueueFullError, QueueTimeoutError, QuotaExceededError } from './traffic-errors.ts';
import { type Priority, type Waiter, WaitingLine } from './waiting-line.ts';

export interface GateOptions {
  readonly modelId: string;
  readonly book: Book;
  /** Quotas that are known; what is absent is learned. */
  readonly known: Readonly<Partial<Record<Resource, Quota>>>;
  readonly maxConcurrency: number;
  readonly maxQueue: number;
  /** The quotas that are believed have changed. */
  readonly onLearned: () => void;
}

/** A call that wants to go out. */
export interface Entrant {
  readonly cost: Cost;
  readonly priority: Priority;
  /** When it first came, by `performance.now()`; it keeps its turn when it has to wait again. */
  readonly since: number;
  /** When it gives up waiting; Infinity: never. */
  readonly until: number;
  readonly abortSignal: AbortSignal | undefined;
  /** The refusal after which it waits again, if any. */
  readonly refusal?: unknown;
  readonly onQueued: (ahead: number) => void;
}

/**
 * The gate before the calls of one quota family: those that would be refused wait here instead. Made for the usual
 * case that there is room: then a call goes through at once.
 */
export class Gate {
  readonly #options: GateOptions;
  readonly #book: Book;
  readonly #learners: Readonly<Record<Resource, Learner>>;
  readonly #ramp = new Ramp<Pass>();
  readonly #brake = new Brake();
  readonly #line = new WaitingLine<Waiting>();
  #running = 0;
  /** Whether a shared book is being asked for the first in line. */
  #isAsking = false;
  /** Whether a quota has to be learned. */
  readonly #isRamping: boolean;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #pausedUntil = Number.NEGATIVE_INFINITY;
  /** Until when the tokens of the day are taken to be used up, and the refusal that said so. */
  #closed: { readonly until: number; readonly cause: unknown } | undefined;

  constructor(options: GateOptions) {
    const now = performance.now();
    const { book, known } = options;
    this.#options = options;
    this.#book = book;
    this.#isRamping = known.requests === undefined || known.tokens === undefined;
    this.#learners = {
      requests: new Learner('requests', book, known.requests, now),
      tokens: new Learner('tokens', book, known.tokens, now),
    };
  }

  /** How many calls wait. */
  get queued(): number {
    return this.#line.length;
  }

  get running(): number {
    return this.#running;
  }

  /** Whether a call would wait because Bedrock lacks capacity, and not for a quota. */
  lacksCapacity(now: number): boolean {
    return this.#brake.wait(now, this.#line.length) > 0;
  }

  /** Milliseconds that a call of this cost would wait, as far as it can be told: others in line are taken for alike. */
  expectedWait(cost: Cost, now: number): number {
    if (this.#closed !== undefined && now < this.#closed.until) return Number.POSITIVE_INFINITY;
    const { requests, tokens } = this.#book.buckets;
    const queued = this.#line.length;
    return Math.max(
      this.#pausedUntil - now,
      this.#brake.wait(now, queued),
      expectedWait(requests, cost.requests * (queued + 1), now),
      expectedWait(tokens, cost.tokens * (queued + 1), now),
    );
  }

  /**
   * @throws QueueFullError, QueueTimeoutError, QuotaExceededError, or the reason of the signal
   */
  enter(entrant: Entrant): Pass | Promise<Pass> {
    const now = performance.now();
    entrant.abortSignal?.throwIfAborted();
    const closed = this.#closedError(now);
    if (closed !== undefined) throw closed;
    if (this.#line.length === 0 && !this.#isAsking && this.#hold(now) <= 0) {
      const wait = this.#book.ask(entrant.cost, now);
      if (wait === 0) return this.#letThrough(entrant.cost, now);
      if (typeof wait !== 'number') return this.#queue(entrant, wait);
    }
    return this.#queue(entrant);
  }

  #queue(entrant: Entrant, asked?: Promise<number>): Promise<Pass> {
    const { maxQueue, modelId } = this.#options;
    const queued = this.#line.length;
    // Whether those in line have to wait, a shared book that is asked has yet to say.
    const hasToWait = asked === undefined && !this.#isAsking;
    if (hasToWait && queued >= maxQueue) throw new QueueFullError({ modelId, queued });
    entrant.onQueued(queued);
    return new Promise((resolve, reject) => {
      const waiting = new Waiting(entrant, {
        resolve,
        reject,
        onTimeout: waitedMs => new QueueTimeoutError({ modelId, waitedMs, cause: entrant.refusal }),
        onLeave: () => this.#left(waiting),
      });
      this.#line.join(waiting);
      if (asked === undefined) this.#pump();
      else this.#await(waiting, asked);
    });
  }

  /** Lets out as many as may go. */
  #pump(): void {
    while (!this.#isAsking) {
      const head = this.#line.first;
      // Nobody waits any more: a timer would keep the process alive for nothing.
      if (head === undefined) return this.#wakeIn(Number.POSITIVE_INFINITY);
      const now = performance.now();
      const closed = this.#closedError(now);
      if (closed !== undefined) {
        this.#remove(head).reject(closed);
        continue;
      }
      const hold = this.#hold(now);
      if (hold > 0) return this.#waitFor(hold);
      const wait = this.#book.ask(head.entrant.cost, now);
      if (typeof wait !== 'number') return this.#await(head, wait);
      if (!this.#heard(head, wait, now)) return;
    }
  }

  #await(head: Waiting, asked: Promise<number>): void {
    this.#isAsking = true;
    asked.then(wait => {
      this.#isAsking = false;
      const now = performance.now();
      // It has left meanwhile: what was taken for it is for others.
      if (wait === 0 && head.isOver) this.#book.giveBack(head.entrant.cost, now);
      if (wait > 0 && head.isOver) this.#book.leave();
      if (head.isOver || this.#heard(head, wait, now)) this.#pump();
    });
  }

  /** @returns whether the next in line may be looked at */
  #heard(head: Waiting, wait: number, now: number): boolean {
    if (wait === Number.POSITIVE_INFINITY) {
      this.#remove(head).reject(new QuotaExceededError({ modelId: this.#options.modelId }));
      return true;
    }
    if (wait > 0) {
      const learned = RESOURCES.map(resource => this.#learners[resource].raise(now));
      if (learned.includes(true)) this.#options.onLearned();
      this.#waitFor(wait);
      return false;
    }
    this.#remove(head).resolve(this.#letThrough(head.entrant.cost, now));
    return true;
  }

  /** Those in line have to wait, as far as there are places: the last to come may have none. */
  #waitFor(ms: number): void {
    const { maxQueue, modelId } = this.#options;
    for (let { last } = this.#line; last && this.#line.length > maxQueue; { last } = this.#line) {
      this.#remove(last).reject(new QueueFullError({ modelId, queued: maxQueue }));
    }
    if (this.#line.length > 0) return this.#wakeIn(ms);
    this.#book.leave();
    this.#wakeIn(Number.POSITIVE_INFINITY);
  }

  #remove(waiting: Waiting): Waiting {
    waiting.end();
    this.#line.leave(waiting);
    return waiting;
  }

  /** It was aborted, or its time was up. */
  #left(waiting: Waiting): void {
    const wasFirst = this.#line.first === waiting;
    this.#line.leave(waiting);
    if (!wasFirst) return;
    if (!this.#isAsking) this.#book.leave();
    this.#pump();
  }

  /** Milliseconds until a call may go, as far as it is not for the book to say; Infinity: when another ends. */
  #hold(now: number): number {
    if (this.#running >= this.#options.maxConcurrency) return Number.POSITIVE_INFINITY;
    return Math.max(
      this.#pausedUntil - now,
      this.#isRamping ? this.#ramp.wait(now) : 0,
      this.#brake.wait(now),
    );
  }

  #closedError(now: number): QuotaExceededError | undefined {
    if (this.#closed === undefined) return undefined;
    const { until, cause } = this.#closed;
    if (now < until) return new QuotaExceededError({ modelId: this.#options.modelId, cause });
    this.#closed = undefined;
    return undefined;
  }

  #wakeIn(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (ms === Number.POSITIVE_INFINITY) return;
    // It keeps the process alive: somebody waits.
    const sleepMs = Math.min(Math.ceil(ms), LONGEST_SLEEP_MS);
    const wakesAt = performance.now() + sleepMs;
    this.#timer = setTimeout(() => {
      const now = performance.now();
      if (now - wakesAt > BUSY_MS) this.#ramp.wasBusy(now - wakesAt, now);
      this.#pump();
    }, sleepMs);
  }

  #letThrough(cost: Cost, now: number): Pass {
    const pass = new Pass(cost, now, this.#returns);
    this.#running += 1;
    const { requests, tokens } = this.#learners;
    requests.sent(now);
    tokens.sent(now);
    this.#brake.sent(now);
    if (this.#isRamping) this.#ramp.sent(pass);
    if (this.#line.length === 0) {
      const learned = [requests.idle(now), tokens.idle(now)];
      if (learned.includes(true)) this.#options.onLearned();
    }
    return pass;
  }

  /** What becomes of the passes that were given out. */
  readonly #returns: PassReturns = {
    answered: pass => {
      this.#ramp.answered(pass);
      this.#brake.answered();
      if (this.#line.length > 0) this.#pump();
    },
    settled: (pass, used) => {
      const now = performance.now();
      this.#ramp.answered(pass);
      this.#book.giveBack(difference(pass.cost, used), now);
      this.#ended();
    },
    refused: (pass, { resource, retryAfterMs }, cause) => {
      const now = performance.now();
      const pauseMs = Math.min(retryAfterMs ?? 0, LONGEST_SLEEP_MS);
      this.#pausedUntil = Math.max(this.#pausedUntil, now + pauseMs);
      this.#book.giveBack(pass.cost, now);
      if (resource === 'day') this.#closed = { until: now + CLOSED_MS, cause };
      else {
        const wasHeard = this.#ramp.refused(pass, now);
        let unheard = 0;
        for (const { cost } of this.#ramp.unheard) unheard += cost[resource];
        const call = { cost: pass.cost[resource], sentAt: pass.sentAt, wasHeard };
        const learned = this.#learners[resource].refused(call, unheard, now);
        if (learned === 'far-off') this.#ramp.startAgain();
        if (learned !== 'late') this.#options.onLearned();
      }
      this.#ended();
    },
    unavailable: pass => {
      const now = performance.now();
      this.#brake.press(this.#learners.requests.recentRate(now), pass.sentAt, now);
    },
  };

  #ended(): void {
    this.#running -= 1;
    if (this.#line.length > 0) this.#pump();
  }
}

/** After "too many tokens per day" no other call is sent for this long. */
const CLOSED_MS = 60_000;
/** A timer that comes so late says that the process has had no time. */
const BUSY_MS = 20;
/** Longer timers fire at once. */
const LONGEST_SLEEP_MS = 60_000;

/** Looked at and not brought up to date: the book of a target where no calls go now earns all the same. */
function expectedWait(bucket: Book['buckets'][Resource], cost: number, now: number): number {
  return bucket.rate === 0 ? 0 : Math.max(0, cost - levelOf(bucket, now)) / bucket.rate;
}

function difference(reserved: Cost, used: Cost): Cost {
  return { requests: reserved.requests - used.requests, tokens: reserved.tokens - used.tokens };
}

/* ------------------------------------------------------------------ passes */

/** For what a call was refused, and when Bedrock wants to see another one, where it says so. */
export interface Refusal {
  readonly resource: Resource | 'day';
  readonly retryAfterMs: number | undefined;
}

interface PassReturns {
  answered(pass: Pass): void;
  settled(pass: Pass, used: Cost): void;
  refused(pass: Pass, refusal: Refusal, cause: unknown): void;
  unavailable(pass: Pass): void;
}

/** A call that was let out. It ends once: what is said after that is not heard. */
export class Pass {
  readonly cost: Cost;
  readonly sentAt: number;
  readonly #returns: PassReturns;
  #isAnswered = false;
  #isOver = false;

  constructor(cost: Cost, sentAt: number, returns: PassReturns) {
    this.cost = cost;
    this.sentAt = sentAt;
    this.#returns = returns;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** The reply has begun, so it was not refused. What is said after the first time is not heard. */
  answered(): void {
    if (this.#isOver || this.#isAnswered) return;
    this.#isAnswered = true;
    this.#returns.answered(this);
  }

  /** The call is over, and this is what it took. */
  settle(used: Cost): void {
    if (this.#end()) this.#returns.settled(this, used);
  }

  /** Bedrock refused it for a quota. */
  refused(refusal: Refusal, cause: unknown): void {
    if (this.#end()) this.#returns.refused(this, refusal, cause);
  }

  /** Bedrock lacks capacity. The call has still to be settled. */
  unavailable(): void {
    if (!this.#isOver) this.#returns.unavailable(this);
  }

  #end(): boolean {
    const ends = !this.#isOver;
    this.#isOver = true;
    return ends;
  }
}

/* ----------------------------------------------------------------- waiting */

interface WaitingOutcomes {
  readonly resolve: (pass: Pass) => void;
  readonly reject: (reason: unknown) => void;
  readonly onTimeout: (waitedMs: number) => Error;
  /** It has left by itself. */
  readonly onLeave: () => void;
}

class Waiting implements Waiter {
  readonly entrant: Entrant;
  readonly priority: Priority;
  readonly since: number;
  next?: Waiter | undefined;
  previous?: Waiter | undefined;
  isOver = false;
  readonly #outcomes: WaitingOutcomes;
  readonly #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(entrant: Entrant, outcomes: WaitingOutcomes) {
    this.entrant = entrant;
    this.priority = entrant.priority;
    this.since = entrant.since;
    this.#outcomes = outcomes;
    entrant.abortSignal?.addEventListener('abort', this.#abort);
    if (entrant.until !== Number.POSITIVE_INFINITY) {
      const ms = entrant.until - performance.now();
      this.#timer = setTimeout(() => this.#timeout(), Math.min(Math.max(0, ms), MAX_TIMER_MS));
      // Edge runtimes give numbers.
      this.#timer.unref?.();
    }
  }

  resolve(pass: Pass): void {
    this.#outcomes.resolve(pass);
  }

  reject(reason: unknown): void {
    this.#outcomes.reject(reason);
  }

  end(): void {
    this.isOver = true;
    clearTimeout(this.#timer);
    this.entrant.abortSignal?.removeEventListener('abort', this.#abort);
  }

  readonly #abort = () => this.#leave(this.entrant.abortSignal?.reason);

  #timeout(): void {
    this.#leave(this.#outcomes.onTimeout(performance.now() - this.since));
  }

  #leave(reason: unknown): void {
    if (this.isOver) return;
    this.end();
    this.#outcomes.onLeave();
    this.reject(reason);
  }
}

/** Longer timers fire at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;
