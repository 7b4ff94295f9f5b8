const MAX_LENGTH = 200;

/**
 * Names for the documents of one request. AWS takes letters, digits, single spaces, hyphens, parentheses and
 * square brackets, up to 200 characters, and refuses a request in which two documents share a name.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_DocumentBlock.html
 */
export class DocumentNames {
  readonly #taken = new Set<string>();
  #unnamed = 0;

  /**
   * @param name as the caller gave it; undefined for a document without a name, which is numbered. The same
   * prompt gives the same names, and one that only grew keeps the earlier ones: a cached prefix stays valid.
   */
  add(name: string | undefined): string {
    const base = (name === undefined ? '' : toValidName(name)) || `document-${++this.#unnamed}`;
    let candidate = base;
    for (let count = 2; this.#taken.has(candidate); count++) {
      const suffix = ` (${count})`;
      candidate = base.slice(0, MAX_LENGTH - suffix.length).trimEnd() + suffix;
    }
    this.#taken.add(candidate);
    return candidate;
  }
}

/** A file name without its extension; a dot that starts the name is no extension's. */
export function withoutExtension(filename: string): string {
  return filename.replace(/(?<=.)\.[a-zA-Z][a-zA-Z0-9]{0,4}$/, '');
}

function toValidName(name: string): string {
  return (
    name
      // Accents fall away and full-width letters become plain ones, rather than all of them becoming spaces.
      .normalize('NFKD')
      .replace(/\p{M}+/gu, '')
      .replace(/_/g, '-')
      // `\s` would let tabs and full-width spaces pass, which AWS refuses.
      .replace(/[^a-zA-Z0-9\-()[\]]+/g, ' ')
      .trim()
      .slice(0, MAX_LENGTH)
      .trimEnd()
  );
}
