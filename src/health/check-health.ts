import { InvalidArgumentError } from '@ai-sdk/provider';
import type { BedrockProvider } from '../provider.ts';
import { checkCaller } from './caller.ts';
import { checkEndpoint, type Place } from './endpoint.ts';
import { checkIdentity, type Who, withKeyRegion } from './identity.ts';
import { checkModels } from './models.ts';
import type { HealthCheck, HealthReport } from './report.ts';
import { timeLimit } from './time-limit.ts';

export interface CheckHealthOptions {
  /**
   * Model ids, profile ids or ARNs whose access is checked. That costs nothing.
   * @default []
   */
  readonly models?: readonly string[] | undefined;

  /**
   * Whether each of the models is called, too: one token of a chat model, one word to be embedded. That is billed, so
   * leave it out of what a load balancer asks every few seconds. Models of other kinds are never called.
   * @default false
   */
  readonly callModels?: boolean | undefined;

  /**
   * Milliseconds that each check may take.
   * @default 10_000
   */
  readonly timeoutMs?: number | undefined;

  /** Ends it; the promise rejects with its reason. */
  readonly abortSignal?: AbortSignal | undefined;
}

/**
 * Checks all that calls need: Region, identity and its end, who AWS takes it for, the endpoint, the clock, and models.
 * One failure does not keep the other checks from being made, where they can. What is found is in the report and never
 * thrown.
 *
 * @throws InvalidArgumentError for options that make no sense, and the reason of `abortSignal`
 * @example
 * const { ok, ...report } = await checkHealth(bedrock, { models: ['us.amazon.nova-lite-v1:0'] });
 * return Response.json(report, { status: ok ? 200 : 503 });
 */
export async function checkHealth(
  bedrock: BedrockProvider,
  options: CheckHealthOptions = {},
): Promise<HealthReport> {
  const { models = [], callModels = false, timeoutMs = 10_000, abortSignal } = checkOptions(options);
  const startedAt = Date.now();
  const run = timeLimit(timeoutMs, abortSignal);
  abortSignal?.throwIfAborted();
  const [who, place] = await Promise.all([
    checkIdentity(bedrock, run),
    checkEndpoint(bedrock, { timeoutMs, abortSignal }),
  ]);
  const { region, endpoint, clock } = place;
  const [caller, checkedModels] = await Promise.all([
    checkCaller(bedrock, run, { who, place }),
    checkModels(bedrock, run, { models, callModels, timeoutMs, obstacles: obstaclesOf(who, place) }),
  ]);
  abortSignal?.throwIfAborted();
  const checks = {
    region,
    identity: withKeyRegion(who, region.region),
    expiry: who.expiry,
    caller,
    endpoint,
    clock,
  };
  const all: HealthCheck[] = [
    ...Object.values(checks),
    ...checkedModels.flatMap(({ access, call }) => [access, call]),
  ];
  return {
    ok: all.every(({ status }) => status !== 'failed'),
    checkedAt: new Date(startedAt).toISOString(),
    durationMs: Date.now() - startedAt,
    ...checks,
    models: checkedModels,
  };
}

/** Why nothing can be asked of AWS, and why no model can be called. */
function obstaclesOf({ facts }: Who, { region, endpoint, facts: probe }: Place) {
  const ofAll =
    facts === undefined
      ? 'There is no identity to ask with.'
      : region.status === 'failed'
        ? 'It is not known in which Region.'
        : probe === undefined
          ? 'It is not known at which endpoint.'
          : undefined;
  const ofCalls =
    endpoint.status === 'failed' ? 'The endpoint cannot be reached, or is not well.' : undefined;
  return { ofAll, ofCalls: ofAll ?? ofCalls };
}

const OPTIONS: ReadonlySet<string> = new Set(['models', 'callModels', 'timeoutMs', 'abortSignal']);

function checkOptions(options: CheckHealthOptions): CheckHealthOptions {
  const { models, callModels, timeoutMs } = options;
  const invalid = (argument: string, message: string) =>
    new InvalidArgumentError({ argument, message: `checkHealth: ${argument} ${message}.` });
  const unknown = Object.keys(options).find(name => !OPTIONS.has(name));
  if (unknown !== undefined) {
    throw invalid(unknown, `is no option; there are ${[...OPTIONS].join(', ')}`);
  }
  if (models != null && !(Array.isArray(models) && models.every(id => typeof id === 'string' && id !== ''))) {
    throw invalid('models', `must be a list of model ids, not ${JSON.stringify(models)}`);
  }
  if (callModels != null && typeof callModels !== 'boolean') {
    throw invalid('callModels', `must be true or false, not ${JSON.stringify(callModels)}`);
  }
  // Timers of more than 31 bits fire at once.
  if (timeoutMs != null && !(Number.isFinite(timeoutMs) && timeoutMs > 0 && timeoutMs < 2 ** 31)) {
    throw invalid(
      'timeoutMs',
      `must be milliseconds, from 1 to ${2 ** 31 - 1}, not ${JSON.stringify(timeoutMs)}`,
    );
  }
  return options;
}
