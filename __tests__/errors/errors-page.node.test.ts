/** docs/errors.md: its tables against the code, and its code run. */
import { readFileSync } from 'node:fs';
import { generateText, RetryError, streamText } from 'ai';
import { BedrockError, createBedrock } from 'bedrock-ai-provider';
import { createLocalBedrock, type LocalReply } from 'bedrock-ai-provider/local';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { classifyError } from '../../src/errors.ts';
import { DEFAULT_LIMIT_MS } from '../../src/transport/silence.ts';
import { stubAwsEnvironment } from '../auth/environment.ts';
import { OUR_NAMES, withErrorTables } from './error-tables.ts';

const page = readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8');

beforeEach(() => stubAwsEnvironment());
afterEach(() => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
});

function codeUnder(heading: string): string {
  const [, section = ''] = page.split(`### ${heading}\n`);
  return /^```ts\n([\s\S]*?)^```$/m.exec(section)?.[1] ?? '';
}

/** Runs code of the page against a local Bedrock that answers with this; gives what it logs. */
async function run(heading: string, reply: LocalReply): Promise<unknown[]> {
  const local = createLocalBedrock({ respond: () => reply });
  for (const [name, value] of Object.entries(local.environment)) vi.stubEnv(name, value);
  vi.stubGlobal('fetch', local.fetch);
  const logged: unknown[] = [];
  const scope: Record<string, unknown> = {
    BedrockError,
    RetryError,
    console: { log: (...values: unknown[]) => logged.push(...values) },
    createBedrock,
    generateText,
    streamText,
  };
  const code = codeUnder(heading);
  if (!code.includes('const bedrock =')) scope['bedrock'] = createBedrock();
  const names = Object.keys(scope);
  const body = `return (async () => {\n${code}\n})();`;
  await new Function(...names, body)(...names.map(name => scope[name]));
  return logged;
}

describe('docs/errors.md', () => {
  it('has the tables of the code (node __tests__/errors/error-tables.ts writes them anew)', () => {
    expect(withErrorTables(page)).toBe(page);
  });

  it('has our own names in the table without a status', () => {
    for (const name of OUR_NAMES) {
      expect(classifyError({ name, message: '' })).toMatchObject({ code: name, statusCode: undefined });
    }
  });

  it('is right about the defaults of timeouts', () => {
    const limits = [...page.matchAll(/^\| `(?:connect|idle)TimeoutMs` .* \| ([\d,]+) \|/gm)].map(
      ([, limit = '']) => Number(limit.replace(',', '')),
    );
    expect(limits).toEqual([DEFAULT_LIMIT_MS, DEFAULT_LIMIT_MS]);
  });

  it('reads an error', async () => {
    const error = { name: 'ValidationException', message: 'The provided model identifier is invalid.' };
    const logged = await run('Reading an error', { error });
    expect(logged.slice(0, 3)).toEqual(['ValidationException', 400, expect.any(String)]);
    expect(logged[3]).toContain('us.amazon.nova-lite-v1:0 or global.amazon.nova-lite-v1:0');
  });

  it('reads the last error of several tries', async () => {
    const error = { name: 'ThrottlingException', headers: { 'x-amz-retry-after': '1' } };
    expect((await run('Reading an error', { error })).slice(0, 2)).toEqual(['ThrottlingException', 429]);
  });

  it.each<[LocalReply, string, string]>([
    [
      { content: [{ text: 'one two three' }], fault: { kind: 'cut', at: 3 } },
      'IncompleteMessage',
      'interrupted',
    ],
    [
      {
        content: [{ text: 'one two three' }],
        fault: { kind: 'exception', at: 3, name: 'throttlingException' },
      },
      'ThrottlingException',
      'error',
    ],
  ])('shows how a stream ends: %j', async (reply, code, finishReason) => {
    const logged = await run('A stream that fails in the middle', reply);
    expect(logged.join('')).toBe(`one two${code}${finishReason}`);
  });

  it('sets limits', async () => {
    expect(await run('Setting limits', 'Hello!')).toEqual([]);
  });
});
