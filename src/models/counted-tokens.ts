import type { LanguageModelV4Usage } from '@ai-sdk/provider';
import type { CountedTokens } from '../traffic/charge.ts';

/** What a reply counted, for the account of its quota. */
export function countedTokens({ inputTokens, outputTokens }: LanguageModelV4Usage): CountedTokens {
  return {
    input: inputTokens.noCache,
    output: outputTokens.total,
    cacheRead: inputTokens.cacheRead,
    cacheWrite: inputTokens.cacheWrite,
  };
}
