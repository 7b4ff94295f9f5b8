import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { ViteUserConfig } from 'vitest/config';

const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
const source = (path: string) => fileURLToPath(new URL(path, import.meta.url));

const shared = {
  define: { __PACKAGE_VERSION__: JSON.stringify(version) },
  resolve: {
    // Tests and examples import the package by its name, and get the source.
    alias: [
      { find: /^bedrock-ai-provider\/local$/, replacement: source('src/local/index.ts') },
      { find: /^bedrock-ai-provider$/, replacement: source('src/index.ts') },
    ],
  },
};

const config: ViteUserConfig = {
  test: {
    projects: [
      {
        ...shared,
        test: { name: 'node', environment: 'node', include: ['__tests__/**/*.test.ts'] },
      },
      {
        ...shared,
        test: {
          name: 'edge',
          environment: 'edge-runtime',
          include: ['__tests__/**/*.test.ts'],
          // `*.node.test.ts` needs sockets, files or processes, which edge runtimes do not have.
          exclude: ['__tests__/**/*.node.test.ts'],
        },
      },
    ],
  },
};

export default config;
