import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BenchReport } from '../../../src/cli/bench/report.ts';
import { runCli } from '../support/cli.ts';
import { reportOf } from './report.ts';

const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const chromiumMissing = existsSync(executablePath) ? false : `needs Chromium at ${executablePath}`;

let folder: string;
let report: BenchReport;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bedrock-bench-'));
  const path = (name: string) => join(folder, name);
  // An earlier run that was twenty times as fast, so that the change is beyond noise.
  writeFileSync(path('before.json'), JSON.stringify(reportOf([10, 11, 12, 13, 14, 15, 16])));
  const run = ['bench', '--local', 'us.amazon.nova-lite-v1:0', '--concurrency', '1,3', '--calls', '7'];
  const files = ['--compare', path('before.json'), '--output', path('run.html')];
  const { stdout, stderr, code } = await runCli([...run, ...files, '--json']);
  expect({ stderr: stderr.trim(), code }).toEqual({ stderr: `Written to ${path('run.html')}`, code: 0 });
  report = JSON.parse(stdout);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.skipIf(chromiumMissing)(
  `the HTML report in Chromium${chromiumMissing ? `: ${chromiumMissing}` : ''}`,
  () => {
    let browser: Browser;
    beforeAll(async () => {
      browser = await chromium.launch({
        executablePath,
        args: ['--no-sandbox', '--disable-gpu', '--disable-quic'],
      });
    });
    afterAll(() => browser?.close());

    interface Visit {
      readonly page: Page;
      /** Requests other than for the page, and what the console complains of. */
      readonly trouble: string[];
    }

    async function open(file: string): Promise<Visit> {
      const page = await browser.newPage();
      const url = pathToFileURL(file).href;
      const trouble: string[] = [];
      page.on(
        'request',
        request => request.url() !== url && trouble.push(`request ${request.url().slice(0, 80)}`),
      );
      page.on('console', message => message.type() === 'error' && trouble.push(`console ${message.text()}`));
      page.on('pageerror', error => trouble.push(`error ${error.message}`));
      await page.goto(url);
      return { page, trouble };
    }

    interface Drawn {
      title: string;
      datasets: { label: string; data: (number | null)[] }[];
      /** How many different colors its pixels have. */
      colors: number;
    }

    const chartsOf = (page: Page): Promise<Drawn[]> =>
      page.evaluate(() => {
        const { document, Chart } = globalThis as unknown as {
          document: { querySelectorAll(selector: string): ArrayLike<never> };
          Chart: { getChart(canvas: never): { data: { datasets: { label: string; data: number[] }[] } } };
        };
        return Array.from(document.querySelectorAll('figure'), (figure: never) => {
          const element = figure as unknown as { querySelector(selector: string): never };
          const canvas = element.querySelector('canvas');
          const caption = element.querySelector('figcaption') as unknown as { firstChild: { data: string } };
          const { width, height, getContext } = canvas as {
            width: number;
            height: number;
            getContext: never;
          };
          const context = (getContext as (kind: string) => never).call(canvas, '2d') as {
            getImageData(x: number, y: number, width: number, height: number): { data: Uint8ClampedArray };
          };
          const pixels = new Uint32Array(context.getImageData(0, 0, width, height).data.buffer);
          const { datasets } = Chart.getChart(canvas).data;
          return {
            title: caption.firstChild.data,
            datasets: datasets.map(({ label, data }) => ({ label, data: [...data] })),
            colors: new Set(pixels).size,
          };
        });
      });

    it('draws the figures of the run, asks nothing of any network, and breaks no rule of its own', async () => {
      const { page, trouble } = await open(join(folder, 'run.html'));
      const charts = await chartsOf(page);
      expect(charts.map(({ title }) => title)).toEqual([
        'Time to first token',
        'Latency',
        'Speed of one call',
        'Throughput by concurrency',
        'Latency by concurrency',
      ]);
      expect(charts[1]?.datasets).toEqual(
        (['p50', 'p90', 'p99'] as const).map(label => ({
          label,
          data: report.cells.map(({ latencyMs }) => latencyMs?.[label]),
        })),
      );
      expect(charts[3]?.datasets[0]?.data).toEqual(report.cells.map(cell => cell.totalTokensPerSecond));
      for (const { colors } of charts) expect(colors).toBeGreaterThan(5);
      expect(trouble).toEqual([]);
      await page.close();
    });

    it('shows the figures in a table, and the change since the earlier run', async () => {
      const { page } = await open(join(folder, 'run.html'));
      const rows = await page.locator('#figures tbody tr').allInnerTexts();
      expect(rows).toHaveLength(2);
      const [first] = report.cells;
      expect(rows[0]).toContain(first?.latencyMs?.p99.toFixed(0));
      const compared = await page.locator('#comparison tbody tr').allInnerTexts();
      expect(compared).toHaveLength(1);
      expect(await page.locator('#comparison td.bad').count()).toBeGreaterThan(0);
      await expect(page.locator('.notice').textContent()).resolves.toContain('A local Bedrock answered');
      await page.close();
    });

    it('is not taken over by what a model is called', async () => {
      const evil = '</script><script>document.title="taken"</script>';
      const file = join(folder, 'evil.html');
      const { code } = await runCli([
        'bench',
        '--local',
        '--calls',
        '2',
        'us.amazon.nova-lite-v1:0',
        evil,
        '--output',
        file,
      ]);
      expect(code).toBe(0);
      const { page, trouble } = await open(file);
      expect(await page.title()).toMatch(/^Bedrock benchmark/);
      expect(await page.locator('.notice').allInnerTexts()).toContainEqual(expect.stringContaining(evil));
      expect(await chartsOf(page)).toHaveLength(3);
      expect(trouble).toEqual([]);
      await page.close();
    });
  },
);
