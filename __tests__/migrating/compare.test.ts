import { describe, expect, it } from 'vitest';
import { compareOutcomes } from './compare.ts';

const differencesOf = (theirs: object, ours: object) =>
  compareOutcomes({ path: '/p', body: theirs }, { path: '/p', body: ours }).map(
    ({ pointer, kind }) => `${kind} ${pointer}`,
  );

describe('the comparison of two requests', () => {
  it('finds none where only the order of members differs', () => {
    expect(differencesOf({ a: 1, b: { c: [1], d: null } }, { b: { d: null, c: [1] }, a: 1 })).toEqual([]);
  });

  it('finds another path', () => {
    const [found] = compareOutcomes({ path: '/a', body: {} }, { path: '/b', body: {} });
    expect(found).toEqual({ pointer: '/path', kind: 'changed', theirs: '/a', ours: '/b' });
  });

  it.each<[string, object, object, string[]]>([
    ['a value', { a: { b: 1 } }, { a: { b: 2 } }, ['changed /body/a/b']],
    ['a type', { a: '1' }, { a: 1 }, ['changed /body/a']],
    ['a member of ours', {}, { a: 1 }, ['only ours /body/a']],
    ['a member of theirs', { 'a/b': [] }, {}, ['only theirs /body/a~1b']],
    ['an empty object', {}, { a: {} }, ['only ours /body/a']],
    [
      'members of an object that is absent',
      { a: { b: 1, c: 2 } },
      {},
      ['only theirs /body/a/b', 'only theirs /body/a/c'],
    ],
    ['an item that was put first', { a: ['x'] }, { a: ['y', 'x'] }, ['only ours /body/a/0']],
    ['an item that is gone', { a: ['x', 'y', 'z'] }, { a: ['x', 'z'] }, ['only theirs /body/a/1']],
    [
      'another order of items',
      { a: ['x', 'y'] },
      { a: ['y', 'x'] },
      ['only ours /body/a/0', 'only theirs /body/a/1'],
    ],
    ['a change within an item', { a: [{ b: 1, c: 1 }] }, { a: [{ b: 1, c: 2 }] }, ['changed /body/a/0/c']],
    ['a block of another kind', { a: [{ text: '' }] }, { a: [{ json: {} }] }, ['changed /body/a/0']],
  ])('finds %s', (_, theirs, ours, expected) => {
    expect(differencesOf(theirs, ours)).toEqual(expected);
  });

  it('says who refuses a call', () => {
    const sent = { path: '/p', body: {} };
    expect(compareOutcomes({ refused: 'No.' }, sent)).toMatchObject([{ kind: 'they refuse', theirs: 'No.' }]);
    expect(compareOutcomes(sent, { refused: 'No.' })).toMatchObject([{ kind: 'we refuse', ours: 'No.' }]);
    expect(() => compareOutcomes({ refused: 'No.' }, { refused: 'No.' })).toThrow('Both refuse');
  });
});
