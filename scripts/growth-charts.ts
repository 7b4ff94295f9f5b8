/**
 * Draws what `npm run bench:growth` measured last (`bench/results/growth.json`) into `docs/performance/`. Needs Chromium in
 * /usr/bin or where the environment variable CHROMIUM says.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { ChartConfiguration, ChartDataset, Point } from 'chart.js';
import { chromium } from 'playwright-core';
import type { ContestantName } from '../bench/growth/models.ts';
import type { GrowthReport, MemoryReport, Report, SlowReaderReport } from '../bench/growth/report.ts';

type LineChart = ChartConfiguration<'line', Point[]>;
type Line = ChartDataset<'line', Point[]>;

interface Axis {
  readonly title: string;
  readonly scale: 'logarithmic' | 'linear';
  readonly max?: number;
}

const SIZE = { width: 460, height: 300 };
// Neither light nor dark, so that they are seen on either.
const COLORS: Readonly<Record<ContestantName, string>> = { ours: '#2f81f7', official: '#db6d28' };
const GRAY = '#7d8590';
const FAINT = 'rgba(125, 133, 144, 0.25)';

const pathOf = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
const report = JSON.parse(readFileSync(pathOf('../bench/results/growth.json'), 'utf8')) as Report;
const charts: Readonly<Record<string, LineChart>> = {
  ...Object.fromEntries(report.growths.map(growth => [growth.name, growthChart(growth)])),
  memory: memoryChart(report.memory),
  'slow-reader': slowReaderChart(report.slowReader),
};

const folder = pathOf('../docs/performance/');
mkdirSync(folder, { recursive: true });
const browser = await chromium.launch({
  executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu'],
});
try {
  const page = await browser.newPage({ viewport: SIZE, deviceScaleFactor: 1.5 });
  for (const [name, chart] of Object.entries(charts)) {
    await page.setContent('<body style="margin: 0"><canvas></canvas></body>');
    await page.addScriptTag({ path: pathOf('../node_modules/chart.js/dist/chart.umd.min.js') });
    await page.evaluate(`new Chart(document.querySelector('canvas'), ${JSON.stringify(chart)})`);
    writeFileSync(`${folder}${name}.png`, await page.screenshot({ omitBackground: true }));
  }
} finally {
  await browser.close();
}

/** With a thin line for what is linear from the first point of ours on; a stream in chunks stays as long as it is. */
function growthChart({ name, title, of, contestants }: GrowthReport): LineChart {
  const line = (contestant: ContestantName) =>
    lineOf(
      contestant,
      contestants[contestant].points.map(({ size, cpu }) => ({ x: size, y: cpu })),
    );
  const lines = [line('ours'), line('official')];
  const [first] = contestants.ours.points;
  if (first !== undefined && name !== 'chunk-size') {
    const linear = contestants.ours.points.map(({ size }) => ({
      x: size,
      y: (first.cpu * size) / first.size,
    }));
    lines.push(thin(lineOf('linear', linear, GRAY)));
  }
  return chartOf(
    title,
    { title: of, scale: 'logarithmic' },
    { title: 'CPU, ms', scale: 'logarithmic' },
    lines,
  );
}

function memoryChart(memory: MemoryReport): LineChart {
  const line = (contestant: ContestantName) =>
    lineOf(
      contestant,
      memory[contestant].map(({ parts, peakRss }) => ({ x: parts, y: peakRss })),
    );
  return chartOf(
    'Memory of one stream, read as it comes',
    { title: 'parts', scale: 'logarithmic' },
    { title: 'peak RSS, MiB', scale: 'linear' },
    [line('ours'), line('official')],
  );
}

function slowReaderChart(report: SlowReaderReport): LineChart {
  const line = (contestant: ContestantName, label: string, of: 'taken' | 'rss'): Line => {
    const points = report[contestant].map(sample => ({ x: sample.ms / 1000, y: sample[of] }));
    return { ...lineOf(label, points, COLORS[contestant]), pointRadius: 0 };
  };
  return chartOf(
    'A reader that stands still from second 1 to 3: MiB taken, and RSS',
    { title: 'seconds', scale: 'linear', max: 4 },
    { title: 'MiB', scale: 'linear' },
    [
      line('ours', 'ours, taken', 'taken'),
      line('official', 'official, taken', 'taken'),
      thin(line('ours', 'ours, RSS', 'rss')),
      thin(line('official', 'official, RSS', 'rss')),
    ],
  );
}

function lineOf(label: string, data: Point[], color = COLORS[label as ContestantName]): Line {
  return { label, data, borderColor: color, backgroundColor: color, borderWidth: 2, pointRadius: 2.5 };
}

function thin(line: Line): Line {
  return { ...line, borderWidth: 1, borderDash: [4, 3], pointRadius: 0 };
}

function chartOf(title: string, x: Axis, y: Axis, datasets: Line[]): LineChart {
  const axis = ({ title, scale, max }: Axis) => ({
    type: scale,
    title: { display: true, text: title, color: GRAY },
    grid: { color: FAINT },
    border: { color: GRAY },
    ticks: { color: GRAY, maxTicksLimit: 8, format: { notation: 'compact' as const } },
    ...(scale === 'linear' && { min: 0 }),
    ...(max !== undefined && { max }),
  });
  return {
    type: 'line',
    data: { datasets },
    options: {
      animation: false,
      responsive: true,
      maintainAspectRatio: false,
      layout: { padding: 6 },
      scales: { x: axis(x), y: axis(y) },
      plugins: {
        title: { display: true, text: title, color: GRAY, font: { size: 14 } },
        legend: { labels: { color: GRAY, boxWidth: 24, boxHeight: 1, usePointStyle: false } },
      },
    },
  };
}
