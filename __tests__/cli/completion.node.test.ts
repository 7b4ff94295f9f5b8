import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Person, program, runCli } from './support/cli.ts';

let folder: string;
let env: Record<string, string | undefined>;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'bedrock-completion-'));
  const command = join(folder, 'bedrock-ai');
  writeFileSync(command, `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`);
  chmodSync(command, 0o755);
  writeFileSync(join(folder, 'costs-of-mine.jsonl'), '');
  env = { PATH: `${folder}:${process.env['PATH']}`, HOME: folder, ZDOTDIR: undefined };
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let people: Person[] = [];
afterEach(() => {
  for (const one of people) one.kill();
  people = [];
});

/** A shell where somebody types. */
function shellOf(file: string, args: readonly string[], more: Record<string, string> = {}): Person {
  const one = new Person(args, { shell: file, env: { ...env, ...more }, cwd: folder });
  people.push(one);
  return one;
}

function isInstalled(shell: string): boolean {
  try {
    execFileSync(shell, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const complete = async (...words: string[]) => {
  const { stdout } = await runCli(['complete', '--', ...words]);
  return stdout.split('\n').filter(line => line !== '');
};
const values = async (...words: string[]) =>
  (await complete(...words)).map(line => line.slice(0, line.indexOf('\t')));

describe('what can stand at the cursor', () => {
  it('is a command, with what it is for', async () => {
    expect(await complete('ch')).toEqual(['chat\ttalk to a model, or have one answer a pipe']);
    expect(await values('')).toEqual(expect.arrayContaining(['chat', 'cost', 'completion']));
    expect(await values('')).not.toContain('complete');
  });

  it('is an option of the command and those of all commands', async () => {
    const options = await values('chat', '--');
    expect(options).toEqual(
      expect.arrayContaining(['--prompt', '--reasoning', '--region', '--local', '--help']),
    );
    expect(options).not.toContain('--version');
    expect(await values('--')).toContain('--version');
    expect(await values('chat', '--', '--')).toEqual([]);
  });

  it('is a value that the option allows', async () => {
    expect(await values('chat', '--reasoning', 'm')).toEqual(['minimal', 'medium', 'max']);
    expect(await values('--region', 'us-west-')).toEqual(['us-west-1', 'us-west-2']);
    expect(await values('completion', '')).toEqual(['bash', 'zsh', 'fish']);
  });

  it('is the id of a model that chats, also behind options with values', async () => {
    const found = await values(
      '--region',
      'us-east-1',
      'chat',
      '--local',
      '--prompt',
      'chat',
      'us.amazon.nova-p',
    );
    expect(found.toSorted()).toEqual(['us.amazon.nova-premier-v1:0', 'us.amazon.nova-pro-v1:0']);
    expect(await values('chat', 'amazon.titan-embed')).toEqual([]);
    expect(await values('chat', 'claude-s')).toEqual(['claude-sonnet']);
  });

  it('is nothing of ours where a file or any text stands', async () => {
    expect(await values('cost', '')).toEqual([]);
    expect(await values('chat', '--prompt', '')).toEqual([]);
    expect(await values('chat', 'us.amazon.nova-pro-v1:0', '')).toEqual([]);
  });
});

describe('bedrock-ai completion', () => {
  it.each([
    { words: ['completion'], says: "missing required argument 'shell'" },
    { words: ['completion', 'tcsh'], says: 'Allowed choices are bash, zsh, fish' },
  ])('ends with 2 for $words', async ({ words, says }) => {
    const { stderr, code } = await runCli(words);
    expect(stderr).toContain(says);
    expect(code).toBe(2);
  });

  it('gives bash the words behind the colon, which ends a word there', () => {
    const ask = (line: string) =>
      execFileSync(
        'bash',
        [
          '-c',
          `source <(bedrock-ai completion bash)
           complete -p bedrock-ai
           COMP_LINE="$1" COMP_POINT=\${#1} COMP_WORDS=($1)
           _bedrock_ai
           printf '<%s>' "\${COMPREPLY[@]}"`,
          'bash',
          line,
        ],
        { env: env as NodeJS.ProcessEnv, encoding: 'utf8' },
      );
    expect(ask('bedrock-ai chat us.amazon.nova-pro-v1:')).toBe(
      'complete -o default -F _bedrock_ai bedrock-ai\n<0>',
    );
    expect(ask('bedrock-ai comp')).toMatch(/<completion>$/);
    expect(ask('bedrock-ai chat --reasoning ')).toMatch(/<none><minimal><low>/);
  });

  it('completes in an interactive bash: commands, ids with colons, files', async () => {
    const user = shellOf('bash', ['--norc', '--noprofile', '-i'], { PS1: '$ ' });
    await user.sees(/\$ $/);
    user.type('eval "$(bedrock-ai completion bash)"; echo ready\r');
    await user.sees(/\n\r?ready/);
    user.type('bedrock-ai ch\t');
    await user.sees(/chat $/);
    user.type('us.amazon.nova-pro-v1:\t');
    await user.sees(/us\.amazon\.nova-pro-v1:0/);
    user.type('\x15bedrock-ai cost costs-\t');
    await user.sees(/costs-of-mine\.jsonl/);
  });

  it.skipIf(!isInstalled('zsh'))('completes in zsh (skipped where zsh is not installed)', async () => {
    const user = shellOf('zsh', ['-f', '-i'], { PS1: '$ ' });
    await user.sees(/\$ $/);
    user.type('autoload -U compinit; compinit -u; eval "$(bedrock-ai completion zsh)"; echo ready\r');
    await user.sees(/\n\r?ready/);
    user.type('bedrock-ai ch\t');
    await user.sees(/chat $/);
    user.type('us.amazon.nova-pro-v1:\t');
    await user.sees(/nova-pro-v1:0/);
    user.type('\x15bedrock-ai cost costs-\t');
    await user.sees(/costs-of-mine\.jsonl/);
    user.type('\x15bedrock-ai co\t');
    await user.sees(/completion +-- the tab key/);
  });

  it.skipIf(!isInstalled('fish'))('completes in fish (skipped where fish is not installed)', () => {
    const ask = (line: string) =>
      execFileSync('fish', ['-c', 'bedrock-ai completion fish | source; complete -C $argv[1]', line], {
        env: env as NodeJS.ProcessEnv,
        encoding: 'utf8',
        cwd: folder,
      });
    expect(ask('bedrock-ai ch')).toBe('chat\ttalk to a model, or have one answer a pipe\n');
    expect(ask('bedrock-ai chat us.amazon.nova-pro')).toBe('us.amazon.nova-pro-v1:0\tNova Pro, us\n');
    expect(ask('bedrock-ai cost costs-')).toContain('costs-of-mine.jsonl');
  });
});
