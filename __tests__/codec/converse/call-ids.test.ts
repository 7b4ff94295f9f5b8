import { describe, expect, it } from 'vitest';
import { CallIds } from '../../../src/codec/converse/call-ids.ts';

describe('CallIds', () => {
  it('leaves valid ids as they are, for the call and its result', () => {
    const ids = new CallIds(undefined);
    expect(ids.forCall('functions.look:0')).toBe('functions.look:0');
    expect(ids.forResult('functions.look:0')).toBe('functions.look:0');
  });

  it('replaces what Bedrock does not take, and shortens to 64 characters', () => {
    const ids = new CallIds(undefined);
    expect(ids.forCall('a b|c')).toBe('a_b_c');
    expect(ids.forCall('y'.repeat(70))).toBe('y'.repeat(64));
    expect(ids.forCall('')).toBe('call');
  });

  it('gives a second call with the same id another one, and its result with it', () => {
    const ids = new CallIds(undefined);
    expect([ids.forCall('look:0'), ids.forResult('look:0')]).toEqual(['look:0', 'look:0']);
    expect([ids.forCall('look:0'), ids.forResult('look:0')]).toEqual(['2_look:0_2', '2_look:0_2']);
  });

  it('answers calls of one id in order, when all are made before the first result', () => {
    const ids = new CallIds(undefined);
    const calls = [ids.forCall('a'), ids.forCall('a'), ids.forCall('a')];
    expect([ids.forResult('a'), ids.forResult('a'), ids.forResult('a')]).toEqual(calls);
  });

  it('gives a second result of one call the same id', () => {
    const ids = new CallIds(undefined);
    ids.forCall('a');
    expect([ids.forResult('a'), ids.forResult('a')]).toEqual(['a', 'a']);
  });

  it('keeps ids apart that become one', () => {
    const ids = new CallIds(undefined);
    expect(ids.forCall('a b')).toBe('a_b');
    expect(ids.forCall('a_b')).toBe('2_a_b_2');
    expect(ids.forResult('a_b')).toBe('2_a_b_2');
  });

  it.each([
    ['the first characters', (id: string) => id.replace(/[^a-zA-Z0-9]/g, '').slice(0, 9)],
    ['the last characters', (id: string) => id.replace(/[^a-zA-Z0-9]/g, '').slice(-9)],
  ])('keeps ids apart in the shape of a family that takes %s', (_, shape) => {
    const ids = new CallIds(shape);
    const wire = [
      'toolusexxxxxxxxxxxx1toolusexxx',
      'toolusexxxxxxxxxxxx2toolusexxx',
      'tooluse-xxxxxxxxxxx3toolusexxx',
    ].map(id => ids.forCall(id));
    expect(new Set(wire).size).toBe(3);
    for (const id of wire) expect(id).toMatch(/^[a-zA-Z0-9]{9}$/);
  });

  it('keeps the shape however often an id is used again', () => {
    const ids = new CallIds(id =>
      id
        .replace(/[^a-zA-Z0-9]/g, '')
        .padEnd(9, '0')
        .slice(0, 9),
    );
    const wire = Array.from({ length: 500 }, () => ids.forCall('call'));
    expect(new Set(wire).size).toBe(500);
    for (const id of wire) expect(id).toMatch(/^[a-zA-Z0-9]{9}$/);
  });

  it('ends also when a family makes all ids the same', () => {
    const ids = new CallIds(() => 'same');
    expect(new Set([ids.forCall('a'), ids.forCall('b'), ids.forCall('c')]).size).toBe(3);
  });
});
