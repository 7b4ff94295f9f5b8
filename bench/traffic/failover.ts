/**
 * One of two Regions is down for a while, in three ways, while calls go on steadily. No call may fail; and once the
 * breaker has noticed, calls may not take longer than before by more than one connect timeout.
 */
import { createAmazonBedrock } from '@ai-sdk/amazon-bedrock';
import { type LanguageModel, streamText } from 'ai';
import { createBedrock } from '../../src/index.ts';
import { LOCAL_API_KEY } from '../../src/local/index.ts';
import type { TrafficEvent } from '../../src/traffic/events.ts';
import { median, quantile } from '../median.ts';
import { type LocalServer, REGION, startLocalServer } from './server.ts';
import type { Row } from './table.ts';

const MODEL_ID = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0';
const OTHER_REGION = 'us-west-2';
const EVERY_MS = 40;
const BEFORE_MS = 1_500;
const DOWN_MS = 5_000;
const AFTER_MS = 3_000;
const CONNECT_TIMEOUT_MS = 500;
/** Shorter than the default, so that it is tried again while it is still down, and once it is up. */
const OPEN_MS = 2_000;

interface Outage {
  readonly name: string;
  readonly begin: (server: LocalServer) => Promise<void>;
  readonly end: (server: LocalServer) => Promise<void>;
}

const outages: readonly Outage[] = [
  {
    name: 'answers 503',
    begin: server => server.setUnavailable({}),
    end: server => server.setUnavailable(null),
  },
  {
    name: 'refuses connections',
    begin: server => server.tell('down'),
    end: server => server.tell('up'),
  },
  {
    name: 'is silent',
    begin: server => server.setFaults([{ stallReplyMs: 60_000 }]),
    end: server => server.setFaults([]),
  },
];

export async function measureFailover(): Promise<Row[]> {
  const servers = {
    [REGION]: await startLocalServer({ delayMs: { firstByte: 30 } }),
    [OTHER_REGION]: await startLocalServer({ delayMs: { firstByte: 30 }, region: OTHER_REGION }),
  };
  const rows: Row[] = [];
  for (const outage of outages) {
    const opened: number[] = [];
    const bedrock = createBedrock({
      region: REGION,
      apiKey: LOCAL_API_KEY,
      connectTimeoutMs: CONNECT_TIMEOUT_MS,
      fetch: toServers(servers),
      traffic: {
        failover: [{ region: OTHER_REGION }],
        breaker: { openMs: OPEN_MS },
        onEvent: ({ type }: TrafficEvent) => {
          if (type === 'opened') opened.push(performance.now());
        },
      },
    });
    const calls = await live(bedrock(MODEL_ID), servers[REGION], outage);
    rows.push(toRow(calls, outage, 'ours, failover', opened[0] ?? Number.NaN));
  }
  const official = createAmazonBedrock({
    region: REGION,
    apiKey: LOCAL_API_KEY,
    baseURL: servers[REGION].url,
  });
  for (const outage of outages.slice(0, 1)) {
    const calls = await live(official(MODEL_ID), servers[REGION], outage);
    rows.push(toRow(calls, outage, '@ai-sdk/amazon-bedrock'));
  }
  await Promise.all(Object.values(servers).map(server => server.close()));
  return rows;
}

/** Sends what is meant for AWS's host of a Region to the server that stands for it. */
function toServers(servers: Readonly<Record<string, LocalServer>>): typeof globalThis.fetch {
  return (input, init) => {
    const { hostname, pathname } = new URL(String(input));
    const server = servers[hostname.split('.')[1] ?? ''];
    if (server === undefined) throw new Error(`There is no server for ${hostname}.`);
    return fetch(server.url + pathname, init);
  };
}

interface Timed {
  readonly startedAt: number;
  readonly durationMs: number;
  readonly isWhole: boolean;
}

/** Makes a call every so often: before the outage, during it, and after. */
async function live(model: LanguageModel, server: LocalServer, outage: Outage): Promise<Timed[]> {
  await server.reset({});
  const calls: Promise<Timed>[] = [];
  const timer = setInterval(() => calls.push(timed(model, calls.length)), EVERY_MS);
  await sleep(BEFORE_MS);
  await outage.begin(server);
  await sleep(DOWN_MS);
  await outage.end(server);
  await sleep(AFTER_MS);
  clearInterval(timer);
  return Promise.all(calls);
}

async function timed(model: LanguageModel, index: number): Promise<Timed> {
  const startedAt = performance.now();
  const { fullStream } = streamText({
    model,
    prompt: `${index}: how are you?`,
    maxOutputTokens: 50,
    onError: () => {},
  });
  let isWhole = false;
  for await (const part of fullStream) {
    if (part.type === 'error') isWhole = false;
    if (part.type === 'finish') isWhole = part.finishReason === 'stop';
  }
  return { startedAt, durationMs: performance.now() - startedAt, isWhole };
}

/** @param openedAt when the breaker had noticed; calls that were started after that count */
function toRow(calls: readonly Timed[], outage: Outage, contestant: string, openedAt?: number): Row {
  const firstAt = calls[0]?.startedAt ?? 0;
  const usual = calls.filter(({ startedAt }) => startedAt < firstAt + BEFORE_MS - 200);
  const usualMs = median(usual.map(({ durationMs }) => durationMs));
  const later = calls.filter(({ startedAt }) => startedAt > (openedAt ?? Number.POSITIVE_INFINITY));
  const added = later.map(({ durationMs }) => durationMs - usualMs);
  return {
    measure: `a Region ${outage.name}`,
    contestant,
    calls: calls.length,
    completed: calls.filter(({ isWhole }) => isWhole).length,
    mustComplete: openedAt !== undefined,
    results:
      openedAt === undefined
        ? []
        : [
            { value: quantile(added, 0.95), unit: 'ms', of: 'more at p95', atMost: CONNECT_TIMEOUT_MS },
            { value: Math.max(...added), unit: 'ms', of: 'more at most' },
          ],
  };
}

function sleep(ms: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, ms));
}
