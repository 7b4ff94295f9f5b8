import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createBedrock } from 'bedrock-ai-provider';
import { createCostTracker, fileStore } from 'bedrock-ai-provider/cost';
import { createLocalBedrock } from 'bedrock-ai-provider/local';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from './support/cli.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'bedrock-cost-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const NOVA = 'us.amazon.nova-lite-v1:0';
const HAIKU = 'anthropic.claude-3-haiku-20240307-v1:0';

function record(day: string, modelId: string, amount: string, tags: Record<string, string> = {}): string {
  const cost = { known: true, usd: Number(amount), amount, parts: [] };
  return JSON.stringify({
    at: `${day}T10:00:00.000Z`,
    modelId,
    kind: 'chat',
    outcome: 'complete',
    tags,
    cost,
  });
}

function fileOf(name: string, ...lines: string[]): string {
  const path = join(folder, name);
  writeFileSync(path, `${lines.join('\n')}\n`);
  return path;
}

const costs = () =>
  fileOf(
    'costs.jsonl',
    record('2026-11-27', NOVA, '0.00042', { tenant: 'acme' }),
    record('2026-11-28', NOVA, '0.5', { tenant: 'globex' }),
    record('2026-11-28', HAIKU, '1.25', { tenant: 'acme' }),
  );

describe('bedrock-ai cost', () => {
  it('sums by model, tag and day', async () => {
    const { stdout, stderr, code } = await runCli(['cost', costs()]);
    expect(stdout.split('\n').map(line => line.replace(/ +/g, ' ').trim())).toEqual([
      'Model Calls Cost',
      `${HAIKU} 1 $1.25`,
      `${NOVA} 2 $0.50`,
      '',
      'Tag tenant Calls Cost',
      'acme 2 $1.25',
      'globex 1 $0.50',
      '',
      'Day (UTC) Calls Cost',
      '2026-11-27 1 $0.00042',
      '2026-11-28 2 $1.75',
      '',
      'Total $1.75 for 3 calls',
      '',
    ]);
    expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
  });

  it('counts only the days that are asked for', async () => {
    const one = await runCli(['cost', costs(), '--day', '2026-11-27', '--json']);
    expect(JSON.parse(one.stdout).total).toEqual({ usd: 0.00042, amount: '0.00042', calls: 1, unknown: 0 });
    const later = await runCli(['cost', costs(), '--from', '2026-11-28', '--json']);
    expect(JSON.parse(later.stdout).total.amount).toBe('1.75');
    const until = await runCli(['cost', costs(), '--to', '2026-11-27', '--json']);
    expect(Object.keys(JSON.parse(until.stdout).byDay)).toEqual(['2026-11-27']);
  });

  it('says how many calls have no known price', async () => {
    const unknown = JSON.stringify({
      at: '2026-11-28T10:00:00.000Z',
      modelId: 'acme.unheard-of-v1:0',
      kind: 'chat',
      outcome: 'complete',
      tags: {},
      cost: { known: false, message: 'not in the catalog', parts: [] },
    });
    const { stdout } = await runCli(['cost', fileOf('unknown.jsonl', unknown)]);
    expect(stdout).toMatch(/acme\.unheard-of-v1:0 +1 +\$0\.00 +\+ 1 call of unknown price/);
    expect(stdout).toContain('Total $0.00 for 1 call + 1 call of unknown price');
  });

  it('reads what a program has written', async () => {
    const path = join(folder, 'program.jsonl');
    const costTracker = createCostTracker({ store: fileStore(path) });
    const bedrock = createBedrock({ ...createLocalBedrock().settings, costTracker });
    const prompt = [{ role: 'user' as const, content: [{ type: 'text' as const, text: 'Hello' }] }];
    await bedrock(NOVA).doGenerate({ prompt });
    await costTracker.flush();
    const { stdout } = await runCli(['cost', path, '--day', 'today', '--json']);
    expect(JSON.parse(stdout)).toEqual(await costTracker.summary());
  });

  it('reports what the command line itself has spent, where no file is named', async () => {
    const { stderr, code } = await runCli(['cost'], { env: { XDG_STATE_HOME: folder } });
    expect(stderr).toContain('have not spent anything');
    expect(code).toBe(0);
  });

  it.each([
    { words: ['no-such-file.jsonl'], says: 'There is no file no-such-file.jsonl' },
    { words: ['--day', 'tomorrow'], says: '--day is "tomorrow"; expected a date like' },
    { words: ['--from', '2026-13-01'], says: '--from is "2026-13-01"' },
    { words: ['--day', 'today', '--from', 'today'], says: 'cannot be used with' },
  ])('ends with 2 for $words', async ({ words, says }) => {
    const { stderr, code } = await runCli(['cost', ...words], { env: { XDG_STATE_HOME: join(folder, 'x') } });
    expect(stderr).toContain(says);
    expect(code).toBe(2);
  });
});
