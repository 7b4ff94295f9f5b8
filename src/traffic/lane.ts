import { type Book, LocalBook } from './book.ts';
import { Breaker, type BreakerOptions } from './breaker.ts';
import { Calibration } from './estimate.ts';
import type { TrafficEvent, TrafficListener, TrafficTarget } from './events.ts';
import { Gate } from './gate.ts';
import { knownQuotas } from './quotas.ts';
import type { TrafficQuota, TrafficSettings } from './settings.ts';

/** Makes the book of a lane, which is told when its store comes and goes. */
export type OpenBook = (tokensPerDay: number | undefined, lane: Lane) => Book;

/** All that is kept of one target: a model as it is called, in one Region. */
export class Lane {
  readonly target: TrafficTarget;
  readonly gate: Gate;
  /** There from the first call on that heeds it; it counts all calls. */
  breaker: Breaker | undefined;
  readonly calibration: Calibration = new Calibration();
  readonly outputBurndown: number | undefined;
  /** Whether it was told that calls set no `maxOutputTokens`. */
  isToldUnbounded = false;
  readonly #emit: TrafficListener | undefined;
  readonly #book: Book;

  constructor(
    target: TrafficTarget,
    quota: TrafficQuota,
    { maxConcurrency, maxQueue }: TrafficSettings,
    emit: TrafficListener | undefined,
    openBook: OpenBook = (tokensPerDay: number | undefined) => new LocalBook(performance.now(), tokensPerDay),
  ) {
    this.target = target;
    this.outputBurndown = quota.outputBurndown;
    this.#emit = emit;
    this.#book = openBook(quota.tokensPerDay, this);
    this.gate = new Gate({
      modelId: target.modelId,
      book: this.#book,
      known: knownQuotas(quota),
      maxConcurrency: maxConcurrency ?? Number.POSITIVE_INFINITY,
      maxQueue: maxQueue ?? MAX_QUEUE,
      onLearned: () => this.tellQuotas(),
    });
  }

  /** Whether anybody is told of events: else they need not be made. */
  get isHeard(): boolean {
    return this.#emit !== undefined;
  }

  watch(breaker: true | BreakerOptions): void {
    this.breaker ??= new Breaker(breaker === true ? {} : breaker);
  }

  tell(event: LaneEvent): void {
    this.#emit?.({ ...this.target, ...event } as TrafficEvent);
  }

  /** What is believed of the quotas. */
  tellQuotas(): void {
    const { requests, tokens } = this.#book.buckets;
    this.tell({
      type: 'learned',
      requestsPerMinute: perMinute(requests.rate),
      tokensPerMinute: perMinute(tokens.rate),
    });
  }

  failed(error: unknown): void {
    const forMs = this.breaker?.failed(error, performance.now());
    if (forMs !== undefined) this.tell({ type: 'opened', error, forMs });
  }

  succeeded(): void {
    if (this.breaker?.succeeded()) this.tell({ type: 'closed' });
  }
}

/** An event of one target. */
export type LaneEvent = Untargeted<TrafficEvent>;
type Untargeted<Event> = Event extends unknown ? Omit<Event, keyof TrafficTarget> : never;

const MAX_QUEUE = 10_000;

function perMinute(rate: number): number | undefined {
  return rate === 0 ? undefined : Math.round(rate * 60_000);
}
