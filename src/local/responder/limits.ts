/** `maxTokens` and `stopSequences`, applied to an answer that is already written. */
import type { InferenceConfig, ReplyContentBlock } from '../../codec/converse/wire.ts';
import { CHARACTERS_PER_TOKEN, estimateTokens } from './usage.ts';

export interface LimitedAnswer {
  readonly content: ReplyContentBlock[];
  /** Undefined when nothing was cut off. */
  readonly stopReason: 'max_tokens' | 'stop_sequence' | undefined;
  readonly stopSequence: string | undefined;
}

export function applyLimits(
  blocks: readonly ReplyContentBlock[],
  { maxTokens = Number.POSITIVE_INFINITY, stopSequences = [] }: InferenceConfig,
): LimitedAnswer {
  const content: ReplyContentBlock[] = [];
  let tokensLeft = maxTokens;
  for (const block of blocks) {
    const stop = findStop(textOf(block), stopSequences);
    const shown = stop === undefined ? block : withText(block, textOf(block).slice(0, stop.index));
    if (estimateTokens(shown) > tokensLeft) {
      content.push(...cutToTokens(shown, tokensLeft));
      return { content, stopReason: 'max_tokens', stopSequence: undefined };
    }
    if (stop === undefined || textOf(shown) !== '') content.push(shown);
    if (stop !== undefined) return { content, stopReason: 'stop_sequence', stopSequence: stop.sequence };
    tokensLeft -= estimateTokens(shown);
  }
  return { content, stopReason: undefined, stopSequence: undefined };
}

function findStop(
  text: string,
  sequences: readonly string[],
): { index: number; sequence: string } | undefined {
  return sequences
    .map(sequence => ({ index: text.indexOf(sequence), sequence }))
    .filter(({ index }) => index >= 0)
    .toSorted((a, b) => a.index - b.index)[0];
}

/** A call is whole or not there; text and reasoning are cut. Cut-off reasoning has no signature. */
function cutToTokens(block: ReplyContentBlock, tokens: number): ReplyContentBlock[] {
  const length = tokens * CHARACTERS_PER_TOKEN;
  const reasoning = block.reasoningContent?.reasoningText?.text;
  if (reasoning !== undefined)
    return [{ reasoningContent: { reasoningText: { text: cut(reasoning, length) } } }];
  const text = cut(textOf(block), length);
  return text === '' ? [] : [withText(block, text)];
}

function cut(text: string, length: number): string {
  // Never between the halves of a surrogate pair.
  return text.slice(0, length).replace(/[\uD800-\uDBFF]$/, '');
}

function textOf({ text, citationsContent }: ReplyContentBlock): string {
  return text ?? citationsContent?.content?.map(part => part.text ?? '').join('') ?? '';
}

function withText(block: ReplyContentBlock, text: string): ReplyContentBlock {
  if (block.citationsContent === undefined) return { text };
  return { citationsContent: { ...block.citationsContent, content: [{ text }] } };
}
