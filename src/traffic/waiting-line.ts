export const PRIORITIES = ['high', 'normal', 'low'] as const;
/** Whose turn is first where calls wait. */
export type Priority = (typeof PRIORITIES)[number];

/**
 * How much later than it did a call counts as come, in milliseconds. So a call of low priority that has waited for
 * a minute goes before one of normal priority that comes now: nothing waits for ever.
 */
const HANDICAP_MS: Readonly<Record<Priority, number>> = { high: 0, normal: 15_000, low: 60_000 };

/** A place in the line; `next` and `previous` belong to the line. */
export interface Waiter {
  readonly priority: Priority;
  /** When it came, in milliseconds. One that has to wait again keeps the time, and so its turn. */
  readonly since: number;
  next?: Waiter | undefined;
  previous?: Waiter | undefined;
}

/**
 * Those who wait: by priority, then in the order in which they came. Every operation takes the same short time
 * however long the line is, also leaving from the middle, which is what aborts and deadlines do.
 */
export class WaitingLine<Item extends Waiter> {
  readonly #lanes = { high: new Lane<Item>(), normal: new Lane<Item>(), low: new Lane<Item>() };
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** Whose turn it is. */
  get first(): Item | undefined {
    let first: Item | undefined;
    for (const priority of PRIORITIES) {
      const head = this.#lanes[priority].head;
      if (head !== undefined && (first === undefined || turn(head) < turn(first))) first = head;
    }
    return first;
  }

  /** Whose turn is the last. */
  get last(): Item | undefined {
    let last: Item | undefined;
    for (const priority of PRIORITIES) {
      const { tail } = this.#lanes[priority];
      if (tail !== undefined && (last === undefined || turn(tail) >= turn(last))) last = tail;
    }
    return last;
  }

  join(item: Item): void {
    this.#lanes[item.priority].insert(item);
    this.#length += 1;
  }

  /** @param item one that is in the line */
  leave(item: Item): void {
    this.#lanes[item.priority].remove(item);
    this.#length -= 1;
  }
}

function turn({ priority, since }: Waiter): number {
  return since + HANDICAP_MS[priority];
}

/** A doubly linked list in the order of `since`. */
class Lane<Item extends Waiter> {
  head: Item | undefined;
  tail: Item | undefined;

  /** From the front where it is older than all, else from the back: both are one step for what usually comes. */
  insert(item: Item): void {
    if (this.head !== undefined && item.since < this.head.since) return this.#link(item, undefined);
    let before = this.tail;
    while (before !== undefined && before.since > item.since) before = before.previous as Item | undefined;
    this.#link(item, before);
  }

  #link(item: Item, previous: Item | undefined): void {
    const next = previous === undefined ? this.head : (previous.next as Item | undefined);
    item.previous = previous;
    item.next = next;
    if (previous === undefined) this.head = item;
    else previous.next = item;
    if (next === undefined) this.tail = item;
    else next.previous = item;
  }

  remove(item: Item): void {
    const previous = item.previous as Item | undefined;
    const next = item.next as Item | undefined;
    if (previous === undefined) this.head = next;
    else previous.next = next;
    if (next === undefined) this.tail = previous;
    else next.previous = previous;
    item.previous = undefined;
    item.next = undefined;
  }
}
