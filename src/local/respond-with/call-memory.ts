import type { SharedV4ProviderMetadata, SharedV4ProviderOptions } from '@ai-sdk/provider';
import { convertBase64ToUint8Array, convertUint8ArrayToBase64 } from '@ai-sdk/provider-utils';
import { idFrom } from '../hash.ts';

const MAX_CALLS = 10_000;
const CONVERSE_ID = /^[a-zA-Z0-9_.:-]{1,64}$/;

export interface ToolCallFacts {
  /** As the model wrote it. */
  readonly id: string;
  /** What the model wants to see again, e.g. the signature of a thought. */
  readonly providerOptions?: SharedV4ProviderOptions | undefined;
}

/**
 * What Converse has no place for in a tool call or a text, remembered from the reply until the next request: ids that
 * Converse would refuse, and the provider's own data. The oldest are forgotten.
 */
export class CallMemory {
  readonly #calls = new Map<string, ToolCallFacts>();

  /** @returns the id by which callers know it */
  remember(id: string, providerOptions?: SharedV4ProviderMetadata | undefined): string {
    const publicId = CONVERSE_ID.test(id) ? id : `tooluse_${idFrom(id, 22)}`;
    if (publicId === id && providerOptions === undefined) return id;
    this.#keep(publicId, { id, providerOptions });
    return publicId;
  }

  #keep(key: string, facts: ToolCallFacts): void {
    this.#calls.delete(key);
    this.#calls.set(key, facts);
    const [oldest] = this.#calls.keys();
    if (this.#calls.size > MAX_CALLS && oldest !== undefined) this.#calls.delete(oldest);
  }

  /** Texts come back as they were told, and nothing else of them does. */
  rememberText(text: string, providerOptions: SharedV4ProviderMetadata | undefined): void {
    if (providerOptions !== undefined) this.#keep(textKey(text), { id: '', providerOptions });
  }

  recallText(text: string): SharedV4ProviderOptions | undefined {
    return this.#calls.get(textKey(text))?.providerOptions;
  }

  recall(publicId: string): ToolCallFacts {
    return this.#calls.get(publicId) ?? { id: publicId };
  }
}

/** No id of a call has a blank. */
function textKey(text: string): string {
  return `text ${text.length} ${idFrom(text, 22)}`;
}

/* ------------------------------------------------------ reasoning carries its own */

const PREFIX = 'ai-sdk:';

/** The provider's own data of a reasoning block as a signature of Converse's, which callers send back unread. */
export function toSignature(metadata: SharedV4ProviderMetadata | undefined): string | undefined {
  if (metadata === undefined || Object.keys(metadata).length === 0) return undefined;
  return PREFIX + convertUint8ArrayToBase64(new TextEncoder().encode(JSON.stringify(metadata)));
}

/** Undefined for signatures of others, which would mean nothing to the model. */
export function fromSignature(signature: string | undefined): SharedV4ProviderOptions | undefined {
  if (!signature?.startsWith(PREFIX)) return undefined;
  try {
    return JSON.parse(new TextDecoder().decode(convertBase64ToUint8Array(signature.slice(PREFIX.length))));
  } catch {
    return undefined;
  }
}
