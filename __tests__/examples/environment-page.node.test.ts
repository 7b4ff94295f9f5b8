/** docs/environment.md against the code, and against what its example prints. */
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { ALIASES } from '../../src/catalog/aliases.ts';
import { LOG_LEVELS } from '../../src/log/settings.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const page = readFileSync(`${root}docs/environment.md`, 'utf8');
const example = readFileSync(`${root}examples/from-env.ts`, 'utf8');

const blocks = (language: string) =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm'))].map(
    ([, text = '']) => text,
  );
const section = (heading: string) => page.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';

/** What is another at each run. */
const withoutChance = (line: string) =>
  line
    .replace(/^\S+Z /, '')
    .replace(/\b(ms|waitMs|waitedMs)=\d+/g, '$1=…')
    .replace(/requestId=\S+/g, 'requestId=…');

describe('docs/environment.md', () => {
  it('has the table of the aliases', () => {
    const rows = [...section('Names of models').matchAll(/^\| `([^`]+)` \| `([^`]+)` \|$/gm)];
    expect(Object.fromEntries(rows.map(([, name, id]) => [name, id]))).toEqual(ALIASES);
  });

  it('has the levels in their order', () => {
    const rows = [...section('Log').matchAll(/^\| `(\w+)` \|/gm)].map(([, level]) => level);
    expect(rows).toEqual([...LOG_LEVELS]);
  });

  it('names every event that the log has', () => {
    const source = readFileSync(`${root}src/log/lines.ts`, 'utf8');
    const events = [
      ...[...source.matchAll(/case '([\w-]+)':/g)].map(([, event]) => event),
      ...[...source.matchAll(/log\.write\('\w+', '(\w+)'/g)].map(([, event]) => event),
    ];
    expect(events.length).toBeGreaterThan(12);
    expect(events.filter(event => !section('Log').includes(`\`${event}\``))).toEqual([]);
  });

  it('names every variable that the source reads', () => {
    const sources = readdirSync(`${root}src`, { recursive: true, encoding: 'utf8' }).filter(
      path => path.endsWith('.ts') && !/^(?:local|cli)\//.test(path),
    );
    const names = sources.flatMap(path =>
      [...readFileSync(`${root}src/${path}`, 'utf8').matchAll(/'((?:AWS|BEDROCK)_[A-Z_]+)'/g)].map(
        ([, name = '']) => name,
      ),
    );
    // Those of one service have the name of the service behind.
    const variables = new Set(names.filter(name => !/^BEDROCK_(?:AGENT_RUNTIME|RUNTIME|MANTLE)$/.test(name)));
    expect(variables).toContain('BEDROCK_TIMEOUT_MS');
    expect(variables).toContain('AWS_REGION');
    // An action of Bedrock's knowledge bases has the form of a variable.
    variables.delete('BEDROCK_RERANKING_MODEL');
    expect([...variables].filter(name => !page.includes(`\`${name}\``))).toEqual([]);
  });

  it('shows code of the example', () => {
    const [fromEnv = '', names = ''] = blocks('ts');
    expect(example).toContain(fromEnv);
    expect(example).toContain(names);
  });

  it('shows lines as the example prints them', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [`${root}examples/from-env.ts`]);
    const printed = stdout.split('\n').map(withoutChance);
    const shown = blocks('text').flatMap(text => text.trimEnd().split('\n'));
    expect(shown.length).toBeGreaterThan(8);
    expect(shown.map(withoutChance).filter(line => !printed.includes(line))).toEqual([]);
  });
});
