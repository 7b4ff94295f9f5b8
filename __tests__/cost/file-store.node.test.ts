import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CostRecord, costOf, createCostTracker, fileStore } from 'bedrock-ai-provider/cost';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'costs-'));
});
afterAll(() => rm(folder, { recursive: true }));

function record(modelId: string): CostRecord {
  const cost = costOf({ queries: 1 }, 'amazon.rerank-v1:0', { region: 'us-east-1' });
  return { at: '2026-08-22T10:00:00.000Z', modelId, kind: 'reranking', outcome: 'complete', tags: {}, cost };
}

describe('a file of records', () => {
  it('is made with its folder, and has a line of JSON for each', async () => {
    const path = join(folder, 'deep', 'costs.jsonl');
    const store = fileStore(path);
    expect(await store.read()).toEqual([]);
    const records = Array.from({ length: 50 }, (_, index) => record(`model-${index}`));
    await Promise.all(records.map(each => store.append(each)));
    const lines = (await readFile(path, 'utf8')).trimEnd().split('\n');
    expect(lines.map(line => JSON.parse(line))).toEqual(records);
    expect(await fileStore(path).read()).toEqual(records);
  });

  it('is read but for lines that were cut short', async () => {
    const path = join(folder, 'cut.jsonl');
    const line = JSON.stringify(record('a'));
    await writeFile(path, `${line}\n${line.slice(0, 40)}\n\n42\n${line}\n`);
    expect(await fileStore(path).read()).toHaveLength(2);
  });

  it('carries the sums of a tracker from one process to the next', async () => {
    const path = join(folder, 'sums.jsonl');
    for (const modelId of ['a', 'b'])
      await createCostTracker({ store: fileStore(path) }).record(record(modelId));
    const { total } = await createCostTracker({ store: fileStore(path) }).summary();
    expect(total).toMatchObject({ usd: 0.002, calls: 2 });
  });

  it('says what went wrong, and goes on with the next', async () => {
    const store = fileStore(folder);
    await expect(store.append(record('a'))).rejects.toThrow(/EISDIR/);
    await expect(store.append(record('b'))).rejects.toThrow(/EISDIR/);
    await expect(store.read()).rejects.toThrow(/EISDIR/);
  });

  it('needs a path', () => {
    expect(() => fileStore('')).toThrow(/path: expected the path of a file/);
  });
});
