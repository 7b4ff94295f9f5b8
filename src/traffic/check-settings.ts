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
  positive('traffic.maxConcurrency', settings.maxConcurrency, 1);
  positive('traffic.maxQueue', settings.maxQueue, 0);
  positive('traffic.queueTimeoutMs', settings.queueTimeoutMs, 0);
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
  if (typeof quota !== 'object' || quota === null) throw invalid(name, `expected ${expected}`, quota);
  if (isQuota(quota)) return checkQuota(name, quota);
  for (const [pattern, ofModel] of Object.entries(quota)) {
    checkQuota(`${name}[${JSON.stringify(pattern)}]`, ofModel);
  }
}

function checkQuota(name: string, quota: unknown): void {
  const figures: TrafficQuota = object(name, quota, QUOTA_MEMBERS, 'an object with figures');
  for (const member of QUOTA_MEMBERS) positive(`${name}.${member}`, figures[member], Number.MIN_VALUE);
}

function checkSwitch(name: string, setting: unknown, members: Readonly<Record<string, number>>): void {
  if (setting === undefined || typeof setting === 'boolean') return;
  const options = object(name, setting, Object.keys(members), 'true, false or an object');
  for (const [member, least] of Object.entries(members))
    positive(`${name}.${member}`, options[member], least);
}

function object(
  name: string,
  value: unknown,
  members: readonly string[],
  expected: string,
): Record<string, unknown> {
  if (typeof value !== 'object' || value === null) throw invalid(name, `expected ${expected}`, value);
  const unknown = Object.keys(value).find(key => !members.includes(key));
  if (unknown === undefined) return value as Record<string, unknown>;
  throw new InvalidArgumentError({
    argument: `${name}.${unknown}`,
    message: `${name}.${unknown}: there is no such setting; expected one of ${members.join(', ')}.`,
  });
}

function positive(name: string, value: unknown, least: number): void {
  if (value === undefined || (typeof value === 'number' && value >= least)) return;
  const range = least === Number.MIN_VALUE ? 'a number above 0' : `a number from ${least} on`;
  throw invalid(name, `expected ${range}`, value);
}

function invalid(argument: string, problem: string, value: unknown): InvalidArgumentError {
  const got = typeof value === 'string' || typeof value === 'number' ? JSON.stringify(value) : typeof value;
  return new InvalidArgumentError({ argument, message: `${argument}: ${problem}, got ${got}.` });
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
  positive(`${place}.queueTimeoutMs`, queueTimeoutMs, 0);
  return { priority: priority as Priority, queueTimeoutMs: queueTimeoutMs as number | undefined };
}
