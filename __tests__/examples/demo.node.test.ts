import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const run = promisify(execFile);
const demo = fileURLToPath(new URL('../../examples/demo.ts', import.meta.url));

/** `npm test` builds the package first, so the demo runs on what users install. */
const runDemo = (...args: string[]) => run(process.execPath, [demo, ...args], { timeout: 60_000 });

describe('examples/demo.ts', () => {
  it('streams a chat with a tool, a second turn and an object, and exits with 0', async () => {
    const { stdout, stderr } = await runDemo();
    expect(stdout).toMatch(/-> weather\(\{"city":"Oslo"\}\)/);
    expect(stdout).toMatch(/<- \{"city":"Oslo"/);
    expect(stdout).toMatch(/takeUmbrella: (true|false)/);
    expect(stdout.match(/\d+ tokens in, \d+ out/g)).toHaveLength(3);
    expect(stderr).toBe('');
  });

  it('takes a prompt', async () => {
    const { stdout } = await runDemo('--prompt', 'What is the weather in Bergen?');
    expect(stdout).toMatch(/-> weather\(\{"city":"Bergen"\}\)/);
  });

  it('ends with one readable line and an exit code when the call fails', async () => {
    const env = { ...process.env, BEDROCK_MODEL: 'anthropic.claude-no-such-model' };
    const failure = await run(process.execPath, [demo], { env, timeout: 60_000 }).catch(
      (error: unknown) => error,
    );
    expect(failure).toMatchObject({ code: 1, stderr: expect.stringContaining('ResourceNotFoundException') });
  });
});
