/**
 * Writes a text that matches a regular expression: literals, classes, groups, the first of alternatives, and
 * quantifiers. Lookarounds and back references are beyond it; whoever calls it checks the result.
 */

/** @param extra how often a part that may repeat without end repeats beyond its minimum, to reach a length */
export function textForPattern(pattern: string, extra: number): string | undefined {
  const reader: Reader = { source: pattern, position: 0, extra };
  const text = readAlternatives(reader);
  return reader.position === pattern.length ? text : undefined;
}

interface Reader {
  readonly source: string;
  position: number;
  readonly extra: number;
}

const peek = ({ source, position }: Reader): string | undefined => source[position];

/** Every alternative is read, because the reader must get past them; the first that can be written counts. */
function readAlternatives(reader: Reader): string | undefined {
  let chosen = readSequence(reader);
  while (peek(reader) === '|') {
    reader.position++;
    const next = readSequence(reader);
    chosen ??= next;
  }
  return chosen;
}

function readSequence(reader: Reader): string | undefined {
  let text: string | undefined = '';
  for (let next = peek(reader); next !== undefined && next !== '|' && next !== ')'; next = peek(reader)) {
    const atom = readAtom(reader);
    const times = readQuantifier(reader);
    text = text === undefined || atom === undefined ? undefined : text + atom.repeat(times);
  }
  return text;
}

function readAtom(reader: Reader): string | undefined {
  const char = reader.source[reader.position++];
  switch (char) {
    case '^':
    case '$':
      return '';
    case '.':
      return 'a';
    case '(':
      return readGroup(reader);
    case '[':
      return readClass(reader);
    case '\\':
      return readEscape(reader);
    default:
      return char;
  }
}

function readGroup(reader: Reader): string | undefined {
  const kind = /^\?(?::|<[A-Za-z_]\w*>|=|!|<=|<!)/.exec(reader.source.slice(reader.position))?.[0] ?? '';
  reader.position += kind.length;
  const text = readAlternatives(reader);
  reader.position++;
  return /^\?<?[=!]/.test(kind) ? undefined : text;
}

const ESCAPES: Readonly<Record<string, string>> = {
  d: '1',
  w: 'a',
  s: ' ',
  D: 'a',
  W: '-',
  S: 'a',
  b: '',
  B: '',
  n: '\n',
  t: '\t',
  r: '\r',
};

function readEscape(reader: Reader): string | undefined {
  const char = reader.source[reader.position++];
  if (char === 'p' || char === 'P') {
    reader.position = reader.source.indexOf('}', reader.position) + 1;
    return 'a';
  }
  if (char === 'u' || char === 'x') {
    const code = /^(?:\{([0-9A-Fa-f]+)\}|([0-9A-Fa-f]{4})|([0-9A-Fa-f]{2}))/.exec(
      reader.source.slice(reader.position),
    );
    reader.position += code?.[0].length ?? 0;
    return String.fromCodePoint(Number.parseInt(code?.slice(1).find(Boolean) ?? '61', 16));
  }
  if (char === undefined || /[1-9k]/.test(char)) return undefined;
  return ESCAPES[char] ?? char;
}

/** A character that is in the class: the first that it names, or one that a negated class does not name. */
function readClass(reader: Reader): string | undefined {
  const isNegated = peek(reader) === '^';
  if (isNegated) reader.position++;
  const start = reader.position;
  let first: string | undefined;
  while (peek(reader) !== ']' && peek(reader) !== undefined) {
    const char = reader.source[reader.position++];
    const member = char === '\\' ? readEscape(reader) : char;
    first ??= member;
  }
  const body = reader.source.slice(start, reader.position++);
  if (!isNegated) return first;
  const outside = new RegExp(`[^${body}]`);
  return [...'aA1-_ .zé'].find(candidate => outside.test(candidate));
}

function readQuantifier(reader: Reader): number {
  const quantifier = /^(?:[*+?]|\{(\d+)(,?)(\d*)\})\??/.exec(reader.source.slice(reader.position));
  if (quantifier === null) return 1;
  reader.position += quantifier[0].length;
  const [whole, min, comma, max] = quantifier;
  if (whole.startsWith('*')) return reader.extra;
  if (whole.startsWith('+')) return 1 + reader.extra;
  if (whole.startsWith('?')) return reader.extra > 0 ? 1 : 0;
  const least = Number(min);
  if (comma === '') return least;
  return Math.min(least + reader.extra, max === '' || max === undefined ? Infinity : Number(max));
}
