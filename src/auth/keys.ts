import { LoadSettingError } from '@ai-sdk/provider';
import type { AwsCredentials } from '../settings/settings.ts';

/** Members as the caller, the environment or AWS gave them: of any type, whatever the declarations say. */
interface GivenKeys {
  readonly accessKeyId?: unknown;
  readonly secretAccessKey?: unknown;
  readonly sessionToken?: unknown;
  readonly expiration?: unknown;
}

/**
 * Keys that can sign.
 * @param nameOf says for errors where a member comes from, e.g. `The accessKeyId setting`
 * @throws LoadSettingError when a member is missing or malformed
 */
export function checkKeys(
  given: GivenKeys,
  nameOf: (member: keyof GivenKeys & string) => string,
): AwsCredentials {
  const { sessionToken, expiration } = given;
  return {
    accessKeyId: checkSecret(given.accessKeyId, nameOf('accessKeyId')),
    secretAccessKey: checkSecret(given.secretAccessKey, nameOf('secretAccessKey')),
    sessionToken: sessionToken == null ? undefined : checkSecret(sessionToken, nameOf('sessionToken')),
    ...(expiration != null && { expiration: checkExpiration(expiration, nameOf('expiration')) }),
  };
}

/** Says what is wrong with a secret and never what the secret is. */
export function checkSecret(value: unknown, name: string): string {
  if (typeof value === 'string' && /^[\x21-\x7e]+$/.test(value)) return value;
  const problem =
    typeof value !== 'string'
      ? 'is not a string'
      : value === ''
        ? 'is empty'
        : 'has white space, a line break or another character that no key has';
  throw new LoadSettingError({ message: `${name} ${problem}.` });
}

export function isSameKeys(one: AwsCredentials, other: AwsCredentials): boolean {
  return (
    one.accessKeyId === other.accessKeyId &&
    one.secretAccessKey === other.secretAccessKey &&
    one.sessionToken === other.sessionToken
  );
}

function checkExpiration(expiration: unknown, name: string): Date {
  const date = new Date(expiration as Date);
  if (!Number.isNaN(date.getTime())) return date;
  throw new LoadSettingError({ message: `${name} is not a Date.` });
}
