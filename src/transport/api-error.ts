import { successorOf } from '../catalog/successors.ts';
import {
  type AdviceFacts,
  BedrockError,
  type CallFacts,
  classifyError,
  type Redact,
  type StreamErrorCode,
  UNNAMED_ERROR,
} from '../errors.ts';
import { inferenceProfileIds } from '../settings/geographies.ts';
import { parseModelRef } from '../settings/model-ref.ts';
import { readBody, textOf } from './read-body.ts';
import { redactCause, redactValue } from './redact.ts';

/** Error bodies are short; what is longer is a page of somebody else. */
export const MAX_BODY_BYTES: number = 64 * 1024;
const EXCERPT_LENGTH = 200;
const NO_REASON = 'AWS gave no reason';

/**
 * The error of a reply whose status is not 2xx. Reads the body.
 * @param idleTimeoutMs how long the body may be silent; 0 is no limit
 * @param signal ends the reading
 */
export async function errorFromReply(
  response: Response,
  facts: CallFacts,
  { idleTimeoutMs, signal }: { idleTimeoutMs: number; signal?: AbortSignal },
): Promise<BedrockError> {
  // When the body breaks off, status and first bytes still say more than the broken connection.
  const body = textOf(await readBody(response, { idleTimeoutMs, maxBytes: MAX_BODY_BYTES, signal }));
  const headers = Object.fromEntries(response.headers);
  const known = { ...facts, responseHeaders: headers };
  const ofXml = readXmlReport(body, headers);
  const nameInHeader = errorName(headers['x-amzn-errortype']);
  // Where a bucket is in another Region, S3 says so in a redirect.
  const isNamed = (nameInHeader ?? ofXml?.name) !== undefined;
  if (isRedirect(response) && !isNamed) return redirectError(response, known);

  const data = parseJson(body);
  const reported = ofXml ?? readReport(data);
  const name = nameInHeader ?? reported.name;
  return build({
    name,
    message: reported.message ?? describeReply(response, facts, body),
    status: response.status,
    originalStatus: reported.originalStatus,
    facts: known,
    responseBody: body,
    data,
  });
}

/**
 * The error of an `:message-type: exception` message.
 * @param name `:exception-type`, e.g. `throttlingException`
 * @param payload the parsed JSON of the message
 */
export function errorFromStreamException({
  name,
  payload,
  facts,
}: {
  name: string;
  payload: unknown;
  facts: CallFacts;
}): BedrockError {
  const { message = NO_REASON, originalStatus } = readReport(payload);
  return build({ name: errorName(name), message, originalStatus, facts, data: payload });
}

/**
 * The error of an `:message-type: error` message: a failure that the operation does not name.
 * @param code `:error-code`
 * @param message `:error-message`
 */
export function errorFromStreamError({
  code,
  message,
  facts,
}: {
  code: string | undefined;
  message: string | undefined;
  facts: CallFacts;
}): BedrockError {
  // Callers' faults are found before a stream begins, so a code that the table does not have is AWS's fault.
  const status = /^[45]\d\d$/.test(code ?? '') ? Number(code) : undefined;
  const name = status === undefined ? (errorName(code) ?? 'InternalFailure') : undefined;
  return build({ name, message: message || NO_REASON, status, facts, unknownIsRetryable: true });
}

/** The error of a stream or reply that failed without AWS saying so. */
export function streamError(
  code: StreamErrorCode,
  message: string,
  facts: CallFacts,
  cause?: unknown,
): BedrockError {
  return build({ name: code, message, facts, cause });
}

/** The error of a request that got no reply. */
export function networkError(cause: unknown, facts: CallFacts): BedrockError {
  const reason = deepestMessage(cause);
  return build({
    name: 'NetworkError',
    message: `No reply from ${new URL(facts.url).host}: ${reason}`,
    facts,
    cause,
  });
}

/* ----------------------------------------------------------------- parts */

interface ErrorParts {
  name: string | undefined;
  message: string;
  facts: CallFacts;
  status?: number | undefined;
  originalStatus?: number | undefined;
  responseBody?: string | undefined;
  data?: unknown;
  cause?: unknown;
  unknownIsRetryable?: boolean;
}

function build(parts: ErrorParts): BedrockError {
  const { facts, message, responseBody, data, cause, ...described } = withoutSecrets(parts);
  const { code, statusCode, isRetryable, advice, ...found } = classifyError({
    message,
    facts: adviceFacts(facts),
    ...described,
  });
  const retryAfterMs = isRetryable ? (retryAfter(facts.responseHeaders) ?? found.retryAfterMs) : undefined;
  const sentences = [code === UNNAMED_ERROR ? message : `${code}: ${message}`, advice];
  return new BedrockError({
    url: facts.url,
    requestBodyValues: facts.requestBodyValues,
    responseHeaders: withRetryAfter(facts.responseHeaders, retryAfterMs),
    requestId: facts.responseHeaders?.['x-amzn-requestid'] ?? facts.responseHeaders?.['x-amz-request-id'],
    message: sentences.flatMap(sentence => (sentence === undefined ? [] : asSentence(sentence))).join(' '),
    code,
    statusCode,
    isRetryable,
    advice,
    retryAfterMs,
    responseBody,
    data,
    cause,
  });
}

/** The one place: nothing gets into an error but through `build`. */
function withoutSecrets(parts: ErrorParts): ErrorParts {
  const { redact, responseHeaders } = parts.facts;
  if (redact === undefined) return parts;
  const { name, message, responseBody, data, cause } = parts;
  return {
    ...parts,
    name: name && redact(name),
    message: redact(message),
    responseBody: responseBody && redact(responseBody),
    data: redactValue(data, redact),
    cause: redactCause(cause, redact),
    facts: { ...parts.facts, responseHeaders: responseHeaders && redactHeaders(responseHeaders, redact) },
  };
}

function redactHeaders(headers: Record<string, string>, redact: Redact): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, redact(value)]));
}

function adviceFacts({ modelId, region }: CallFacts): AdviceFacts {
  if (modelId === undefined || region === undefined) return { modelId, region };
  return {
    modelId,
    region,
    profileIds: inferenceProfileIds(modelId, region).filter(id => id !== modelId),
    successor: successorFor(modelId, region),
  };
}

/** Newer models are mostly reached through profiles only, so the id of one is given where there are any. */
function successorFor(modelId: string, region: string): string | undefined {
  const { baseModel } = parseModelRef(modelId);
  const successor = baseModel === undefined ? undefined : successorOf(baseModel);
  return successor === undefined ? undefined : (inferenceProfileIds(successor, region)[0] ?? successor);
}

/**
 * Milliseconds to wait, as a reply says it: AWS in `x-amz-retry-after`, gateways in the headers that the AI SDK
 * knows.
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
 */
function retryAfter(headers: CallFacts['responseHeaders'] = {}): number | undefined {
  const seconds = headers['retry-after'];
  const waits = [
    number(headers['retry-after-ms']),
    number(headers['x-amz-retry-after']),
    number(seconds, 1000) ?? Date.parse(seconds ?? '') - Date.now(),
  ];
  return waits.find(wait => wait !== undefined && wait >= 0);
}

function number(value: string | undefined, unit = 1): number | undefined {
  return value !== undefined && /^\d+(\.\d+)?$/.test(value.trim()) ? Number(value) * unit : undefined;
}

/** Gives the AI SDK the hint in the one header that it prefers, where the reply has none that it reads. */
function withRetryAfter(
  headers: CallFacts['responseHeaders'],
  retryAfterMs: number | undefined,
): CallFacts['responseHeaders'] {
  if (retryAfterMs === undefined || headers?.['retry-after-ms'] !== undefined) return headers;
  return { ...headers, 'retry-after-ms': String(Math.round(retryAfterMs)) };
}

interface Report {
  readonly name?: string | undefined;
  readonly message?: string | undefined;
  readonly originalStatus?: number | undefined;
}

/**
 * Reads a body that may be AWS's (`message` or `Message`, `code` or `__type`, either within `Output` where
 * the operation is unknown), or OpenAI's or Anthropic's (`error: { type, code, message }`).
 */
function readReport(data: unknown): Report {
  if (!isRecord(data)) return {};
  const body = isRecord(data['Output']) ? data['Output'] : data;
  const inner = isRecord(body['error']) ? body['error'] : {};
  const message =
    text(body['message']) ?? text(body['Message']) ?? text(inner['message']) ?? text(body['error']);
  const original = text(body['originalMessage']);
  const originalStatus = Number(body['originalStatusCode'] ?? Number.NaN);
  return {
    name:
      errorName(body['code']) ??
      errorName(body['__type']) ??
      errorName(inner['code']) ??
      errorName(inner['type']),
    message:
      message === undefined || original === undefined ? (message ?? original) : `${message} (${original})`,
    originalStatus: Number.isNaN(originalStatus) ? undefined : originalStatus,
  };
}

/**
 * Reads the XML in which S3 reports errors: `<Error><Code>NoSuchKey</Code><Message>…`, and STS, which puts it into an
 * `<ErrorResponse>`. A bucket of another Region is a redirect that no location belongs to.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
 */
function readXmlReport(body: string, headers: Readonly<Record<string, string>>): Report | undefined {
  const [, error] =
    /^\s*(?:<\?xml[^>]*\?>\s*)?(?:<ErrorResponse[^>]*>\s*)?<Error>([\s\S]*)<\/Error>/.exec(body) ?? [];
  if (error === undefined) return undefined;
  const member = (name: string) =>
    text(unescapeXml(new RegExp(`<${name}>([^<]*)</${name}>`).exec(error)?.[1]));
  const region = headers['x-amz-bucket-region'];
  const sentences = [member('Message'), region && `The bucket is in ${region}`];
  return {
    name: errorName(member('Code')),
    message: sentences.flatMap(one => (one ? asSentence(one) : [])).join(' ') || undefined,
  };
}

function unescapeXml(escaped = ''): string {
  const characters: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
  return escaped.replace(/&(amp|lt|gt|quot|apos);/g, (_, name: string) => characters[name] ?? '');
}

/** `aws.namespace#FooException:http://…` -> `FooException`. */
function errorName(value: unknown): string | undefined {
  const [qualified = ''] = typeof value === 'string' ? value.split(/[,:]/) : [];
  const name = qualified.slice(qualified.indexOf('#') + 1).trim();
  return /^[A-Za-z][\w.-]*$/.test(name) ? name : undefined;
}

function describeReply(response: Response, facts: CallFacts, body: string): string {
  const status = `HTTP ${response.status} ${response.statusText}`.trimEnd();
  const content = body.trim() === '' ? ' with an empty body' : `: ${excerpt(body, facts)}`;
  return `${status} from ${new URL(facts.url).host}${content}`;
}

function isRedirect({ status, type }: Response): boolean {
  // Browsers hide what a redirect that is not followed says.
  return type === 'opaqueredirect' || [301, 302, 303, 307, 308].includes(status);
}

function redirectError(response: Response, facts: CallFacts): BedrockError {
  const location = response.headers.get('location') ?? '';
  const target = URL.canParse(location, facts.url) ? new URL(location, facts.url).host : 'another URL';
  return build({
    name: 'Redirect',
    message: `${new URL(facts.url).host} redirects to ${target}`,
    status: response.status || undefined,
    facts,
  });
}

/** Fetch hides the reason of a failure in causes of causes, sometimes as a code without a message. */
function deepestMessage(error: unknown): string {
  let message = '';
  let current = error;
  for (let depth = 0; depth < 5 && isRecord(current); depth++) {
    message = text(current['message']) ?? text(current['code']) ?? message;
    current = current['cause'];
  }
  return message === '' ? String(error) : message;
}

function parseJson(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    return undefined;
  }
}

/** The beginning of a body, in one line. A secret is found only before it is cut. */
export function excerpt(content: string, { redact = same }: CallFacts): string {
  const line = redact(content.slice(0, MAX_BODY_BYTES)).replace(/\s+/g, ' ').trim();
  return line.length > EXCERPT_LENGTH ? `${line.slice(0, EXCERPT_LENGTH)}…` : line;
}

function same(content: string): string {
  return content;
}

function asSentence(sentence: string): string {
  return /[.!?…]$/.test(sentence) ? sentence : `${sentence}.`;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
