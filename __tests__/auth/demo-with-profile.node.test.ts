/** `examples/demo.ts` against a Bedrock elsewhere, with nothing but a profile. `npm test` builds the package first. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createLocalBedrock } from 'bedrock-ai-provider/local';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { errorOf } from './calls.ts';
import { enterHome, type Home } from './home.ts';

const demo = fileURLToPath(new URL('../../examples/demo.ts', import.meta.url));
let home: Home;

beforeEach(() => {
  home = enterHome();
});
afterEach(() => {
  vi.unstubAllEnvs();
  home.remove();
});

it('runs with only AWS_PROFILE set', async () => {
  const credentials = { accessKeyId: 'AKIAWORK', secretAccessKey: 'secret-of-work' };
  const local = await createLocalBedrock({ credentials, region: 'eu-central-1' }).listen();
  home.write('.aws/config', '[profile work]\nregion = eu-central-1\n');
  home.write(
    '.aws/credentials',
    '[work]\naws_access_key_id=AKIAWORK\naws_secret_access_key=secret-of-work\n',
  );
  try {
    const env = {
      HOME: home.path,
      AWS_PROFILE: 'work',
      BEDROCK_LIVE: '1',
      AWS_ENDPOINT_URL_BEDROCK_RUNTIME: local.url,
    };
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [demo], { env, timeout: 60_000 });
    expect(stdout).toMatch(/at AWS/);
    expect(stdout.match(/\d+ tokens in, \d+ out/g)).toHaveLength(3);
    expect(stderr).toBe('');
  } finally {
    await local.close();
  }
});

it('ends with the command to run when the login of the profile has ended', async () => {
  home.write(
    '.aws/config',
    '[sso-session acme]\nsso_start_url = https://acme.example/start\nsso_region = us-east-1\n' +
      '[profile acme]\nsso_session = acme\nsso_account_id = 1\nsso_role_name = r\nregion = us-east-1\n',
  );
  const env = { HOME: home.path, AWS_PROFILE: 'acme', BEDROCK_LIVE: '1' };
  const error = await errorOf(promisify(execFile)(process.execPath, [demo], { env, timeout: 60_000 }));
  expect(error['code']).toBe(1);
  expect(error['stderr']).toContain('aws sso login --profile acme');
});
