import { InvalidArgumentError } from '@ai-sdk/provider';

/**
 * What `traffic.share` takes: a client of Redis or Valkey that the application has made and closes itself. Nothing of
 * the client's package is imported.
 */
export type RedisClient =
  /** `ioredis`: a `Redis` or a `Cluster`. */
  | { call(command: string, ...args: string[]): Promise<unknown> }
  /** `redis`: a client or a pool. */
  | { sendCommand(args: string[]): Promise<unknown> }
  /** `redis`: a cluster. */
  | {
      readonly masters: readonly unknown[];
      sendCommand(firstKey: string, isReadonly: boolean, args: string[]): Promise<unknown>;
    };

/** Runs one script on one key. */
export type RedisScript = (args: readonly string[]) => Promise<unknown>;

/** @throws InvalidArgumentError where `client` is not one of those that are known */
export function redisScript(client: RedisClient, text: string, key: string): RedisScript {
  const send = sender(client, key);
  let digest: string | undefined;
  return async args => {
    digest ??= await sha1(text);
    try {
      return await send('EVALSHA', digest, '1', key, ...args);
    } catch (error) {
      // The store does not have it yet, or no longer. It keeps what it has run.
      if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error;
      return send('EVAL', text, '1', key, ...args);
    }
  };
}

function sender(client: RedisClient, key: string): (command: string, ...args: string[]) => Promise<unknown> {
  // `ioredis` has a `sendCommand` too, of another kind.
  if (hasFunction(client, 'call')) return (command, ...args) => client.call(command, ...args);
  if (hasFunction(client, 'sendCommand')) {
    if ('masters' in client) return (...args) => client.sendCommand(key, false, args);
    return (...args) => client.sendCommand(args);
  }
  throw new InvalidArgumentError({
    argument: 'traffic.share',
    message:
      'traffic.share: takes a connected client of Redis or Valkey: a Redis or Cluster of ioredis, or what ' +
      `createClient, createClientPool or createCluster of redis gives. Got ${described(client)}.`,
  });
}

function hasFunction<Client, Name extends 'call' | 'sendCommand'>(
  client: Client,
  name: Name,
): client is Extract<Client, Record<Name, unknown>> {
  return (
    typeof client === 'object' &&
    client !== null &&
    name in client &&
    typeof (client as Record<Name, unknown>)[name] === 'function'
  );
}

/** Not its text: an address may hold a password. */
function described(value: unknown): string {
  if (value === null) return 'null';
  if (value instanceof Promise) return 'a promise of one; await it';
  if (typeof value !== 'object') return `a value of type ${typeof value}`;
  const name: unknown = value.constructor?.name;
  return typeof name === 'string' ? `an object of class ${name}` : 'an object';
}

/** The name by which Redis knows a script. */
async function sha1(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-1', new TextEncoder().encode(text));
  return Array.from(new Uint8Array(digest), byte => byte.toString(16).padStart(2, '0')).join('');
}
