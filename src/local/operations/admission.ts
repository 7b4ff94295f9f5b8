/** What stands between a good request and its answer: episodes without capacity, the quota, faults. */

import { AwsError } from '../aws-error.ts';
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
  { episodes, quotas, faults }: Backend,
  need: () => Need,
  isStream: boolean,
): Promise<StreamFault | undefined> {
  if (episodes.refuses(modelId)) {
    quotas.countUnavailable(modelId);
    throw new AwsError('ServiceUnavailableException', 'Bedrock is unable to process your request.');
  }
  charge.open(quotas.accountOf(modelId), need, signal);
  const strike = faults.strike(modelId, isStream);
  if (strike === undefined) return undefined;
  if (strike.stallReplyMs !== undefined) await sleep(strike.stallReplyMs, signal);
  if (strike.error !== undefined) throw toAwsError(strike.error);
  return strike.fault;
}

export function toAwsError({ name, message, status, headers }: LocalFailure['error']): AwsError {
  return new AwsError(name, message ?? 'The local Bedrock was told to fail.', { status, headers });
}
