import { createLocalBedrock } from 'bedrock-ai-provider/local';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Person, type Run, runCli } from './support/cli.ts';

/** Neither identity nor Region, and no files of AWS's that could have them. */
const NOTHING = {
  AWS_REGION: undefined,
  AWS_DEFAULT_REGION: undefined,
  AWS_PROFILE: undefined,
  AWS_ACCESS_KEY_ID: undefined,
  AWS_SECRET_ACCESS_KEY: undefined,
  AWS_BEARER_TOKEN_BEDROCK: undefined,
  AWS_CONFIG_FILE: '/nowhere',
  AWS_SHARED_CREDENTIALS_FILE: '/nowhere',
  AWS_EC2_METADATA_DISABLED: 'true',
};

const models = (words: string, env: Record<string, string | undefined> = {}) =>
  runCli(['models', ...words.split(' ').filter(Boolean)], { env: { ...NOTHING, ...env } });

interface Listed {
  readonly id: string;
  readonly kind: string;
  readonly status: string;
  readonly callBy: ReadonlyArray<{
    modelId: string;
    reach: string;
    prices: ReadonlyArray<{ tier: string; variant?: string; rates: Record<string, string> }>;
  }>;
  readonly inCatalog: boolean;
  readonly account?: Record<string, unknown>;
}

const listed = ({ stdout }: Run) => JSON.parse(stdout) as { region: string; asOf: string; models: Listed[] };
const idsOf = (run: Run) => listed(run).models.map(({ id }) => id);

const SONNET = 'anthropic.claude-sonnet-4-5-20250929-v1:0';

describe('bedrock-ai models', () => {
  it('lists models from the catalog, without credentials and a Region', async () => {
    const { stdout, stderr, code } = await models('nova-lite');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Model +Name +Kind +Price +Life +Call by +Context +Takes +Can$/m);
    expect(stdout).toMatch(
      /^amazon\.nova-lite-v1:0 +Nova Lite +text +0\.06 \/ 0\.24 +active +id us\. +300k /m,
    );
    expect(stderr).toContain('No AWS Region is set, so this is us-east-1');
  });

  it.each([
    ['sonnet 4.5', SONNET],
    ['sonnet-4-5', SONNET],
    ['SONNET4.5', SONNET],
    ['anthropic sonnet 4.5', SONNET],
    ['novalite', 'amazon.nova-lite-v1:0'],
  ])('finds what is meant by %s', async (query, id) => {
    expect(idsOf(await models(`${query} --json`))).toEqual([id]);
  });

  it('has prices, ids and lives of the Region that is asked for', async () => {
    const { stdout, stderr } = await models('nova-lite --region eu-west-1');
    expect(stdout).toMatch(/0\.069 \/ 0\.276 +active +eu\./);
    expect(stderr).not.toContain('No AWS Region');
  });

  it('shows one model in full for its id, and what leads to it from the Region', async () => {
    const { stdout, code } = await models(`us.${SONNET} --region us-east-1`);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Claude Sonnet 4\.5$/m);
    expect(stdout).toMatch(/^ {2}Context +200,000 tokens$/m);
    expect(stdout).toMatch(/^ {2}Life +active, since 2025-09-30$/m);
    expect(stdout).toContain(`us.${SONNET} (in the geography)\n    input 3.3, output 16.5, cache read 0.33`);
    expect(stdout).toContain(`global.${SONNET} (anywhere)\n    input 3, output 15,`);
    expect(stdout).toContain('prompts above 200,000 tokens: input 6.6, output 24.75');
  });

  it('shows a model by its ARN', async () => {
    const arn = `arn:aws:bedrock:us-east-1::foundation-model/${SONNET}`;
    expect(idsOf(await models(`${arn} --json`))).toEqual([SONNET]);
  });

  it('says where a model can be called from that cannot be called here', async () => {
    const { stdout, code } = await models('amazon.nova-lite-v1:0 --region sa-east-1');
    expect(code).toBe(0);
    expect(stdout).toContain('amazon.nova-lite-v1:0 cannot be called from sa-east-1. It can from ap-');
  });

  it('says what ended, when, and what is in its place', async () => {
    const { stdout } = await models('anthropic.claude-3-sonnet-20240229-v1:0 --region us-east-1');
    expect(stdout).toMatch(/Life +ended, .*until \d{4}-\d\d-\d\d, in its place: anthropic\.claude-sonnet-5/);
  });

  it('leaves out what has ended, unless it is asked for', async () => {
    expect(idsOf(await models('--vendor anthropic --json'))).not.toContain('anthropic.claude-v2');
    const ended = listed(await models('--vendor anthropic --status eol --json')).models;
    expect(ended.every(({ status }) => status === 'EOL')).toBe(true);
  });

  it.each([
    ['--kind embedding', ({ kind }: Listed) => kind === 'embedding'],
    ['--vendor amazon', ({ id }: Listed) => id.startsWith('amazon.')],
    ['--family llama', ({ id }: Listed) => id.startsWith('meta.llama')],
    ['--status legacy,preview', ({ status }: Listed) => ['LEGACY', 'PREVIEW'].includes(status)],
  ])('takes the filter %s', async (filter, fits) => {
    const { models: found } = listed(await models(`${filter} --region us-east-1 --json`));
    expect(found.length).toBeGreaterThan(0);
    expect(found.filter(model => !fits(model))).toEqual([]);
  });

  it('takes several needs, with commas or one by one', async () => {
    const together = idsOf(await models('--needs tools,image-input --json'));
    const apart = idsOf(await models('--needs tools --needs image-input --json'));
    expect(together).toContain('amazon.nova-lite-v1:0');
    expect(together).not.toContain('amazon.nova-micro-v1:0');
    expect(apart).toEqual(together);
  });

  it('puts the cheapest first, and those of unknown price last', async () => {
    const run = await models('--kind text --cheapest --region us-east-1 --json');
    const costs = listed(run).models.map(({ callBy: [way] }) => {
      const rates = way?.prices.find(({ tier }) => tier === 'standard')?.rates;
      return rates === undefined
        ? Number.POSITIVE_INFINITY
        : 3 * Number(rates['input']) + Number(rates['output']);
    });
    expect(costs.length).toBeGreaterThan(20);
    expect(costs).toEqual(costs.toSorted((a, b) => a - b));
  });

  it('has prices by image, second and query', async () => {
    const { stdout } = await models('--region us-east-1');
    expect(stdout).toMatch(/^stability\.stable-image-inpaint-v1:0 .* 0\.07\/image /m);
    expect(stdout).toMatch(/^cohere\.rerank-v3-5:0 .* 0\.002\/query /m);
  });

  it('prints JSON of one shape for many and for one', async () => {
    const {
      region,
      asOf,
      models: found,
    } = listed(await models('amazon.nova-lite-v1:0 --region us-east-1 --json'));
    expect(region).toBe('us-east-1');
    expect(asOf).toMatch(/^\d{4}-\d\d-\d\d$/);
    expect(found).toMatchObject([
      {
        id: 'amazon.nova-lite-v1:0',
        name: 'Nova Lite',
        vendor: 'Amazon',
        kind: 'text',
        family: 'nova',
        status: 'ACTIVE',
        contextWindow: 300_000,
        capabilities: expect.arrayContaining(['tools']),
        callBy: [
          { modelId: 'amazon.nova-lite-v1:0', reach: 'in-region' },
          { modelId: 'us.amazon.nova-lite-v1:0', reach: 'geo' },
        ],
        inCatalog: true,
      },
    ]);
    expect(found[0]?.callBy[0]?.prices[0]).toMatchObject({
      tier: 'standard',
      rates: { input: '0.06', output: '0.24' },
    });
  });
});

describe('a query that no model fits', () => {
  it.each([
    ['claude-sonet-4-5', SONNET],
    ['us.anthropic.claude-sonnet-4-5-20250930-v1:0', SONNET],
    ['amazon.novo-lite-v1:0', 'amazon.nova-lite-v1:0'],
  ])('ends with 1 and names that are near %s', async (query, near) => {
    const { stdout, stderr, code } = await models(query);
    expect(code).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toContain(`No model fits "${query}" in us-east-1.`);
    expect(stderr).toMatch(new RegExp(`Did you mean:\n(?: {2}.*\n)*? {2}${near}\n`));
  });

  it('ends with 1 and an empty list as JSON', async () => {
    const run = await models('qqqqqq --json');
    expect(run.code).toBe(1);
    expect(listed(run).models).toEqual([]);
    expect(run.stderr).not.toContain('Did you mean');
  });

  it('names those that fit elsewhere', async () => {
    const { stderr, code } = await models('nova-lite --region sa-east-1');
    expect(code).toBe(1);
    expect(stderr).toMatch(/Elsewhere.*\n(?: {2}.*\n)*? {2}amazon\.nova-lite-v1:0\n/);
  });
});

describe('wrong words', () => {
  it.each([
    ['--kind chat', /--kind.*chat.*text, embedding, image/],
    ['--needs tools,magic', /--needs.*There is no "magic"; there are tools, /],
    ['--status gone', /--status.*There is no "gone"; there are active, legacy/],
    ['--vendor Acme', /--vendor is "Acme"; there are AI21 Labs, Amazon/],
    ['--family gpt', /--family is "gpt"; there are ai21/],
    ['--region US_EAST', /US_EAST/],
    ['arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc', /--live asks AWS/],
  ])('%s names what is allowed', async (wordsOfLine, says) => {
    const { stdout, stderr, code } = await models(wordsOfLine);
    expect(stderr).toMatch(says);
    expect(stdout).toBe('');
    expect(code).toBe(wordsOfLine.startsWith('--region') ? 1 : 2);
  });
});

describe('a terminal', () => {
  async function screenOf(cols: number, words: readonly string[]) {
    const person = new Person(['models', ...words], { env: { ...NOTHING, AWS_REGION: 'us-east-1' }, cols });
    onTestFinished(() => person.kill());
    expect(await person.exit()).toBe(0);
    const lines = person.screen.split('\n');
    return { person, lines, longest: Math.max(...lines.map(line => line.length)) };
  }

  it('of 80 columns gets a table that fits, and is told what is missing', async () => {
    const { lines, longest } = await screenOf(80, ['--family', 'nova']);
    expect(lines[0]).toMatch(/^Model +Price +Life/);
    expect(longest).toBeGreaterThan(60);
    const table = lines.slice(0, lines.indexOf(''));
    expect(Math.max(...table.map(line => line.length))).toBeLessThanOrEqual(80);
    expect(lines.join('\n')).toMatch(/No room for: Can, Takes, Name, Context/);
  });

  it('of 200 columns gets all of it', async () => {
    const { lines } = await screenOf(200, ['nova-lite']);
    expect(lines[0]).toMatch(/^Model +Name +Kind +Price +Life +Call by +Context +Takes +Can/);
    expect(lines.join('\n')).not.toContain('No room for');
  });

  it('of 40 columns gets two lines or more for each model, with ids that are whole', async () => {
    const { lines } = await screenOf(40, [SONNET.slice('anthropic.'.length, -1)]);
    expect(lines[0]).toBe(SONNET);
    expect(lines[1]).toMatch(/^ {2}Claude Sonnet 4\.5/);
    const { lines: details } = await screenOf(40, ['amazon.nova-lite-v1:0']);
    // A word that is longer than the line is not broken.
    const long = details.filter(line => line.length > 40);
    expect(long.filter(line => line.trim().includes(' '))).toEqual([]);
  });

  it('has colors, unless they are not wanted', async () => {
    const { person } = await screenOf(100, ['nova-lite']);
    expect(person.raw).toContain('\u001b[1mModel');
    const plain = new Person(['models', 'nova-lite'], { env: { ...NOTHING, NO_COLOR: '1' } });
    await plain.exit();
    expect(plain.raw).not.toContain('\u001b[1m');
  });
});

describe('--live', () => {
  async function against(options: Parameters<typeof createLocalBedrock>[0], words: string) {
    const local = createLocalBedrock(options);
    const server = await local.listen();
    onTestFinished(() => server.close());
    return { local, run: await models(words, server.environment) };
  }

  it('says what the account can use', async () => {
    const { run } = await against({ models: ['amazon.nova-lite-v1:0'] }, 'nova --status active --live');
    expect(run.stdout).toMatch(/^amazon\.nova-lite-v1:0 .* active +yes +id us\. /m);
    expect(run.stdout).toMatch(/^amazon\.nova-pro-v1:0 .* active +no authorization agreement entitlement /m);
  });

  it('has it in JSON, with the account’s own profiles', async () => {
    const { run } = await against(
      { inferenceProfiles: { abcdefghijkl: 'amazon.nova-lite-v1:0' }, models: ['amazon.nova-pro-v1:0'] },
      'amazon.nova-lite-v1:0 --live --json',
    );
    expect(listed(run).models[0]?.account).toEqual({
      listed: true,
      available: false,
      missing: ['authorization', 'agreement', 'entitlement'],
      applicationProfiles: [
        'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abcdefghijkl',
      ],
    });
  });

  it('marks what the catalog does not know, and what AWS does not list', async () => {
    const summary = {
      modelArn: 'arn:aws:bedrock:us-east-1::foundation-model/acme.rocket-v1:0',
      modelId: 'acme.rocket-v1:0',
      modelName: 'Rocket',
      providerName: 'Acme',
      inputModalities: ['TEXT', 'IMAGE'],
      outputModalities: ['TEXT'],
      inferenceTypesSupported: ['ON_DEMAND'],
      modelLifecycle: { status: 'LEGACY', endOfLifeTime: '2099-01-02T00:00:00Z' },
    };
    const server = await listing([summary]);
    const rocket = await models('rocket --live', server);
    expect(rocket.stdout).toMatch(/^acme\.rocket-v1:0 +Rocket +text +\? +legacy 2099-01-02 +yes new +id /m);
    expect(rocket.stderr).toContain('new: AWS lists it, and the catalog does not know it.');
    const nova = await models('nova-lite --live', server);
    expect(nova.stdout).toMatch(/^amazon\.nova-lite-v1:0 .* not listed /m);
  });

  it('finds the model behind an application inference profile', async () => {
    const arn = 'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abcdefghijkl';
    const { run } = await against(
      { inferenceProfiles: { abcdefghijkl: 'amazon.nova-lite-v1:0' } },
      `${arn} --live`,
    );
    expect(run.stdout).toMatch(/^Nova Lite$/m);
    expect(run.stdout).toContain(arn);
  });

  it('goes on where availability is not permitted, and says so once', async () => {
    const server = await listing(undefined, { 'foundation-model-availability': 'AccessDeniedException' });
    const { stdout, stderr, code } = await models('nova --live', server);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^amazon\.nova-lite-v1:0 .* active +\? /m);
    expect(stderr.match(/AWS does not tell what the account may use: AccessDeniedException/g)).toHaveLength(
      1,
    );
  });

  it('fails where the listings are not permitted', async () => {
    const server = await listing(undefined, { 'foundation-models': 'AccessDeniedException' });
    const { stdout, stderr, code } = await models('nova --live', server);
    expect(code).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toContain('✖ AccessDeniedException (403)');
  });

  it('works with a local Bedrock of its own', async () => {
    const { stdout, code } = await models('nova-lite --live --local');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^amazon\.nova-lite-v1:0 .* yes +id us\. /m);
  });
});

/** A local Bedrock with listings of the test, or that refuses some paths. @returns its environment */
async function listing(
  modelSummaries: readonly object[] | undefined,
  refused: Readonly<Record<string, string>> = {},
): Promise<Record<string, string>> {
  const { createServer } = await import('node:http');
  const local = createLocalBedrock({ authentication: 'off' });
  const server = createServer(async (request, response) => {
    const [, path = ''] = /^\/([^/?]*)/.exec(request.url ?? '') ?? [];
    const error = refused[path];
    if (error !== undefined) {
      response.writeHead(403, { 'x-amzn-errortype': error, 'content-type': 'application/json' });
      response.end('{"message":"You are not allowed to do this."}');
      return;
    }
    const reply =
      path === 'foundation-models' && modelSummaries !== undefined
        ? Response.json({ modelSummaries })
        : path === 'foundation-model-availability' && modelSummaries !== undefined
          ? Response.json(AVAILABLE)
          : await local.fetch(`http://local${request.url}`);
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

const AVAILABLE = {
  modelId: 'acme.rocket-v1:0',
  agreementAvailability: { status: 'AVAILABLE' },
  authorizationStatus: 'AUTHORIZED',
  entitlementAvailability: 'AVAILABLE',
  regionAvailability: 'AVAILABLE',
};
