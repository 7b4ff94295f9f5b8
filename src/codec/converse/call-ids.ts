/** https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ToolUseBlock.html (toolUseId) */
const INVALID = /[^a-zA-Z0-9_.:-]/g;
const MAX_LENGTH = 64;

/**
 * Tool call ids as they go over the wire: valid, of the shape the model wants, and each used for one call only.
 * Some models count their ids from zero in every turn, and a request with two calls of one id is refused.
 */
export class CallIds {
  readonly #shape: ((id: string) => string) | undefined;
  readonly #taken = new Set<string>();
  /** By the caller's id. */
  readonly #calls = new Map<string, { unanswered: string[]; latest: string }>();
  /** How often the caller has used an id, so that the next free one is not looked for from the start. */
  readonly #uses = new Map<string, number>();

  /** @param shape what the model's family makes of an id; equal ids give equal results */
  constructor(shape: ((id: string) => string) | undefined) {
    this.#shape = shape;
  }

  forCall(id: string): string {
    const wireId = this.#unused(id);
    const calls = this.#calls.get(id);
    if (calls === undefined) {
      this.#calls.set(id, { unanswered: [wireId], latest: wireId });
    } else {
      calls.unanswered.push(wireId);
      calls.latest = wireId;
    }
    return wireId;
  }

  /** Results answer the calls of their id in order. */
  forResult(id: string): string {
    const calls = this.#calls.get(id);
    if (calls === undefined) return this.forCall(id);
    return calls.unanswered.shift() ?? calls.latest;
  }

  #unused(id: string): string {
    let count = this.#uses.get(id) ?? 1;
    let wireId = this.#valid(count === 1 ? id : numbered(id, count), this.#shape);
    for (let tries = 1; this.#taken.has(wireId); tries++) {
      count += 1;
      // A family that makes every id the same would keep us here for ever, so at last its shape is given up for
      // the sake of different ids.
      wireId = this.#valid(numbered(id, count), tries < 100 ? this.#shape : undefined);
    }
    this.#uses.set(id, count);
    this.#taken.add(wireId);
    return wireId;
  }

  #valid(id: string, shape: ((id: string) => string) | undefined): string {
    const shaped = shape === undefined ? id : shape(id);
    return shaped.replace(INVALID, '_').slice(0, MAX_LENGTH) || 'call';
  }
}

/** A family may shorten ids at either end, so the count goes to both. */
function numbered(id: string, count: number): string {
  return `${count}_${id}_${count}`;
}
