/** The little that the local Bedrock understands of language: words, and what stands where in a sentence. */

/** Words that say nothing about the subject. */
const STOP_WORDS: ReadonlySet<string> = new Set(
  `a about all also am an and any are as at be been but by can could did do does for from get give had has have
  he her him his how i if in into is it its just let like make me more most my need no not now of on one or our
  out please she should show so some tell than that the their them then there these they this to today tomorrow
  up us use very want was we were what when where which who why will with would you your`.split(/\s+/),
);

/** Lower-case words with a meaning, in order; `getWeather` and `get_weather` are two words each. */
export function contentWords(text: string): string[] {
  return text
    .replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter(word => word.length > 1 && !STOP_WORDS.has(word));
}

/** Words as they are compared: without the endings of plurals and verbs. */
export function stem(word: string): string {
  return word.length > 4 ? word.replace(/(?:ies|ing|es|ed|s|y)$/, '') : word;
}

/** How many different words of `text` are among `words`. */
export function overlap(words: readonly string[], text: string): number {
  const known = new Set(words.map(stem));
  return new Set(
    contentWords(text)
      .map(stem)
      .filter(word => known.has(word)),
  ).size;
}

export function countWords(text: string): number {
  return text.match(/[\p{L}\p{N}]+(?:['’.-][\p{L}\p{N}]+)*/gu)?.length ?? 0;
}

/** The beginning of a text, on one line, cut between words. */
export function gist(text: string, maxLength: number): string {
  const line = text.replace(/\s+/g, ' ').trim();
  if (line.length <= maxLength) return line;
  const cut = line.slice(0, maxLength);
  const end = cut.lastIndexOf(' ');
  return `${end > 0 ? cut.slice(0, end) : cut} …`;
}

export interface Sentence {
  readonly text: string;
  /** Offsets in characters; `end` is behind the last one. */
  readonly start: number;
  readonly end: number;
}

export function sentencesOf(text: string): Sentence[] {
  return [...text.matchAll(/[^\s.!?][^.!?\n]*(?:[.!?](?!\s|$)[^.!?\n]*)*[.!?]*/g)].map(match => ({
    text: match[0].trimEnd(),
    start: match.index,
    end: match.index + match[0].trimEnd().length,
  }));
}

/** What a prompt offers for the arguments of a tool or the members of an object. */
export interface PromptFacts {
  readonly text: string;
  /** What stands behind "in", "for", "from" …, e.g. `New York` in "the weather in New York tomorrow". */
  readonly places: readonly string[];
  /** Runs of capitalized words that do not begin a sentence. */
  readonly names: readonly string[];
  readonly quoted: readonly string[];
  readonly numbers: readonly number[];
  readonly words: readonly string[];
}

/** A capital letter alone does not make a name of "What". */
function isName(text: string): boolean {
  return !STOP_WORDS.has(text.toLowerCase());
}

const NAME = String.raw`\p{Lu}[\p{L}\p{M}’'-]*(?:[ ](?:(?:de|del|la|of|upon|am|do|da)[ ])?\p{Lu}[\p{L}\p{M}’'-]*)*`;

/** People type "in new york tomorrow": the words up to the first that says nothing. */
function leadingWords(text: string): string[] {
  const words = text.split(/\s+/);
  const end = words.findIndex(word => STOP_WORDS.has(word.toLowerCase()));
  return end === 0 ? [] : [words.slice(0, end < 0 ? words.length : end).join(' ')];
}

export function promptFacts(text: string): PromptFacts {
  const groups = (pattern: RegExp) =>
    [...text.matchAll(pattern)].map(match => match.slice(1).find(Boolean) ?? '');
  return {
    text,
    places: [
      ...groups(new RegExp(String.raw`\b(?:in|for|from|at|near|to|of)\s+(${NAME})`, 'gu')).filter(isName),
      ...groups(/\b(?:in|at|near)\s+(\p{L}+(?:\s+\p{L}+){0,2})/gu).flatMap(leadingWords),
    ],
    names: groups(new RegExp(String.raw`(?<=[^.!?:\s]\s+)(${NAME})`, 'gu')).filter(isName),
    quoted: groups(/"([^"]+)"|“([^”]+)”|(?<!\p{L})'([^']+)'(?!\p{L})/gu),
    numbers: groups(/(?<![\p{L}\d.-])(-?\d+(?:\.\d+)?)(?![\d-]|\.\d)/gu).map(Number),
    words: [...new Set(contentWords(text))],
  };
}
