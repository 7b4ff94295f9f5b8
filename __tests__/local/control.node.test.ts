import {
  createLocalBedrock,
  type ListeningBedrock,
  type LocalBedrockOptions,
} from 'bedrock-ai-provider/local';
import { afterEach, describe, expect, it } from 'vitest';
import { failureOf, type Json, say } from './support.ts';

const NOVA = 'amazon.nova-lite-v1:0';
const opened: ListeningBedrock[] = [];

afterEach(async () => {
  await Promise.all(opened.splice(0).map(listening => listening.close()));
});

/** A server that listens, as another process would use it. */
async function open(options: LocalBedrockOptions = {}) {
  const local = createLocalBedrock(options);
  const listening = await local.listen();
  opened.push(listening);
  const send = (method: string, path: string, body?: unknown, key = 'local-bedrock-api-key') =>
    fetch(listening.url + path, {
      method,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
  const json = async (method: string, path: string, body?: unknown): Promise<Json> =>
    (await send(method, path, body)).json();
  const chat = async () => (await send('POST', `/model/${NOVA}/converse`, say('Hello'))).status;
  return { local, send, json, chat };
}

describe('the control routes', () => {
  it('read and set quotas', async () => {
    const { json, chat } = await open();
    expect(await json('GET', '/_local/quotas')).toBe(null);
    const quotas = { 'amazon.*': { requestsPerMinute: 1 } };
    expect(await json('PUT', '/_local/quotas', quotas)).toEqual(quotas);
    expect(await json('GET', '/_local/quotas')).toEqual(quotas);
    expect([await chat(), await chat()]).toEqual([200, 429]);
    expect(await json('PUT', '/_local/quotas', null)).toBe(null);
    expect(await chat()).toBe(200);
  });

  it('read and set faults, with their seed', async () => {
    const { json, chat } = await open({ seed: 5 });
    expect(await json('GET', '/_local/faults')).toEqual({ faults: [], seed: 5 });
    const faults = [{ every: 2, error: { name: 'InternalServerException' } }];
    expect(await json('PUT', '/_local/faults', { faults })).toEqual({ faults, seed: 5 });
    expect([await chat(), await chat()]).toEqual([200, 500]);
    expect(await json('PUT', '/_local/faults', { faults: [], seed: 6 })).toEqual({ faults: [], seed: 6 });
    expect([await chat(), await chat()]).toEqual([200, 200]);
  });

  it('read and set episodes without capacity', async () => {
    const { json, chat } = await open();
    expect(await json('GET', '/_local/unavailable')).toEqual([]);
    expect(await json('PUT', '/_local/unavailable', { models: NOVA })).toEqual([{ models: NOVA }]);
    expect(await chat()).toBe(503);
    expect(await json('PUT', '/_local/unavailable', null)).toEqual([]);
    expect(await chat()).toBe(200);
  });

  it('read the counters', async () => {
    const { local, json, chat } = await open({ quotas: { requestsPerMinute: 1, tokensPerDay: 9000 } });
    await chat();
    await chat();
    const counters = await json('GET', '/_local/counters');
    expect(counters[NOVA]).toMatchObject({ admitted: 1, throttled: { requests: 1 }, settledCalls: 1 });
    expect(counters[NOVA].settledTokens).toBe(local.counters(NOVA).settledTokens);
    expect(counters[NOVA].levels.day).toBe(9000 - counters[NOVA].settledTokens);
  });

  it('read the requests, of which they are none', async () => {
    const { local, json, chat } = await open();
    await chat();
    await json('GET', '/_local/counters');
    expect(await json('GET', '/_local/requests')).toEqual([
      expect.objectContaining({ operation: 'Converse', modelId: NOVA, body: say('Hello'), status: 200 }),
    ]);
    expect(local.requests).toHaveLength(1);
  });

  it('reset, and keep the settings', async () => {
    const { local, json, chat } = await open({ quotas: { requestsPerMinute: 1 } });
    await chat();
    expect(await json('POST', '/_local/reset')).toEqual({});
    expect(local.requests).toEqual([]);
    expect(await json('GET', '/_local/counters')).toEqual({});
    expect([await chat(), await chat()]).toEqual([200, 429]);
  });

  it('consume no quota and meet no fault', async () => {
    const { json, send } = await open({
      quotas: { requestsPerMinute: 1 },
      faults: [{ error: { name: 'ThrottlingException' } }],
      unavailable: {},
    });
    for (let call = 0; call < 3; call++) expect((await send('GET', '/_local/counters')).status).toBe(200);
    expect(await json('GET', '/_local/counters')).toEqual({});
  });

  it.each([
    ['GET', '/_local/quotas'],
    ['PUT', '/_local/quotas'],
    ['GET', '/_local/faults'],
    ['PUT', '/_local/faults'],
    ['GET', '/_local/unavailable'],
    ['PUT', '/_local/unavailable'],
    ['GET', '/_local/counters'],
    ['GET', '/_local/requests'],
    ['POST', '/_local/reset'],
  ])('need a key: %s %s', async (method, path) => {
    const { local, send, chat } = await open({ quotas: { requestsPerMinute: 9 } });
    await chat();
    const body = method === 'PUT' ? null : undefined;
    expect(await failureOf(await send(method, path, body, 'somebody-elses-key'))).toEqual([
      403,
      'AccessDeniedException',
      expect.stringContaining('API Key'),
    ]);
    expect(local.requests).toHaveLength(1);
    expect(local.counters(NOVA)).toMatchObject({ admitted: 1, levels: { requests: expect.closeTo(8, 0) } });
  });

  it.each([
    [
      '/_local/quotas',
      { requestsPerMinute: -1 },
      /^quotas\.requestsPerMinute .*: a number above 0, not -1\.$/,
    ],
    ['/_local/faults', { faults: [{ every: 2 }] }, /^faults\[0\] .* is needed\.$/],
    ['/_local/faults', [], /^faults .*: an object with faults, seed, not \[\]\.$/],
    ['/_local/faults', { faults: [], seed: 'x' }, /^seed .*: a whole number, not "x"\.$/],
    ['/_local/unavailable', { share: 7 }, /^unavailable\[0\]\.share .*: a share from 0 to 1, not 7\.$/],
    ['/_local/quotas', '{', /not valid JSON/],
  ])('refuse with a reason: PUT %s %j', async (path, body, message) => {
    const { send } = await open();
    expect(await failureOf(await send('PUT', path, body))).toEqual([
      400,
      'ValidationException',
      expect.stringMatching(message),
    ]);
  });

  it('are no others', async () => {
    const { send } = await open();
    expect((await send('GET', '/_local/secrets')).status).toBe(404);
    expect((await send('DELETE', '/_local/quotas')).status).toBe(404);
  });
});
