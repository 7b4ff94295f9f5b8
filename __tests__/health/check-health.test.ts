import { InvalidArgumentError } from '@ai-sdk/provider';
import { type BedrockProviderSettings, createBedrock } from 'bedrock-ai-provider';
import { type CheckHealthOptions, checkHealth, type HealthReport } from 'bedrock-ai-provider/health';
import {
  createLocalBedrock,
  LOCAL_API_KEY,
  type LocalBedrock,
  type LocalBedrockOptions,
} from 'bedrock-ai-provider/local';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { stubAwsEnvironment } from '../auth/environment.ts';

beforeEach(() => stubAwsEnvironment());
afterEach(() => vi.unstubAllEnvs());

const NOVA = 'amazon.nova-lite-v1:0';
const MINUTE = 60_000;
type Fetch = typeof globalThis.fetch;

interface World {
  readonly local?: LocalBedrockOptions;
  readonly settings?: BedrockProviderSettings;
  /** Stands before the local Bedrock. */
  readonly around?: (fetch: Fetch) => Fetch;
}

function open({ local: options, settings, around = fetch => fetch }: World = {}) {
  const local = createLocalBedrock(options);
  const bedrock = createBedrock({
    ...local.settings,
    fetch: around(local.fetch),
    traffic: 'off',
    ...settings,
  });
  return { local, bedrock };
}

function check(world: World, options?: CheckHealthOptions): Promise<HealthReport> {
  return checkHealth(open(world).bedrock, options);
}

const called = { models: [NOVA], callModels: true };
const operationsOf = ({ requests }: LocalBedrock) => requests.map(({ operation }) => operation);
const pathOf = (input: unknown) => new URL(String(input)).pathname;

/** Answers some paths with an error of AWS's. */
const refusing =
  (paths: RegExp, name: string, message: string, status = 403) =>
  (fetch: Fetch): Fetch =>
  async (input, init) =>
    paths.test(pathOf(input))
      ? new Response(JSON.stringify({ message }), { status, headers: { 'x-amzn-errortype': name } })
      : fetch(input, init);

describe('a report', () => {
  it('is of all that calls need', async () => {
    const report = await check({}, called);
    expect(report).toMatchObject({
      ok: true,
      region: { status: 'ok', region: 'us-east-1', source: 'the region setting' },
      identity: { status: 'ok', kind: 'keys', accessKeyId: 'LOCA…ROCK', source: 'the accessKeyId setting' },
      expiry: { status: 'ok', renews: false },
      caller: { status: 'ok', account: '123456789012', arn: 'arn:aws:iam::123456789012:user/local' },
      endpoint: { status: 'ok', httpStatus: 404, url: 'https://bedrock-runtime.us-east-1.amazonaws.com' },
      clock: { status: 'ok', skewMs: expect.any(Number) },
      models: [
        {
          modelId: NOVA,
          kind: 'text',
          access: { status: 'ok' },
          call: { status: 'ok', outputTokens: 1, latencyMs: expect.any(Number) },
        },
      ],
    });
    const { latencyMs = 0, timeToFirstTokenMs = Number.NaN } = report.models[0]?.call ?? {};
    expect(timeToFirstTokenMs).toBeLessThanOrEqual(latencyMs);
  });

  it('is plain JSON', async () => {
    const report = await check({}, called);
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
  });

  it('calls no model that it is not told to call', async () => {
    const { local, bedrock } = open();
    const { models } = await checkHealth(bedrock, { models: [NOVA] });
    expect(models[0]).toMatchObject({ access: { status: 'ok' }, call: { status: 'skipped' } });
    expect(operationsOf(local)).not.toContain('ConverseStream');
  });

  it('asks for no model that it is not told of', async () => {
    const { local, bedrock } = open();
    expect((await checkHealth(bedrock)).models).toEqual([]);
    expect(operationsOf(local)).toEqual([undefined, 'GetCallerIdentity']);
  });

  it('holds no secret', async () => {
    const secrets = {
      accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
      secretAccessKey: 'the-secret',
      sessionToken: 'the-token',
    };
    const text = JSON.stringify(await check({ settings: secrets }, called));
    expect(text).toContain('AKIA…MPLE');
    for (const secret of Object.values(secrets)) expect(text).not.toContain(secret);
  });

  it.each([
    [{ models: NOVA }, 'models'],
    [{ models: [''] }, 'models'],
    [{ callModels: 'yes' }, 'callModels'],
    [{ timeoutMs: 0 }, 'timeoutMs'],
    [{ model: NOVA }, 'model'],
  ])('is not made for %j', async (options, argument) => {
    const error: unknown = await check({}, options as CheckHealthOptions).catch(reason => reason);
    expect(InvalidArgumentError.isInstance(error) && error.argument).toBe(argument);
  });

  it('is given up when the caller aborts', async () => {
    const controller = new AbortController();
    const around = (): Fetch => async () => {
      controller.abort(new Error('enough'));
      return new Promise(() => {});
    };
    await expect(check({ around }, { abortSignal: controller.signal })).rejects.toThrow('enough');
  });
});

describe('the identity', () => {
  it('that is missing leaves the endpoint and the clock to be checked', async () => {
    const nobody = { accessKeyId: undefined, secretAccessKey: undefined };
    expect(await check({ settings: nobody }, called)).toMatchObject({
      ok: false,
      identity: { status: 'failed', code: 'LoadAPIKeyError', advice: expect.stringContaining('AWS_PROFILE') },
      expiry: { status: 'skipped' },
      caller: { status: 'skipped' },
      endpoint: { status: 'ok' },
      clock: { status: 'ok' },
      models: [{ access: { status: 'skipped' }, call: { status: 'skipped' } }],
    });
  });

  it('with a wrong secret is refused everywhere', async () => {
    expect(await check({ settings: { secretAccessKey: 'wrong' } }, called)).toMatchObject({
      ok: false,
      identity: { status: 'ok' },
      caller: { status: 'failed', code: 'SignatureDoesNotMatch', advice: expect.stringContaining('secret') },
      endpoint: { status: 'ok' },
      models: [
        {
          access: { status: 'failed', code: 'InvalidSignatureException' },
          call: { status: 'failed', code: 'InvalidSignatureException', statusCode: 403 },
        },
      ],
    });
  });

  it('that has ended is told from AWS’s answer', async () => {
    const around = refusing(
      /./,
      'ExpiredTokenException',
      'The security token included in the request is expired',
    );
    expect(await check({ around }, called)).toMatchObject({
      ok: false,
      caller: { status: 'failed', code: 'ExpiredTokenException' },
      models: [{ call: { status: 'failed', advice: expect.stringContaining('aws sso login') } }],
    });
  });

  it('that an API key gives is not asked for at STS', async () => {
    const settings = { apiKey: LOCAL_API_KEY, accessKeyId: undefined, secretAccessKey: undefined };
    const { local, bedrock } = open({ settings });
    const report = await checkHealth(bedrock, called);
    expect(report).toMatchObject({ ok: true, caller: { status: 'unknown' }, expiry: { status: 'unknown' } });
    expect(operationsOf(local)).not.toContain('GetCallerIdentity');
  });

  it('by an API key that AWS does not know fails at the models', async () => {
    expect(await check({ settings: { apiKey: 'ABSKwrong' } }, called)).toMatchObject({
      ok: false,
      identity: { status: 'ok', kind: 'api-key', apiKeyType: 'long-term' },
      models: [
        {
          access: { status: 'failed', code: 'AccessDeniedException' },
          call: { status: 'failed', advice: expect.stringContaining('AWS_BEARER_TOKEN_BEDROCK') },
        },
      ],
    });
  });

  it('that belongs to a gateway of your own may be unknown to AWS', async () => {
    const around =
      (fetch: Fetch): Fetch =>
      async (input, init) =>
        String(input).startsWith('https://sts.')
          ? new Response(
              '<ErrorResponse><Error><Code>InvalidClientTokenId</Code><Message>No.</Message></Error></ErrorResponse>',
              { status: 403 },
            )
          : fetch(input, init);
    const settings = { baseURL: 'http://gateway.example' };
    expect(await check({ around, settings })).toMatchObject({ ok: true, caller: { status: 'unknown' } });
    expect(await check({ around })).toMatchObject({ ok: false, caller: { status: 'failed' } });
  });

  it('counts as well where STS is not reached and Bedrock is', async () => {
    const around =
      (fetch: Fetch): Fetch =>
      async (input, init) => {
        if (String(input).startsWith('https://sts.')) throw new TypeError('fetch failed');
        return fetch(input, init);
      };
    expect(await check({ around }, called)).toMatchObject({
      ok: true,
      caller: { status: 'unknown', code: 'NetworkError' },
    });
  });
});

describe('the end of the identity', () => {
  const keys = { accessKeyId: 'LOCALBEDROCK', secretAccessKey: 'local-bedrock-secret-access-key' };
  const at = (minutes: number) => new Date(Date.now() + minutes * MINUTE);
  const shortTermKey = (minutesAgo: number, region = 'us-east-1') => {
    const date = at(-minutesAgo)
      .toISOString()
      .replace(/[:-]|\.\d{3}/g, '');
    const query = new URLSearchParams({
      'X-Amz-Credential': `ASIA/${date.slice(0, 8)}/${region}/bedrock/aws4_request`,
      'X-Amz-Date': date,
      'X-Amz-Expires': '3600',
    });
    return `bedrock-api-key-${btoa(`bedrock.amazonaws.com/?${query}`)}`;
  };

  it.each<[string, BedrockProviderSettings, string]>([
    ['is far', { credentials: { ...keys, expiration: at(120) } }, 'ok'],
    ['is near', { credentials: { ...keys, expiration: at(5) } }, 'warning'],
    ['is over', { credentials: { ...keys, expiration: at(-5) } }, 'failed'],
    [
      'is near and there will be new keys',
      { credentials: async () => ({ ...keys, expiration: at(5) }) },
      'ok',
    ],
    ['is not known', { credentials: { ...keys, sessionToken: 'token' } }, 'unknown'],
    ['of a short-term API key is far', { apiKey: shortTermKey(10) }, 'ok'],
    ['of a short-term API key is over', { apiKey: shortTermKey(70) }, 'failed'],
  ])('that %s', async (_, settings, status) => {
    const { expiry } = await check({ settings });
    expect(expiry.status).toBe(status);
  });

  it('comes with a warning where a short-term API key is for another Region', async () => {
    const { identity } = await check({ settings: { apiKey: shortTermKey(1, 'eu-west-1') } });
    expect(identity).toMatchObject({
      status: 'warning',
      message: expect.stringContaining('made for eu-west-1'),
    });
  });
});

describe('the Region', () => {
  it('that is missing leaves the rest unchecked, which says why', async () => {
    expect(await check({ settings: { region: undefined } }, called)).toMatchObject({
      ok: false,
      region: { status: 'failed', message: expect.stringContaining('AWS_REGION') },
      identity: { status: 'ok' },
      caller: { status: 'skipped' },
      endpoint: { status: 'skipped', message: expect.stringContaining('Region') },
      clock: { status: 'skipped' },
      models: [{ access: { status: 'skipped' }, call: { status: 'skipped' } }],
    });
  });

  it('is not needed for an API key at a URL of your own', async () => {
    const settings = { region: undefined, apiKey: LOCAL_API_KEY, baseURL: 'http://gateway.example/bedrock' };
    const around =
      (fetch: Fetch): Fetch =>
      (input, init) =>
        fetch(String(input).replace('/bedrock/', '/'), init);
    expect(await check({ settings, around }, called)).toMatchObject({
      ok: true,
      region: { status: 'unknown' },
      endpoint: { url: 'http://gateway.example', source: 'the baseURL setting' },
      models: [{ call: { status: 'ok' } }],
    });
  });
});

describe('the endpoint', () => {
  const failing = (code: string) => (): Fetch => async () => {
    throw new TypeError('fetch failed', { cause: Object.assign(new Error(`no: ${code}`), { code }) });
  };

  it.each([
    ['ENOTFOUND', 'dns'],
    ['ECONNREFUSED', 'connect'],
    ['UND_ERR_CONNECT_TIMEOUT', 'connect'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'tls'],
    ['CERT_HAS_EXPIRED', 'tls'],
    ['UND_ERR_SOCKET', 'request'],
  ])('that is not reached for %s failed at %s, and no model is called', async (code, failedAt) => {
    expect(await check({ around: failing(code) }, called)).toMatchObject({
      ok: false,
      endpoint: { status: 'failed', code: 'NetworkError', failedAt, message: expect.stringContaining(code) },
      clock: { status: 'skipped' },
      caller: { status: 'unknown' },
      models: [{ access: { status: 'unknown' }, call: { status: 'skipped' } }],
    });
  });

  it.each([502, 407])('that answers %i is not well', async status => {
    const around = (): Fetch => async () => new Response('proxy', { status });
    expect((await check({ around })).endpoint).toMatchObject({ status: 'failed', httpStatus: status });
  });

  it('that never answers fails after a while, as does everything else', async () => {
    const around = (): Fetch => () => new Promise(() => {});
    expect(await check({ around }, { ...called, timeoutMs: 50 })).toMatchObject({
      ok: false,
      endpoint: { status: 'failed', code: 'ConnectTimeout' },
      caller: { status: 'unknown', code: 'Timeout' },
      models: [{ access: { status: 'unknown' }, call: { status: 'skipped' } }],
    });
  });

  it('that cannot be a URL is no reason to ask anybody', async () => {
    expect(await check({ settings: { baseURL: 'bedrock.example' } }, called)).toMatchObject({
      ok: false,
      endpoint: { status: 'failed', code: 'InvalidArgumentError' },
      region: { status: 'skipped' },
      models: [{ access: { status: 'skipped' } }],
    });
  });

  it('says that Node does not use the proxy which the environment names', async () => {
    stubAwsEnvironment();
    for (const name of ['https_proxy', 'no_proxy', 'NO_PROXY', 'NODE_USE_ENV_PROXY'])
      vi.stubEnv(name, undefined);
    vi.stubEnv('HTTPS_PROXY', 'http://user:password@proxy.example:3128');
    const { endpoint } = await check({ around: failing('ECONNREFUSED') });
    expect(endpoint).toMatchObject({
      proxy: { variable: 'HTTPS_PROXY', host: 'proxy.example:3128', isUsedByNode: false },
      advice: expect.stringContaining('NODE_USE_ENV_PROXY=1'),
    });
    expect(JSON.stringify(endpoint)).not.toContain('password');
    vi.stubEnv('NO_PROXY', '.amazonaws.com');
    expect((await check({ around: failing('ECONNREFUSED') })).endpoint.proxy).toBeUndefined();
  });
});

describe('the clock', () => {
  const dated =
    (minutes: number) =>
    (fetch: Fetch): Fetch =>
    async (input, init) => {
      const response = await fetch(input, init);
      const headers = new Headers(response.headers);
      headers.set('date', new Date(Date.now() + minutes * MINUTE).toUTCString());
      return new Response(response.body, { status: response.status, headers });
    };

  it.each([
    [10, 'behind', 'warning'],
    [-10, 'ahead of', 'warning'],
    [0.5, 'behind', 'ok'],
  ])('of AWS that is %d minutes ahead: this one is %s it, %s', async (minutes, side, status) => {
    const { clock, ok } = await check({ around: dated(minutes) });
    expect(clock).toMatchObject({ status, message: expect.stringContaining(` ${side} `) });
    expect(Math.abs((clock.skewMs ?? 0) - minutes * MINUTE)).toBeLessThan(5000);
    expect(ok).toBe(true);
  });

  it('cannot be compared with one that does not tell the time', async () => {
    const around = (): Fetch => async () => new Response('', { status: 404 });
    expect((await check({ around })).clock.status).toBe('unknown');
  });
});

describe('a model', () => {
  const modelOf = async (world: World, modelId: string, callModels = true) =>
    (await check(world, { models: [modelId], callModels })).models[0];

  it('that is not enabled fails, and what is missing is said', async () => {
    expect(await modelOf({ local: { models: [] } }, NOVA)).toMatchObject({
      access: {
        status: 'failed',
        code: 'ModelNotAvailable',
        message: expect.stringContaining('not authorized'),
      },
      call: { status: 'failed' },
    });
  });

  it('whose id is misspelled fails, and what was meant is asked', async () => {
    expect(await modelOf({ local: { models: [NOVA] } }, 'amazon.nova-lte-v1:0')).toMatchObject({
      access: { status: 'failed', advice: expect.stringContaining(`Did you mean ${NOVA}`) },
      call: { status: 'failed', advice: expect.stringContaining(`Did you mean ${NOVA}`) },
    });
  });

  it('that is throttled fails with advice', async () => {
    const faults = [{ models: NOVA, error: { name: 'ThrottlingException', message: 'Too many requests' } }];
    expect(await modelOf({ local: { faults } }, NOVA)).toMatchObject({
      access: { status: 'ok' },
      call: { status: 'failed', code: 'ThrottlingException', statusCode: 429, advice: expect.any(String) },
    });
  });

  it('that is throttled is told by the refusal also where calls wait for their quota', async () => {
    const faults = [{ error: { name: 'ThrottlingException', message: 'Too many requests' } }];
    const { bedrock } = open({ local: { faults }, settings: { traffic: undefined } });
    const { models } = await checkHealth(bedrock, { ...called, timeoutMs: 1000 });
    expect(models[0]?.call).toMatchObject({ status: 'failed', code: 'ThrottlingException' });
  });

  it('whose answer breaks off fails', async () => {
    const faults = [{ fault: { kind: 'cut' as const, at: 1 } }];
    expect(await modelOf({ local: { faults } }, NOVA)).toMatchObject({
      call: { status: 'failed', code: expect.stringMatching(/Stream|Message/) },
    });
  });

  it('that answers has access, whatever the lists say', async () => {
    expect(await modelOf({}, `eu.${NOVA}`)).toMatchObject({
      access: { status: 'warning', code: 'ModelNotListed' },
      call: { status: 'ok' },
    });
  });

  it('whose profile the Region does not have fails without a call, and others are named', async () => {
    expect(await modelOf({}, `eu.${NOVA}`, false)).toMatchObject({
      access: { status: 'failed', code: 'ModelNotListed', advice: expect.stringContaining(`us.${NOVA}`) },
    });
  });

  it('that needs a profile fails without a call', async () => {
    const id = 'anthropic.claude-sonnet-4-5-20250929-v1:0';
    expect(await modelOf({}, id, false)).toMatchObject({
      access: { status: 'failed', advice: expect.stringContaining(`us.${id}`) },
    });
  });

  it('behind an application inference profile is found and called', async () => {
    const arn = 'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/mine';
    const local = { inferenceProfiles: { mine: NOVA } };
    expect(await modelOf({ local }, arn)).toMatchObject({
      access: { status: 'ok' },
      call: { status: 'ok' },
    });
    const around = refusing(
      /inference-profiles/,
      'AccessDeniedException',
      'not authorized to perform: bedrock:Get',
    );
    expect(await modelOf({ local, around }, arn)).toMatchObject({
      access: { status: 'unknown' },
      call: { status: 'ok' },
    });
  });

  it.each([
    ['nova-lite', 'text'],
    ['titan-embed', 'embedding'],
    ['mine', 'text'],
  ])('may be given by its alias: %s', async (alias, kind) => {
    const settings = { aliases: { mine: `us.${NOVA}` } };
    expect(await modelOf({ settings }, alias)).toMatchObject({
      modelId: alias,
      kind,
      access: { status: 'ok' },
      call: { status: 'ok' },
    });
  });

  it.each([
    ['GetFoundationModelAvailability', /availability/, /has it; whether the account/],
    ['any listing', /foundation-model|inference-profiles/, /may not ask/],
  ])('is not known to be accessible by who may not ask for %s, and is called', async (_, paths, message) => {
    const around = refusing(
      paths,
      'AccessDeniedException',
      'User: x is not authorized to perform: bedrock:Get',
    );
    expect(await modelOf({ around }, NOVA)).toMatchObject({
      access: { status: 'unknown', message: expect.stringMatching(message) },
      call: { status: 'ok' },
    });
  });

  it('is not known to be accessible through a gateway without a control plane', async () => {
    const around = refusing(/foundation-model/, 'UnknownOperationException', 'What?', 404);
    expect(await modelOf({ around }, NOVA)).toMatchObject({
      access: { status: 'unknown' },
      call: { status: 'ok' },
    });
  });

  it.each([
    ['amazon.titan-embed-text-v2:0', 'embedding', 'ok'],
    ['acme.embed-v9:0', 'text', 'ok'],
    ['cohere.embed-v9:0', 'embedding', 'ok'],
    ['amazon.nova-canvas-v1:0', 'image', 'skipped'],
    ['cohere.rerank-v3-5:0', 'rerank', 'skipped'],
    ['amazon.nova-reel-v1:1', 'video', 'skipped'],
  ])('%s is of the kind %s, and its call %s', async (modelId, kind, status) => {
    const local = { models: () => true };
    expect(await modelOf({ local }, modelId)).toMatchObject({ kind, call: { status } });
  });

  it('that is legacy comes with a warning and its successor', async () => {
    const successor = 'amazon.nova-lite-v1:0';
    const catalog = [
      { id: 'amazon.nova-pro-v1:0', status: 'LEGACY' as const, endOfLife: '2999-01-01', successor },
    ];
    expect(await modelOf({ settings: { catalog } }, 'amazon.nova-pro-v1:0')).toMatchObject({
      access: {
        status: 'warning',
        message: expect.stringContaining('2999-01-01'),
        advice: `Move on to ${successor}.`,
      },
    });
  });
});
