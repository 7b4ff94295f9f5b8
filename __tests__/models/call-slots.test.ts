import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CallSlots } from '../../src/models/call-slots.ts';
import { errorOf } from '../support/replies.ts';

const turn = () => new Promise(resolve => setTimeout(resolve));

/** Calls that end when they are told to, in the order in which they began. */
function manual(slots: CallSlots) {
  const begun: { name: string; end: () => void; fail: (error: Error) => void }[] = [];
  const start = (name: string, signal?: AbortSignal) =>
    slots.run(
      () =>
        new Promise<string>((resolve, reject) =>
          begun.push({ name, end: () => resolve(name), fail: reject }),
        ),
      signal,
    );
  return { begun, start, names: () => begun.map(({ name }) => name) };
}

describe('call slots', () => {
  it('let so many in, and the next in their order', async () => {
    const { begun, start, names } = manual(new CallSlots(2));
    const calls = ['a', 'b', 'c', 'd'].map(name => start(name));
    await turn();
    expect(names()).toEqual(['a', 'b']);
    begun[1]?.end();
    await turn();
    expect(names()).toEqual(['a', 'b', 'c']);
    begun[0]?.fail(new Error('no'));
    expect(await errorOf(calls[0] ?? Promise.resolve())).toMatchObject({ message: 'no' });
    await turn();
    expect(names()).toEqual(['a', 'b', 'c', 'd']);
  });

  it('lose nobody who leaves while waiting', async () => {
    const { begun, start, names } = manual(new CallSlots(1));
    const controller = new AbortController();
    const first = start('a');
    const leaving = errorOf(start('b', controller.signal));
    const last = start('c');
    controller.abort('enough');
    expect(await leaving).toBe('enough');
    begun[0]?.end();
    await turn();
    expect(names()).toEqual(['a', 'c']);
    begun[1]?.end();
    expect(await Promise.all([first, last])).toEqual(['a', 'c']);
  });

  it('do not begin what was aborted before', async () => {
    const { start, names } = manual(new CallSlots(1));
    expect(await errorOf(start('a', AbortSignal.abort('enough')))).toBe('enough');
    expect(names()).toEqual([]);
  });

  it('are never taken by more than there are, and all free in the end', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 4 }),
        fc.array(fc.constantFrom('ends', 'fails', 'leaves'), { maxLength: 12 }),
        async (count, calls) => {
          const slots = new CallSlots(count);
          let running = 0;
          let most = 0;
          const results = calls.map(kind => {
            const controller = new AbortController();
            const result = slots.run(async () => {
              running += 1;
              most = Math.max(most, running);
              await Promise.resolve();
              running -= 1;
              if (kind === 'fails') throw new Error('no');
            }, controller.signal);
            if (kind === 'leaves') controller.abort();
            return result.catch(() => {});
          });
          await Promise.all(results);
          let free = 0;
          const begin = async () => {
            free += 1;
            await turn();
          };
          const more = Array.from({ length: count + 1 }, () => slots.run(begin, undefined));
          await Promise.resolve();
          expect({ fits: most <= count, free }).toEqual({ fits: true, free: count });
          await Promise.all(more);
        },
      ),
    );
  });
});
