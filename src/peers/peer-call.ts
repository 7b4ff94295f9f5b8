import type { JSONObject, LanguageModelV4CallOptions } from '@ai-sdk/provider';
import type { FetchFunction } from '@ai-sdk/provider-utils';
import { isAbortError } from '@ai-sdk/provider-utils';
import type { BedrockError } from '../errors.ts';
import type { Dispatcher } from '../models/dispatch.ts';
import type { ModelContext } from '../models/model-context.ts';
import { expectEventStream, readJson } from '../models/reply-json.ts';
import type { ResolvedModel } from '../models/resolved-model.ts';
import type { Charge, Demand } from '../traffic/charge.ts';
import { estimateInput } from '../traffic/estimate.ts';
import type { MovedCall } from '../traffic/traffic.ts';
import { streamError } from '../transport/api-error.ts';
import type { TransportCall, TransportReply } from '../transport/transport.ts';
import type { Dialect } from './dialect.ts';
import { chunkFraming, type Framing, sseFraming } from './framing.ts';
import { replyEvents } from './reply-events.ts';
import type { ReplyMembers } from './reply-members.ts';

/** What a package sends, as it is to go to Bedrock. */
export interface PeerRequest extends Pick<TransportCall, 'service' | 'path'> {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: JSONObject;
}

export interface PeerCallOptions {
  readonly context: ModelContext;
  readonly dispatcher: Dispatcher;
  readonly callOptions: LanguageModelV4CallOptions;
  readonly dialect: Dialect;
  readonly streams: boolean;
  /** Makes a reader of what the service adds to a reply. */
  readonly members: () => ReplyMembers | undefined;
  /** Turns the package's request into one of Bedrock's, for the model that it goes to. */
  readonly toRequest: (body: JSONObject, headers: Headers, model: ResolvedModel) => PeerRequest;
}

/** A call with its reply, of which the beginning is read at least. */
export interface AnsweredCall {
  readonly reply: TransportReply;
  /** What was sent. */
  readonly body: JSONObject;
  readonly charge: Charge;
  readonly moved: MovedCall | undefined;
  readonly members: ReplyMembers | undefined;
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
 * lose: the error, the reply, what was sent, and what is to be paid for it.
 */
export class PeerCall {
  readonly #options: PeerCallOptions;
  #failure: unknown;
  #answered: AnsweredCall | undefined;

  constructor(options: PeerCallOptions) {
    this.#options = options;
  }

  /**
   * To be asked when the package has an answer.
   * @throws Error for an answer that it made without a call
   */
  get answered(): AnsweredCall {
    if (this.#answered === undefined) throw new Error('The package answered without a call.');
    return this.#answered;
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
    this.#answered?.charge.cutOff(isAbortError(cause) ? 'aborted' : 'failed', 0);
    if (this.#failure !== undefined) return this.#failure;
    // What the package finds wrong before it calls is the caller's to mend.
    const reply = this.#answered?.reply;
    return reply === undefined || isAbortError(cause) ? cause : this.#unreadable(cause, reply);
  }

  /** The package cannot read what has come. */
  #unreadable(cause: unknown, { call }: TransportReply): BedrockError {
    const why = cause instanceof Error ? cause.message : String(cause);
    return this.#options.streams
      ? streamError('CorruptStream', `The stream holds an event that cannot be read: ${why}.`, call, cause)
      : streamError('InvalidReply', `Bedrock answered with a body that cannot be read: ${why}.`, call, cause);
  }

  /** Tries, waits and moves happen within: the package sees one reply. */
  #send({ body, headers, signal }: NonNullable<Parameters<FetchFunction>[1]>): Promise<Response> {
    const { context, dispatcher, callOptions, streams, toRequest } = this.#options;
    const given = new Headers(headers);
    for (const name of HEADERS_OF_THE_PACKAGE) given.delete(name);
    const own = JSON.parse(String(body)) as JSONObject;
    return dispatcher.run(callOptions, model => {
      const request = toRequest(own, given, model);
      return {
        demand: demandOf(request.body, model),
        send: async (charge, moved) => {
          const reply = await context.send({
            ...request,
            region: model.region,
            method: 'POST',
            body: JSON.stringify(request.body),
            bodyValues: request.body,
            modelId: model.ref.id,
            streams,
            abortSignal: signal ?? undefined,
          });
          charge.answered();
          const members = this.#options.members();
          const answer = streams ? await this.#stream(reply, members) : await this.#whole(reply, members);
          this.#answered = { reply, body: request.body, charge, moved, members };
          const contentType = streams ? 'text/event-stream' : 'application/json';
          return new Response(answer, { headers: { ...headersFor(reply), 'content-type': contentType } });
        },
      };
    });
  }

  async #whole(reply: TransportReply, members: ReplyMembers | undefined): Promise<string> {
    const body = await readJson<JSONObject>(reply);
    members?.read(body);
    return JSON.stringify(body);
  }

  async #stream(
    reply: TransportReply,
    members: ReplyMembers | undefined,
  ): Promise<ReadableStream<Uint8Array>> {
    const { dialect } = this.#options;
    const onEvent = members && ((event: JSONObject) => members.read(event));
    const onFailure = (error: BedrockError) => {
      this.#failure = error;
    };
    return replyEvents({ reply, framing: await framingOf(reply), dialect, onEvent, onFailure });
  }
}

/** The names that the APIs have for the most output that a request allows. */
const LIMITS = ['max_tokens', 'max_completion_tokens', 'max_output_tokens'];

function demandOf(body: JSONObject, { family, ref }: ResolvedModel): Demand {
  const { maxOutputTokens, outputBurndown } = family.chat(ref.baseModel);
  const limit = LIMITS.map(name => body[name]).find(value => typeof value === 'number');
  return {
    inputTokens: estimateInput(body),
    maxOutputTokens: typeof limit === 'number' ? limit : undefined,
    modelMaxOutputTokens: maxOutputTokens,
    outputBurndown,
  };
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
