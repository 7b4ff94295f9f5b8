/**
 * Routes that set and read the server from another process, in JSON. They ask for the same keys as Bedrock's
 * own routes, because they tell what callers sent, and are not in the request log.
 */
import { InvalidArgumentError, type JSONValue } from '@ai-sdk/provider';
import { validationError } from './aws-error.ts';
import { checkMembers, type Member, required } from './check-options.ts';
import type { Episodes, LocalEpisodes } from './faults/episodes.ts';
import type { FaultRules, LocalFaultRule } from './faults/fault-rules.ts';
import type { LocalQuotas } from './quotas/quota.ts';
import type { Quotas } from './quotas/quotas.ts';
import type { RequestLog } from './request-log.ts';

export interface ControlRoute {
  readonly method: 'GET' | 'PUT' | 'POST';
  readonly path: string;
  /**
   * @param body null when there is none
   * @returns what is answered, in JSON
   * @throws AwsError for a body that makes no sense
   */
  handle(body: JSONValue): unknown;
}

/** The parts of a server that can be set and read. */
export interface Controlled {
  readonly quotas: Quotas;
  readonly faults: FaultRules;
  readonly episodes: Episodes;
  readonly log: RequestLog;
  reset(): void;
}

export function controlRoutes({ quotas, faults, episodes, log, reset }: Controlled): readonly ControlRoute[] {
  const settings = (name: string, read: () => unknown, write: (body: JSONValue) => void): ControlRoute[] => [
    { method: 'GET', path: `/_local/${name}`, handle: read },
    {
      method: 'PUT',
      path: `/_local/${name}`,
      handle: body => {
        checked(() => write(body));
        return read();
      },
    },
  ];
  return [
    ...settings(
      'quotas',
      () => quotas.settings ?? null,
      // Checked by what takes it, as an option is.
      body => quotas.set(body as LocalQuotas | null),
    ),
    ...settings(
      'faults',
      () => faults.settings,
      body => setFaults(faults, body),
    ),
    ...settings(
      'unavailable',
      () => episodes.settings,
      body => episodes.set(body as LocalEpisodes | null),
    ),
    { method: 'GET', path: '/_local/counters', handle: () => quotas.counters() },
    { method: 'GET', path: '/_local/requests', handle: () => log.entries },
    {
      method: 'POST',
      path: '/_local/reset',
      handle: () => {
        reset();
        return {};
      },
    },
  ];
}

const anything: Member = { what: 'anything', allows: () => true };

/** `{ faults, seed? }`; the parts are checked by what takes them. */
function setFaults(faults: FaultRules, body: JSONValue): void {
  checkMembers('faults', body, { faults: required(anything), seed: anything });
  faults.set(body['faults'] as readonly LocalFaultRule[], body['seed'] as number | undefined);
}

function checked(set: () => void): void {
  try {
    set();
  } catch (error) {
    throw InvalidArgumentError.isInstance(error) ? validationError(error.message) : error;
  }
}
