/**
 * Keeps what proves an identity out of errors. AWS answers a wrong signature with the whole canonical request,
 * session token and all; proxies and gateways echo headers; a fetch that wraps another puts requests into errors.
 */
import type { Redact } from '../errors.ts';

const REDACTED = '[redacted]';

/** Very short values are test values, and parts of ordinary words. */
const MIN_LENGTH = 8;

/** Nobody looks deeper, and a body made for it could end the stack. */
const MAX_DEPTH = 32;

/** Errors are small; what is larger drags a connection or a client along. */
const MAX_OBJECTS = 500;

const SECRET_NAME = /auth|cookie|credential|key|password|secret|signature|token/;

/**
 * Replaces the values of headers that prove an identity: those of AWS, and the caller's own for a gateway, by
 * their names. The secrets are looked for when an error needs it; a call that succeeds pays for one closure.
 * @param headers lower-case names
 */
export function redactorOf(headers: Readonly<Record<string, string>>): Redact {
  let pattern: RegExp | undefined;
  return content => {
    pattern ??= patternOf(headers);
    return content.replace(pattern, REDACTED);
  };
}

function patternOf(headers: Readonly<Record<string, string>>): RegExp {
  const secrets = Object.entries(headers)
    .filter(([name]) => SECRET_NAME.test(name))
    .flatMap(([name, value]) => secretsIn(name, value))
    .filter(secret => secret.length >= MIN_LENGTH)
    // The longest wins where one begins as another does.
    .sort((one, other) => other.length - one.length);
  // Without any secret, nothing matches.
  return secrets.length === 0 ? /(?!)/g : new RegExp(secrets.map(asWritten).join('|'), 'g');
}

/** `Bearer KEY` is also the secret KEY; a cookie may be echoed alone, and so may a signature. */
function secretsIn(name: string, value: string): string[] {
  if (name.includes('cookie')) {
    return [value, ...value.split(';').map(cookie => cookie.slice(cookie.indexOf('=') + 1).trim())];
  }
  return [value, value.replace(/^\S+ +/, ''), /\bSignature=(\w+)/.exec(value)?.[1] ?? ''];
}

/** A secret as it is, and as JSON, URLs and HTML write it. */
function asWritten(secret: string): string {
  return secret.replace(/[^A-Za-z0-9]/g, character => {
    const hex = character.charCodeAt(0).toString(16).padStart(2, '0');
    const anyCase = hex.replace(/[a-f]/g, digit => `[${digit}${digit.toUpperCase()}]`);
    const plain = `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
    return `(?:\\\\{0,3}${plain}|\\\\{1,3}u00${anyCase}|%(?:25)?${anyCase}|&#?\\w{1,6};)`;
  });
}

/** A value of JSON without secrets. */
export function redactValue(value: unknown, redact: Redact, depth = 0): unknown {
  if (typeof value === 'string') return redact(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth === MAX_DEPTH) return undefined;
  if (Array.isArray(value)) return value.map(item => redactValue(item, redact, depth + 1));
  // Not by assignment, because a reply may have a member __proto__.
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [redact(name), redactValue(item, redact, depth + 1)]),
  );
}

/**
 * The cause of an error: the same object, unless it holds a secret or may hold one where nobody can look, such
 * as a request. Then its names, messages and codes.
 */
export function redactCause(cause: unknown, redact: Redact): unknown {
  try {
    if (isClean(cause, redact)) return cause;
    return typeof cause === 'string' ? redact(cause) : copyOf(cause, redact, 0);
  } catch {
    // A getter that throws, or objects within objects without end.
    return undefined;
  }
}

function copyOf(error: unknown, redact: Redact, depth: number): Error | undefined {
  if (!isError(error) || depth === 5) return undefined;
  const { name, message, code, cause } = error;
  const inner = copyOf(cause, redact, depth + 1);
  const copy = new Error(redact(String(message)), inner && { cause: inner });
  copy.name = redact(String(name));
  return typeof code === 'string' ? Object.assign(copy, { code: redact(code) }) : copy;
}

/** Whether all there is to see in a value is free of secrets. */
function isClean(root: unknown, redact: Redact): boolean {
  const seen = new Set<object>();
  const isCleanValue = (value: unknown): boolean => {
    if (typeof value === 'string') return redact(value) === value;
    if (typeof value !== 'object' || value === null || seen.has(value)) return true;
    if (seen.size === MAX_OBJECTS || !isTransparent(value)) return false;
    seen.add(value);
    const members = Reflect.ownKeys(value).map(name => Reflect.get(value, name));
    // What an error says may be in its prototype.
    return (isError(value) ? [...members, value.message, value.name] : members).every(isCleanValue);
  };
  return isCleanValue(root);
}

/** Whether a value has no state but its members: headers, requests and sockets do. */
function isTransparent(value: object): boolean {
  if (isError(value) || Array.isArray(value)) return true;
  const prototype: unknown = Object.getPrototypeOf(value);
  // The prototype of a plain object is the one without its own, also in another realm.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

interface ErrorLike {
  readonly name?: unknown;
  readonly message?: unknown;
  readonly code?: unknown;
  readonly cause?: unknown;
}

/** `instanceof` fails for the errors of another realm, such as those of fetch in an edge runtime. */
function isError(value: unknown): value is ErrorLike & object {
  return value instanceof Error || /Error|Exception/.test(Object.prototype.toString.call(value));
}
