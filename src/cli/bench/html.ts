/** The report as one HTML file that needs nothing else, neither to be read nor to draw its charts. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { html, raw } from 'hono/html';
import { VERSION } from '../../version.ts';
import type { CellComparison } from './compare.ts';
import { type BenchCell, type BenchReport, cellName, type Distribution } from './report.ts';
import type { Change } from './statistics.ts';
import { stoppedText } from './text.ts';

type Html = ReturnType<typeof html>;

/** Chart.js and `page/charts.ts`, which the build puts beside this. */
const CHARTS = new URL('./bench-charts.js', import.meta.url);

export async function toHtml(
  report: BenchReport,
  comparison: readonly CellComparison[] | undefined,
): Promise<string> {
  const script = readFileSync(CHARTS, 'utf8');
  // Nothing but this script and this style may run or load, whatever a model's id says.
  const policy = `default-src 'none'; script-src '${hashOf(script)}'; style-src '${hashOf(STYLE)}'`;
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Bedrock benchmark, ${timeOf(report)}</title>
<style>${raw(STYLE)}</style>
</head>
<body>
<header>
<h1>Bedrock benchmark</h1>
<p>${factsOf(report)}</p>
${noticesOf(report).map(notice => html`<p class="notice">${notice}</p>`)}
</header>
<main>
<div id="charts"></div>
<section><h2>Figures</h2>
${figuresTable(report)}
<p class="note">Times are milliseconds, of the calls that succeeded. Between the two figures in brackets the true median
lies with 95 % confidence.</p></section>
${comparison === undefined ? '' : comparisonSection(comparison)}
</main>
<footer>Made by bedrock-ai-provider ${VERSION}. Charts by Chart.js.</footer>
<script type="application/json" id="report">${raw(dataOf(report))}</script>
<script>${raw(script)}</script>
</body>
</html>
`;
  return String(await page);
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}

/** Without the single calls, of which there may be thousands; no text in it can end the element. */
function dataOf(report: BenchReport): string {
  const cells = report.cells.map(({ calls, ...cell }) => ({ ...cell, callCount: calls.length }));
  return JSON.stringify({ ...report, cells }).replaceAll('<', '\\u003c');
}

function timeOf({ startedAt }: BenchReport): string {
  return `${startedAt.slice(0, 16).replace('T', ' ')} UTC`;
}

function factsOf(report: BenchReport): string {
  const { durationMs, settings } = report;
  const { calls, warmUp, maxOutputTokens } = settings;
  return [
    timeOf(report),
    `${(durationMs / 1000).toFixed(durationMs < 10_000 ? 1 : 0)} s`,
    `${calls} calls of each combination after ${warmUp} to warm up`,
    `answers of at most ${maxOutputTokens} tokens`,
  ].join(' · ');
}

function noticesOf({ local, stoppedBy, notMeasured }: BenchReport): string[] {
  return [
    ...(local ? ['A local Bedrock answered: these times say nothing of AWS.'] : []),
    ...(stoppedBy === null ? [] : [stoppedText(stoppedBy)]),
    ...notMeasured.map(cell => `Not measured: ${cellName(cell)}. ${cell.error}: ${cell.message}`),
  ];
}

/* ------------------------------------------------------------------ tables */

function figuresTable({ cells }: BenchReport): Html {
  return html`<div class="scroll"><table id="figures">
<thead>
<tr><th rowspan="2">Model</th><th rowspan="2" class="text">Region</th><th rowspan="2">In</th><th rowspan="2">At once</th>
<th rowspan="2">Calls</th><th rowspan="2">Errors</th><th colspan="3">Time to first token</th><th colspan="3">Latency</th>
<th colspan="3">Tokens/s of one call</th><th rowspan="2">of all</th><th rowspan="2">Cost</th></tr>
<tr>${[1, 2, 3].map(() => html`<th>p50</th><th>p90</th><th>p99</th>`)}</tr>
</thead>
<tbody>${cells.map(figuresRow)}</tbody>
</table></div>`;
}

function figuresRow(cell: BenchCell): Html {
  const errors = Object.entries(cell.errors).map(([name, { count }]) => `${count} × ${name}`);
  return html`<tr><th scope="row">${cell.model}</th><td class="text">${cell.region}</td><td>${cell.inputTokens}</td>
<td>${cell.concurrency}</td><td>${cell.calls.length}</td>
<td class="${errors.length === 0 ? '' : 'bad'}" title="${errors.join(', ')}">${(cell.errorRate * 100).toFixed(0)} %</td>
${[cell.timeToFirstTokenMs, cell.latencyMs, cell.tokensPerSecond].map(distributionCells)}
<td>${cell.totalTokensPerSecond === null ? '–' : figure(cell.totalTokensPerSecond)}</td>
<td>${cell.costUsd === null ? '–' : `$${cell.costUsd.toPrecision(3)}`}</td></tr>`;
}

function distributionCells(of: Distribution | null): Html {
  if (of === null) return html`<td>–</td><td>–</td><td>–</td>`;
  const interval = of.medianInterval;
  return html`<td>${figure(of.p50)}${
    interval === null ? '' : html` <small>[${interval.map(figure).join('–')}]</small>`
  }</td><td>${figure(of.p90)}</td><td>${figure(of.p99)}</td>`;
}

function comparisonSection(comparison: readonly CellComparison[]): Html {
  if (comparison.length === 0) {
    return html`<section><h2>Compared with the earlier run</h2>
<p>The earlier run has none of these combinations.</p></section>`;
  }
  return html`<section><h2>Compared with the earlier run</h2>
<div class="scroll"><table id="comparison">
<thead><tr><th>Combination</th><th>Time to first token</th><th>Latency</th><th>Tokens/s of one call</th><th>Errors</th></tr>
</thead>
<tbody>${comparison.map(comparisonRow)}</tbody>
</table></div>
<p class="note">Change of the median since the earlier run, with its 95 % interval. What is colored is beyond noise: its
interval does not hold 0. Errors: change of their share, in points.</p></section>`;
}

function comparisonRow(row: CellComparison): Html {
  return html`<tr><th scope="row">${cellName(row.cell)}</th>
${changeCell(row.timeToFirstTokenMs, 'less')}${changeCell(row.latencyMs, 'less')}
${changeCell(row.tokensPerSecond, 'more')}<td>${signed(row.errorRate, '')}</td></tr>`;
}

function changeCell(change: Change | null, better: 'less' | 'more'): Html {
  if (change === null) return html`<td>–</td>`;
  const { ratio, interval, beyondNoise } = change;
  const kind = !beyondNoise ? '' : ratio < 0 === (better === 'less') ? 'good' : 'bad';
  return html`<td class="${kind}">${signed(ratio)} [${interval.map(end => signed(end, '')).join(' to ')}]</td>`;
}

function figure(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(2);
}

function signed(ratio: number, unit = ' %'): string {
  const percent = Math.abs(ratio * 100);
  return `${ratio < 0 ? '−' : '+'}${percent.toFixed(percent >= 10 ? 0 : 1)}${unit}`;
}

const STYLE = `
:root { --text: #1c2530; --faint: #5b6673; --line: #d9dee4; --ground: #fff; --raised: #f6f8fa; --good: #1a7f4b; --bad: #b3261e; }
@media (prefers-color-scheme: dark) {
  :root { --text: #e4e9ee; --faint: #9aa6b2; --line: #33404d; --ground: #11171d; --raised: #1a222b; --good: #5dd39e; --bad: #ff8a80; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 84rem; padding: 1.5rem; color: var(--text); background: var(--ground); font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.5rem; margin: 0; }
h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
header p { margin: .25rem 0 0; color: var(--faint); }
p.notice { color: var(--text); background: var(--raised); border-left: 3px solid #d98a00; padding: .4rem .75rem; margin-top: .75rem; }
#charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 32rem), 1fr)); gap: 1rem; margin-top: 1.5rem; }
figure { margin: 0; padding: 1rem; background: var(--raised); border-radius: .5rem; min-width: 0; }
figcaption { font-weight: 600; }
figcaption small { display: block; font-weight: 400; color: var(--faint); }
figure > div { position: relative; margin-top: .5rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: .87rem; }
th, td { padding: .35rem .55rem; border-bottom: 1px solid var(--line); text-align: right; white-space: nowrap; }
thead th { vertical-align: bottom; font-weight: 600; }
tbody th { font-weight: 500; }
th:first-child, .text { text-align: left; }
th[colspan] { text-align: center; }
thead tr + tr th:first-child { text-align: right; }
td small, .note, footer { color: var(--faint); }
.note, footer { font-size: .85rem; }
.good { color: var(--good); }
.bad { color: var(--bad); }
footer { margin-top: 2rem; border-top: 1px solid var(--line); padding-top: .75rem; }
`;
