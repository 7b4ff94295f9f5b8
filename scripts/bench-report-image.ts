/**
 * Makes docs/bench-report.png anew: two runs of `bedrock-ai bench` on a local Bedrock whose models differ in speed and
 * which throttles some calls, the second compared with the first. Needs a build, and Chromium in /usr/bin or where the
 * environment variable CHROMIUM says.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { createLocalBedrock } from 'bedrock-ai-provider/local';
import { chromium } from 'playwright-core';

const pathOf = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'bedrock-bench-'));

/** The second run finds everything a quarter slower. */
let slowness = 1;
const words = 'time year people way day man thing woman life child world school '.repeat(4);
const server = await createLocalBedrock({
  authentication: 'off',
  faults: [{ models: 'us.amazon.nova-pro-v1:0', share: 0.06, error: { name: 'ThrottlingException' } }],
  seed: 7,
  respond: ({ modelId = '', body }) => {
    const factor = (modelId.includes('pro') ? 2.2 : 1) * slowness * (0.85 + Math.random() * 0.4);
    const firstByte = (60 + JSON.stringify(body).length / 80) * factor;
    return { content: [{ text: words }], delayMs: { firstByte, betweenEvents: 3 * factor } };
  },
}).listen();

async function bench(...words: string[]): Promise<void> {
  const models = ['us.amazon.nova-lite-v1:0', 'us.amazon.nova-pro-v1:0'];
  const matrix = ['--concurrency', '1,4', '--input-tokens', '100,2000', '--calls', '24'];
  const child = spawn(process.execPath, [pathOf('../dist/cli.js'), 'bench', ...models, ...matrix, ...words], {
    env: { ...process.env, ...server.environment, XDG_STATE_HOME: folder },
    stdio: 'inherit',
  });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`bedrock-ai bench ended with ${code}.`);
}

try {
  const [before, page] = ['before.json', 'after.html'].map(name => join(folder, name)) as [string, string];
  await bench('--output', before);
  slowness = 1.25;
  await bench('--compare', before, '--output', page);
  const browser = await chromium.launch({
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu'],
  });
  try {
    for (const [file, options] of Object.entries(pictures())) {
      const view = await browser.newPage(options);
      await view.goto(pathToFileURL(page).href);
      // The docs show its beginning: enough to see what it is, in a file that is small enough for the repository.
      await view.screenshot({ path: file, fullPage: !file.endsWith('bench-report.png') });
    }
  } finally {
    await browser.close();
  }
} finally {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
}

/** One for the docs; with a folder as argument, also how the page looks on a phone and in the dark. */
function pictures() {
  const wide = { viewport: { width: 1200, height: 900 } };
  const views = {
    [pathOf('../docs/bench-report.png')]: {
      viewport: { width: 1100, height: 1000 },
      colorScheme: 'light' as const,
    },
  };
  const [, , others] = process.argv;
  if (others === undefined) return views;
  return {
    ...views,
    [join(others, 'dark.png')]: { ...wide, colorScheme: 'dark' as const },
    [join(others, 'phone.png')]: { viewport: { width: 390, height: 844 }, colorScheme: 'light' as const },
  };
}
