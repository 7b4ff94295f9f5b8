/** How the streams of other APIs say that they are whole, and that they failed. */
import type { JSONObject } from '@ai-sdk/provider';

/** A failure that an event tells. */
export interface EventFailure {
  readonly name: string | undefined;
  /** Where the event gives an HTTP status in the place of a name. */
  readonly status: number | undefined;
  readonly payload: unknown;
}

export interface Dialect {
  /** The event that a whole stream has, for the error of one without it. */
  readonly lastEvent: string;
  isLast(event: JSONObject): boolean;
  failureIn(event: JSONObject): EventFailure | undefined;
  /** Whether the event is, or begins, something that cannot be taken back by trying again. */
  isContent(event: JSONObject): boolean;
  /** The event for the package; undefined where it would not understand it, such as what AWS adds. */
  forward(event: JSONObject): JSONObject | undefined;
  /** Text of reasoning that the package does not read, and the block of its own that it belongs to. */
  reasoningIn(event: JSONObject): { readonly text: string; readonly id?: string } | undefined;
}

const MESSAGES_EVENTS = new Set([
  'message_start',
  'content_block_start',
  'content_block_delta',
  'content_block_stop',
  'message_delta',
  'message_stop',
  'ping',
]);

const MESSAGES_HEADS = new Set(['message_start', 'ping']);

/** @see https://platform.claude.com/docs/en/build-with-claude/streaming */
export const messagesDialect: Dialect = {
  lastEvent: 'message_stop',
  // A guardrail may put its own message in the place of the answer, and nothing behind it.
  isLast: event =>
    event['type'] === 'message_stop' || event['amazon-bedrock-guardrailAction'] === 'INTERVENED',
  failureIn: event => (event['type'] === 'error' ? failureOf(event['error'], event) : undefined),
  isContent: event =>
    MESSAGES_EVENTS.has(String(event['type'])) && !MESSAGES_HEADS.has(String(event['type'])),
  forward: event => (MESSAGES_EVENTS.has(String(event['type'])) ? event : undefined),
  reasoningIn: () => undefined,
};

/** @see https://platform.openai.com/docs/api-reference/chat-streaming */
export const chatDialect: Dialect = {
  lastEvent: 'finish_reason',
  isLast: event => firstChoice(event)?.['finish_reason'] != null,
  failureIn: event => (event['error'] == null ? undefined : failureOf(event['error'], event)),
  isContent: event => {
    const { role: _, ...delta } = objectOr(firstChoice(event)?.['delta']);
    return Object.values(delta).some(member => member !== null && member !== '');
  },
  forward: event => (Array.isArray(event['choices']) ? withoutEmptyText(event, event['choices']) : undefined),
  reasoningIn: event => textIn(firstChoice(event)?.['delta']),
};

const RESPONSES_HEADS = new Set(['response.created', 'response.queued', 'response.in_progress']);

/** @see https://platform.openai.com/docs/api-reference/responses-streaming */
export const responsesDialect: Dialect = {
  lastEvent: 'response.completed',
  isLast: ({ type }) => type === 'response.completed' || type === 'response.incomplete',
  failureIn: event => {
    if (event['type'] === 'error') return failureOf(event['error'] ?? event, event);
    if (event['type'] !== 'response.failed') return undefined;
    return failureOf(member(event['response'], 'error'), event);
  },
  isContent: event => !RESPONSES_HEADS.has(String(event['type'])),
  forward: event => (typeof event['type'] === 'string' ? event : undefined),
  reasoningIn: ({ type, delta, item_id: item, content_index: index }) =>
    type === 'response.reasoning_text.delta' && typeof delta === 'string'
      ? { text: delta, id: `${item}:${index ?? 0}` }
      : undefined,
};

/** The package begins a text at it, and what comes first may be reasoning or a call. */
function withoutEmptyText(event: JSONObject, [choice]: readonly unknown[]): JSONObject {
  const delta = isObject(choice) ? choice['delta'] : undefined;
  if (!isObject(choice) || !isObject(delta) || delta['content'] !== '') return event;
  const { content: _, ...rest } = delta;
  return { ...event, choices: [{ ...choice, delta: rest }] };
}

function firstChoice({ choices }: JSONObject): JSONObject | undefined {
  const [choice] = Array.isArray(choices) ? choices : [];
  return isObject(choice) ? choice : undefined;
}

/** Models with open weights call it either way. */
export function textIn(message: unknown): { readonly text: string } | undefined {
  const text = member(message, 'reasoning') ?? member(message, 'reasoning_content');
  return typeof text === 'string' && text !== '' ? { text } : undefined;
}

function failureOf(error: unknown, event: JSONObject): EventFailure {
  const code = member(error, 'code');
  const type = member(error, 'type');
  const status = Number(code);
  return {
    name: [code, type].find(name => typeof name === 'string' && /^[A-Za-z]/.test(name)) as string | undefined,
    status: code != null && code !== '' && status >= 400 && status < 600 ? status : undefined,
    payload: isObject(error) ? error : event,
  };
}

function member(value: unknown, name: string): unknown {
  return isObject(value) ? value[name] : undefined;
}

function objectOr(value: unknown): JSONObject {
  return isObject(value) ? value : {};
}

export function isObject(value: unknown): value is JSONObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
