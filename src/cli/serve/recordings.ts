/** Exchanges as JSON files, one each, and answers from them. They hold no headers of requests, and so no keys. */
import { createHash, randomUUID } from 'node:crypto';
import { access, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { JSONValue } from '@ai-sdk/provider';
import { decodeFrame, encodeFrame, readFrameLength } from '../../codec/event-stream/frame.ts';
import type { LocalExchange, LocalReply, LocalRequest, LocalResponder } from '../../local/index.ts';
import { UsageError } from '../failure.ts';

interface Recording {
  readonly operation: string;
  readonly modelId: string;
  readonly request: JSONValue;
  readonly recordedAt: string;
  readonly reply: {
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
  } & RecordedBody;
}

/** In the form that is easiest to read. */
type RecordedBody =
  | { readonly json: JSONValue }
  | { readonly events: readonly RecordedEvent[] }
  | { readonly text: string }
  | { readonly base64: string };

interface RecordedEvent {
  readonly headers: Readonly<Record<string, string>>;
  readonly payload: JSONValue;
}

export interface Recorder {
  /** In front of what answers. */
  watch(respond: LocalResponder | undefined): LocalResponder;
  onExchange(exchange: LocalExchange): void;
  /** Waits until all files are written. */
  close(): Promise<void>;
}

/** A job is more than its reply: a server that plays the reply again has no such job. */
const NOT_RECORDED: ReadonlySet<string> = new Set(['StartAsyncInvoke']);

/**
 * Keeps what was answered well; the same request again takes the place of its file.
 * @param onFailure told of files that could not be written
 * @throws UsageError for a folder that cannot be made
 */
export async function createRecorder(
  folder: string,
  onFailure: (message: string) => void,
): Promise<Recorder> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    throw new UsageError(`--record ${folder}: ${(error as Error).message}`);
  }
  // By their bodies, which the script and the log share.
  const asked = new WeakMap<object, LocalRequest>();
  let written: Promise<unknown> = Promise.resolve();
  return {
    watch: respond => request => {
      if (typeof request.body === 'object' && request.body !== null) asked.set(request.body, request);
      return respond?.(request);
    },
    onExchange({ request: { body, status = 0, stream, receivedAt }, headers, body: bytes }) {
      const request = typeof body === 'object' && body !== null ? asked.get(body) : undefined;
      // What the server answers without a script is answered by itself when the rest is played again.
      if (request === undefined || NOT_RECORDED.has(request.operation)) return;
      if (status >= 300 || stream?.ended === 'fault') return;
      const recording: Recording = {
        operation: request.operation,
        modelId: request.modelId,
        request: request.body,
        recordedAt: receivedAt.toISOString(),
        reply: {
          status,
          headers: keptHeaders(headers),
          ...toRecordedBody(bytes, headers['content-type'] ?? ''),
        },
      };
      written = written
        .then(() => writeFile(join(folder, fileName(request)), `${JSON.stringify(recording, null, 2)}\n`))
        .catch(error => onFailure(`--record ${folder}: ${(error as Error).message}`));
    },
    close: async () => {
      await written;
    },
  };
}

/**
 * Answers what was recorded for the same operation, model and body.
 * @param unrecorded what other requests get: an error that names the folder, or an answer of the built-in responder
 * @throws UsageError where there is no such folder
 */
export async function replayFrom(folder: string, unrecorded: 'error' | 'built-in'): Promise<LocalResponder> {
  try {
    await access(folder);
  } catch {
    throw new UsageError(`--replay ${folder}: there is no such folder. Make one with --record ${folder}.`);
  }
  return async (request): Promise<LocalReply | undefined> => {
    if (NOT_RECORDED.has(request.operation)) return undefined;
    const path = join(folder, fileName(request));
    const json = await readFile(path, 'utf8').catch(() => undefined);
    if (json !== undefined) return toResponse(path, json);
    if (unrecorded === 'built-in') return undefined;
    const what = `${request.operation}${request.modelId === '' ? '' : ` of ${request.modelId}`}`;
    const message = `No answer to this request (${what}) is recorded in ${folder}. Record it with bedrock-ai serve --record ${folder}.`;
    return { error: { name: 'ResourceNotFoundException', message } };
  };
}

function toResponse(path: string, json: string): LocalReply {
  try {
    const { reply } = JSON.parse(json) as Recording;
    const headers = { ...reply.headers, 'x-amzn-requestid': randomUUID(), date: new Date().toUTCString() };
    return new Response(toBytes(reply), { status: reply.status, headers });
  } catch (error) {
    const message = `${path} is no recording of bedrock-ai serve: ${(error as Error).message}`;
    return { error: { name: 'InternalServerException', message } };
  }
}

/** E.g. `ConverseStream-0123456789abcdef.json`: the same for the same request, in whichever order its members come. */
function fileName({ operation, modelId, body }: LocalRequest): string {
  const hash = createHash('sha256').update(JSON.stringify([operation, modelId, sorted(body)]));
  return `${operation}-${hash.digest('hex').slice(0, 16)}.json`;
}

function sorted(value: JSONValue): JSONValue {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(entries.map(([name, member]) => [name, sorted(member ?? null)]));
}

/** Those that say what the body is, and what the model took. */
function keptHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => name === 'content-type' || name.startsWith('x-amzn-bedrock-')),
  );
}

/* ----------------------------------------------------------------- bodies */

function toRecordedBody(bytes: Uint8Array, contentType: string): RecordedBody {
  const readable = readBody(bytes, contentType);
  // Only what gives the same bytes again is written in a form to read.
  if (readable !== undefined && Buffer.from(toBytes(readable)).equals(bytes)) return readable;
  return { base64: Buffer.from(bytes).toString('base64') };
}

function readBody(bytes: Uint8Array, contentType: string): RecordedBody | undefined {
  try {
    if (contentType.startsWith('application/vnd.amazon.eventstream')) return { events: readEvents(bytes) };
    const text = Buffer.from(bytes).toString('utf8');
    return contentType.startsWith('application/json') ? { json: JSON.parse(text) } : { text };
  } catch {
    return undefined;
  }
}

function readEvents(bytes: Uint8Array): RecordedEvent[] {
  const events: RecordedEvent[] = [];
  for (let offset = 0; offset < bytes.length; ) {
    const length = readFrameLength(bytes, offset);
    const { headers, payload } = decodeFrame(bytes.subarray(offset, offset + length));
    events.push({
      headers: headers as RecordedEvent['headers'],
      payload: JSON.parse(Buffer.from(payload).toString('utf8')),
    });
    offset += length;
  }
  return events;
}

function toBytes(body: RecordedBody): Uint8Array<ArrayBuffer> {
  if ('json' in body) return utf8(JSON.stringify(body.json));
  if ('text' in body) return utf8(body.text);
  if ('base64' in body) return new Uint8Array(Buffer.from(body.base64, 'base64'));
  const frames = body.events.map(({ headers, payload }) =>
    encodeFrame(headers, utf8(JSON.stringify(payload))),
  );
  return new Uint8Array(Buffer.concat(frames));
}

function utf8(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}
