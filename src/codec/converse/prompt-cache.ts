/**
 * Cache points: those that the caller sets, kept within what the service takes, and automatic ones.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/prompt-caching.html
 */
import type { PromptCacheTraits } from '../family.ts';
import type { BedrockCachePoint, BedrockLanguageModelOptions } from './options.ts';
import type { RequestContext } from './request-context.ts';
import type { CachePoint, ConverseRequest, ToolResultBlock } from './wire.ts';

const MAX_POINTS = 4;

type Place = PromptCacheTraits['places'][number];
type CachePointBlock = { cachePoint: CachePoint };

/** Puts a point that the caller set behind the blocks there are, or says why the model has no use for it. */
export function pushCachePoint<Block extends object>(
  blocks: Array<Block | CachePointBlock>,
  option: BedrockCachePoint | undefined,
  place: Place,
  context: RequestContext,
): void {
  if (option === undefined || option === false) return;
  const traits = context.traits.promptCache;
  if (!traits?.places.includes(place)) {
    const where = traits === undefined ? 'cache points' : `cache points in ${place}`;
    context.unsupported('cachePoint', `Models of the family "${context.familyName}" have no ${where}.`);
    return;
  }
  const last = blocks.at(-1);
  // Nothing stands before it, or reasoning, which no model lets be marked.
  if (last === undefined || 'reasoningContent' in last) return;
  const cachePoint: CachePoint = { type: 'default' };
  const ttl = typeof option === 'object' ? option.ttl : undefined;
  if (ttl !== undefined && traits.ttls.includes(ttl)) cachePoint.ttl = ttl;
  else if (ttl !== undefined) {
    context.unsupported('cachePoint.ttl', `The model has no lifetime of ${ttl}; its default is used.`);
  }
  if (isCachePoint(last)) {
    // Of a part and its message, say. Two points in one place would take two of the four for one.
    if (cachePoint.ttl === '1h') last.cachePoint.ttl = '1h';
    return;
  }
  blocks.push({ cachePoint });
  context.cachePoints += 1;
}

/** Brings the caller's points within the service's limits on their number and on the order of lifetimes. */
export function settleCachePoints(body: ConverseRequest, context: RequestContext): void {
  if (context.cachePoints > MAX_POINTS) dropCachePoints(body, context);
  let short = false;
  for (const { blocks } of sections(body)) {
    for (const block of blocks) {
      if (!isCachePoint(block)) continue;
      if (block.cachePoint.ttl !== '1h') {
        short = true;
      } else if (short) {
        delete block.cachePoint.ttl;
        context.compatibility(
          'cachePoint.ttl',
          'A cache point of an hour cannot follow one of five minutes (in the order tools, system, messages); ' +
            'it became one of five minutes.',
        );
      }
    }
  }
}

/**
 * The last point of the tools and the last of the system prompt mark what other conversations share, and the
 * latest in the messages are those that the next turn reads; the ones between have had their time.
 */
function dropCachePoints(body: ConverseRequest, context: RequestContext): void {
  const all = sections(body);
  const points = all.flatMap(({ place, blocks }) =>
    blocks.filter(isCachePoint).map(({ cachePoint }) => ({ place, cachePoint })),
  );
  if (points.length <= MAX_POINTS) return;
  const stable = (['tools', 'system'] as const).flatMap(
    place => points.findLast(point => point.place === place) ?? [],
  );
  const rest = points.filter(point => !stable.includes(point));
  const kept = new Set([...stable, ...rest.slice(stable.length - MAX_POINTS)].map(point => point.cachePoint));
  for (const { blocks } of all) {
    for (let index = blocks.length - 1; index >= 0; index--) {
      const block = blocks[index];
      if (block !== undefined && isCachePoint(block) && !kept.has(block.cachePoint)) blocks.splice(index, 1);
    }
  }
  context.compatibility(
    'cachePoint',
    `${points.length} cache points were set and a request takes ${MAX_POINTS}. The last one of the tools, the ` +
      'last one of the system prompt and the latest ones were kept.',
  );
}

/**
 * Adds points after the tools, after the system prompt and at the end of the last two user turns: the turn
 * before last is where the previous call wrote, so this one reads there. All stand behind the caller's own
 * points, which cover what is before them and stay as they are.
 */
export function placeCachePoints(
  body: ConverseRequest,
  caching: BedrockLanguageModelOptions['promptCaching'],
  traits: PromptCacheTraits | undefined,
): void {
  if (caching === undefined || caching === 'off' || traits === undefined) return;
  if (!Number.isFinite(traits.minTokens)) return;
  const userTurns = body.messages?.filter(message => message.role === 'user').slice(-2);
  const ends = new Set<object[] | undefined>(userTurns?.map(message => message.content));
  let candidates: object[][] = [];
  let used = 0;
  let behindShort = false;
  let tokens = 0;
  for (const { place, blocks } of sections(body)) {
    const given = blocks.filter(isCachePoint);
    if (given.length > 0) {
      candidates = [];
      used += given.length;
      behindShort ||= given.some(({ cachePoint }) => cachePoint.ttl !== '1h');
    }
    // Tokens count from the start of the request; once there are enough, there are.
    if (tokens < traits.minTokens) tokens += estimateTokens(blocks);
    const last = blocks.at(-1);
    if (last === undefined || isCachePoint(last) || !traits.places.includes(place)) continue;
    if (tokens < traits.minTokens || (place === 'messages' && !ends.has(blocks))) continue;
    candidates.push(blocks);
  }
  const ttl =
    typeof caching === 'object' && !behindShort && traits.ttls.includes(caching.ttl)
      ? caching.ttl
      : undefined;
  const room = Math.max(0, MAX_POINTS - used);
  for (const blocks of candidates.slice(Math.max(0, candidates.length - room))) {
    blocks.push({ cachePoint: ttl === undefined ? { type: 'default' } : { type: 'default', ttl } });
  }
}

/**
 * Names what a request that uses the cache shares with the other requests of its conversation: how its tools, its
 * system prompt and its messages begin, which is all that later turns leave as it is.
 * @returns undefined for requests without cache points
 */
export function cacheKeyOf(body: ConverseRequest): string | undefined {
  const all = sections(body);
  if (!all.some(({ blocks }) => blocks.some(isCachePoint))) return undefined;
  const beginnings = [body.toolConfig?.tools?.[0], body.system?.[0], body.messages?.[0]?.content[0]];
  return beginnings
    .map(block => {
      const text = JSON.stringify(block) ?? '';
      return `${text.length} ${text.slice(0, BEGINNING_LENGTH)}`;
    })
    .join();
}

/** Characters of a block that tell it from others, with its length. */
const BEGINNING_LENGTH = 500;

/** What can hold points, in the order in which the service reads it. */
function sections(body: ConverseRequest): Array<{ place: Place; blocks: object[] }> {
  return [
    { place: 'tools', blocks: body.toolConfig?.tools ?? [] },
    { place: 'system', blocks: body.system ?? [] },
    ...(body.messages ?? []).map(({ content }) => ({ place: 'messages' as const, blocks: content })),
  ];
}

function isCachePoint(block: object): block is CachePointBlock {
  return 'cachePoint' in block;
}

/** Rough on purpose: a point too early or too late costs nothing, the service only caches less. */
function estimateTokens(blocks: readonly object[]): number {
  const CHARACTERS_PER_TOKEN = 4;
  const TOKENS_PER_FILE = 1_000;
  let tokens = 0;
  for (const block of blocks) {
    if ('text' in block && typeof block.text === 'string') tokens += block.text.length / CHARACTERS_PER_TOKEN;
    else if ('toolResult' in block) tokens += estimateTokens((block.toolResult as ToolResultBlock).content);
    else if ('image' in block || 'document' in block || 'video' in block || 'audio' in block) {
      tokens += TOKENS_PER_FILE;
    } else tokens += JSON.stringify(block).length / CHARACTERS_PER_TOKEN;
  }
  return tokens;
}
