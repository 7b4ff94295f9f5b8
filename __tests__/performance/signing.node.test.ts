/** What signatures cost on Node, counted. Elsewhere: `web-signing.node.test.ts`. */
import nodeCrypto from 'node:crypto';
import { createBedrock } from 'bedrock-ai-provider';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { answer, hello } from '../auth/calls.ts';
import { stopWatching, watch, withoutTurn } from './counting.ts';

interface Made {
  hashes: number;
  bytesHashed: number;
  hmacs: number;
  /** Round trips through another thread. */
  webCryptoCalls: number;
}

const nothing: Made = { hashes: 0, bytesHashed: 0, hmacs: 0, webCryptoCalls: 0 };
let made: Made = { ...nothing };

function hashed(data: unknown): void {
  made.hashes += 1;
  made.bytesHashed += typeof data === 'string' ? data.length : (data as ArrayBufferView).byteLength;
}

/** Before the first signature, because the signer keeps the functions that it finds then. */
beforeAll(() => {
  watch(nodeCrypto, 'hash', ({ args: [, data] }) => hashed(data));
  watch(nodeCrypto, 'createHash', () => hashed(''));
  watch(nodeCrypto, 'createHmac', () => {
    made.hmacs += 1;
  });
  for (const name of ['digest', 'sign', 'importKey']) {
    watch(Object.getPrototypeOf(crypto.subtle), name, () => {
      made.webCryptoCalls += 1;
    });
  }
});
afterAll(stopWatching);

beforeEach(() => vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2030, 4, 6, 12) }));
afterEach(() => vi.useRealTimers());

const bedrockWith = (settings: { secretAccessKey?: string } = {}) =>
  createBedrock({ accessKeyId: 'KEY', secretAccessKey: 'secret', fetch: async () => answer(), ...settings });
const modelId = 'amazon.nova-lite-v1:0';

/** What a call makes. */
async function madeBy(call: () => PromiseLike<unknown>): Promise<Made> {
  made = { ...nothing };
  await withoutTurn(call);
  return made;
}

/** Four make the key of a day, a Region and a service; one signs. */
const WITH_NEW_KEY = 5;

describe('a signature', () => {
  it('takes two hashes and one HMAC when there is a key for the day', async () => {
    const model = bedrockWith()(modelId, { region: 'us-east-1' });
    const call = () => model.doGenerate(hello);
    await call();
    expect(await madeBy(call)).toMatchObject({ hashes: 2, hmacs: 1 });
  });

  it('makes the key once for each day and Region', async () => {
    const bedrock = bedrockWith();
    const [east, west] = ['us-east-1', 'us-west-2'].map(region => bedrock(modelId, { region }));
    const hmacsIn = async (model: typeof east) => (await madeBy(async () => model?.doGenerate(hello))).hmacs;
    expect(await hmacsIn(east)).toBe(WITH_NEW_KEY);
    expect(await hmacsIn(west)).toBe(WITH_NEW_KEY);
    expect([await hmacsIn(east), await hmacsIn(west)]).toEqual([1, 1]);
    vi.setSystemTime(Date.UTC(2030, 4, 6, 23, 59, 59));
    expect(await hmacsIn(east)).toBe(1);
    vi.setSystemTime(Date.UTC(2030, 4, 7));
    expect(await hmacsIn(east)).toBe(WITH_NEW_KEY);
    expect(await hmacsIn(east)).toBe(1);
  });

  it('shares the key between the models of a provider', async () => {
    const bedrock = bedrockWith();
    await bedrock(modelId, { region: 'us-east-1' }).doGenerate(hello);
    const other = bedrock('amazon.nova-pro-v1:0', { region: 'us-east-1' });
    expect(await madeBy(() => other.doGenerate(hello))).toMatchObject({ hashes: 2, hmacs: 1 });
  });

  it('hashes a long body once', async () => {
    const model = bedrockWith()(modelId, { region: 'us-east-1' });
    const text = 'x'.repeat(100_000);
    const { bytesHashed } = await madeBy(() =>
      model.doGenerate({ prompt: [{ role: 'user', content: [{ type: 'text', text }] }] }),
    );
    expect(bytesHashed).toBeGreaterThan(100_000);
    expect(bytesHashed).toBeLessThan(101_000);
  });

  it('never waits for WebCrypto', async () => {
    const model = bedrockWith()(modelId, { region: 'us-east-1' });
    expect(await madeBy(() => model.doGenerate(hello))).toMatchObject({
      hmacs: WITH_NEW_KEY,
      webCryptoCalls: 0,
    });
  });
});

describe('an API key', () => {
  it('takes no hash at all', async () => {
    const model = createBedrock({ region: 'us-east-1', apiKey: 'key', fetch: async () => answer() })(modelId);
    expect(await madeBy(() => model.doGenerate(hello))).toEqual(nothing);
  });
});
