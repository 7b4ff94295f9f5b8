import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PRIORITIES, type Priority, type Waiter, WaitingLine } from '../../src/traffic/waiting-line.ts';

interface Named extends Waiter {
  readonly name: string;
}

const waiter = (name: string, priority: Priority, since: number): Named => ({ name, priority, since });

/** All names in the order in which their turns come. */
function order(line: WaitingLine<Named>): string[] {
  const names: string[] = [];
  for (let { first } = line; first !== undefined; { first } = line) {
    names.push(first.name);
    line.leave(first);
  }
  return names;
}

function lineOf(...waiters: Named[]): WaitingLine<Named> {
  const line = new WaitingLine<Named>();
  for (const one of waiters) line.join(one);
  return line;
}

describe('a waiting line', () => {
  it('goes by priority', () => {
    const line = lineOf(waiter('low', 'low', 0), waiter('normal', 'normal', 0), waiter('high', 'high', 0));
    expect(order(line)).toEqual(['high', 'normal', 'low']);
  });

  it('goes by arrival within a priority, also of those who came in the same millisecond', () => {
    const line = lineOf(waiter('a', 'normal', 5), waiter('b', 'normal', 5), waiter('c', 'normal', 6));
    expect(order(line)).toEqual(['a', 'b', 'c']);
  });

  it('lets a low one that has waited for long go before a normal one that comes later', () => {
    const low = waiter('low', 'low', 0);
    expect(order(lineOf(low, waiter('normal', 'normal', 44_999)))).toEqual(['normal', 'low']);
    expect(order(lineOf(low, waiter('normal', 'normal', 45_001)))).toEqual(['low', 'normal']);
    expect(order(lineOf(low, waiter('high', 'high', 60_001)))).toEqual(['low', 'high']);
  });

  it('gives one that comes back the place that it had', () => {
    const line = lineOf(waiter('b', 'normal', 2), waiter('c', 'normal', 3));
    line.join(waiter('a', 'normal', 1));
    expect(order(line)).toEqual(['a', 'b', 'c']);
  });

  it('is left from anywhere, and joined again', () => {
    const [a, b, c] = ['a', 'b', 'c'].map((name, index) => waiter(name, 'normal', index));
    if (a === undefined || b === undefined || c === undefined) throw new Error('never');
    const line = lineOf(a, b, c);
    line.leave(b);
    expect(line.length).toBe(2);
    line.leave(c);
    line.join(b);
    expect(order(line)).toEqual(['a', 'b']);
    expect(line.length).toBe(0);
    expect(line.first).toBeUndefined();
  });

  it('agrees with a list that is sorted anew each time', () => {
    const handicap = { high: 0, normal: 15_000, low: 60_000 };
    const step = fc.oneof(
      fc.record({ join: fc.constantFrom(...PRIORITIES), since: fc.nat(100_000) }),
      fc.record({ leave: fc.nat() }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), steps => {
        const line = new WaitingLine<Named>();
        const model: Named[] = [];
        let joined = 0;
        for (const step of steps) {
          if ('join' in step) {
            const one = waiter(String(joined++), step.join, step.since);
            line.join(one);
            model.push(one);
          } else if (model.length > 0) {
            const [left] = model.splice(step.leave % model.length, 1);
            if (left !== undefined) line.leave(left);
          }
          expect(line.length).toBe(model.length);
          const turns = model.map(({ priority, since }) => since + handicap[priority]);
          const { first } = line;
          expect(first && first.since + handicap[first.priority]).toBe(
            turns.length === 0 ? undefined : Math.min(...turns),
          );
        }
        const names = order(line);
        for (const priority of PRIORITIES) {
          const ofPriority = (list: readonly string[]) =>
            list.filter(name => model.find(one => one.name === name)?.priority === priority);
          // Sorting is stable: of two that came at the same time, the one that joined first goes first.
          const sorted = model.toSorted((x, y) => x.since - y.since).map(({ name }) => name);
          expect(ofPriority(names)).toEqual(ofPriority(sorted));
        }
      }),
    );
  });
});
