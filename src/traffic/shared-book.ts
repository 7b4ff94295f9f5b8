import { type Book, type Cost, LocalBook, NOTHING, type Quota, RESOURCES, type Resource } from './book.ts';
import { type Bucket, refill } from './bucket.ts';
import { type RedisClient, type RedisScript, redisScript } from './redis-client.ts';
import { SHARED_SCRIPT } from './shared-script.ts';

export interface SharedBookOptions {
  readonly client: RedisClient;
  /** Who shares: processes with the same one. */
  readonly namespace: string;
  /** The quota family, with account and Region. */
  readonly key: string;
  readonly tokensPerDay: number | undefined;
  /**
   * The store cannot be used (told once, with the error), or can be used again. Must not throw.
   */
  readonly onStore: (state: 'down' | 'up', error?: unknown) => void;
  /** How long an answer may take. Default 1000. */
  readonly patienceMs?: number;
  /** How long the store is left alone after it failed. Default 3000. */
  readonly retryMs?: number;
}

/**
 * The book of several processes, in Redis or Valkey. What the store last said is kept, and is the whole book while
 * the store cannot be used; what is taken meanwhile is told when it can.
 *
 * Reservations are not written down one by one: if a process dies, what it had reserved is not given back, but comes
 * back with time like everything else, within as long as the bucket takes to fill.
 */
export class SharedBook implements Book {
  readonly #options: SharedBookOptions;
  readonly #script: RedisScript;
  /** Names this process among those that wait. */
  readonly #id = crypto.randomUUID();
  readonly #local: LocalBook;
  /** `new`: not asked yet. `absent`: the store has no book. */
  #state: 'new' | 'absent' | 'open' | 'down' = 'new';
  /** What has been taken and not told to the store; negative: given back. */
  #owed: Cost = NOTHING;
  #isTelling = false;
  /** The quotas that were set before the first call: those of the settings. */
  #known: Readonly<Record<Resource | 'day', Quota>> | undefined;
  /** The versions of the limits when this process last set them: if another has since, it is that one's turn. */
  readonly #versions: Record<Resource, number> = { requests: 0, tokens: 0 };
  /** Counts commands. Answers to those before the last limit do not know it, and are not looked at. */
  #sent = 0;
  #lastLimit = 0;
  /** The last limit that was set after a refusal, and the number of its command. */
  #refusal: { readonly number: number; readonly resource: Resource; readonly quota: Quota } | undefined;
  #retryAt = 0;
  #isTrying = false;

  /** @throws InvalidArgumentError where the client is none */
  constructor(options: SharedBookOptions) {
    const { client, namespace, key, tokensPerDay } = options;
    this.#options = options;
    this.#script = redisScript(client, SHARED_SCRIPT, `bedrock:${namespace}:${key}`);
    this.#local = new LocalBook(performance.now(), tokensPerDay);
  }

  get buckets(): Readonly<Record<Resource, Readonly<Bucket>>> {
    return this.#local.buckets;
  }

  /** Never rejects. */
  ask(cost: Cost, now: number): number | Promise<number> {
    return this.#state === 'down' ? this.#askLocal(cost, now) : this.#askStore(cost);
  }

  leave(): void {
    if (this.#state === 'open') this.#run('leave', this.#id).catch(this.#goDown);
  }

  giveBack(cost: Cost, now: number): void {
    this.#local.giveBack(cost, now);
    this.#owe(-cost.requests, -cost.tokens);
  }

  /**
   * One refusal halves a rate at most: which of the calls of others were refused is not seen here, so that what was
   * measured in a short time can be far off.
   */
  limit(resource: Resource, wanted: Quota, now: number): void {
    const quota = wanted.rate === 0 ? wanted : halvedAtMost(this.buckets[resource], wanted);
    this.#local.limit(resource, quota, now);
    if (this.#state === 'new' || this.#state === 'down') return;
    // What is left after the refusal counts what the refused call gave back.
    this.#tell();
    const { rate, capacity, level = '' } = quota;
    this.#lastLimit = this.#sent + 1;
    if (level !== '') this.#refusal = { number: this.#lastLimit, resource, quota };
    this.#run('limit', resource, `${rate}`, `${capacity}`, `${level}`, `${this.#versions[resource]}`).then(
      answer => {
        if (answer !== undefined) this.#versions[resource] = answer.versions[resource];
      },
      this.#goDown,
    );
  }

  /* ------------------------------------------------------------ with the store */

  #askStore(cost: Cost): Promise<number> {
    const { patienceMs = PATIENCE_MS } = this.#options;
    return new Promise(resolve => {
      let isOver = false;
      const goOnAlone = (error: unknown) => {
        if (isOver) return;
        isOver = true;
        clearTimeout(timer);
        this.#goDown(error);
        resolve(this.#askLocal(cost, performance.now()));
      };
      const timeOut = () => goOnAlone(new Error(`traffic.share: no answer within ${patienceMs} ms.`));
      // Timers come before sockets: where this process was busy itself, the answer may be there already.
      let timer = setTimeout(() => {
        timer = setTimeout(timeOut, ONE_TURN_MS);
      }, patienceMs);
      this.#take(cost).then(wait => {
        clearTimeout(timer);
        if (!isOver) resolve(wait);
        // Nobody waits for it any more.
        else if (wait === 0) this.#owe(-cost.requests, -cost.tokens);
        isOver = true;
      }, goOnAlone);
    });
  }

  async #take(cost: Cost): Promise<number> {
    if (this.#state !== 'open') await this.#open();
    let answer = await this.#askOnce(cost);
    if (answer === undefined) {
      await this.#open();
      answer = await this.#askOnce(cost);
    }
    while (answer !== undefined && this.#isOutdated(answer)) {
      if (answer.wait === 0) this.#undo(cost);
      answer = await this.#askOnce(cost);
    }
    if (answer === undefined)
      throw new Error('traffic.share: the store does not keep what is written to it.');
    return answer.wait < 0 ? Number.POSITIVE_INFINITY : Math.min(answer.wait, LONGEST_WAIT_MS);
  }

  /** A refusal was heard here after the question. Its answer would let a call out that is sure to be refused too. */
  #isOutdated({ number }: Answer): boolean {
    return this.#refusal !== undefined && number < this.#refusal.number;
  }

  /** Gives back what was taken before a refusal said that nothing is left, and says that once more. */
  #undo({ requests, tokens }: Cost): void {
    this.#owe(-requests, -tokens);
    if (this.#refusal !== undefined) {
      this.limit(this.#refusal.resource, this.#refusal.quota, performance.now());
    }
  }

  #askOnce({ requests, tokens }: Cost): Promise<Answer | undefined> {
    return this.#withOwed(owed =>
      this.#run('ask', this.#id, `${requests}`, `${tokens}`, `${owed.requests}`, `${owed.tokens}`),
    );
  }

  /** Makes the book in the store, from what is known here, or joins it. */
  async #open(): Promise<Answer> {
    const { buckets, day } = this.#local;
    this.#known ??= {
      requests: quotaOf(buckets.requests),
      tokens: quotaOf(buckets.tokens),
      day: quotaOf(day),
    };
    const known = this.#known;
    const answer = await this.#withOwed(owed =>
      this.#run(
        'open',
        ...opening(buckets.requests, owed.requests, known.requests),
        ...opening(buckets.tokens, owed.tokens, known.tokens),
        ...opening(day, owed.tokens, known.day),
      ),
    );
    if (answer === undefined) throw new Error('traffic.share: the store answered something else.');
    for (const resource of RESOURCES) this.#versions[resource] = answer.versions[resource];
    if (this.#state !== 'down') this.#state = 'open';
    return answer;
  }

  #owe(requests: number, tokens: number): void {
    this.#owed = { requests: this.#owed.requests + requests, tokens: this.#owed.tokens + tokens };
    if (this.#state !== 'open' || this.#isTelling) return;
    this.#isTelling = true;
    // All of one tick in one command; and none, where the next question takes it along.
    queueMicrotask(() => {
      this.#isTelling = false;
      this.#tell();
    });
  }

  #tell(): void {
    if (this.#state !== 'open' || this.#owed === NOTHING) return;
    this.#withOwed(({ requests, tokens }) => this.#run('owe', `${requests}`, `${tokens}`)).catch(
      this.#goDown,
    );
  }

  /** What is owed is paid by this command, unless it fails. Where there is no book, the next one begins with it. */
  async #withOwed<Result>(command: (owed: Cost) => Promise<Result>): Promise<Result> {
    const owed = this.#owed;
    this.#owed = NOTHING;
    try {
      return await command(owed);
    } catch (error) {
      if (owed !== NOTHING) this.#owe(owed.requests, owed.tokens);
      throw error;
    }
  }

  /** @returns undefined: the store has no book, and did nothing */
  async #run(...args: string[]): Promise<Answer | undefined> {
    this.#sent += 1;
    const number = this.#sent;
    const answer = read(await this.#script(args), number);
    if (answer === undefined) {
      if (this.#state === 'open') this.#state = 'absent';
    } else if (this.#state !== 'down' && number >= this.#lastLimit) this.#see(answer);
    return answer;
  }

  #see({ numbers }: Answer): void {
    const { buckets, day } = this.#local;
    const now = performance.now();
    seeBucket(buckets.requests, numbers, 0, now);
    seeBucket(buckets.tokens, numbers, 1, now);
    seeBucket(day, numbers, 2, now);
  }

  /* --------------------------------------------------------- without the store */

  #askLocal(cost: Cost, now: number): number {
    if (now >= this.#retryAt && !this.#isTrying) this.#tryAgain();
    const wait = this.#local.ask(cost, now);
    if (wait === 0) this.#owe(cost.requests, cost.tokens);
    return wait;
  }

  readonly #goDown = (error: unknown): void => {
    if (this.#state === 'down') return;
    this.#state = 'down';
    this.#waitToRetry();
    this.#options.onStore('down', error);
  };

  /**
   * Asked for something harmless first: clients keep commands until they are connected again, and what is owed by
   * then is more than now.
   */
  async #tryAgain(): Promise<void> {
    this.#isTrying = true;
    try {
      await this.#run('leave', this.#id);
      const answer = await this.#open();
      this.#state = 'open';
      this.#see(answer);
    } catch {
      return this.#waitToRetry();
    } finally {
      this.#isTrying = false;
    }
    this.#options.onStore('up');
  }

  #waitToRetry(): void {
    const { retryMs = RETRY_MS } = this.#options;
    this.#retryAt = performance.now() + retryMs;
  }
}

const PATIENCE_MS = 1_000;
const ONE_TURN_MS = 5;
const RETRY_MS = 3_000;
/** Another process may give back what is waited for. */
const LONGEST_WAIT_MS = 250;

function quotaOf({ rate, capacity }: Bucket): Quota {
  return { rate, capacity };
}

function halvedAtMost({ rate, capacity }: Bucket, quota: Quota): Quota {
  if (quota.rate >= rate / 2) return quota;
  return { ...quota, rate: rate / 2, capacity: Math.max(quota.capacity, capacity / 2) };
}

/** A bucket as `open` takes it. What was taken long ago, time has paid. */
function opening(bucket: Bucket, owed: number, known: Quota): string[] {
  const { rate, capacity, taken } = bucket;
  const level = refill(bucket, performance.now());
  const unpaid = rate === 0 ? owed : Math.min(owed, capacity - level);
  return [rate, capacity, taken, level, unpaid, known.rate, known.capacity].map(String);
}

/* ------------------------------------------------------------------ answers */

interface Answer {
  /** Of the command. */
  readonly number: number;
  readonly wait: number;
  readonly versions: Readonly<Record<Resource, number>>;
  /** As the script writes them. */
  readonly numbers: readonly number[];
}

const BUCKET_LENGTH = 5;
const ANSWER_LENGTH = 1 + 3 * BUCKET_LENGTH;

/** @throws Error where it is not what the script answers */
function read(reply: unknown, number: number): Answer | undefined {
  // Clients may be set to give bytes.
  const line = String(reply);
  if (line === 'absent') return undefined;
  const numbers = line.split(' ').map(Number);
  if (numbers.length !== ANSWER_LENGTH || !numbers.every(Number.isFinite)) {
    throw new Error('traffic.share: the store answered something else.');
  }
  const [wait = 0] = numbers;
  return { number, wait, versions: { requests: numbers[5] ?? 0, tokens: numbers[10] ?? 0 }, numbers };
}

function seeBucket(bucket: Bucket, numbers: readonly number[], index: number, now: number): void {
  const start = 1 + index * BUCKET_LENGTH;
  const [rate = 0, capacity = 0, taken = 0, granted = 0] = numbers.slice(start, start + 4);
  bucket.rate = rate;
  bucket.capacity = capacity;
  bucket.taken = taken;
  bucket.granted = granted;
  bucket.at = now;
}
