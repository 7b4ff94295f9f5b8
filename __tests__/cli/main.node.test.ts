import { describe, expect, it } from 'vitest';
import { VERSION } from '../../src/version.ts';
import { runCli } from './support/cli.ts';

describe('bedrock-ai', () => {
  it('prints its version', async () => {
    expect(await runCli(['--version'])).toEqual({ stdout: `${VERSION}\n`, stderr: '', code: 0 });
  });

  it('prints help for those who ask', async () => {
    const { stdout, code } = await runCli(['--help']);
    expect(stdout).toContain('Usage: bedrock-ai');
    expect(code).toBe(0);
  });

  it.each([
    { words: ['no-such-command'], says: 'unknown command' },
    { words: ['--no-such-option'], says: 'unknown option' },
    { words: ['--profile'], says: 'argument missing' },
    { words: ['--local', '--profile', 'x', 'cost'], says: 'cannot be used with' },
  ])('ends with 2 for $words', async ({ words, says }) => {
    const { stdout, stderr, code } = await runCli(words);
    expect(stderr).toContain(says);
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });
});
