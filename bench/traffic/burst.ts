/** Many calls at once against one quota, which is what most measures are. */
import type { LocalQuotas } from '../../src/local/index.ts';
import type { LocalServer } from './server.ts';
import type { Row } from './table.ts';

export interface Burst {
  readonly measure: string;
  readonly contestant: string;
  readonly server: LocalServer;
  readonly modelId: string;
  readonly quotas: LocalQuotas;
  /** Milliseconds that the best schedule takes. */
  readonly idealMs: number;
  readonly calls: number;
  /** Makes all the calls, and says how many succeeded. */
  readonly run: (signal: AbortSignal) => Promise<number>;
  /** Ours must complete all of them; in percent of the requests, and as a multiple of the ideal. */
  readonly target?: { readonly refused: number; readonly makespan: number } | undefined;
}

/** Whoever is not done by then is stopped. */
const LONGEST_MS = 30_000;

export async function burst(options: Burst): Promise<Row> {
  const { measure, contestant, server, modelId, quotas, idealMs, calls, run, target } = options;
  await server.reset(quotas);
  const startedAt = performance.now();
  const completed = await run(AbortSignal.timeout(LONGEST_MS));
  const makespanMs = performance.now() - startedAt;
  const { admitted, throttled } = await server.countersOf(modelId);
  const refused = throttled.requests + throttled.tokens + throttled.daily;
  return {
    measure,
    contestant,
    calls,
    completed,
    mustComplete: target !== undefined,
    refused: { value: (100 * refused) / (admitted + refused), unit: '%', atMost: target?.refused },
    results: [
      // Of calls that were given up, the time says nothing.
      ...(completed === calls
        ? [{ value: makespanMs / idealMs, unit: '× ideal' as const, atMost: target?.makespan }]
        : []),
    ],
  };
}

/** Starts all the calls at once. What they fail with is of no interest here: that they fail is. */
export async function allAtOnce(
  count: number,
  call: (index: number) => PromiseLike<unknown>,
): Promise<number> {
  const outcomes = await Promise.allSettled(Array.from({ length: count }, (_, index) => call(index)));
  return outcomes.filter(({ status }) => status === 'fulfilled').length;
}
