/** What signatures cost where there is no `node:crypto`, counted. */
import { createBedrock } from 'bedrock-ai-provider';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { answer, hello } from '../auth/calls.ts';
import { stopWatching, watch } from './counting.ts';

/** Calls of WebCrypto, each a round trip through another thread. */
const calls = { digest: 0, sign: 0, importKey: 0 };

const { getBuiltinModule } = process;

beforeAll(() => {
  Reflect.set(process, 'getBuiltinModule', undefined);
  for (const name of Object.keys(calls) as Array<keyof typeof calls>) {
    watch(Object.getPrototypeOf(crypto.subtle), name, () => {
      calls[name] += 1;
    });
  }
});
afterAll(() => {
  Reflect.set(process, 'getBuiltinModule', getBuiltinModule);
  stopWatching();
});
beforeEach(() => Object.assign(calls, { digest: 0, sign: 0, importKey: 0 }));

describe('a signature by WebCrypto', () => {
  it('takes two hashes and one HMAC when there is a key for the day', async () => {
    const model = createBedrock({
      region: 'us-east-1',
      accessKeyId: 'KEY',
      secretAccessKey: 'secret',
      fetch: async () => answer(),
    })('amazon.nova-lite-v1:0');
    await model.doGenerate(hello);
    expect(calls).toEqual({ digest: 2, sign: 5, importKey: 5 });
    await model.doGenerate(hello);
    expect(calls).toEqual({ digest: 4, sign: 6, importKey: 6 });
  });
});
