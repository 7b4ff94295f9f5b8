/** Converse takes tool names of 1 to 64 characters from a small set; callers' names may be anything. */
const VALID = /^[a-zA-Z0-9_-]{1,64}$/;
const MAX_LENGTH = 64;

/**
 * The caller's tool names and the names that go over the wire for them, for the whole of a request: tools,
 * forced choice and history agree, and no two names become one.
 */
export class ToolNames {
  /** Of names that go over the wire as another, or were not declared. */
  readonly #wire = new Map<string, string>();
  /** Wire names that no declared tool has. */
  readonly #taken = new Set<string>();
  readonly #toCaller = new Map<string, string>();

  /** Registers a tool whose wire name is fixed, e.g. one that Bedrock runs itself. */
  bind(name: string, wireName: string): void {
    if (wireName !== name) this.#wire.set(name, wireName);
    this.#toCaller.set(wireName, name);
  }

  /**
   * Registers the callers' tools. All at once, because a name that is valid as it stands must not lose it to
   * another one that only becomes it.
   */
  declare(names: readonly string[]): void {
    for (const name of names) {
      if (VALID.test(name) && !this.#isTaken(name)) this.bind(name, name);
    }
    for (const name of names) {
      if (this.#known(name) === undefined) this.bind(name, this.unused(name));
    }
  }

  /**
   * The wire name of any name. One that is not declared comes from the history, where models have called tools
   * that do not exist: it is made valid all the same, because the whole request fails otherwise.
   */
  wire(name: string): string {
    const known = this.#known(name);
    if (known !== undefined) return known;
    const wireName = this.unused(name);
    this.#wire.set(name, wireName);
    this.#taken.add(wireName);
    // What was not declared stays unknown to the reader of the reply, unless its name had to be changed.
    if (wireName !== name) this.#toCaller.set(wireName, name);
    return wireName;
  }

  /** A name for a tool of our own, so that no tool of the history is taken for it. */
  reserve(name: string): string {
    const wireName = this.unused(name);
    this.#taken.add(wireName);
    return wireName;
  }

  /** A valid name that no other tool of the request has. */
  unused(name: string): string {
    const base = VALID.test(name)
      ? name
      : name.replace(/[^a-zA-Z0-9_-]/g, '_').slice(0, MAX_LENGTH) || 'tool';
    let candidate = base;
    for (let count = 2; this.#isTaken(candidate); count++) {
      const suffix = `_${count}`;
      candidate = base.slice(0, MAX_LENGTH - suffix.length) + suffix;
    }
    return candidate;
  }

  #known(name: string): string | undefined {
    return this.#toCaller.get(name) === name ? name : this.#wire.get(name);
  }

  #isTaken(wireName: string): boolean {
    return this.#toCaller.has(wireName) || this.#taken.has(wireName);
  }

  /** Wire names to the caller's: all that were declared, and those of the history that were changed. */
  get toCaller(): ReadonlyMap<string, string> {
    return this.#toCaller;
  }
}
