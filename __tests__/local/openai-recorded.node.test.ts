/** Requests that Mantle accepted in public recordings, and the replies that it gave. */
import { describe, expect, it } from 'vitest';
import { listShared, readSharedJson, sharedDataMissing } from '../support/shared-data.ts';
import { type Json, openServer } from './support.ts';

interface Recording {
  request: { method: string; host: string; path: string; body: Json };
  response: { status: number; body?: Json };
}

const paths = sharedDataMissing
  ? []
  : ['MantleChatCompletions', 'MantleResponses', 'MantleModels'].flatMap(name =>
      listShared(`recorded/${name}`),
    );

const send = async (recording: Recording, path = recording.request.path) => {
  const { method, host, body } = recording.request;
  const server = openServer({ respond: () => 'Yes.' });
  return server.fetch(`https://${host}${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  });
};

describe.skipIf(sharedDataMissing)(`recorded requests to Mantle ${sharedDataMissing || ''}`, () => {
  it.each(paths)('are accepted: %s', async path => {
    const recording = readSharedJson<Recording>(path);
    const response = await send(recording);
    expect([response.status, response.status === 200 ? '' : await response.text()]).toEqual([200, '']);
  });

  const whole = paths.filter(path => readSharedJson<Recording>(path).response.body !== undefined);

  it.each(whole)('are answered with members that the real reply has: %s', async path => {
    const recording = readSharedJson<Recording>(path);
    const ours = (await (await send(recording)).json()) as Json;
    expect(Object.keys(recording.response.body)).toEqual(expect.arrayContaining(Object.keys(ours)));
    for (const list of ['choices', 'data']) {
      const [mine, real] = [ours[list]?.[0], recording.response.body[list]?.[0]];
      if (mine) expect(Object.keys(real)).toEqual(expect.arrayContaining(Object.keys(mine)));
    }
  });

  it('are all here', () => {
    expect(paths).toHaveLength(14);
  });
});
