import { describe, expect, it } from 'vitest';
import { concurrently } from '../../src/models/concurrently.ts';
import { errorOf } from '../support/replies.ts';

/** Work that ends when it is told to. */
function manual() {
  const begun: { item: number; end: () => void; fail: (error: Error) => void; signal?: AbortSignal }[] = [];
  const run = (item: number, signal: AbortSignal | undefined) =>
    new Promise<string>((resolve, reject) => {
      begun.push({ item, end: () => resolve(`done ${item}`), fail: reject, ...(signal && { signal }) });
      signal?.addEventListener('abort', () => reject(signal.reason));
    });
  return { begun, run };
}

const turn = () => new Promise(resolve => setTimeout(resolve));
const ten = Array.from({ length: 10 }, (_, index) => index);

describe('concurrently', () => {
  it('runs four at a time and gives the results in order', async () => {
    const { begun, run } = manual();
    const results = concurrently(ten, undefined, run);
    await turn();
    expect(begun).toHaveLength(4);
    begun[3]?.end();
    begun[1]?.end();
    await turn();
    expect(begun.map(({ item }) => item)).toEqual([0, 1, 2, 3, 4, 5]);
    for (let index = 0; index < 10; index++) {
      begun[index]?.end();
      await turn();
    }
    expect(await results).toEqual(ten.map(item => `done ${item}`));
  });

  it('aborts the rest when one fails', async () => {
    const { begun, run } = manual();
    const results = errorOf(concurrently(ten, undefined, run));
    await turn();
    begun[2]?.fail(new Error('no'));
    expect(await results).toMatchObject({ message: 'no' });
    await turn();
    expect(begun).toHaveLength(4);
    expect(begun.every(({ signal }) => signal?.aborted)).toBe(true);
  });

  it('stops with the reason of the caller', async () => {
    const { begun, run } = manual();
    const controller = new AbortController();
    const results = errorOf(concurrently(ten, controller.signal, run));
    await turn();
    controller.abort(new Error('enough'));
    expect(await results).toMatchObject({ message: 'enough' });
    await turn();
    expect(begun).toHaveLength(4);
  });

  it('begins nothing when the caller has aborted already', async () => {
    const { begun, run } = manual();
    const error = await errorOf(concurrently(ten, AbortSignal.abort(new Error('early')), run));
    expect(error).toMatchObject({ message: 'early' });
    expect(begun).toEqual([]);
  });

  it('has no results for no items', async () => {
    expect(await concurrently([], undefined, manual().run)).toEqual([]);
  });
});
