/**
 * Installs the packed package into an empty app, as a user would, and streams from it there: against the
 * newest `ai` 7 and against the oldest that the package claims to work with. Also compiles the app with
 * TypeScript, since the AI SDK widens its types in patch releases.
 *
 *     node scripts/check-install.ts
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
/** Versions to be used together: `ai` 7.0.0 came with the first ones of 4. */
const oldest = { ai: '7.0.0', '@ai-sdk/anthropic': '4.0.0', '@ai-sdk/openai': '4.0.0' };
const newest: typeof oldest = devDependencies;

const app = `import { generateText, streamText } from 'ai';
import { createBedrock } from 'bedrock-ai-provider';
import { createBedrockAnthropic } from 'bedrock-ai-provider/anthropic';
import { createBedrockOpenAI } from 'bedrock-ai-provider/openai';
import { createLocalBedrock } from 'bedrock-ai-provider/local';

const local = createLocalBedrock();
const bedrock = createBedrock(local.settings);
const result = streamText({
  model: bedrock('us.anthropic.claude-sonnet-4-5-20250929-v1:0'),
  prompt: 'Say hello.',
});
for await (const text of result.textStream) process.stdout.write(text);

for (const model of [
  createBedrockAnthropic(local.settings)('us.anthropic.claude-sonnet-4-5-20250929-v1:0'),
  createBedrockOpenAI(local.settings)('openai.gpt-oss-120b'),
  createBedrockOpenAI(local.settings)('openai.gpt-5.5'),
]) {
  const { text } = await generateText({ model, prompt: 'Say hello.' });
  if (!text.includes('hello')) throw new Error('No answer but ' + JSON.stringify(text));
}
`;

const tsconfig = {
  compilerOptions: {
    module: 'nodenext',
    target: 'es2023',
    lib: ['es2023', 'dom'],
    strict: true,
    noEmit: true,
    types: ['node'],
    skipLibCheck: false,
  },
  files: ['app.ts'],
};

function run(command: string, args: string[], cwd: string): string {
  try {
    return execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  } catch (error) {
    console.error((error as { stdout: string }).stdout);
    throw new Error(`${command} ${args.join(' ')} failed in ${cwd}.`);
  }
}

const work = mkdtempSync(join(tmpdir(), 'bedrock-ai-provider-'));
try {
  const [packed] = JSON.parse(run('npm', ['pack', '--json', '--pack-destination', work], root));
  for (const versions of [newest, oldest]) {
    const { ai } = versions;
    const folder = mkdtempSync(join(work, `ai-${ai}-`));
    writeFileSync(
      join(folder, 'package.json'),
      JSON.stringify({ name: 'app', private: true, type: 'module' }),
    );
    writeFileSync(join(folder, 'app.ts'), app);
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(tsconfig));
    const peers = (['@ai-sdk/anthropic', '@ai-sdk/openai'] as const).map(name => `${name}@${versions[name]}`);
    const wanted = [join(work, packed.filename), `ai@${ai}`, `zod@${devDependencies.zod}`, ...peers];
    // Without skipLibCheck, so that our own declarations are checked; the AI SDK's need @types/json-schema then.
    const tools = ['typescript', '@types/node'].map(name => `${name}@${devDependencies[name]}`);
    tools.push('@types/json-schema@7');
    run('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error', ...wanted, ...tools], folder);
    run(join(folder, 'node_modules/.bin/tsc'), [], folder);
    const text = run(process.execPath, ['app.ts'], folder);
    if (text.length < 20) throw new Error(`The app with ai ${ai} streamed only ${JSON.stringify(text)}.`);
    console.log(`ai ${ai}: installed, compiled, streamed ${text.length} characters`);
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}
