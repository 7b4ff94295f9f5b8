import { readFileSync } from 'node:fs';
import type { UserConfig } from 'tsdown';

const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };

const library: UserConfig = {
  entry: {
    index: 'src/index.ts',
    anthropic: 'src/anthropic.ts',
    openai: 'src/openai.ts',
    local: 'src/local/index.ts',
    cost: 'src/cost/index.ts',
    health: 'src/health/index.ts',
    middleware: 'src/middleware/index.ts',
    // The command line: `bin` of package.json.
    cli: 'src/cli/bin.ts',
    // Not exported: `#aws-chain` of package.json is one of them, as the runtime may be.
    'aws-chain.node': 'src/auth/aws-chain.node.ts',
    'aws-chain.edge': 'src/auth/aws-chain.edge.ts',
  },
  deps: { neverBundle: ['#aws-chain'] },
  format: 'esm',
  platform: 'neutral',
  target: 'es2023',
  // What comments say is for readers of the source, and in the declarations; here it would only be loaded and installed. The
  // code stays readable as it is, so that stack traces need no maps.
  outputOptions: { comments: { legal: true, annotation: true, jsdoc: false } },
  define: { __PACKAGE_VERSION__: JSON.stringify(version) },
};

/** The script in the HTML report of `bedrock-ai bench`, with its charting library: a file to be put into pages. */
const reportCharts: UserConfig = {
  entry: { 'bench-charts': 'src/cli/bench/page/charts.ts' },
  deps: { alwaysBundle: [/.*/] },
  format: 'iife',
  platform: 'browser',
  target: 'es2023',
  minify: true,
  dts: false,
  clean: false,
  outputOptions: { entryFileNames: '[name].js', comments: { legal: true }, banner: chartLicenses() },
};

/** The report holds a copy of these, and their license asks that it says so. */
function chartLicenses(): string {
  const texts = ['chart.js', '@kurkle/color'].map(name => {
    const license = readFileSync(`node_modules/${name}/LICENSE.md`, 'utf8').trim();
    return `${name}\n\n${license}`;
  });
  return `/*!\n${texts.join('\n\n')}\n*/`;
}

const config: UserConfig[] = [library, reportCharts];

export default config;
