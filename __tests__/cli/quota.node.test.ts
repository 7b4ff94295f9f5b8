import { createServer } from 'node:http';
import { generateText } from 'ai';
import { createBedrock } from 'bedrock-ai-provider';
import { createLocalBedrock, type LocalBedrockOptions } from 'bedrock-ai-provider/local';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Person, runCli } from './support/cli.ts';

const NOVA = 'amazon.nova-lite-v1:0';
const CLAUDE = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0';
const QUOTAS = { requestsPerMinute: 200, tokensPerMinute: 200_000, tokensPerDay: 5_000_000 };

/** Nobody, with no files of AWS's that could know better. */
const NOBODY = {
  AWS_PROFILE: undefined,
  AWS_ACCESS_KEY_ID: undefined,
  AWS_SECRET_ACCESS_KEY: undefined,
  AWS_BEARER_TOKEN_BEDROCK: undefined,
  AWS_CONFIG_FILE: '/nowhere',
  AWS_SHARED_CREDENTIALS_FILE: '/nowhere',
};

/** A local Bedrock, and `bedrock-ai quota …` before it. */
async function account(options: LocalBedrockOptions = { quotas: QUOTAS }) {
  const usage = { inputTokens: 1_000, outputTokens: 200, totalTokens: 1_200 };
  const local = createLocalBedrock({ respond: () => ({ content: [{ text: 'Hi' }], usage }), ...options });
  const server = await local.listen();
  onTestFinished(() => server.close());
  const bedrock = createBedrock({ ...server.settings, traffic: 'off' });
  const call = (modelId: string) =>
    generateText({ model: bedrock(modelId), prompt: 'Hello', maxOutputTokens: 300, maxRetries: 0 });
  const quota = (words: string, env: Record<string, string> = server.environment) =>
    runCli(['quota', ...words.split(' ').filter(Boolean)], { env: { ...NOBODY, ...env } });
  return { local, server, quota, call };
}

describe('bedrock-ai quota <model>', () => {
  it('shows the quotas of the id that is asked for', async () => {
    const { quota } = await account();
    const { stdout, code } = await quota(CLAUDE);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Claude Sonnet 4\.5 from us-east-1$/m);
    expect(stdout).toMatch(/^Quotas +Requests\/min +Tokens\/min +Tokens\/day$/m);
    expect(stdout).toMatch(new RegExp(`^${CLAUDE} +200 +200,000 +5,000,000$`, 'm'));
    expect(stdout).not.toContain('global.');
    expect(stdout).toContain('No calls in the last 24 hours.');
  });

  it('shows those of all ids of a model, and tells them apart', async () => {
    const { quota } = await account({
      quotas: { 'us.*': { tokensPerMinute: 100_000 }, 'global.*': { tokensPerMinute: 700_000 } },
    });
    const { stdout } = await quota('sonnet-4-5');
    expect(stdout).toMatch(/^us\.anthropic\.claude-sonnet-4-5-20250929-v1:0 +– +100,000 +–$/m);
    expect(stdout).toMatch(/^global\.anthropic\.claude-sonnet-4-5-20250929-v1:0 +– +700,000 +–$/m);
    // The widest is the one that calls are reckoned for.
    expect(stdout).toMatch(/A call of global\./);
  });

  it('shows what was used, and how much of the quotas that is', async () => {
    const { quota, call } = await account({ quotas: { ...QUOTAS, requestsPerMinute: 2 } });
    await call(CLAUDE);
    await call(CLAUDE);
    await expect(call(CLAUDE)).rejects.toThrow('Too many requests');
    const { stdout } = await quota(CLAUDE);
    expect(stdout).toMatch(/^Use of the last hour +Calls +Refused +Tokens in +Tokens out$/m);
    expect(stdout).toMatch(new RegExp(`^${CLAUDE} +2 +1 +2,000 +400$`, 'm'));
    // 1,000 tokens in and 5 × 200 out, twice.
    expect(stdout).toMatch(/24 hours 4,000 tokens \(0\.1 %\), 1 refused/);
  });

  it('prints JSON of what it found', async () => {
    const { quota, call } = await account();
    await call(NOVA);
    const { stdout } = await quota(`${NOVA} --json --input 500 --max-tokens 1500`);
    const result = JSON.parse(stdout);
    expect(result).toMatchObject({
      region: 'us-east-1',
      modelId: NOVA,
      quotas: [
        {
          model: 'Nova Lite',
          modelId: NOVA,
          reach: 'in-region',
          requestsPerMinute: { value: 200, code: expect.stringMatching(/^L-/), adjustable: true },
          tokensPerMinute: { value: 200_000 },
          tokensPerDay: { value: 5_000_000 },
        },
        { modelId: `us.${NOVA}`, reach: 'geo' },
      ],
      use: [
        {
          modelId: NOVA,
          lastHour: {
            invocations: 1,
            throttles: 0,
            inputTokens: 1_000,
            outputTokens: 200,
            quotaTokens: 1_200,
          },
          last24Hours: { invocations: 1, quotaTokens: 1_200 },
          busiestMinute: { invocations: 1, quotaTokens: 1_200 },
        },
        { modelId: `us.${NOVA}`, lastHour: { invocations: 0 } },
      ],
      call: { modelId: NOVA, inputTokens: 500, outputBurndown: 1 },
      traffic: {
        quota: { [NOVA]: { requestsPerMinute: 200, tokensPerMinute: 200_000, tokensPerDay: 5_000_000 } },
      },
      problems: {},
    });
    expect(result.call.costs[1]).toEqual({
      maxTokens: 1_500,
      reservedTokens: 2_000,
      mostTokens: 2_000,
      callsAtOnce: 100,
      callsPerMinute: 100,
    });
  });

  it('reckons output with its burndown, and what is reserved without max_tokens', async () => {
    const { quota } = await account();
    const { stdout } = await quota(`${CLAUDE} --input 20_000 --max-tokens 2,000`);
    expect(stdout.replaceAll('\n', ' ')).toContain(
      '20,000 tokens of input; a token of output counts 5 times.',
    );
    expect(stdout).toMatch(/^unset \(64,000\) +84,000 +2 +340,000 +0\.6$/m);
    expect(stdout).toMatch(/^ +2,000 +22,000 +9 +30,000 +6\.7$/m);
  });

  it('is limited by the requests of a minute as well', async () => {
    const { quota } = await account({ quotas: { requestsPerMinute: 3, tokensPerMinute: 1_000_000 } });
    const { stdout } = await quota(`${NOVA} --json --max-tokens 100`);
    expect(JSON.parse(stdout).call.costs[1]).toMatchObject({ callsAtOnce: 3, callsPerMinute: 3 });
  });

  it('prints settings that a provider takes, in its words', async () => {
    const { quota, server } = await account();
    const { stdout } = await quota(CLAUDE);
    const [code = ''] = /^createBedrock\(\{[\s\S]*?^\}\);$/m.exec(stdout) ?? [];
    expect(code).toContain(
      `'${CLAUDE}': { requestsPerMinute: 200, tokensPerMinute: 200_000, tokensPerDay: 5_000_000 },`,
    );
    const made = new Function('createBedrock', `return ${code}`)((settings: object) =>
      createBedrock({ ...server.settings, ...settings }),
    );
    const { text } = await generateText({ model: made(CLAUDE), prompt: 'Hello', maxOutputTokens: 300 });
    expect(text).toBe('Hi');
  });

  it('has no call to reckon for models that write no text', async () => {
    const { quota } = await account();
    const { stdout } = await quota('amazon.titan-embed-text-v2:0');
    expect(stdout).toMatch(/^amazon\.titan-embed-text-v2:0 +200 /m);
    expect(stdout).not.toContain('max_tokens');
  });

  it('says that there is none where none is listed', async () => {
    const { quota } = await account({});
    const { stdout, code } = await quota(NOVA);
    expect(code).toBe(0);
    expect(stdout).toContain('Service Quotas lists none for it.');
    expect(stdout).toContain('Without known quotas the provider learns them from refusals.');
  });

  it('takes the model of an application inference profile', async () => {
    const { quota } = await account({ quotas: QUOTAS, inferenceProfiles: { abcdefghijkl: NOVA } });
    const arn = 'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abcdefghijkl';
    expect((await quota(arn)).stdout).toMatch(/^Nova Lite from us-east-1$/m);
  });

  it.each([
    ['claude-haiku', {}, /^Claude Haiku 4\.5 from/m],
    ['mine', { BEDROCK_ALIASES: `mine=${CLAUDE}` }, new RegExp(`^${CLAUDE} +200 `, 'm')],
    ['default', { BEDROCK_DEFAULT_MODEL: NOVA }, /^Nova Lite from/m],
  ])('takes the alias %s', async (alias, env, says) => {
    const { quota, server } = await account();
    expect((await quota(alias, { ...server.environment, ...env })).stdout).toMatch(says);
  });

  it('works with a local Bedrock of its own, and says that its quotas are made up', async () => {
    const { stdout, stderr, code } = await runCli(['quota', NOVA, '--local'], { env: NOBODY });
    expect(code).toBe(0);
    expect(stderr).toContain('The quotas of this local Bedrock are made up.');
    expect(stdout).toMatch(/^amazon\.nova-lite-v1:0 +200 +200,000 /m);
  });
});

describe('bedrock-ai quota', () => {
  it('lists all models that have a quota, by the way they are called', async () => {
    const { quota } = await account({
      quotas: { 'us.anthropic.*': { tokensPerMinute: 90_000 }, [NOVA]: { requestsPerMinute: 7 } },
    });
    const { stdout, code } = await quota('');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Amazon Nova Lite +id +7 +– .* amazon\.nova-lite-v1:0$/m);
    expect(stdout).toMatch(new RegExp(`^Anthropic Claude Sonnet 4\\.5 +geo +– +90,000 .* ${CLAUDE}$`, 'm'));
    expect(stdout).not.toContain('Nova Pro');
  });

  it('leaves out quotas of 0, and shows what all models share', async () => {
    const env = await refusing({}, [
      { QuotaName: 'On-demand model inference requests per minute for Amazon Nova Lite', Value: 0 },
      { QuotaName: 'On-demand model inference requests per minute for Amazon Nova Pro', Value: 60 },
      { QuotaName: 'Cross-Model Max Tokens Per Day', Value: 700_000_000 },
    ]);
    const { quota } = await account();
    const all = await quota('', env);
    expect(all.stdout).toContain('Amazon Nova Pro');
    expect(all.stdout).not.toContain('Amazon Nova Lite');
    expect(all.stdout).toContain('All models together: 700,000,000 tokens a day.');
    const one = await quota(NOVA, env);
    expect(one.stdout).toMatch(/^amazon\.nova-lite-v1:0 +0 /m);
    expect(one.stdout).toContain('0: AWS refuses all calls.');
    expect(one.stdout).not.toContain('createBedrock');
  });

  it('prints them as JSON', async () => {
    const { quota } = await account({ quotas: { [NOVA]: { requestsPerMinute: 7 } } });
    expect(JSON.parse((await quota('--json')).stdout)).toEqual({
      region: 'us-east-1',
      quotas: [
        {
          model: 'Amazon Nova Lite',
          modelId: NOVA,
          reach: 'in-region',
          requestsPerMinute: { value: 7, code: expect.stringMatching(/^L-/), adjustable: true },
        },
      ],
    });
  });
});

describe('what is not permitted', () => {
  const DENIED = 'AccessDeniedException';

  it('is said for Service Quotas, and the rest is shown', async () => {
    const { quota } = await account();
    const { stdout, code } = await quota(NOVA, await refusing({ ListServiceQuotas: DENIED }));
    expect(code).toBe(0);
    expect(stdout).toContain('Not known: AccessDeniedException: You are not allowed to do this.');
    expect(stdout).toContain('No calls in the last 24 hours.');
    expect(stdout).toMatch(/^unset \(5,000\) +6,000 +6,000$/m);
  });

  it('is said for CloudWatch, and the rest is shown', async () => {
    const { quota } = await account();
    const { stdout, code } = await quota(NOVA, await refusing({ GetMetricData: DENIED }));
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Use\nNot known: AccessDeniedException: /m);
    expect(stdout).toMatch(/^amazon\.nova-lite-v1:0 +200 /m);
  });

  it('is in the JSON', async () => {
    const { quota } = await account();
    const env = await refusing({ GetMetricData: DENIED, ListServiceQuotas: DENIED });
    expect(JSON.parse((await quota(`${NOVA} --json`, env)).stdout)).toMatchObject({
      quotas: [{ modelId: NOVA }, { modelId: `us.${NOVA}` }],
      use: null,
      traffic: null,
      problems: { quotas: expect.stringContaining(DENIED), use: expect.stringContaining(DENIED) },
    });
  });

  it('is all there was to tell without a model', async () => {
    const { quota } = await account();
    const { stdout, stderr, code } = await quota('', await refusing({ ListServiceQuotas: DENIED }));
    expect(code).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toContain('✖ AccessDeniedException (400)');
  });

  it('includes API keys, which these services do not take', async () => {
    const env = { ...NOBODY, AWS_REGION: 'us-east-1', AWS_BEARER_TOKEN_BEDROCK: 'a-secret-key' };
    const { stdout, stderr, code } = await runCli(['quota', NOVA], { env });
    expect(code).toBe(0);
    expect(stdout).toContain('Not known: servicequotas takes no Bedrock API keys');
    expect(stdout).toContain('Not known: monitoring takes no Bedrock API keys');
    expect(stdout + stderr).not.toContain('a-secret-key');
  });

  it('does not hide other failures', async () => {
    const { quota } = await account();
    const env = await refusing({ ListServiceQuotas: 'InternalServerException' });
    const { stderr, code } = await quota(NOVA, env);
    expect(code).toBe(1);
    expect(stderr).toContain('✖ InternalServerException');
  });
});

describe('wrong words', () => {
  it.each([
    [`${NOVA} --max-tokens many`, /--max-tokens.*whole number of tokens/],
    [`${NOVA} --input 0`, /--input.*whole number of tokens/],
    [`${NOVA} --max-tokens 999999`, /--max-tokens is 999999; amazon\.nova-lite-v1:0 writes \d+ at most/],
    [
      'amazon.titan-embed-text-v2:0 --max-tokens 10',
      /--max-tokens: amazon\.titan-embed-text-v2:0 writes no text/,
    ],
    ['sonnet', /models fit "sonnet"; name one of them:\n {2}anthropic\.claude-sonnet/],
    [`${NOVA} --region sa-east-1`, /amazon\.nova-lite-v1:0 cannot be called from sa-east-1/],
  ])('%s ends with 2', async (words, says) => {
    const { stdout, stderr, code } = await runCli(['quota', '--local', ...words.split(' ')], { env: NOBODY });
    expect(stderr).toMatch(says);
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });

  it('a typing error in an id ends with 1 and ids that are near', async () => {
    const { stderr, code } = await runCli(['quota', '--local', 'amazon.novo-lite-v1:0'], { env: NOBODY });
    expect(code).toBe(1);
    expect(stderr).toMatch(/Did you mean:\n(?: {2}.*\n)*? {2}amazon\.nova-lite-v1:0\n/);
  });
});

describe('a terminal', () => {
  it('of 80 columns gets a list that fits, and is told what is missing', async () => {
    const person = new Person(['quota', '--local'], { env: NOBODY, cols: 80 });
    onTestFinished(() => person.kill());
    expect(await person.exit()).toBe(0);
    const lines = person.screen.split('\n').filter(line => line.startsWith('Amazon '));
    expect(lines.length).toBeGreaterThan(10);
    expect(Math.max(...lines.map(line => line.length))).toBeLessThanOrEqual(80);
    expect(person.screen).toContain('No room for: Id, Tokens/day.');
  });

  it('of 50 columns gets numbers with their names', async () => {
    const person = new Person(['quota', '--local', CLAUDE], { env: NOBODY, cols: 50 });
    onTestFinished(() => person.kill());
    expect(await person.exit()).toBe(0);
    expect(person.screen).toContain(`\n${CLAUDE}\n  Requests/min 200 · Tokens/min 200,000`);
  });
});

/**
 * A local Bedrock that refuses some operations of Service Quotas and CloudWatch, or has quotas of the test.
 * @returns its environment
 */
async function refusing(
  refused: Readonly<Record<string, string>>,
  quotas?: readonly object[],
): Promise<Record<string, string>> {
  const local = createLocalBedrock({ authentication: 'off', quotas: QUOTAS });
  const server = createServer(async (request, response) => {
    const target = String(request.headers['x-amz-target'] ?? '').replace(/^.*\./, '');
    const error = refused[target];
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const reply =
      error !== undefined
        ? Response.json(
            { message: 'You are not allowed to do this.' },
            { status: 400, headers: { 'x-amzn-errortype': error } },
          )
        : target === 'ListServiceQuotas' && quotas !== undefined
          ? Response.json({ Quotas: quotas })
          : await local.fetch(`http://local${request.url}`, {
              method: request.method ?? 'GET',
              headers: { 'x-amz-target': String(request.headers['x-amz-target']) },
              ...(chunks.length > 0 && { body: Buffer.concat(chunks) }),
            });
    response.writeHead(reply.status, Object.fromEntries(reply.headers));
    response.end(Buffer.from(await reply.arrayBuffer()));
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as { port: number };
  return { ...local.environment, AWS_ENDPOINT_URL: `http://127.0.0.1:${port}` };
}
