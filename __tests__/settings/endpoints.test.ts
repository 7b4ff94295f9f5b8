import { InvalidArgumentError } from '@ai-sdk/provider';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { partitionOf, resolveEndpoint, signingName } from '../../src/settings/endpoints.ts';

const service = 'bedrock-runtime';
const noRegion = () => {
  throw new Error('the region was asked for');
};

describe('resolveEndpoint', () => {
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
  ] as const)('finds %s in %s', (name, region, expected) => {
    expect(resolveEndpoint({ service: name, region: () => region })).toBe(expected);
  });

  it.each([
    ['https://gateway.example.com', 'https://gateway.example.com'],
    ['https://gateway.example.com/', 'https://gateway.example.com'],
    ['https://gateway.example.com/bedrock//', 'https://gateway.example.com/bedrock'],
    ['http://127.0.0.1:4010', 'http://127.0.0.1:4010'],
  ])('takes the base URL %s as %s and asks for no region', (baseURL, expected) => {
    expect(resolveEndpoint({ service, region: noRegion, baseURL })).toBe(expected);
  });

  it.each([
    ['', 'absolute'],
    ['localhost:4010', 'absolute'],
    ['gateway.example.com', 'absolute'],
    ['ftp://gateway.example.com', 'absolute'],
    ['https://user:hidden-secret@gateway.example.com', 'user name'],
    ['https://gateway.example.com/?key=hidden-secret', 'query'],
    ['https://gateway.example.com/#hidden-secret', 'fragment'],
  ])('refuses the base URL %j without repeating it', (baseURL, rule) => {
    let error: unknown;
    try {
      resolveEndpoint({ service, region: noRegion, baseURL });
    } catch (caught) {
      error = caught;
    }
    expect(InvalidArgumentError.isInstance(error)).toBe(true);
    expect(error).toMatchObject({ argument: 'baseURL', message: expect.stringContaining(rule) });
    expect(String(error)).not.toContain('hidden-secret');
  });
});

describe('resolveEndpoint with the variables of the AWS SDKs', () => {
  afterEach(() => vi.unstubAllEnvs());

  it('takes the one of the service before the one of all services', () => {
    vi.stubEnv('AWS_ENDPOINT_URL', 'http://127.0.0.1:1');
    vi.stubEnv('AWS_ENDPOINT_URL_BEDROCK_RUNTIME', 'http://127.0.0.1:2/');
    expect(resolveEndpoint({ service, region: noRegion })).toBe('http://127.0.0.1:2');
    expect(resolveEndpoint({ service: 'bedrock', region: noRegion })).toBe('http://127.0.0.1:1');
  });

  it('lets the base URL of the settings win', () => {
    vi.stubEnv('AWS_ENDPOINT_URL', 'http://127.0.0.1:1');
    const baseURL = 'https://gateway.example.com';
    expect(resolveEndpoint({ service, region: noRegion, baseURL })).toBe(baseURL);
  });

  it('names the variable when its value is no URL', () => {
    vi.stubEnv('AWS_ENDPOINT_URL_BEDROCK_RUNTIME', 'localhost');
    expect(() => resolveEndpoint({ service, region: noRegion })).toThrow('AWS_ENDPOINT_URL_BEDROCK_RUNTIME');
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

describe('signingName', () => {
  it.each([
    ['bedrock', 'bedrock'],
    ['bedrock-runtime', 'bedrock'],
    ['bedrock-agent-runtime', 'bedrock'],
    ['bedrock-mantle', 'bedrock-mantle'],
  ] as const)('of %s is %s', (name, expected) => {
    expect(signingName(name)).toBe(expected);
  });
});
