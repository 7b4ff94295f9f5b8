/** `createBedrock.fromEnv()`: the variables of this package as defaults of settings. */
import { LoadSettingError } from '@ai-sdk/provider';
import { generateText } from 'ai';
import { type BedrockProviderSettings, createBedrock } from 'bedrock-ai-provider';
import { createLocalBedrock, type LocalFaultRule } from 'bedrock-ai-provider/local';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { readEnvironmentSettings, withEnvironment } from '../../src/settings/environment.ts';
import { stubAwsEnvironment } from '../auth/environment.ts';
import { errorOf } from '../support/replies.ts';

const VARIABLES = [
  'BEDROCK_DEFAULT_MODEL',
  'BEDROCK_ALIASES',
  'BEDROCK_LOG_LEVEL',
  'BEDROCK_MAX_RETRIES',
  'BEDROCK_TIMEOUT_MS',
];

beforeEach(() => {
  stubAwsEnvironment();
  for (const name of VARIABLES) vi.stubEnv(name, undefined);
});
afterEach(() => vi.unstubAllEnvs());

function open(settings: BedrockProviderSettings = {}, faults: readonly LocalFaultRule[] = []) {
  const local = createLocalBedrock({ respond: () => 'Yes.', faults });
  return { local, bedrock: createBedrock.fromEnv({ ...local.settings, ...settings }) };
}

const ask = (bedrock: ReturnType<typeof open>['bedrock'], model = 'amazon.nova-lite-v1:0') =>
  generateText({ model: bedrock(model), prompt: 'Hello' });

/** Fails with what may pass, and needs no pause before another try. */
const failing: LocalFaultRule = { error: { name: 'InternalServerException' } };

function thrownBy(run: () => unknown): Error {
  try {
    run();
  } catch (error) {
    return error as Error;
  }
  throw new Error('Nothing was thrown.');
}

describe('without variables', () => {
  it('is createBedrock with the built-in aliases', async () => {
    expect(withEnvironment({ region: 'eu-west-1' })).toEqual({ region: 'eu-west-1', aliases: {} });
    const { local, bedrock } = open();
    await ask(bedrock, 'nova-pro');
    expect(local.requests).toMatchObject([{ modelId: 'us.amazon.nova-pro-v1:0' }]);
  });

  it('takes a variable that is blank for one that is not set', () => {
    for (const name of VARIABLES) vi.stubEnv(name, ' ');
    expect(readEnvironmentSettings()).toEqual({ aliases: {} });
  });
});

describe('a provider that was not asked to', () => {
  it('reads none of the variables', async () => {
    for (const name of VARIABLES) vi.stubEnv(name, 'wrong');
    const local = createLocalBedrock({ respond: () => 'Yes.' });
    const { text } = await ask(createBedrock(local.settings));
    expect(text).toBe('Yes.');
  });
});

describe('the variables', () => {
  it('are read when fromEnv is called', async () => {
    vi.stubEnv('BEDROCK_DEFAULT_MODEL', 'nova-lite');
    const { local, bedrock } = open();
    vi.stubEnv('BEDROCK_DEFAULT_MODEL', 'nova-pro');
    await ask(bedrock, 'default');
    expect(local.requests).toMatchObject([{ modelId: 'us.amazon.nova-2-lite-v1:0' }]);
  });

  it.each([
    ['BEDROCK_LOG_LEVEL', 'verbose', 'expected one of silent, error, info, debug, got "verbose".'],
    ['BEDROCK_MAX_RETRIES', '-1', 'expected a whole number, 0 for none, got "-1".'],
    ['BEDROCK_MAX_RETRIES', '2.5', 'expected a whole number, 0 for none, got "2.5".'],
    [
      'BEDROCK_MAX_RETRIES',
      '1'.repeat(99),
      'expected a whole number, 0 for none, got a value of 99 characters.',
    ],
    ['BEDROCK_TIMEOUT_MS', '30s', 'expected a whole number, 0 for no limit, got "30s".'],
    [
      'BEDROCK_ALIASES',
      'fast',
      'expected name=model with commas between, e.g. fast=nova-lite,smart=claude-opus, got "fast".',
    ],
    [
      'BEDROCK_ALIASES',
      'a=b=c',
      'expected name=model with commas between, e.g. fast=nova-lite,smart=claude-opus, got "a=b=c".',
    ],
  ])('%s=%s is refused at once', (variable, value, problem) => {
    vi.stubEnv(variable, value);
    const error = thrownBy(() => createBedrock.fromEnv());
    expect(LoadSettingError.isInstance(error)).toBe(true);
    expect(error.message).toBe(`The environment variable ${variable}: ${problem}`);
  });
});

describe('BEDROCK_DEFAULT_MODEL', () => {
  it('is the model named default', async () => {
    vi.stubEnv('BEDROCK_DEFAULT_MODEL', ' eu.amazon.nova-lite-v1:0 ');
    const { local, bedrock } = open();
    await ask(bedrock, 'default');
    expect(local.requests).toMatchObject([{ modelId: 'eu.amazon.nova-lite-v1:0' }]);
  });

  it('gives way to the setting', () => {
    vi.stubEnv('BEDROCK_DEFAULT_MODEL', 'nova-pro');
    const { bedrock } = open({ aliases: { default: 'amazon.nova-micro-v1:0' } });
    expect(bedrock('default').modelId).toBe('amazon.nova-micro-v1:0');
  });

  it('is missed by name', () => {
    const error = thrownBy(() => open().bedrock('default'));
    expect(error.message).toContain('BEDROCK_DEFAULT_MODEL');
  });
});

describe('BEDROCK_ALIASES', () => {
  it('has names with commas or blanks between, which may stand for others', () => {
    vi.stubEnv('BEDROCK_ALIASES', 'fast=amazon.nova-micro-v1:0, smart=claude-opus\n');
    const { bedrock } = open();
    expect([bedrock('fast').modelId, bedrock('smart').modelId]).toEqual([
      'amazon.nova-micro-v1:0',
      'claude-opus',
    ]);
  });

  it('stays beside the names of the setting, which win', () => {
    vi.stubEnv('BEDROCK_ALIASES', 'fast=amazon.nova-micro-v1:0,smart=amazon.nova-pro-v1:0');
    const { bedrock } = open({ aliases: { smart: 'eu.amazon.nova-pro-v1:0' } });
    expect([bedrock('fast').modelId, bedrock('smart').modelId]).toEqual([
      'amazon.nova-micro-v1:0',
      'eu.amazon.nova-pro-v1:0',
    ]);
  });

  it('is off where the setting says so', () => {
    vi.stubEnv('BEDROCK_ALIASES', 'fast=amazon.nova-micro-v1:0');
    expect(open({ aliases: false }).bedrock('fast').modelId).toBe('fast');
  });
});

describe('BEDROCK_MAX_RETRIES', () => {
  it.each([
    ['0', 1],
    ['1', 2],
  ])('%s sends a call that fails %i times at most, whatever the AI SDK would add', async (value, times) => {
    vi.stubEnv('BEDROCK_MAX_RETRIES', value);
    // No pauses worth waiting for.
    vi.spyOn(Math, 'random').mockReturnValue(0);
    const { local, bedrock } = open({}, [failing]);
    expect(await errorOf(ask(bedrock))).toMatchObject({
      code: 'InternalServerException',
      isRetryable: false,
    });
    expect(local.requests).toHaveLength(times);
    vi.restoreAllMocks();
  });

  it.each<[string, BedrockProviderSettings['traffic']]>([
    ['retries', { retry: false }],
    ['no control of traffic', 'off'],
  ])('gives way to a setting of %s', async (_, traffic) => {
    vi.stubEnv('BEDROCK_MAX_RETRIES', '5');
    const { local, bedrock } = open({ traffic }, [failing]);
    const call = generateText({ model: bedrock('amazon.nova-lite-v1:0'), prompt: 'Hello', maxRetries: 0 });
    expect(await errorOf(call)).toMatchObject({ code: 'InternalServerException', isRetryable: true });
    expect(local.requests).toHaveLength(1);
  });

  it('leaves the other settings of traffic as they are', () => {
    vi.stubEnv('BEDROCK_MAX_RETRIES', '4');
    expect(withEnvironment({ traffic: { maxConcurrency: 3 } }).traffic).toEqual({
      maxConcurrency: 3,
      retry: { maxAttempts: 5 },
    });
  });
});

describe('BEDROCK_TIMEOUT_MS', () => {
  const stalled: LocalFaultRule = { stallReplyMs: 60_000 };

  it('ends a call to a Bedrock that does not answer', async () => {
    vi.stubEnv('BEDROCK_TIMEOUT_MS', '30');
    const { local, bedrock } = open({}, [stalled]);
    expect(await errorOf(ask(bedrock))).toMatchObject({ code: 'CallTimeout', isRetryable: false });
    expect(local.requests).toHaveLength(1);
  });

  it('gives way to the setting', async () => {
    vi.stubEnv('BEDROCK_TIMEOUT_MS', '60000');
    const { bedrock } = open({ timeoutMs: 30 }, [stalled]);
    expect(await errorOf(ask(bedrock))).toMatchObject({ message: expect.stringContaining('30 ms') });
  });
});

describe('BEDROCK_LOG_LEVEL', () => {
  const lines: string[] = [];
  const write = (line: string) => void lines.push(line);
  beforeEach(() => {
    lines.length = 0;
  });

  it.each(['info', 'INFO'])('%s logs a line for each call', async level => {
    vi.stubEnv('BEDROCK_LOG_LEVEL', level);
    await ask(open({ log: { write } }).bedrock);
    expect(lines).toEqual([expect.stringContaining(' bedrock info call kind=chat ')]);
  });

  it('gives way to the level of the setting', async () => {
    vi.stubEnv('BEDROCK_LOG_LEVEL', 'debug');
    await ask(open({ log: { level: 'silent', write } }).bedrock);
    expect(lines).toEqual([]);
    expect(withEnvironment({ log: 'error' }).log).toBe('error');
  });
});
