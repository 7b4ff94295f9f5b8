import { BedrockError } from '../errors.ts';
import { type Cost, NOTHING, type Resource } from './book.ts';
import { type Charge, type Demand, PassCharge } from './charge.ts';
import type { TrafficTarget } from './events.ts';
import { type Failure, givenUp, readFailure } from './failures.ts';
import type { Entrant, Pass } from './gate.ts';
import type { Lane, LaneEvent } from './lane.ts';
import { type RetryBudget, type RetryOptions, retryDelay } from './retry.ts';
import type { Stickiness } from './stickiness.ts';
import type { Attempt, MovedCall, Routes, TrafficCall } from './traffic.ts';
import { TargetDownError } from './traffic-errors.ts';

export interface JourneyFacts {
  readonly id: number;
  /** By route. */
  readonly lanes: readonly Lane[];
  /** Whether it is kept from targets that are down. */
  readonly heedsBreakers: boolean;
  readonly budget: RetryBudget;
  readonly stickiness: Stickiness;
  /** Undefined: the AI SDK tries again. */
  readonly retry: RetryOptions | undefined;
  readonly queueTimeoutMs: number;
}

/** The way of one call through gates, tries and targets. */
export class Journey<Result> {
  readonly #routes: Routes<Result>;
  readonly #call: TrafficCall;
  readonly #facts: JourneyFacts;
  readonly #attempts: Attempt<Result>[] = [];
  readonly #since = performance.now();
  /** Routes that failed since the last pause. */
  readonly #failed: number[] = [];
  #sent = 0;
  #refusals = 0;
  #refusedSince = 0;
  #lastError: unknown;
  /** Whether the call goes where its conversation was moved to. */
  #isSticky = false;

  constructor(routes: Routes<Result>, call: TrafficCall, facts: JourneyFacts) {
    this.#routes = routes;
    this.#call = call;
    this.#facts = facts;
  }

  async run(): Promise<Result> {
    // What is wrong with the request shows before anything waits.
    await this.#prepare(0);
    for (let last = 0; ; ) {
      const index = this.#choose();
      if (index !== last) this.#moved(last, index);
      last = index;
      if (this.#attempts[index] === undefined) await this.#prepare(index);
      try {
        return await this.#try(index);
      } catch (error) {
        this.#lastError = error;
        await this.#recover(index, error, readFailure(error, this.#call.abortSignal));
      }
    }
  }

  async #prepare(index: number): Promise<void> {
    this.#attempts[index] = await (this.#routes[index] ?? this.#routes[0]).prepare();
  }

  #attempt(index: number): Attempt<Result> {
    // Made before it is asked for.
    return this.#attempts[index] as Attempt<Result>;
  }

  #lane(index: number): Lane {
    // There is one for each route.
    return this.#facts.lanes[index] as Lane;
  }

  /* ------------------------------------------------------------- where to */

  /**
   * The first target that can take the call soon; else the one with the shortest wait.
   * @throws TargetDownError, or the last error, when there is none left
   */
  #choose(): number {
    if (this.#routes.length === 1 && !this.#facts.heedsBreakers) return 0;
    const now = performance.now();
    const cacheKey = this.#attempt(0).cacheKey?.();
    const stuck = this.#facts.stickiness.of(cacheKey, now);
    const patience = cacheKey === undefined ? PATIENCE_MS : CACHE_PATIENCE_MS;
    let best: { index: number; wait: number } | undefined;
    for (const [index, lane] of this.#facts.lanes.entries()) {
      const { gate } = lane;
      if (this.#failed.includes(index) || this.#downFor(lane, now) > 0) continue;
      this.#isSticky = index === stuck;
      if (this.#isSticky) return index;
      // Where capacity lacks, waiting is no better than going elsewhere at once.
      const penalty = gate.lacksCapacity(now) ? patience : 0;
      const wait = gate.expectedWait(this.#cost(0, index), now) + penalty;
      if (best === undefined || wait + patience < best.wait) best = { index, wait };
    }
    if (best !== undefined) return best.index;
    throw this.#failed.length > 0 ? this.#lastError : this.#down(now, this.#facts.lanes);
  }

  /** Milliseconds in which no call is sent there. */
  #downFor({ breaker }: Lane, now: number): number {
    return (this.#facts.heedsBreakers && breaker?.wait(now)) || 0;
  }

  #down(now: number, lanes: readonly Lane[]): TargetDownError {
    return new TargetDownError({
      modelId: this.#target(0).modelId,
      retryAfterMs: Math.min(...lanes.map(lane => this.#downFor(lane, now))),
      cause: lanes[0]?.breaker?.lastFailure,
    });
  }

  #moved(from: number, to: number): void {
    this.#tell(to, { type: 'moved', from: this.#target(from), error: this.#whyMoved() });
  }

  /** The error for which the call does not go where it should, if there is one. */
  #whyMoved(): unknown {
    const { breaker } = this.#lane(0);
    return this.#lastError ?? (breaker?.isClosed === false ? breaker.lastFailure : undefined);
  }

  /** What is called, which may have another name than the one for which the lane was opened. */
  #target(index: number): TrafficTarget {
    return (this.#routes[index] ?? this.#routes[0]).target;
  }

  /* ------------------------------------------------------------- a try */

  async #try(index: number): Promise<Result> {
    const lane = this.#lane(index);
    const attempt = this.#attempt(index);
    const cost = this.#cost(index, index);
    if (attempt.demand.maxOutputTokens === undefined) this.#warnOfUnbounded(lane, attempt.demand);
    const entered = lane.gate.enter(this.#entrant(index, cost));
    const pass = entered instanceof Promise ? await entered : entered;
    const charge = this.#charge(index, pass);
    // What was found out while it waited.
    if (this.#downFor(lane, performance.now()) > 0) {
      pass.settle(NOTHING);
      throw this.#down(performance.now(), [lane]);
    }
    if (this.#facts.heedsBreakers) lane.breaker?.sending(performance.now());
    this.#sent += 1;
    this.#tell(index, {
      type: 'sent',
      attempt: this.#sent,
      waitedMs: pass.sentAt - this.#since,
      reservedTokens: cost.tokens,
    });
    try {
      const result = await attempt.send(charge, this.#movedTo(index));
      charge.answered();
      this.#succeeded(index);
      return result;
    } catch (error) {
      this.#settleFailed(index, error, { pass, charge });
      throw error;
    }
  }

  #entrant(index: number, cost: Cost): Entrant {
    const { queueTimeoutMs } = this.#facts;
    const { priority, abortSignal } = this.#call;
    return {
      cost,
      priority,
      since: this.#since,
      until: queueTimeoutMs === 0 ? Number.POSITIVE_INFINITY : this.#since + queueTimeoutMs,
      abortSignal,
      refusal: this.#lastError,
      onQueued: ahead => this.#tell(index, { type: 'queued', priority, ahead }),
    };
  }

  /** @param demandOf the route whose request is to be sent, or stands for one that is not made yet */
  #cost(demandOf: number, index: number): Cost {
    const { inputTokens, maxOutputTokens, modelMaxOutputTokens } = this.#attempt(demandOf).demand;
    const input = this.#lane(index).calibration.apply(inputTokens);
    return { requests: 1, tokens: input + (maxOutputTokens ?? modelMaxOutputTokens) };
  }

  #charge(index: number, pass: Pass): Charge {
    const { calibration, outputBurndown } = this.#lane(index);
    const { demand } = this.#attempt(index);
    return new PassCharge(pass, {
      inputTokens: calibration.apply(demand.inputTokens),
      outputBurndown: outputBurndown ?? demand.outputBurndown,
      onSettled: settled => this.#tell(index, { type: 'settled', ...settled }),
      onCounted: counted => calibration.learn(demand.inputTokens, counted),
    });
  }

  #warnOfUnbounded(lane: Lane, { modelMaxOutputTokens }: Demand): void {
    if (modelMaxOutputTokens === 0 || lane.isToldUnbounded) return;
    lane.isToldUnbounded = true;
    lane.tell({ type: 'unbounded', callId: this.#facts.id, reservedTokens: modelMaxOutputTokens });
  }

  #movedTo(index: number): MovedCall | undefined {
    if (index === 0) return undefined;
    const { modelId, region } = this.#target(index);
    const error = this.#whyMoved();
    const reason = BedrockError.isInstance(error) ? error.code : this.#isSticky ? 'prompt-cache' : 'quota';
    return { modelId, ...(region !== undefined && { region }), reason };
  }

  /* ----------------------------------------------------------- how it went */

  #succeeded(index: number): void {
    this.#lane(index).succeeded();
    this.#facts.budget.succeeded();
    if (this.#routes.length === 1) return;
    this.#facts.stickiness.served(this.#attempt(0).cacheKey?.(), index, performance.now());
  }

  #settleFailed(index: number, error: unknown, { pass, charge }: { pass: Pass; charge: Charge }): void {
    const lane = this.#lane(index);
    const failure = readFailure(error, this.#call.abortSignal);
    switch (failure.kind) {
      case 'throttled':
        lane.breaker?.undecided();
        return pass.refused(failure, error);
      case 'transient':
        if (failure.lacksCapacity) pass.unavailable();
        if (failure.mayBeBilled) charge.cutOff('failed', 0);
        else charge.release('failed');
        return lane.failed(error);
      case 'aborted':
        lane.breaker?.undecided();
        return charge.cutOff('aborted', 0);
      default:
        lane.breaker?.undecided();
        return charge.release('failed');
    }
  }

  /** Returns when there is another try to make. */
  async #recover(index: number, error: unknown, failure: Failure): Promise<void> {
    switch (failure.kind) {
      case 'throttled':
        return this.#waitAgain(index, error, failure.resource);
      case 'no-room':
        this.#failed.push(index);
        if (this.#hasOther()) return;
        throw error;
      case 'transient':
        this.#failed.push(index);
        if (failure.mayMove && this.#hasOther()) return;
        return this.#retry(index, error, failure.retryAfterMs);
      default:
        throw error;
    }
  }

  #waitAgain(index: number, error: unknown, resource: Resource | 'day'): void {
    const now = performance.now();
    if (this.#refusals === 0) this.#refusedSince = now;
    this.#refusals += 1;
    if (resource === 'day') this.#failed.push(index);
    const isEnough = this.#refusals >= ENOUGH_REFUSALS && now - this.#refusedSince > ENOUGH_REFUSED_MS;
    const isOver = resource === 'day' ? !this.#hasOther() : isEnough;
    this.#tell(index, { type: 'throttled', resource, error, final: isOver });
    if (!isOver) return;
    if (resource === 'day') throw error;
    const seconds = Math.round((now - this.#refusedSince) / 1000);
    throw givenUp(error, `It was refused ${this.#refusals} times in ${seconds} s.`);
  }

  async #retry(index: number, error: unknown, retryAfterMs: number | undefined): Promise<void> {
    const { retry, budget } = this.#facts;
    if (retry === undefined) throw error;
    const { maxAttempts = MAX_ATTEMPTS } = retry;
    const tries = this.#sent - this.#refusals;
    if (tries >= maxAttempts || !budget.take()) {
      throw givenUp(error, `It was sent ${tries === 1 ? 'once' : `${tries} times`}.`);
    }
    const delayMs = retryDelay(retry, tries, retryAfterMs);
    this.#tell(index, { type: 'retried', error, attempt: this.#sent, delayMs });
    await pause(delayMs, this.#call.abortSignal);
    this.#failed.length = 0;
  }

  #hasOther(): boolean {
    const now = performance.now();
    return this.#facts.lanes.some(
      (lane, index) => !this.#failed.includes(index) && this.#downFor(lane, now) === 0,
    );
  }

  #tell(index: number, event: CallEvent): void {
    const lane = this.#lane(index);
    if (!lane.isHeard) return;
    lane.tell({ ...this.#target(index), ...event, callId: this.#facts.id } as LaneEvent);
  }
}

type CallEvent = LaneEvent extends infer Event
  ? Event extends { callId: number }
    ? Omit<Event, 'callId'>
    : never
  : never;

/** Another target is better when the wait there is this much shorter, in milliseconds. */
const PATIENCE_MS = 1_000;
/** What is in the prompt cache here would have to be read anew there. */
const CACHE_PATIENCE_MS = 10_000;
/** A call that is refused again and again fails when it was refused so often, for so long. */
const ENOUGH_REFUSALS = 8;
const ENOUGH_REFUSED_MS = 60_000;
const MAX_ATTEMPTS = 3;

/** @throws the reason of the signal */
function pause(ms: number, abortSignal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const leave = () => {
      clearTimeout(timer);
      reject(abortSignal?.reason);
    };
    const timer = setTimeout(() => {
      abortSignal?.removeEventListener('abort', leave);
      resolve();
    }, ms);
    if (abortSignal?.aborted) leave();
    else abortSignal?.addEventListener('abort', leave, { once: true });
  });
}
