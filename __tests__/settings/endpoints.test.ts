import { InvalidArgumentError, LoadSettingError } from '@ai-sdk/provider';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  acceptsApiKeys,
  checkEndpointSettings,
  configuredEndpoint,
  partitionOf,
  publicEndpoint,
  signingName,
} from '../../src/settings/endpoints.ts';

const service = 'bedrock-runtime';
const variables = [
  'AWS_ENDPOINT_URL',
  'AWS_ENDPOINT_URL_BEDROCK',
  'AWS_ENDPOINT_URL_BEDROCK_RUNTIME',
  'AWS_ENDPOINT_URL_S3',
  'AWS_IGNORE_CONFIGURED_ENDPOINT_URLS',
  'AWS_USE_DUALSTACK_ENDPOINT',
  'AWS_USE_FIPS_ENDPOINT',
];

beforeEach(() => {
  for (const variable of variables) vi.stubEnv(variable, undefined);
});
afterEach(() => vi.unstubAllEnvs());

function errorOf(run: () => unknown): Error {
  try {
    run();
  } catch (error) {
    return error as Error;
  }
  throw new Error('nothing was thrown');
}

describe('publicEndpoint', () => {
  it.each([
    ['bedrock-runtime', 'us-east-1', 'https://bedrock-runtime.us-east-1.amazonaws.com'],
    ['bedrock', 'eu-central-1', 'https://bedrock.eu-central-1.amazonaws.com'],
    ['bedrock-agent-runtime', 'us-west-2', 'https://bedrock-agent-runtime.us-west-2.amazonaws.com'],
    ['bedrock-mantle', 'us-east-1', 'https://bedrock-mantle.us-east-1.api.aws'],
    ['bedrock-runtime', 'us-gov-west-1', 'https://bedrock-runtime.us-gov-west-1.amazonaws.com'],
    ['bedrock-runtime', 'cn-north-1', 'https://bedrock-runtime.cn-north-1.amazonaws.com.cn'],
    ['bedrock-runtime', 'us-iso-east-1', 'https://bedrock-runtime.us-iso-east-1.c2s.ic.gov'],
    ['bedrock-runtime', 'us-isob-east-1', 'https://bedrock-runtime.us-isob-east-1.sc2s.sgov.gov'],
    ['bedrock-runtime', 'eu-isoe-west-1', 'https://bedrock-runtime.eu-isoe-west-1.cloud.adc-e.uk'],
    ['bedrock-runtime', 'us-isof-south-1', 'https://bedrock-runtime.us-isof-south-1.csp.hci.ic.gov'],
    ['bedrock-runtime', 'eusc-de-east-1', 'https://bedrock-runtime.eusc-de-east-1.amazonaws.eu'],
    ['bedrock-runtime', 'ap-newplace-9', 'https://bedrock-runtime.ap-newplace-9.amazonaws.com'],
    ['s3', 'us-west-2', 'https://s3.us-west-2.amazonaws.com'],
    ['s3', 'cn-north-1', 'https://s3.cn-north-1.amazonaws.com.cn'],
    ['sts', 'eu-west-1', 'https://sts.eu-west-1.amazonaws.com'],
    ['monitoring', 'cn-north-1', 'https://monitoring.cn-north-1.amazonaws.com.cn'],
  ] as const)('finds %s in %s', (name, region, expected) => {
    expect(publicEndpoint(name, region, {})).toBe(expected);
  });

  it.each([
    ['bedrock-runtime', 'us-east-1', true, false, 'https://bedrock-runtime-fips.us-east-1.amazonaws.com'],
    ['bedrock-runtime', 'us-east-1', false, true, 'https://bedrock-runtime.us-east-1.api.aws'],
    ['bedrock-runtime', 'us-east-1', true, true, 'https://bedrock-runtime-fips.us-east-1.api.aws'],
    ['bedrock', 'us-gov-west-1', true, false, 'https://bedrock-fips.us-gov-west-1.amazonaws.com'],
    [
      'bedrock-agent-runtime',
      'ca-central-1',
      true,
      false,
      'https://bedrock-agent-runtime-fips.ca-central-1.amazonaws.com',
    ],
    ['bedrock-mantle', 'us-east-1', false, true, 'https://bedrock-mantle.us-east-1.api.aws'],
    ['s3', 'us-east-1', true, false, 'https://s3-fips.us-east-1.amazonaws.com'],
    ['s3', 'us-east-1', false, true, 'https://s3.dualstack.us-east-1.amazonaws.com'],
    ['s3', 'us-east-1', true, true, 'https://s3-fips.dualstack.us-east-1.amazonaws.com'],
    ['sts', 'us-east-1', true, false, 'https://sts-fips.us-east-1.amazonaws.com'],
    ['sts', 'us-gov-west-1', true, false, 'https://sts.us-gov-west-1.amazonaws.com'],
    ['sts', 'us-gov-west-1', true, true, 'https://sts-fips.us-gov-west-1.api.aws'],
    ['sts', 'us-east-1', false, true, 'https://sts.us-east-1.api.aws'],
    ['monitoring', 'us-east-1', true, false, 'https://monitoring-fips.us-east-1.amazonaws.com'],
    ['monitoring', 'us-gov-west-1', true, false, 'https://monitoring.us-gov-west-1.amazonaws.com'],
    ['monitoring', 'us-gov-west-1', true, true, 'https://monitoring-fips.us-gov-west-1.api.aws'],
  ] as const)(
    'finds %s in %s with FIPS %s and dual stack %s',
    (name, region, useFipsEndpoint, useDualstackEndpoint, expected) => {
      expect(publicEndpoint(name, region, { useFipsEndpoint, useDualstackEndpoint })).toBe(expected);
    },
  );

  it('says that there is none where AWS has none', () => {
    const error = errorOf(() => publicEndpoint('bedrock-mantle', 'us-east-1', { useFipsEndpoint: true }));
    expect(InvalidArgumentError.isInstance(error)).toBe(true);
    expect(error.message).toMatch(/useFipsEndpoint.*bedrock-mantle/);
  });

  it.each([
    ['AWS_USE_FIPS_ENDPOINT', 'true', 'https://bedrock-runtime-fips.us-east-1.amazonaws.com'],
    ['AWS_USE_FIPS_ENDPOINT', 'TRUE', 'https://bedrock-runtime-fips.us-east-1.amazonaws.com'],
    ['AWS_USE_FIPS_ENDPOINT', 'false', 'https://bedrock-runtime.us-east-1.amazonaws.com'],
    ['AWS_USE_FIPS_ENDPOINT', ' ', 'https://bedrock-runtime.us-east-1.amazonaws.com'],
    ['AWS_USE_DUALSTACK_ENDPOINT', 'true', 'https://bedrock-runtime.us-east-1.api.aws'],
  ])('is told by the environment: %s=%s', (variable, value, expected) => {
    vi.stubEnv(variable, value);
    expect(publicEndpoint(service, 'us-east-1', {})).toBe(expected);
  });

  it.each([
    ['AWS_USE_FIPS_ENDPOINT', { useFipsEndpoint: false }],
    ['AWS_USE_DUALSTACK_ENDPOINT', { useDualstackEndpoint: false }],
  ])('lets the setting win over %s', (variable, settings) => {
    vi.stubEnv(variable, 'true');
    expect(publicEndpoint(service, 'us-east-1', settings)).toBe(
      'https://bedrock-runtime.us-east-1.amazonaws.com',
    );
  });

  it.each(['AWS_USE_FIPS_ENDPOINT', 'AWS_USE_DUALSTACK_ENDPOINT'])(
    'does not take a typing error in %s for false',
    variable => {
      vi.stubEnv(variable, 'ture');
      const error = errorOf(() => publicEndpoint(service, 'us-east-1', {}));
      expect(LoadSettingError.isInstance(error)).toBe(true);
      expect(error.message).toContain(variable);
    },
  );

  it('refuses a setting that is no boolean', () => {
    const settings = { useFipsEndpoint: 'false' as never };
    expect(errorOf(() => publicEndpoint(service, 'us-east-1', settings)).message).toContain(
      'useFipsEndpoint must be true or false',
    );
  });
});

describe('configuredEndpoint', () => {
  it.each([
    ['https://gateway.example.com', 'https://gateway.example.com'],
    ['https://gateway.example.com/', 'https://gateway.example.com'],
    ['https://gateway.example.com/bedrock//', 'https://gateway.example.com/bedrock'],
    ['http://127.0.0.1:4010', 'http://127.0.0.1:4010'],
  ])('takes the base URL %s as %s', (baseURL, expected) => {
    expect(configuredEndpoint(service, { baseURL })).toBe(expected);
  });

  it('is undefined where nothing is configured', () => {
    expect(configuredEndpoint(service, {})).toBeUndefined();
  });

  it.each([
    ['bedrock-runtime', 'runtime'],
    ['bedrock-agent-runtime', 'agentRuntime'],
    ['bedrock', 'control'],
    ['bedrock-mantle', 'mantle'],
    ['s3', 's3'],
    ['sts', 'sts'],
  ] as const)('takes the URL of %s from endpoints.%s before the base URL', (name, setting) => {
    const settings = {
      baseURL: 'https://all.example.com',
      endpoints: { [setting]: 'https://one.example.com' },
    };
    expect(configuredEndpoint(name, settings)).toBe('https://one.example.com');
    const others = (
      ['bedrock-runtime', 'bedrock-agent-runtime', 'bedrock', 'bedrock-mantle'] as const
    ).filter(other => other !== name);
    for (const other of others) {
      expect(configuredEndpoint(other, settings)).toBe('https://all.example.com');
    }
  });

  it.each(['s3', 'sts'] as const)('does not send %s to the base URL, which is one of Bedrock', name => {
    expect(configuredEndpoint(name, { baseURL: 'https://gateway.example.com' })).toBeUndefined();
  });

  it('names the services when endpoints has one that there is not', () => {
    const endpoints = { agent: 'https://one.example.com' } as never;
    const error = errorOf(() => configuredEndpoint(service, { endpoints }));
    expect(InvalidArgumentError.isInstance(error)).toBe(true);
    expect(error.message).toMatch(
      /"agent".*runtime, agentRuntime, control, mantle, serviceQuotas, cloudWatch, s3, sts/,
    );
  });

  const wrong = [
    ['', 'absolute'],
    ['localhost:4010', 'absolute'],
    ['gateway.example.com', 'absolute'],
    ['ftp://gateway.example.com', 'absolute'],
    ['https://user:hidden-secret@gateway.example.com', 'user name'],
    ['https://gateway.example.com/?key=hidden-secret', 'query'],
    ['https://gateway.example.com/#hidden-secret', 'fragment'],
  ] as const;

  it.each(wrong)('refuses the base URL %j without repeating it', (baseURL, rule) => {
    const error = errorOf(() => configuredEndpoint(service, { baseURL }));
    expect(InvalidArgumentError.isInstance(error)).toBe(true);
    expect(error).toMatchObject({ argument: 'baseURL', message: expect.stringContaining(rule) });
    expect(String(error)).not.toContain('hidden-secret');
  });

  it.each(wrong)('refuses the URL %j of a service without repeating it', (runtime, rule) => {
    for (const check of [configuredEndpoint.bind(null, service), checkEndpointSettings]) {
      const error = errorOf(() => check({ endpoints: { runtime } }));
      expect(error).toMatchObject({ argument: 'endpoints.runtime', message: expect.stringContaining(rule) });
      expect(String(error)).not.toContain('hidden-secret');
    }
  });

  it.each([
    ['useFipsEndpoint', { useFipsEndpoint: true }],
    ['useDualstackEndpoint', { useDualstackEndpoint: true }],
  ])('excludes %s, as AWS does', (option, settings) => {
    const error = errorOf(() => configuredEndpoint(service, { baseURL: 'http://127.0.0.1:1', ...settings }));
    expect(InvalidArgumentError.isInstance(error)).toBe(true);
    expect(error).toMatchObject({ argument: option, message: expect.stringContaining('baseURL') });
  });
});

describe('configuredEndpoint with the variables of the AWS SDKs', () => {
  it('takes the one of the service before the one of all services', () => {
    vi.stubEnv('AWS_ENDPOINT_URL', 'http://127.0.0.1:1');
    vi.stubEnv('AWS_ENDPOINT_URL_BEDROCK_RUNTIME', 'http://127.0.0.1:2/');
    expect(configuredEndpoint(service, {})).toBe('http://127.0.0.1:2');
    expect(configuredEndpoint('bedrock', {})).toBe('http://127.0.0.1:1');
  });

  it('lets the settings win', () => {
    vi.stubEnv('AWS_ENDPOINT_URL_BEDROCK_RUNTIME', 'http://127.0.0.1:1');
    expect(configuredEndpoint(service, { baseURL: 'http://127.0.0.1:2' })).toBe('http://127.0.0.1:2');
    const endpoints = { runtime: 'http://127.0.0.1:3' };
    expect(configuredEndpoint(service, { endpoints })).toBe('http://127.0.0.1:3');
  });

  it('names the variable when its value is no URL', () => {
    vi.stubEnv('AWS_ENDPOINT_URL_BEDROCK_RUNTIME', 'localhost');
    expect(() => configuredEndpoint(service, {})).toThrow('AWS_ENDPOINT_URL_BEDROCK_RUNTIME');
  });

  it('are passed over with AWS_IGNORE_CONFIGURED_ENDPOINT_URLS, unlike settings', () => {
    vi.stubEnv('AWS_ENDPOINT_URL', 'http://127.0.0.1:1');
    vi.stubEnv('AWS_ENDPOINT_URL_BEDROCK_RUNTIME', 'http://127.0.0.1:2');
    vi.stubEnv('AWS_IGNORE_CONFIGURED_ENDPOINT_URLS', 'true');
    expect(configuredEndpoint(service, {})).toBeUndefined();
    expect(configuredEndpoint(service, { baseURL: 'http://127.0.0.1:3' })).toBe('http://127.0.0.1:3');
  });

  it('exclude FIPS, too', () => {
    vi.stubEnv('AWS_ENDPOINT_URL', 'http://127.0.0.1:1');
    vi.stubEnv('AWS_USE_FIPS_ENDPOINT', 'true');
    expect(() => configuredEndpoint(service, {})).toThrow(/AWS_ENDPOINT_URL and FIPS/);
    expect(configuredEndpoint(service, { useFipsEndpoint: false })).toBe('http://127.0.0.1:1');
  });
});

describe('partitionOf', () => {
  it.each([
    ['us-east-1', 'aws'],
    ['us-gov-east-1', 'aws-us-gov'],
    ['cn-northwest-1', 'aws-cn'],
    ['us-iso-west-1', 'aws-iso'],
    ['us-isob-east-1', 'aws-iso-b'],
  ])('puts %s into %s', (region, name) => {
    expect(partitionOf(region).name).toBe(name);
  });
});

describe('a service', () => {
  it.each([
    ['bedrock', 'bedrock', true],
    ['bedrock-runtime', 'bedrock', true],
    ['bedrock-agent-runtime', 'bedrock', false],
    ['bedrock-mantle', 'bedrock-mantle', true],
    ['s3', 's3', false],
    ['sts', 'sts', false],
  ] as const)('%s is signed for as %s and takes API keys: %s', (name, expected, apiKeys) => {
    expect(signingName(name)).toBe(expected);
    expect(acceptsApiKeys(name)).toBe(apiKeys);
  });
});
