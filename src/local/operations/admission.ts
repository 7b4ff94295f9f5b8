/** What stands between a good request and its answer: episodes without capacity, the quota, faults. */

import { AwsError } from '../aws-error.ts';
import { defaultBurndown } from '../quotas/burndown.ts';
import type { Need } from '../quotas/charge.ts';
import type { StreamFault } from '../reply/faults.ts';
import type { LocalFailure } from '../reply/reply.ts';
import { sleep } from '../reply/sleep.ts';
import type { Backend, Call } from './operation.ts';

/**
 * @param need what it is going to use; asked for only where there is a quota
 * @returns how its stream is to be spoiled
 * @throws AwsError when it is not let in, or is to fail
 */
export async function admit(
  { charge, modelId, signal }: Call,
  { episodes, quotas, faults, metrics }: Backend,
  need: () => Need,
  isStream: boolean,
): Promise<StreamFault | undefined> {
  const metricsOfModel = metrics.of(modelId);
  if (episodes.refuses(modelId)) {
    quotas.countUnavailable(modelId);
    metricsOfModel.add('InvocationServerErrors', 1);
    throw new AwsError('ServiceUnavailableException', 'Bedrock is unable to process your request.');
  }
  const account = quotas.accountOf(modelId);
  const burndown = account?.burndown ?? defaultBurndown(modelId);
  try {
    charge.open({ account, metrics: metricsOfModel, burndown }, need, signal);
  } catch (error) {
    metricsOfModel.add('InvocationThrottles', 1);
    throw error;
  }
  const strike = faults.strike(modelId, isStream);
  if (strike === undefined) return undefined;
  if (strike.stallReplyMs !== undefined) await sleep(strike.stallReplyMs, signal);
  if (strike.error !== undefined) throw toAwsError(strike.error);
  return strike.fault;
}

export function toAwsError({ name, message, status, headers }: LocalFailure['error']): AwsError {
  return new AwsError(name, message ?? 'The local Bedrock was told to fail.', { status, headers });
}
