/**
 * `npm run bench:traffic`: runs the measures one after another, prints one table, writes `bench/results/traffic.json`,
 * and ends with 1 where a target of ours is missed. Names of measures as arguments run only those.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { measureChat } from './chat.ts';
import { measureCost } from './cost.ts';
import { measureEmbeddings } from './embeddings.ts';
import { measureFailover } from './failover.ts';
import { measureShared } from './shared.ts';
import { isMissed, type Row, toTable } from './table.ts';
import { measureTokens } from './tokens.ts';
import { measureWaiters } from './waiters.ts';

const measures: Readonly<Record<string, () => Promise<readonly Row[]>>> = {
  chat: measureChat,
  embeddings: measureEmbeddings,
  tokens: measureTokens,
  shared: measureShared,
  failover: measureFailover,
  cost: measureCost,
  waiters: measureWaiters,
};

const wanted = process.argv.slice(2);
const rows: Row[] = [];
for (const [name, measure] of Object.entries(measures)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const startedAt = performance.now();
  rows.push(...(await measure()));
  console.error(`${name}: ${((performance.now() - startedAt) / 1000).toFixed(0)} s`);
}
console.log(toTable(rows));

const results = new URL('../results/', import.meta.url);
mkdirSync(results, { recursive: true });
const report = { at: new Date().toISOString(), node: process.version, rows };
writeFileSync(new URL('traffic.json', results), `${JSON.stringify(report, null, 2)}\n`);
process.exitCode = rows.some(isMissed) ? 1 : 0;
