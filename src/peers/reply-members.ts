import type { JSONObject, LanguageModelV4FinishReason, SharedV4ProviderMetadata } from '@ai-sdk/provider';

/** Reads what the service adds to the replies of a model, and the package leaves unread. */
export interface ReplyMembers {
  /** A whole reply, or an event of a stream. */
  read(event: JSONObject): void;
  /** The finish reason, given the package's. */
  finishReason(given: LanguageModelV4FinishReason): LanguageModelV4FinishReason;
  /** The metadata, given the package's. */
  metadata(
    headers: Readonly<Record<string, string>>,
    given: SharedV4ProviderMetadata | undefined,
  ): SharedV4ProviderMetadata | undefined;
}
