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
 * What Converse has no place for in a tool call, remembered from the reply until the request with its result: ids that
 * Converse would refuse, and the provider's own data. The oldest are forgotten.
 */
export class CallMemory {
  readonly #calls = new Map<string, ToolCallFacts>();

  /** @returns the id by which callers know it */
  remember(id: string, providerOptions?: SharedV4ProviderMetadata | undefined): string {
    const publicId = CONVERSE_ID.test(id) ? id : `tooluse_${idFrom(id, 22)}`;
    if (publicId === id && providerOptions === undefined) return id;
    this.#calls.delete(publicId);
    this.#calls.set(publicId, { id, providerOptions });
    const [oldest] = this.#calls.keys();
    if (this.#calls.size > MAX_CALLS && oldest !== undefined) this.#calls.delete(oldest);
    return publicId;
  }

  recall(publicId: string): ToolCallFacts {
    return this.#calls.get(publicId) ?? { id: publicId };
  }
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
