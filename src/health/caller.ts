import { BedrockError } from '../errors.ts';
import type { BedrockProvider } from '../provider.ts';
import { isAwsHost } from '../settings/endpoints.ts';
import type { Place } from './endpoint.ts';
import { failed, skipped, tellsNothing } from './failed.ts';
import type { Who } from './identity.ts';
import type { CallerCheck } from './report.ts';
import type { RunCheck } from './time-limit.ts';

export async function checkCaller(
  bedrock: BedrockProvider,
  run: RunCheck,
  { who: { facts }, place: { region, facts: probe } }: { who: Who; place: Place },
): Promise<CallerCheck> {
  if (facts === undefined) return skipped('There is no identity.');
  if (facts.kind === 'api-key') {
    return { status: 'unknown', message: 'AWS does not say whose an API key is: STS takes none' };
  }
  if (region.status !== 'ok') return skipped('It is not known in which Region to ask.');
  try {
    const { account, arn } = await run(abortSignal => bedrock.getCallerIdentity({ abortSignal }));
    return { status: 'ok', message: `${arn} (account ${account})`, account, arn };
  } catch (error) {
    const check = failed(error);
    if (tellsNothing(error)) {
      return {
        ...check,
        status: 'unknown',
        message: `STS was not reached: ${check.message}`,
        advice: undefined,
      };
    }
    // Keys for a gateway or a local server of the user's own are none that AWS knows.
    const isElsewhere = probe !== undefined && !isAwsHost(new URL(probe.url).hostname);
    if (BedrockError.isInstance(error) && isElsewhere && isAwsHost(new URL(error.url).hostname)) {
      return {
        status: 'unknown',
        message: `AWS does not know the keys, which are for ${new URL(probe.url).host}`,
        code: error.code,
      };
    }
    return check;
  }
}
