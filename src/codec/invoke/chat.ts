/**
 * The contract of a model that chats in its own language, through InvokeModel. Prompts go the way of Converse: they
 * become a Converse request by the model's own rules, which is then said in the model's own body; and replies come
 * back the same way, as the events of Converse, so that content is read in one place.
 */
import type { JSONObject } from '@ai-sdk/provider';
import type { ConverseRequest } from '../converse/wire.ts';
import type { ChatTraits } from '../family.ts';
import type { ReplyWriter } from './reply-writer.ts';

export interface InvokeChatTraits {
  /** What differs from the rules of the same model in Converse: what its own body has no member for, say. */
  readonly rules: (converse: ChatTraits) => ChatTraits;

  /**
   * The request in the model's own body. The request has no cache points, tools, media … but those that `rules`
   * allow, and no service options: those are headers. Its `additionalModelRequestFields` are laid over the result.
   * @throws UnsupportedFunctionalityError for content that the body cannot carry
   */
  readonly toBody: (request: OwnRequest, context: BodyContext) => JSONObject;

  /** Makes the reader of one reply, which writes down what the reply says as the events of Converse. */
  readonly reader: (writer: ReplyWriter) => OwnReplyReader;

  /**
   * The limit of an answer that is sent where the call sets none, because the body must have one, or the model's own
   * default cuts answers short. Absent: the model is left to its own.
   */
  readonly defaultMaxTokens?: number;

  /** Whether InvokeModelWithResponseStream serves the model; default true. Where not, whole replies are replayed. */
  readonly streaming?: boolean;

  /**
   * Where `bedrock(id)` takes this way without being asked, because Converse does not serve the model, or no more
   * than one message of it: `always`, or only for models that were imported. Absent: never.
   */
  readonly insteadOfConverse?: 'always' | 'imported';
}

/** What is said in the body. Guarded content is text and images by now. */
export type OwnRequest = Pick<
  ConverseRequest,
  'messages' | 'system' | 'inferenceConfig' | 'toolConfig' | 'outputConfig'
>;

export interface BodyContext {
  /** Whether the reply will be a stream. */
  readonly stream: boolean;
  /** Says that something is sent in another form than the caller gave it. */
  compatibility(feature: string, details: string): void;
  /** Says that something is left out. */
  unsupported(feature: string, details: string): void;
}

export interface OwnReplyReader {
  /** Reads a whole reply, or one chunk of a stream: the reader tells them apart by their members. */
  read(reply: JSONObject): void;
  /** The reply is over, or was cut: what the reader still holds back is to be written. */
  end?(): void;
}
