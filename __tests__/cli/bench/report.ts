import type { BenchCell, BenchReport, CallSample } from '../../../src/cli/bench/report.ts';
import { distributionOf } from '../../../src/cli/bench/statistics.ts';

/** A report of one cell, whose calls took so many milliseconds; negative for those that failed. */
export function reportOf(latencies: readonly number[], cell: Partial<BenchCell> = {}): BenchReport {
  const calls = latencies.map(latency => sampleOf(latency));
  const good = calls.filter(({ error }) => error === null);
  const failed = calls.length - good.length;
  return {
    version: 1,
    startedAt: '2026-11-29T07:00:00.000Z',
    durationMs: 1234,
    stoppedBy: null,
    local: false,
    endpoint: null,
    settings: { calls: latencies.length, warmUp: 1, maxOutputTokens: 64, timeoutMs: 60_000 },
    notMeasured: [],
    cells: [
      {
        model: 'us.amazon.nova-lite-v1:0',
        region: 'us-east-1',
        inputTokens: 100,
        concurrency: 1,
        calls,
        timeToFirstTokenMs: distributionOf(good.flatMap(call => call.timeToFirstTokenMs ?? [])),
        latencyMs: distributionOf(good.map(({ latencyMs }) => latencyMs)),
        tokensPerSecond: distributionOf(good.flatMap(call => call.tokensPerSecond ?? [])),
        totalTokensPerSecond: 100,
        errors: failed === 0 ? {} : { ThrottlingException: { count: failed, message: 'Too many requests.' } },
        errorRate: failed / calls.length,
        costUsd: 0.001,
        ...cell,
      },
    ],
  };
}

function sampleOf(latency: number): CallSample {
  return latency < 0
    ? {
        timeToFirstTokenMs: null,
        latencyMs: -latency,
        inputTokens: null,
        outputTokens: null,
        tokensPerSecond: null,
        costUsd: null,
        error: 'ThrottlingException',
      }
    : {
        timeToFirstTokenMs: latency / 4,
        latencyMs: latency,
        inputTokens: 100,
        outputTokens: 64,
        tokensPerSecond: 50,
        costUsd: 0.0001,
        error: null,
      };
}
