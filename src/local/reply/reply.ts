/** What a script may answer with. */
import type { JSONValue } from '@ai-sdk/provider';
import type {
  ConverseRequest,
  ConverseStreamEvents,
  ReplyContentBlock,
  ReplyMetadata,
  TokenUsage,
} from '../../codec/converse/wire.ts';
import type { StreamFault } from './faults.ts';

/** The request that a script answers. */
export interface LocalRequest {
  /** AWS's name, e.g. `ConverseStream`. */
  readonly operation: string;
  readonly modelId: string;
  /** The request in Converse's shape, also where it came in a model's own. */
  readonly converse: ConverseRequest;
  /** The body as it came. */
  readonly body: JSONValue;
  /** Without credentials. */
  readonly headers: Readonly<Record<string, string>>;
  /** Whether the caller asked for an event stream. */
  readonly stream: boolean;
  /** Aborts when the caller goes away. */
  readonly signal: AbortSignal;
}

/**
 * A script. `undefined` leaves the answer to the built-in responder; an error that it throws is answered as
 * an InternalServerException.
 */
export type LocalResponder = (
  request: LocalRequest,
) => LocalReply | undefined | Promise<LocalReply | undefined>;

/**
 * The same answer serves every operation: content is cut into events for a stream, events are put together
 * for a whole reply, and both are told in the model's own shape for InvokeModel.
 * - a string: a text
 * - `LocalAnswer`: content blocks
 * - `LocalEvents`: a stream, event by event
 * - `LocalFailure`: an error reply
 * - `LocalFailedJob`: an asynchronous job that fails
 * - a `Response`: sent as it is, e.g. a proxy's error page
 */
export type LocalReply = string | LocalAnswer | LocalEvents | LocalFailure | LocalFailedJob | Response;

/** StartAsyncInvoke: the job begins, and fails when its time is over. */
export interface LocalFailedJob {
  readonly failureMessage: string;
}

export interface LocalDelivery {
  /** Spoils the event stream; without effect on whole replies. */
  readonly fault?: StreamFault | undefined;
  /** Milliseconds; overrides the server's `delayMs`. */
  readonly delayMs?: LocalDelay | undefined;
}

export interface LocalAnswer extends LocalDelivery, Omit<ReplyMetadata, 'metrics'> {
  /** Absent: the built-in responder answers, e.g. to try a fault on it. */
  readonly content?: readonly ReplyContentBlock[] | undefined;
  /** Default: `tool_use` when the content has a call for the caller, else `end_turn`. */
  readonly stopReason?: string | undefined;
  /** Default: estimated at four characters a token, with cache points accounted. */
  readonly usage?: TokenUsage;
  readonly additionalModelResponseFields?: JSONValue | undefined;
  /** Characters per delta. Default: a word per text delta, 16 characters per piece of tool input. */
  readonly chunkSize?: number | undefined;
}

export interface LocalEvents extends LocalDelivery {
  readonly events: Iterable<LocalStreamEvent> | AsyncIterable<LocalStreamEvent>;
}

/** One event: its type and its payload. Types that Bedrock does not have are sent as they are. */
export type LocalStreamEvent = {
  readonly [type in keyof ConverseStreamEvents]?: ConverseStreamEvents[type];
} & { readonly [type: string]: object | undefined };

export interface LocalFailure {
  readonly error: {
    /** AWS's exception name, e.g. `ThrottlingException`. */
    readonly name: string;
    readonly message?: string | undefined;
    /** Default: the exception's own status. */
    readonly status?: number | undefined;
    readonly headers?: Readonly<Record<string, string>> | undefined;
  };
}

/** Milliseconds. A number is for both. */
export type LocalDelay =
  | number
  | {
      /** Before a stream's first event, and before a whole reply. */
      readonly firstByte?: number | undefined;
      readonly betweenEvents?: number | undefined;
    };
