import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { ViteUserConfig } from 'vitest/config';

const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
const source = (path: string) => fileURLToPath(new URL(path, import.meta.url));

// No test may find the developer's own AWS profile, nor ask for the role of the machine it runs on.
const noAmbientIdentity = {
  AWS_CONFIG_FILE: source('__tests__/no-such-config'),
  AWS_SHARED_CREDENTIALS_FILE: source('__tests__/no-such-credentials'),
  AWS_EC2_METADATA_DISABLED: 'true',
};

// Generated input and child processes take seconds on a busy machine; a test that hangs still ends.
const patience = { testTimeout: 60_000, hookTimeout: 30_000 };

const shared = (runtime: 'node' | 'edge') => ({
  define: { __PACKAGE_VERSION__: JSON.stringify(version) },
  resolve: {
    // Tests and examples import the package by its name, and get the source.
    alias: [
      { find: /^bedrock-ai-provider\/(anthropic|openai)$/, replacement: source('src/$1.ts') },
      { find: /^bedrock-ai-provider\/cost$/, replacement: source('src/cost/index.ts') },
      { find: /^bedrock-ai-provider\/health$/, replacement: source('src/health/index.ts') },
      { find: /^bedrock-ai-provider\/local$/, replacement: source('src/local/index.ts') },
      { find: /^bedrock-ai-provider\/middleware$/, replacement: source('src/middleware/index.ts') },
      { find: /^bedrock-ai-provider$/, replacement: source('src/index.ts') },
      { find: /^#aws-chain$/, replacement: source(`src/auth/aws-chain.${runtime}.ts`) },
    ],
  },
});

const config: ViteUserConfig = {
  test: {
    // Most tests wait: for timers, sockets and turns of the event loop. Vitest's default on two cores is one worker.
    maxWorkers: Math.max(3, availableParallelism()),
    projects: [
      {
        ...shared('node'),
        test: {
          name: 'node',
          environment: 'node',
          env: noAmbientIdentity,
          ...patience,
          include: ['__tests__/**/*.test.ts'],
        },
      },
      {
        ...shared('edge'),
        test: {
          name: 'edge',
          environment: 'edge-runtime',
          env: noAmbientIdentity,
          ...patience,
          include: ['__tests__/**/*.test.ts'],
          // `*.node.test.ts` needs sockets, files or processes, which edge runtimes do not have.
          exclude: ['__tests__/**/*.node.test.ts'],
        },
      },
    ],
  },
};

export default config;
