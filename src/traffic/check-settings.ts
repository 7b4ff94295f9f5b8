import { InvalidArgumentError, type JSONObject, type SharedV4ProviderOptions } from '@ai-sdk/provider';
import { optionsKey, ownOptions } from '../codec/provider-options.ts';
import { isQuota } from './quotas.ts';
import { type FailoverTarget, QUOTA_MEMBERS, type TrafficQuota, type TrafficSettings } from './settings.ts';
import { PRIORITIES, type Priority } from './waiting-line.ts';

const MEMBERS: readonly (keyof TrafficSettings)[] = [
  'quota',
  'maxConcurrency',
  'maxQueue',
  'queueTimeoutMs',
  'retry',
  'failover',
  'breaker',
  'share',
  'onEvent',
];

/** @throws InvalidArgumentError naming the setting and the values that it takes */
export function checkTrafficSettings(traffic: unknown): TrafficSettings | 'off' {
  if (traffic === undefined) return {};
  if (traffic === 'off') return traffic;
  const settings = object('traffic', traffic, MEMBERS, '"off" or an object') as TrafficSettings;
  checkQuotaSetting(settings.quota);
  atLeast('traffic.maxConcurrency', settings.maxConcurrency, 1);
  atLeast('traffic.maxQueue', settings.maxQueue, 0);
  atLeast('traffic.queueTimeoutMs', settings.queueTimeoutMs, 0);
  checkSwitch('traffic.retry', settings.retry, { maxAttempts: 1, baseDelayMs: 0, maxDelayMs: 0 });
  checkSwitch('traffic.breaker', settings.breaker, { failures: 1, openMs: 1 });
  checkFailover('traffic.failover', settings.failover);
  if (settings.onEvent !== undefined && typeof settings.onEvent !== 'function') {
    throw invalid('traffic.onEvent', 'expected a function', settings.onEvent);
  }
  return settings;
}

/** @throws InvalidArgumentError */
export function checkFailover(name: string, targets: readonly FailoverTarget[] | undefined): void {
  if (targets === undefined) return;
  if (!Array.isArray(targets)) throw invalid(name, 'expected an array of { region, modelId }', targets);
  for (const [index, target] of targets.entries()) {
    const place = `${name}[${index}]`;
    const { region, modelId } = object(
      place,
      target,
      ['region', 'modelId'],
      'an object with region or modelId',
    );
    if (region === undefined && modelId === undefined) {
      throw invalid(place, 'expected an object with region or modelId', target);
    }
    for (const [member, value] of Object.entries({ region, modelId })) {
      if (value !== undefined && (typeof value !== 'string' || value === '')) {
        throw invalid(`${place}.${member}`, 'expected a string that is not empty', value);
      }
    }
  }
}

function checkQuotaSetting(quota: unknown): void {
  if (quota === undefined || quota === 'adaptive' || quota === 'service-quotas') return;
  const name = 'traffic.quota';
  const expected = '"adaptive", "service-quotas", or figures';
  if (typeof quota !== 'object' || quota === null || Array.isArray(quota)) {
    throw invalid(name, `expected ${expected}`, quota);
  }
  if (isQuota(quota)) return checkQuota(name, quota);
  for (const [pattern, ofModel] of Object.entries(quota)) {
    checkQuota(`${name}[${JSON.stringify(pattern)}]`, ofModel);
  }
}

function checkQuota(name: string, quota: unknown): void {
  const figures: TrafficQuota = object(name, quota, QUOTA_MEMBERS, 'an object with figures');
  for (const member of QUOTA_MEMBERS) {
    const figure: unknown = figures[member];
    if (figure === undefined || (typeof figure === 'number' && figure > 0 && Number.isFinite(figure)))
      continue;
    throw invalid(`${name}.${member}`, 'expected a number above 0', figure);
  }
}

function checkSwitch(name: string, setting: unknown, members: Readonly<Record<string, number>>): void {
  if (setting === undefined || typeof setting === 'boolean') return;
  const options = object(name, setting, Object.keys(members), 'true, false or an object');
  for (const [member, least] of Object.entries(members)) atLeast(`${name}.${member}`, options[member], least);
}

function object(
  name: string,
  value: unknown,
  members: readonly string[],
  expected: string,
): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalid(name, `expected ${expected}`, value);
  }
  const unknown = Object.keys(value).find(key => !members.includes(key));
  if (unknown === undefined) return value as Record<string, unknown>;
  throw new InvalidArgumentError({
    argument: `${name}.${unknown}`,
    message: `${name}.${unknown}: there is no such setting; expected one of ${members.join(', ')}.`,
  });
}

function atLeast(name: string, value: unknown, least: number): void {
  if (value === undefined || (typeof value === 'number' && value >= least)) return;
  throw invalid(name, `expected a number from ${least} on`, value);
}

function invalid(argument: string, problem: string, value: unknown): InvalidArgumentError {
  return new InvalidArgumentError({ argument, message: `${argument}: ${problem}, got ${nameOf(value)}.` });
}

/** Words and numbers are shown, so that a typo is seen; what is longer could be anything. */
function nameOf(value: unknown): string {
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return `an array of ${value.length}`;
  return typeof value === 'string' && value.length <= 40
    ? JSON.stringify(value)
    : `a value of type ${typeof value}`;
}

/* ------------------------------------------------------------------ of one call */

export interface CallTrafficOptions {
  readonly priority: Priority;
  /** Undefined: as the settings say. */
  readonly queueTimeoutMs: number | undefined;
}

const NORMAL: CallTrafficOptions = { priority: 'normal', queueTimeoutMs: undefined };

/** @throws InvalidArgumentError */
export function readCallOptions(providerOptions: SharedV4ProviderOptions | undefined): CallTrafficOptions {
  const own: JSONObject | undefined = ownOptions(providerOptions);
  if (own?.['priority'] === undefined && own?.['queueTimeoutMs'] === undefined) return NORMAL;
  const place = `providerOptions.${optionsKey(providerOptions)}`;
  const { priority = 'normal', queueTimeoutMs } = own;
  if (!PRIORITIES.includes(priority as Priority)) {
    const values = PRIORITIES.map(value => JSON.stringify(value)).join(', ');
    throw invalid(`${place}.priority`, `expected one of ${values}`, priority);
  }
  atLeast(`${place}.queueTimeoutMs`, queueTimeoutMs, 0);
  return { priority: priority as Priority, queueTimeoutMs: queueTimeoutMs as number | undefined };
}
