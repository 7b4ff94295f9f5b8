/** What is said where the optional packages are not installed. `npm test` builds the package first. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Runs a module in a process of its own, to which the packages are not there. */
async function runWithout(packages: RegExp, script: string): Promise<unknown> {
  const hooks = `
    import { registerHooks } from 'node:module';
    registerHooks({
      resolve(specifier, context, next) {
        if (!${packages}.test(specifier)) return next(specifier, context);
        throw Object.assign(new Error('Cannot find package ' + specifier), { code: 'ERR_MODULE_NOT_FOUND' });
      },
    });`;
  const preload = `data:text/javascript,${encodeURIComponent(hooks)}`;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--import', preload, '--input-type=module', '--eval', script],
    { cwd: root, env: { HOME: '/nowhere', AWS_EC2_METADATA_DISABLED: 'true' } },
  );
  return JSON.parse(stdout);
}

const call = (entry: string, create: string, modelId: string, method: string) => `
  import { ${create} } from 'bedrock-ai-provider/${entry}';
  import { createLocalBedrock } from 'bedrock-ai-provider/local';
  const local = createLocalBedrock();
  const model = ${create}(local.settings)('${modelId}');
  const prompt = [{ role: 'user', content: [{ type: 'text', text: 'Hello' }] }];
  const outcome = await model.${method}({ prompt }).then(
    () => ({ answered: true }),
    ({ name, message, cause }) => ({ name, message, cause: cause.code, requests: local.requests.length }),
  );
  console.log(JSON.stringify(outcome));`;

describe.each([
  ['anthropic', 'createBedrockAnthropic', 'us.anthropic.claude-sonnet-4-5-20250929-v1:0'],
  ['openai', 'createBedrockOpenAI', 'openai.gpt-5.5'],
])('bedrock-ai-provider/%s', (entry, create, modelId) => {
  it.each(['doGenerate', 'doStream'])(
    'is imported without its package, and says at %s what to install',
    async method => {
      expect(
        await runWithout(/^@ai-sdk\/(?:anthropic|openai)/, call(entry, create, modelId, method)),
      ).toEqual({
        name: 'AI_MissingPeerError',
        message:
          `bedrock-ai-provider/${entry} needs the package @ai-sdk/${entry}, which cannot be loaded. ` +
          `Install it: npm install @ai-sdk/${entry}`,
        cause: 'ERR_MODULE_NOT_FOUND',
        requests: 0,
      });
    },
  );

  it('answers where it is, so that the tests above can fail', async () => {
    expect(await runWithout(/^nothing$/, call(entry, create, modelId, 'doGenerate'))).toEqual({
      answered: true,
    });
  });

  it('does without the package of the other entry', async () => {
    const other = entry === 'openai' ? /^@ai-sdk\/anthropic/ : /^@ai-sdk\/openai/;
    expect(await runWithout(other, call(entry, create, modelId, 'doGenerate'))).toEqual({ answered: true });
  });
});

describe('bedrock-ai-provider/openai', () => {
  it('lists the models of Mantle without its package', async () => {
    const script = `
      import { createBedrockOpenAI } from 'bedrock-ai-provider/openai';
      import { createLocalBedrock } from 'bedrock-ai-provider/local';
      const models = await createBedrockOpenAI(createLocalBedrock().settings).listModels();
      console.log(models.length);`;
    expect(await runWithout(/^@ai-sdk\/openai/, script)).toBeGreaterThan(0);
  });
});
