/** Traffic in virtual time: a provider and a local Bedrock in one process, and clocks that only tests move. */
import {
  type BedrockProvider,
  type BedrockProviderSettings,
  createBedrock,
  type TrafficEvent,
  type TrafficSettings,
} from 'bedrock-ai-provider';
import { createLocalBedrock, type LocalBedrock, type LocalBedrockOptions } from 'bedrock-ai-provider/local';
import { afterEach, beforeEach, vi } from 'vitest';

export const NOVA = 'amazon.nova-lite-v1:0';
export const CLAUDE = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0';
export const TITAN = 'amazon.titan-embed-text-v2:0';

const realSetTimeout = globalThis.setTimeout;

/** A turn of the real event loop, in which streams and promises go on. */
const turn = () => new Promise<void>(resolve => void realSetTimeout(resolve, 0));

/** To be called once in a file: all its tests run in virtual time. */
export function useVirtualTime(): void {
  beforeEach(() => {
    vi.useFakeTimers({ now: 1_000_000 });
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
  });
}

/** Moves the clocks on, and lets everything happen that is due. */
export async function pass(ms: number, stepMs = 10): Promise<void> {
  for (let left = ms; left > 0; left -= stepMs) {
    await vi.advanceTimersByTimeAsync(Math.min(stepMs, left));
    await turn();
  }
  await settle();
}

/** Lets everything happen that needs no time. */
export async function settle(): Promise<void> {
  for (let count = 0; count < 8; count += 1) {
    await turn();
    await vi.advanceTimersByTimeAsync(0);
  }
}

/**
 * Moves the clocks on until the work is done.
 * @param limitMs of virtual time, after which it is taken to hang
 */
export async function until<Result>(
  work: Promise<Result>,
  { stepMs = 10, limitMs = 600_000 }: { stepMs?: number; limitMs?: number } = {},
): Promise<Result> {
  let isDone = false;
  const done = () => {
    isDone = true;
  };
  work.then(done, done);
  await settle();
  for (let passed = 0; !isDone; passed += stepMs) {
    if (passed > limitMs) throw new Error(`Not done after ${limitMs} ms of virtual time.`);
    await vi.advanceTimersByTimeAsync(stepMs);
    await turn();
  }
  return work;
}

/** As `until`, with what it rejects with. */
export function failureOf(
  work: PromiseLike<unknown>,
  options?: { stepMs?: number; limitMs?: number },
): Promise<unknown> {
  const caught = Promise.resolve(work).then(
    value => {
      throw new Error(`It did not fail but gave ${JSON.stringify(value)?.slice(0, 200)}`);
    },
    error => error,
  );
  return until(caught, options);
}

type EventOf<Type extends TrafficEvent['type']> = Extract<TrafficEvent, { type: Type }>;

export interface World {
  readonly local: LocalBedrock;
  readonly bedrock: BedrockProvider;
  readonly events: TrafficEvent[];
  /** The events of these types, in their order. */
  told<Type extends TrafficEvent['type']>(...types: Type[]): EventOf<Type>[];
}

/** A provider in front of a local Bedrock, and what its listener was told. */
export function openWorld(traffic: TrafficSettings = {}, options: LocalBedrockOptions = {}): World {
  const local = createLocalBedrock({ authentication: 'off', ...options });
  return { local, ...providerOf(traffic, far(local.fetch)) };
}

/** Requests take their time to get there, so refusals are not there in the moment in which a call is sent. */
export function far(fetch: typeof globalThis.fetch): typeof globalThis.fetch {
  return async (input, init) => {
    await new Promise(resolve => setTimeout(resolve, 20));
    return fetch(input, init);
  };
}

/** A provider in front of any `fetch`. No limits of time, whose timers would be in the way. */
export function providerOf(
  traffic: TrafficSettings,
  fetch: typeof globalThis.fetch,
  settings: BedrockProviderSettings = {},
): Omit<World, 'local'> {
  const events: TrafficEvent[] = [];
  const bedrock = createBedrock({
    region: 'us-east-1',
    apiKey: 'of-a-test',
    fetch,
    connectTimeoutMs: 0,
    idleTimeoutMs: 0,
    ...settings,
    traffic: { onEvent: event => events.push(event), ...traffic },
  });
  const told = <Type extends TrafficEvent['type']>(...types: Type[]) =>
    events.filter((event): event is EventOf<Type> => (types as string[]).includes(event.type));
  return { bedrock, events, told };
}

/** Local Bedrocks by Region, behind the hosts of AWS. */
export interface Regions extends Omit<World, 'local'> {
  readonly east: LocalBedrock;
  readonly west: LocalBedrock;
  /** Regions that cannot be reached. */
  readonly cutOff: Set<string>;
  /** Where the calls went, in their order: `east` or `west`, and the model. */
  readonly visits: string[];
}

export function openRegions(
  traffic: TrafficSettings = {},
  options: LocalBedrockOptions = {},
  settings: BedrockProviderSettings = {},
): Regions {
  const server = () => createLocalBedrock({ authentication: 'off', ...options });
  const [east, west] = [server(), server()];
  const cutOff = new Set<string>();
  const visits: string[] = [];
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const { hostname, pathname } = new URL(String(input));
    const name = hostname.includes('us-east-1') ? 'east' : 'west';
    visits.push(`${name} ${decodeURIComponent(pathname.split('/')[2] ?? '')}`);
    if (cutOff.has(name)) throw new TypeError('fetch failed');
    return (name === 'east' ? east : west).fetch(input, init);
  };
  return { east, west, cutOff, visits, ...providerOf(traffic, far(fetch), settings) };
}
