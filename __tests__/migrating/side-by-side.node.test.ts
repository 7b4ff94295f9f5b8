/**
 * Both packages make the same fifty calls, and their requests are compared: ours may differ only where a row of
 * `differences.ts` says so. Node only: the official package is an oracle, and need not run on the edge.
 */
import { createLocalBedrock } from 'bedrock-ai-provider/local';
import { beforeAll, describe, expect, it } from 'vitest';
import { expectValidConverseRequest } from '../support/aws-schema.ts';
import { cases, type MigrationCase } from './cases.ts';
import { compareOutcomes, type Outcome } from './compare.ts';
import { type DifferenceRow, differences, explains } from './differences.ts';
import { outcomesOf } from './outcomes.ts';

const rowsByName = new Map(differences.map(row => [row.name, row]));

function rowsOf(migrated: MigrationCase): DifferenceRow[] {
  return migrated.differences.map(name => {
    const row = rowsByName.get(name);
    if (row === undefined) throw new Error(`differences.ts has no row "${name}".`);
    return row;
  });
}

describe('the cases', () => {
  it('are fifty, each with a name of its own', () => {
    expect(new Set(cases.map(({ name }) => name)).size).toBe(50);
    expect(cases).toHaveLength(50);
  });

  it('use every row, and each row has a name of its own', () => {
    const used = new Set(cases.flatMap(migrated => migrated.differences));
    expect(differences.map(({ name }) => name).filter(name => !used.has(name))).toEqual([]);
    expect(rowsByName.size).toBe(differences.length);
  });
});

describe.each(cases)('$name', migrated => {
  let theirs: Outcome;
  let ours: Outcome;

  beforeAll(async () => {
    // The AI SDK would print the warnings of both packages.
    globalThis.AI_SDK_LOG_WARNINGS = false;
    ({ theirs, ours } = await outcomesOf(migrated));
  });

  it('differs from the official request only as its rows say', () => {
    const rows = rowsOf(migrated);
    const explained = compareOutcomes(theirs, ours).map(difference => ({
      difference,
      rows: rows.filter(row => explains(row, difference)).map(row => row.name),
    }));
    expect(explained.filter(found => found.rows.length !== 1)).toEqual([]);
    expect([...new Set(explained.flatMap(found => found.rows))].sort()).toEqual(
      [...migrated.differences].sort(),
    );
  });

  it('gives a request that AWS knows and the local Bedrock takes, where it gives one', async () => {
    if ('refused' in ours) return expect(migrated.differences).toContain('files that the model cannot read');
    const streams = ours.path.endsWith('/converse-stream');
    expectValidConverseRequest(ours.body, streams ? 'ConverseStream' : 'Converse');

    const local = createLocalBedrock({ strict: true, authentication: 'off' });
    const response = await local.fetch(`https://bedrock-runtime.us-east-1.amazonaws.com${ours.path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(ours.body),
    });
    const reply = await response.text();
    expect(response.status, reply).toBe(200);
  });
});
