import type { JSONObject } from '@ai-sdk/provider';
import type { FetchFunction } from '@ai-sdk/provider-utils';
import { isAbortError } from '@ai-sdk/provider-utils';
import type { BedrockError } from '../errors.ts';
import type { ModelContext } from '../models/model-context.ts';
import { expectEventStream, readJson } from '../models/reply-json.ts';
import { streamError } from '../transport/api-error.ts';
import type { TransportCall, TransportReply } from '../transport/transport.ts';
import type { Dialect } from './dialect.ts';
import { chunkFraming, type Framing, sseFraming } from './framing.ts';
import { replyEvents } from './reply-events.ts';
import type { ReplyMembers } from './reply-members.ts';

/** What a package sends, as it is to go to Bedrock. */
export interface PeerRequest extends Pick<TransportCall, 'service' | 'region' | 'path' | 'modelId'> {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: JSONObject;
}

export interface PeerCallOptions {
  readonly context: ModelContext;
  readonly dialect: Dialect;
  readonly streams: boolean;
  readonly members: ReplyMembers | undefined;
  /** Turns the package's request into one of Bedrock's. */
  readonly toRequest: (body: JSONObject, headers: Headers) => PeerRequest;
}

/** Identity is ours to prove, and the host is ours to choose. */
const HEADERS_OF_THE_PACKAGE = [
  'authorization',
  'x-api-key',
  'content-type',
  'openai-organization',
  'openai-project',
];

/**
 * One call of a package: gives it a `fetch` that goes through our transport, and remembers what the package would
 * lose: the error, the reply, and the body that was sent.
 */
export class PeerCall {
  readonly #options: PeerCallOptions;
  #failure: unknown;
  #sent: JSONObject | undefined;
  #reply: TransportReply | undefined;

  constructor(options: PeerCallOptions) {
    this.#options = options;
  }

  /** What was sent; undefined when nothing was. */
  get request(): { url: string; body: JSONObject } | undefined {
    return this.#reply && this.#sent && { url: this.#reply.url, body: this.#sent };
  }

  get reply(): TransportReply | undefined {
    return this.#reply;
  }

  /** To be the package's `fetch`. */
  readonly fetch: FetchFunction = async (_, init = {}) => {
    try {
      return await this.#send(init);
    } catch (error) {
      this.#failure = error;
      throw error;
    }
  };

  /** The error of this call, where the package has caught it and made another of it. */
  errorOf(cause: unknown): unknown {
    if (this.#failure !== undefined) return this.#failure;
    // What the package finds wrong before it calls is the caller's to mend.
    const reply = this.#reply;
    return reply === undefined || isAbortError(cause) ? cause : this.#unreadable(cause, reply);
  }

  /** The package cannot read what has come. */
  #unreadable(cause: unknown, { call }: TransportReply): BedrockError {
    const why = cause instanceof Error ? cause.message : String(cause);
    return this.#options.streams
      ? streamError('CorruptStream', `The stream holds an event that cannot be read: ${why}.`, call, cause)
      : streamError('InvalidReply', `Bedrock answered with a body that cannot be read: ${why}.`, call, cause);
  }

  async #send({ body, headers, signal }: NonNullable<Parameters<FetchFunction>[1]>): Promise<Response> {
    const { context, streams, toRequest } = this.#options;
    const given = new Headers(headers);
    for (const name of HEADERS_OF_THE_PACKAGE) given.delete(name);
    const request = toRequest(JSON.parse(String(body)) as JSONObject, given);
    this.#sent = request.body;
    const reply = await context.send({
      ...request,
      method: 'POST',
      body: JSON.stringify(request.body),
      bodyValues: request.body,
      streams,
      abortSignal: signal ?? undefined,
    });
    this.#reply = reply;
    const answer = streams ? await this.#stream(reply) : await this.#whole(reply);
    const contentType = streams ? 'text/event-stream' : 'application/json';
    return new Response(answer, { headers: { ...headersFor(reply), 'content-type': contentType } });
  }

  async #whole(reply: TransportReply): Promise<string> {
    const body = await readJson<JSONObject>(reply);
    this.#options.members?.read(body);
    return JSON.stringify(body);
  }

  async #stream(reply: TransportReply): Promise<ReadableStream<Uint8Array>> {
    const { dialect, members } = this.#options;
    const onEvent = members && ((event: JSONObject) => members.read(event));
    const onFailure = (error: BedrockError) => {
      this.#failure = error;
    };
    return replyEvents({ reply, framing: await framingOf(reply), dialect, onEvent, onFailure });
  }
}

/** As the reply says: what stands in the place of Bedrock may answer either way. */
async function framingOf(reply: TransportReply): Promise<Framing> {
  if (reply.headers['content-type']?.startsWith('text/event-stream')) return sseFraming();
  await expectEventStream(reply);
  return chunkFraming(reply.call);
}

/** The body is not encoded any more, and has another length. */
function headersFor({ headers }: TransportReply): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).filter(
      ([name]) => !/^(?:content-(?:encoding|length)|transfer-encoding|set-cookie)$/.test(name),
    ),
  );
}
