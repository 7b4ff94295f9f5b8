/**
 * Learns what a quota really is from refusals and from silence. Bedrock tells nothing else: no header says what is
 * left, and the figures in Service Quotas are what an account may have at most.
 *
 * At a refusal the server's bucket is empty. So what was taken between two refusals is what came in between, and
 * their distance in time gives the rate; between them the rate is raised a little, to notice when there is more.
 */
import type { Book, Quota, Resource } from './book.ts';

/** The rate at a refusal, and what had been taken until then. */
interface Mark {
  readonly at: number;
  taken: number;
  /** Whether `taken` has what calls had taken that had not been heard of, as long as they are not refused. */
  readonly hasUnheard?: boolean;
}

/** How far back the rate is measured. */
const MEMORY_MS = 30_000;
/** After this long without a refusal, the quota counts as unknown again. */
const FORGET_MS = 60_000;
/** The longest that the next try waits, so that a call is never kept for ever by a wrong belief. */
const LONGEST_PAUSE_MS = 5_000;
/** A rate is kept this far below what was measured, because no two clocks run alike. */
const MARGIN = 0.98;
/** What is measured between the last few refusals counts alone where it is this part of the whole, or less. */
const MUCH_LESS = 0.7;
const FEW = 3;
/** In a shorter time than that, one call more or less is too much of the measure. */
const FEW_MS = 400;
/** What is left of a known rate at its first refusal. */
const CUT = 0.9;
/**
 * The most that one refusal takes: what calls give back is known here later than at Bedrock, so that a measure over a
 * short time may be far too low.
 */
const DEEPEST_CUT = 0.5;
/** How much the rate is raised in a second: while little is known, and then the more the longer it is calm. */
const RAISE_AT_FIRST = 0.15;
const AT_FIRST_MS = 2_000;
const RAISE = 0.03;
const LARGEST_RAISE = 1;
/** Rates are raised many times a second; it is told when one has become so much larger, or the known one again. */
const WORTH_TELLING = 1.5;

/** Learns one quota. A known one is a ceiling: it may turn out lower, since others can use it too. */
export class Learner {
  readonly #resource: Resource;
  readonly #book: Book;
  readonly #known: Quota | undefined;
  readonly #recent: Throughput;
  /** The refusals of late. */
  #marks: Mark[] = [];
  /** From where the rate before the first refusal counts. */
  #opening: Mark | undefined;
  #cutAt = Number.NEGATIVE_INFINITY;
  #raisedAt = 0;
  /** The least that the last refusal may lower the rate to. */
  #floor = 0;
  /** The rate of which the rest of the program knows. */
  #told = 0;
  /** Of the call that was last refused. */
  #cost = 1;

  constructor(resource: Resource, book: Book, known: Quota | undefined, now: number) {
    this.#resource = resource;
    this.#book = book;
    this.#known = known;
    this.#recent = new Throughput(now);
    if (known !== undefined) book.limit(resource, known, now);
  }

  /** Whether nothing limits the calls. */
  get isOpen(): boolean {
    return this.#book.buckets[this.#resource].rate === 0;
  }

  /** Units a millisecond of late. */
  recentRate(now: number): number {
    return this.#recent.rate(this.#book.buckets[this.#resource].taken, now);
  }

  /** A call was let through. */
  sent(now: number): void {
    this.#recent.sample(this.#book.buckets[this.#resource].taken, now);
  }

  /**
   * A call was refused for this quota. Its cost has been given back.
   * @param call.cost what it had taken
   * @param call.sentAt when
   * @param call.wasHeard whether it had been taken for let in
   * @param unheard what calls have taken of which it is not known yet whether they were let in
   * @returns `late`: it went out before the last refusal was known, and tells little. `far-off`: so few were let in
   * since then that calls should be let out one by one
   */
  refused(
    { cost, sentAt, wasHeard }: { cost: number; sentAt: number; wasHeard: boolean },
    unheard: number,
    now: number,
  ): 'late' | 'near' | 'far-off' {
    const { rate, taken, granted } = this.#book.buckets[this.#resource];
    this.#recent.refused(cost, sentAt);
    for (const mark of [this.#opening, ...this.#marks]) {
      if (mark && mark.at >= sentAt && (wasHeard || mark.hasUnheard)) mark.taken -= cost;
    }
    if (rate !== 0 && sentAt <= this.#cutAt) {
      // What it had taken was never there: the rate was measured too high, and what it gave back is nobody's.
      this.#set(Math.min(rate, this.#measure(cost, rate)), granted - taken - cost, now);
      return 'late';
    }
    if (rate === 0) this.#opening = this.#recent.before(now);
    // At first most calls have not been heard of, and most of those were let in; the refusals of the others follow.
    const hasUnheard = rate === 0;
    const letIn = hasUnheard ? taken : taken - unheard;
    const gained = letIn - (this.#marks.at(-1)?.taken ?? letIn);
    this.#marks = this.#marks.filter(({ at }) => now - at < MEMORY_MS);
    this.#marks.push({ at: now, taken: letIn, hasUnheard });
    this.#cost = cost;
    this.#cutAt = now;
    this.#raisedAt = now;
    const before = rate === 0 ? Number.POSITIVE_INFINITY : rate * MARGIN;
    this.#floor = rate * DEEPEST_CUT;
    this.#told = this.#set(Math.min(before, this.#measure(cost, rate)), 0, now);
    return this.#known === undefined && gained < 2 * cost ? 'far-off' : 'near';
  }

  /** The rate between the first refusal and the last; after a single one, what was let in before it. */
  #measure(cost: number, rate: number): number {
    const last = this.#marks.at(-1);
    const first = this.#marks.length > 1 ? this.#marks[0] : this.#opening;
    const slowest = Math.max(this.#floor, cost / LONGEST_PAUSE_MS);
    if (first === undefined || last === undefined) return Math.max(rate * CUT, slowest);
    // Less than one call was left at either time.
    const since = ({ at, taken }: Mark) => (last.taken - taken + cost / 2) / Math.max(1, last.at - at);
    const measured = since(first);
    const lately = this.#marks.at(-1 - FEW);
    if (lately === undefined || last.at - lately.at < FEW_MS || since(lately) > measured * MUCH_LESS) {
      return Math.max(measured * MARGIN, slowest);
    }
    // The quota was lowered, or others use it, too: what came in before tells nothing of it.
    this.#marks = this.#marks.slice(-1 - FEW);
    return Math.max(since(lately) * MARGIN, slowest);
  }

  /**
   * Calls wait for this quota, and none is refused: there may be more than is believed.
   * @returns whether much more is believed than was told
   */
  raise(now: number): boolean {
    const { rate } = this.#book.buckets[this.#resource];
    const elapsed = now - this.#raisedAt;
    const ceiling = this.#known?.rate ?? Number.POSITIVE_INFINITY;
    if (rate === 0 || elapsed < 50 || rate >= ceiling) return false;
    this.#raisedAt = now;
    const isYoung = now - (this.#marks[0]?.at ?? now) < AT_FIRST_MS;
    const calm = (now - this.#cutAt) / 1000;
    const least = isYoung || this.#known !== undefined ? RAISE_AT_FIRST : RAISE;
    const perSecond = Math.min(LARGEST_RAISE, Math.max(least, RAISE * (1 + calm ** 2 / 10)));
    // Where calls are few, every refusal is much.
    const weight = Math.min(1, Math.max(0.1, (rate * 100) / this.#cost));
    const raised = this.#set(
      rate * (1 + (perSecond * weight * Math.min(elapsed, 1000)) / 1000),
      undefined,
      now,
    );
    if (raised < ceiling && raised < this.#told * WORTH_TELLING) return false;
    this.#told = raised;
    return true;
  }

  /**
   * Calls do not wait: after a while of that the quota is as open as in the beginning.
   * @returns whether it was not before
   */
  idle(now: number): boolean {
    if (this.isOpen || now - this.#cutAt < FORGET_MS || this.#cutAt === Number.NEGATIVE_INFINITY)
      return false;
    this.#marks = [];
    this.#opening = undefined;
    this.#cutAt = Number.NEGATIVE_INFINITY;
    this.#book.limit(this.#resource, this.#known ?? { rate: 0, capacity: 0 }, now);
    return true;
  }

  #set(rate: number, level: number | undefined, now: number): number {
    const bounded = Math.min(rate, this.#known?.rate ?? Number.POSITIVE_INFINITY);
    // A second's worth: how large the server's bucket is can only be learned by overflowing it.
    const capacity = Math.max(bounded * 1000, this.#resource === 'requests' ? 1 : 0);
    this.#book.limit(this.#resource, { rate: bounded, capacity, ...(level !== undefined && { level }) }, now);
    return bounded;
  }
}

/** How much is taken in a millisecond, over the last ten seconds or so. */
class Throughput {
  static readonly #WINDOW_MS = 10_000;
  #start: Mark;
  #middle: Mark;

  constructor(now: number) {
    this.#start = { at: now, taken: 0 };
    this.#middle = this.#start;
  }

  /** What a call had taken that was refused was never taken. */
  refused(cost: number, sentAt: number): void {
    for (const mark of new Set([this.#start, this.#middle])) if (mark.at >= sentAt) mark.taken -= cost;
  }

  sample(taken: number, now: number): void {
    if (now - this.#middle.at < Throughput.#WINDOW_MS / 2) return;
    this.#start = this.#middle;
    this.#middle = { at: now, taken };
  }

  rate(taken: number, now: number): number {
    const { at, taken: before } = this.before(now);
    return Math.max(0, taken - before) / (now - at);
  }

  /** A time some seconds ago, at least one, and what had been taken until then. */
  before(now: number): Mark {
    return { at: Math.min(this.#start.at, now - 1000), taken: this.#start.taken };
  }
}
