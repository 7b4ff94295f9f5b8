/** docs/errors.md: its tables against the code, and its code run. */
import { readFileSync } from 'node:fs';
import { createLocalBedrock, type LocalReply } from 'bedrock-ai-provider/local';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { classifyError } from '../../src/errors.ts';
import { DEFAULT_LIMIT_MS } from '../../src/transport/silence.ts';
import { stubAwsEnvironment } from '../auth/environment.ts';
import { OUR_NAMES, withErrorTables } from './error-tables.ts';
import { aStreamThatFailsInTheMiddle, readingAnError, settingLimits } from './page-code.ts';

const page = readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8');

beforeEach(() => stubAwsEnvironment());
afterEach(() => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
});

const dedent = (code: string) => code.replace(/^ +/gm, '').trim();

/** Runs code of the page against a local Bedrock that answers with this; gives what it logs. */
async function run(code: () => Promise<unknown>, reply: LocalReply): Promise<unknown[]> {
  const local = createLocalBedrock({ respond: () => reply });
  for (const [name, value] of Object.entries(local.environment)) vi.stubEnv(name, value);
  vi.stubGlobal('fetch', local.fetch);
  const logged: unknown[] = [];
  const log = vi.spyOn(console, 'log').mockImplementation((...values) => logged.push(...values));
  await code().finally(() => log.mockRestore());
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

  it('shows only code that is type-checked and run', () => {
    const code = dedent(readFileSync(new URL('page-code.ts', import.meta.url), 'utf8'));
    const shown = [...page.matchAll(/^```ts\n([\s\S]*?)^```/gm)].map(([, block = '']) => dedent(block));
    expect(shown).toHaveLength(3);
    expect(shown.filter(block => !code.includes(block))).toEqual([]);
  });

  it('reads an error', async () => {
    const error = { name: 'ValidationException', message: 'The provided model identifier is invalid.' };
    const logged = await run(readingAnError, { error });
    expect(logged.slice(0, 3)).toEqual(['ValidationException', 400, expect.any(String)]);
    expect(logged[3]).toContain('us.amazon.nova-lite-v1:0 or global.amazon.nova-lite-v1:0');
  });

  it('reads the last error of several tries', async () => {
    const error = { name: 'ServiceUnavailableException', headers: { 'x-amz-retry-after': '1' } };
    expect((await run(readingAnError, { error })).slice(0, 2)).toEqual(['ServiceUnavailableException', 503]);
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
    const logged = await run(aStreamThatFailsInTheMiddle, reply);
    expect(logged.join('')).toBe(`one two${code}${finishReason}`);
  });

  it('sets limits', async () => {
    expect(await run(settingLimits, 'Hello!')).toEqual([]);
  });
});
