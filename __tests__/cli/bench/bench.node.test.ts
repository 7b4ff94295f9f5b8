import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLocalBedrock, type LocalBedrockOptions } from 'bedrock-ai-provider/local';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BenchReport } from '../../../src/cli/bench/report.ts';
import { Person, runCli } from '../support/cli.ts';
import { reportOf } from './report.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'bedrock-bench-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const NOVA = 'us.amazon.nova-lite-v1:0';
const fileOf = (name: string) => join(folder, name);

/** Runs the command against a server that it takes for AWS. */
async function benchOn(options: LocalBedrockOptions, ...words: string[]) {
  const local = createLocalBedrock({ authentication: 'off', ...options });
  const server = await local.listen();
  try {
    const env = { ...server.environment, XDG_STATE_HOME: folder };
    const run = await runCli(['bench', '--json', ...words], { env });
    return { ...run, local, report: JSON.parse(run.stdout || 'null') as BenchReport };
  } finally {
    await server.close();
  }
}

describe('bedrock-ai bench', () => {
  it('measures each combination, and none of them by a prompt that was sent before', async () => {
    const words = [
      '--input-tokens',
      '50,500',
      '--concurrency',
      '1,4',
      '--calls',
      '6',
      NOVA,
      'us.amazon.nova-pro-v1:0',
    ];
    const { report, code, local } = await benchOn({}, ...words);
    expect(code).toBe(0);
    expect(report.cells).toHaveLength(8);
    for (const { calls, latencyMs, timeToFirstTokenMs, errorRate, costUsd } of report.cells) {
      expect(calls).toHaveLength(6);
      expect(errorRate).toBe(0);
      expect(timeToFirstTokenMs?.p50).toBeLessThanOrEqual(latencyMs?.p50 as number);
      expect(costUsd).toBeGreaterThan(0);
    }
    const prompts = local.requests.map(({ body }) =>
      JSON.stringify((body as { messages: unknown }).messages),
    );
    expect(new Set(prompts).size).toBe(8 * 7);
    // They differ from their first letters on, or caches of prompts would help.
    expect(new Set(prompts.map(prompt => prompt.slice(0, 80))).size).toBe(8 * 7);
    const tokens = report.cells.map(
      ({ inputTokens, calls }) => (calls[0]?.inputTokens as number) / inputTokens,
    );
    for (const ratio of tokens) expect(ratio).toBeGreaterThan(0.7);
  });

  it('counts what fails by the name of its error, and says why', async () => {
    const faults = [{ every: 3, error: { name: 'ThrottlingException', message: 'Slow down.' } }];
    const { report, code } = await benchOn({ faults }, '--calls', '11', NOVA);
    const [cell] = report.cells;
    expect(cell?.errors).toEqual({
      ThrottlingException: { count: 4, message: expect.stringContaining('Slow down.') },
    });
    expect(cell?.errorRate).toBeCloseTo(4 / 11);
    expect(cell?.latencyMs?.count).toBe(7);
    expect(code).toBe(0);
  });

  it('counts a call that takes too long as failed', async () => {
    const words = ['--calls', '2', '--warm-up', '0', '--timeout-ms', '50', NOVA];
    const { report, code } = await benchOn({ delayMs: { firstByte: 5_000 } }, ...words);
    expect(report.cells[0]?.errors).toMatchObject({ Timeout: { count: 2 } });
    expect(code).toBe(1);
  });

  it('goes on without a model that cannot be called', async () => {
    const { report, code } = await benchOn(
      { models: [NOVA] },
      '--calls',
      '2',
      NOVA,
      'us.amazon.nova-pro-v1:0',
    );
    expect(report.cells.map(({ model }) => model)).toEqual([NOVA]);
    expect(report.notMeasured).toMatchObject([
      { model: 'us.amazon.nova-pro-v1:0', error: 'ResourceNotFoundException' },
    ]);
    expect(code).toBe(0);
  });

  it('ends with the error and its advice where none can be called', async () => {
    const { stdout, stderr, code } = await benchOn({ models: [] }, '--calls', '2', NOVA);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/✖ ResourceNotFoundException \(404\)[\s\S]*→ /);
    expect(code).toBe(1);
  });

  it('says before the first call how many there will be, and what they cost', async () => {
    const { stderr } = await benchOn({}, '--calls', '3', NOVA);
    expect(stderr).toMatch(/4 calls on http:\/\/127\.0\.0\.1:\d+, for at most about \$0\.0\d+\./);
  });

  it('stops at the budget, and keeps what was spent for bedrock-ai cost', async () => {
    const state = fileOf('state');
    const local = createLocalBedrock({ authentication: 'off' });
    const server = await local.listen();
    const env = { ...server.environment, XDG_STATE_HOME: state };
    const run = await runCli(['bench', '--json', '--calls', '50', '--budget', '0.0001', NOVA], { env });
    await server.close();
    const report = JSON.parse(run.stdout) as BenchReport;
    expect(report.stoppedBy).toBe('budget');
    expect(run.code).toBe(1);
    const spent = JSON.parse((await runCli(['cost', '--json'], { env })).stdout);
    expect(spent.total.calls).toBe(local.requests.length);
    expect(spent.total.calls).toBeLessThan(50);
    expect(spent.total.usd).toBeGreaterThanOrEqual(0.0001);
  });

  it('writes JSON and CSV, and compares with the JSON', async () => {
    const words = ['bench', '--local', '--calls', '6', NOVA];
    const files = ['--output', fileOf('run.json'), '--output', fileOf('run.csv')];
    const first = await runCli([...words, ...files]);
    expect(first.stdout).toContain(`${NOVA}, us-east-1, 100 tokens in, 1 at a time`);
    expect(first.stdout).toContain('A local Bedrock answered');
    expect(readFileSync(fileOf('run.csv'), 'utf8').split('\r\n')).toHaveLength(3);
    const second = await runCli([...words, '--compare', fileOf('run.json'), '--json']);
    expect(JSON.parse(second.stdout).comparison).toMatchObject([
      {
        cell: { model: NOVA },
        latencyMs: { interval: [expect.any(Number), expect.any(Number)] },
        errorRate: 0,
      },
    ]);
  });

  it('keeps what was measured when a person stops it', async () => {
    const output = fileOf('stopped.json');
    const person = new Person(['bench', '--local', '--calls', '5000', '--output', output, NOVA]);
    await person.sees(/1[0-9]\/5001/);
    person.type('\x03');
    await person.sees(/Stopped: not all calls were made/);
    expect(await person.exit()).toBe(130);
    const report = JSON.parse(readFileSync(output, 'utf8')) as BenchReport;
    expect(report.stoppedBy).toBe('interrupt');
    expect(report.cells[0]?.calls.length).toBeGreaterThan(5);
  });

  it.each([
    { words: ['--calls', '0'], says: /--calls <n>.*whole number from 1 to/ },
    { words: ['--concurrency', '1,x'], says: /--concurrency <list>.*whole number/ },
    { words: ['--output', 'run.xml'], says: /ends in \.json, \.csv or \.html/ },
    { words: ['--output', '/no/such/folder/run.json'], says: /--output .*there is no folder/ },
    { words: ['--compare', 'no-such.json'], says: /--compare no-such\.json cannot be read/ },
    { words: ['--budget', '-1'], says: /US dollars, more than 0/ },
    {
      words: ['--budget', '1', '--region', 'us-east-1', 'acme.unheard-v1:0'],
      says: /price of acme\.unheard-v1:0/,
    },
  ])('ends with 2 for $words', async ({ words, says }) => {
    const { stderr, code } = await runCli(['bench', ...words]);
    expect(stderr).toMatch(says);
    expect(code).toBe(2);
  });

  it('refuses to compare with what is no report', async () => {
    const hollow = { ...reportOf([1]), cells: [{ model: 'x', errorRate: 0 }] };
    writeFileSync(fileOf('hollow.json'), JSON.stringify(hollow));
    const { stderr, code } = await runCli(['bench', '--local', '--compare', fileOf('hollow.json')]);
    expect(stderr).toContain('is no report of bedrock-ai bench');
    expect(code).toBe(2);
  });
});
