import { readFileSync } from 'node:fs';
import type { UserConfig } from 'tsdown';

const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };

const config: UserConfig = {
  entry: { index: 'src/index.ts', local: 'src/local/index.ts' },
  format: 'esm',
  platform: 'neutral',
  target: 'es2023',
  dts: { sourcemap: true },
  sourcemap: true,
  define: { __PACKAGE_VERSION__: JSON.stringify(version) },
};

export default config;
