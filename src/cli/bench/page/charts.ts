/** Runs in the browser: draws the charts of the report that stands in the page. Bundled with Chart.js by the build. */
import {
  BarController,
  BarElement,
  CategoryScale,
  Chart,
  type ChartConfiguration,
  type ChartDataset,
  Legend,
  LinearScale,
  LineController,
  LineElement,
  type Plugin,
  PointElement,
  Tooltip,
} from 'chart.js';
import type { BenchCell, BenchReport, Distribution } from '../report.ts';

type Cell = Omit<BenchCell, 'calls'> & { readonly callCount: number };
type Report = Omit<BenchReport, 'cells'> & { readonly cells: readonly Cell[] };

Chart.register(
  BarController,
  BarElement,
  CategoryScale,
  Legend,
  LinearScale,
  LineController,
  LineElement,
  PointElement,
  Tooltip,
);

const report = JSON.parse(document.getElementById('report')?.textContent ?? '') as Report;
const narrow = matchMedia('(max-width: 40rem)');
const dark = matchMedia('(prefers-color-scheme: dark)');
const COLORS = ['#3b82c4', '#e08a2e', '#3a9d74', '#b45fa5', '#c8553d', '#7a72c9', '#6b8e23', '#8a8f98'];
const QUANTILES = ['p50', 'p90', 'p99'] as const;

type Figure = 'timeToFirstTokenMs' | 'latencyMs' | 'tokensPerSecond';

/** What the cells differ in, so that labels say nothing twice. */
const dimensions = (['model', 'region', 'inputTokens', 'concurrency'] as const).filter(
  name => new Set(report.cells.map(cell => cell[name])).size > 1,
);

function labelOf(cell: Cell, without?: (typeof dimensions)[number]): string[] {
  const words = {
    model: narrow.matches ? cell.model.replace(/^(.*?\.)([^.]+)$/, '$1\n$2') : cell.model,
    region: cell.region,
    inputTokens: `${cell.inputTokens} in`,
    concurrency: `${cell.concurrency} at once`,
  };
  const shown = dimensions.filter(name => name !== without).map(name => words[name]);
  return (shown.length === 0 ? [words.model] : shown).flatMap(line => line.split('\n'));
}

/** Whiskers for the interval of the median, on the bars of the first dataset. */
function whiskers(intervals: ReadonlyArray<readonly [number, number] | null>): Plugin<'bar'> {
  return {
    id: 'whiskers',
    afterDatasetsDraw(chart) {
      const { ctx } = chart;
      const axis = chart.scales['x'];
      if (axis === undefined) return;
      ctx.save();
      ctx.strokeStyle = textColor();
      ctx.lineWidth = 1.5;
      for (const [index, interval] of intervals.entries()) {
        const bar = chart.getDatasetMeta(0).data[index];
        if (interval === null || bar === undefined) continue;
        const [low, high] = interval.map(value => axis.getPixelForValue(value)) as [number, number];
        ctx.beginPath();
        ctx.moveTo(low, bar.y);
        ctx.lineTo(high, bar.y);
        for (const x of [low, high]) {
          ctx.moveTo(x, bar.y - 4);
          ctx.lineTo(x, bar.y + 4);
        }
        ctx.stroke();
      }
      ctx.restore();
    },
  };
}

function percentileBars(figure: Figure, title: string, unit: string): void {
  const cells = report.cells.filter(cell => cell[figure] !== null);
  if (cells.length === 0) return;
  const of = (cell: Cell) => cell[figure] as Distribution;
  const datasets = QUANTILES.map((quantile, index) => ({
    label: quantile,
    data: cells.map(cell => of(cell)[quantile]),
    backgroundColor: `${COLORS[0]}${['ff', '99', '4d'][index]}`,
  }));
  draw({
    title,
    note: `${unit}; the line across p50 is the 95 % interval of the median`,
    rows: cells.length * 3,
    config: {
      type: 'bar',
      data: { labels: cells.map(cell => labelOf(cell)), datasets },
      options: barOptions(),
      plugins: [whiskers(cells.map(cell => of(cell).medianInterval))],
    },
  });
}

function errorBars(): void {
  const names = [...new Set(report.cells.flatMap(({ errors }) => Object.keys(errors)))];
  if (names.length === 0) return;
  draw({
    title: 'Errors',
    note: 'share of the calls, in percent, by the name of the error',
    rows: report.cells.length * 3,
    config: {
      type: 'bar',
      data: {
        labels: report.cells.map(cell => labelOf(cell)),
        datasets: names.map((name, index) => ({
          label: name,
          data: report.cells.map(({ errors, callCount }) => ((errors[name]?.count ?? 0) / callCount) * 100),
          backgroundColor: COLORS[(index + 4) % COLORS.length] as string,
        })),
      },
      options: barOptions({ stacked: true, max: 100 }),
    },
  });
}

/** How a figure grows with the size of the prompt or the number of calls at a time. */
function lines(
  along: 'inputTokens' | 'concurrency',
  { title, note, value }: { title: string; note: string; value: (cell: Cell) => number | null },
): void {
  if (!dimensions.includes(along)) return;
  const steps = [...new Set(report.cells.map(cell => cell[along]))].sort((one, other) => one - other);
  const series = Map.groupBy(report.cells, cell => labelOf(cell, along).join(' · '));
  const datasets: ChartDataset<'line', (number | null)[]>[] = [...series].map(([label, cells], index) => {
    const color = COLORS[index % COLORS.length] as string;
    const data = steps.map(step => {
      const cell = cells.find(candidate => candidate[along] === step);
      return cell === undefined ? null : value(cell);
    });
    return { label, data, borderColor: color, backgroundColor: color, spanGaps: true };
  });
  draw({
    title,
    note,
    rows: 12,
    config: { type: 'line', data: { labels: steps.map(String), datasets }, options: lineOptions() },
  });
}

function draw<Type extends 'bar' | 'line'>({
  title,
  note,
  rows,
  config,
}: {
  title: string;
  note: string;
  /** How high the chart is. */
  rows: number;
  config: ChartConfiguration<Type, (number | null)[], string | string[]>;
}): void {
  const figure = document.createElement('figure');
  const caption = document.createElement('figcaption');
  caption.textContent = title;
  const small = document.createElement('small');
  small.textContent = note;
  caption.append(small);
  const box = document.createElement('div');
  box.style.height = `${Math.round(90 + rows * 20)}px`;
  const canvas = document.createElement('canvas');
  canvas.setAttribute('role', 'img');
  canvas.setAttribute('aria-label', `${title}: the figures are in the table`);
  box.append(canvas);
  figure.append(caption, box);
  document.getElementById('charts')?.append(figure);
  new Chart(canvas, config as ChartConfiguration);
}

function barOptions({ stacked = false, max }: { stacked?: boolean; max?: number } = {}) {
  return {
    indexAxis: 'y' as const,
    animation: false as const,
    maintainAspectRatio: false,
    scales: {
      x: { beginAtZero: true, stacked, ...(max !== undefined && { max }), grid: gridLines() },
      y: { stacked, grid: { display: false }, ticks: { autoSkip: false } },
    },
    plugins: { legend: { position: 'bottom' as const, labels: { boxWidth: 12 } } },
  };
}

function lineOptions() {
  return {
    animation: false as const,
    maintainAspectRatio: false,
    scales: { x: { grid: gridLines() }, y: { beginAtZero: true, grid: gridLines() } },
    plugins: { legend: { position: 'bottom' as const, labels: { boxWidth: 12 } } },
  };
}

function gridLines(): { color: string } {
  return { color: dark.matches ? '#33404d' : '#d9dee4' };
}

function textColor(): string {
  return dark.matches ? '#e4e9ee' : '#1c2530';
}

function drawAll(): void {
  Chart.defaults.color = textColor();
  Chart.defaults.font.family = 'system-ui, sans-serif';
  percentileBars('timeToFirstTokenMs', 'Time to first token', 'milliseconds');
  percentileBars('latencyMs', 'Latency', 'milliseconds until the last token');
  percentileBars('tokensPerSecond', 'Speed of one call', 'tokens per second after the first');
  errorBars();
  lines('concurrency', {
    title: 'Throughput by concurrency',
    note: 'output tokens per second, of all calls together',
    value: cell => cell.totalTokensPerSecond,
  });
  lines('concurrency', {
    title: 'Latency by concurrency',
    note: 'milliseconds, median',
    value: cell => cell.latencyMs?.p50 ?? null,
  });
  lines('inputTokens', {
    title: 'Time to first token by size of the prompt',
    note: 'milliseconds, median',
    value: cell => cell.timeToFirstTokenMs?.p50 ?? null,
  });
}

drawAll();
dark.addEventListener('change', () => {
  for (const chart of Object.values(Chart.instances)) chart.destroy();
  document.getElementById('charts')?.replaceChildren();
  drawAll();
});
// For who looks into the page by program.
Object.assign(globalThis, { Chart });
