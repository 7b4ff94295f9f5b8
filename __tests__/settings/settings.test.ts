import { LoadSettingError } from '@ai-sdk/provider';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { readEnvironment, resolveRegion } from '../../src/settings/settings.ts';

beforeEach(() => {
  vi.stubEnv('AWS_REGION', undefined);
  vi.stubEnv('AWS_DEFAULT_REGION', undefined);
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
});

function errorOf(run: () => unknown): Error {
  try {
    run();
  } catch (error) {
    return error as Error;
  }
  throw new Error('nothing was thrown');
}

describe('resolveRegion', () => {
  it.each<[string, { override?: string; setting?: string; region?: string; defaultRegion?: string }, string]>(
    [
      [
        'an override over everything',
        { override: 'eu-west-1', setting: 'us-east-1', region: 'us-west-2', defaultRegion: 'sa-east-1' },
        'eu-west-1',
      ],
      ['the setting over the environment', { setting: 'us-east-1', region: 'us-west-2' }, 'us-east-1'],
      [
        'AWS_REGION over AWS_DEFAULT_REGION',
        { region: 'us-west-2', defaultRegion: 'sa-east-1' },
        'us-west-2',
      ],
      ['AWS_DEFAULT_REGION at last', { defaultRegion: 'sa-east-1' }, 'sa-east-1'],
      ['what comes after a blank variable', { region: ' ', defaultRegion: 'sa-east-1' }, 'sa-east-1'],
    ],
  )('prefers %s', (_, { override, setting, region, defaultRegion }, expected) => {
    vi.stubEnv('AWS_REGION', region);
    vi.stubEnv('AWS_DEFAULT_REGION', defaultRegion);
    expect(resolveRegion({ region: setting }, override)).toBe(expected);
  });

  it('names the setting and both variables when there is no Region', () => {
    const error = errorOf(() => resolveRegion({}));
    expect(LoadSettingError.isInstance(error)).toBe(true);
    expect(error.message).toMatch(/\bregion\b.*AWS_REGION.*AWS_DEFAULT_REGION/s);
  });

  it.each([
    '',
    ' ',
    'us-east-1.evil.example',
    'us-east-1/',
    'evil.example#',
    'evil.example?',
    'user@evil',
    'us-east-1\n',
    'US-EAST-1',
    '-us',
    'a'.repeat(64),
  ])('refuses %j, which would make another host name', region => {
    const error = errorOf(() => resolveRegion({ region }));
    expect(LoadSettingError.isInstance(error)).toBe(true);
    expect(error.message).toContain('region setting');
  });

  it('names the variable whose value is wrong', () => {
    vi.stubEnv('AWS_DEFAULT_REGION', 'not a region');
    expect(errorOf(() => resolveRegion({})).message).toContain('AWS_DEFAULT_REGION');
  });

  it('names the model when its region is wrong', () => {
    expect(errorOf(() => resolveRegion({ region: 'us-east-1' }, 'x.y')).message).toContain('of the model');
  });

  it('refuses a region that is no string', () => {
    expect(LoadSettingError.isInstance(errorOf(() => resolveRegion({ region: 1 as never })))).toBe(true);
  });
});

describe('readEnvironment', () => {
  it('takes a blank variable for an unset one', () => {
    vi.stubEnv('AWS_REGION', ' \n');
    expect(readEnvironment('AWS_REGION')).toBeUndefined();
  });

  it('finds nothing where the runtime has no process', () => {
    vi.stubEnv('AWS_REGION', 'us-east-1');
    vi.stubGlobal('process', undefined);
    expect(readEnvironment('AWS_REGION')).toBeUndefined();
  });

  it('finds nothing where the process has no environment', () => {
    vi.stubGlobal('process', {});
    expect(readEnvironment('AWS_REGION')).toBeUndefined();
  });
});
