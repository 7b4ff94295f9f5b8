/**
 * How many tokens a request may be, where nobody counts them: from its characters and the sizes of its files. It is
 * made to be near for prose and code in most languages, and rather too high than too low.
 */
import type { ConverseRequest } from './wire.ts';

/** What counts in a request. */
export type CountedRequest = Pick<
  ConverseRequest,
  'messages' | 'system' | 'toolConfig' | 'additionalModelRequestFields'
>;

/** For the frame of the conversation. */
const TOKENS_PER_REQUEST = 4;
const TOKENS_PER_MESSAGE = 4;
/**
 * What a Claude is told of tools as soon as there is one: about 350 tokens at first, 500 of late. Nova is told more,
 * others less.
 * https://platform.claude.com/docs/en/agents-and-tools/tool-use/overview
 */
const TOKENS_OF_TOOL_USE = 400;
const TOKENS_PER_TOOL = 12;
/** What the largest image costs that a Claude sees whole. */
const TOKENS_PER_IMAGE = 1600;
const BYTES_PER_TOKEN = { document: 40, video: 600, audio: 600 };

export function estimateTokens({
  messages = [],
  system = [],
  toolConfig,
  additionalModelRequestFields,
}: CountedRequest): number {
  const tools = toolConfig?.tools ?? [];
  return Math.ceil(
    TOKENS_PER_REQUEST +
      messages.length * TOKENS_PER_MESSAGE +
      tokensOf([system, messages.map(({ content }) => content)]) +
      (tools.length === 0
        ? 0
        : TOKENS_OF_TOOL_USE + tools.length * TOKENS_PER_TOOL + tokensOfText(JSON.stringify(tools))) +
      // Tools that Converse has no member for stand here.
      tokensOf(additionalModelRequestFields?.['tools'] ?? []),
  );
}

/** Not read by the model as text, or not at all. */
const UNREAD: ReadonlySet<string> = new Set([
  'cachePoint',
  'signature',
  'redactedContent',
  's3Location',
  'toolUseId',
]);

function tokensOf(value: unknown): number {
  if (typeof value === 'string') return tokensOfText(value);
  if (typeof value !== 'object' || value === null) return 1;
  if (Array.isArray(value)) return sum(value.map(tokensOf));
  return sum(Object.entries(value).map(([name, member]) => tokensOfMember(name, member)));
}

function tokensOfMember(name: string, member: unknown): number {
  if (UNREAD.has(name) || member === undefined) return 0;
  switch (name) {
    case 'image':
      return TOKENS_PER_IMAGE;
    case 'document':
    case 'video':
    case 'audio':
      return tokensOfFile(name, member as FileBlock);
    case 'json':
    case 'input':
      return tokensOfText(JSON.stringify(member));
    default:
      return tokensOf(member);
  }
}

interface FileBlock {
  readonly format?: string;
  readonly source?: { readonly bytes?: string } & Readonly<Record<string, unknown>>;
}

const TEXT_FORMATS: readonly (string | undefined)[] = ['txt', 'md', 'html', 'csv'];

function tokensOfFile(kind: keyof typeof BYTES_PER_TOKEN, { format, source = {} }: FileBlock): number {
  if (source.bytes === undefined) return tokensOf(source);
  const bytes = source.bytes.length * 0.75;
  return bytes / (TEXT_FORMATS.includes(format) ? 4 : BYTES_PER_TOKEN[kind]);
}

/**
 * Latin letters make about four to a token; digits and signs fewer; letters of most other scripts two; and a
 * character of Chinese, Japanese or Korean is about a token of its own.
 */
function tokensOfText(text: string): number {
  const ideographs = count(text, /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/gu);
  const signs = count(text, /[\p{N}\p{P}\p{S}]/gu);
  const others = count(text, /\p{L}/gu) - ideographs - count(text, /\p{Script=Latin}/gu);
  return ideographs + signs / 2.5 + others / 2 + (text.length - ideographs - signs - others) / 4;
}

function count(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
