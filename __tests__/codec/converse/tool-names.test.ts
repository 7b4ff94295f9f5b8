import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ToolNames } from '../../../src/codec/converse/tool-names.ts';
import { toolName } from '../../support/arbitraries.ts';

function declared(...names: string[]): ToolNames {
  const toolNames = new ToolNames();
  toolNames.declare(names);
  return toolNames;
}

describe('ToolNames', () => {
  it('leaves valid names as they are', () => {
    expect(declared('get_weather', 'a-b').wire('get_weather')).toBe('get_weather');
  });

  it('replaces what Bedrock does not take', () => {
    expect(declared('Wetter für 2030').wire('Wetter für 2030')).toBe('Wetter_f_r_2030');
  });

  it('shortens names to 64 characters', () => {
    expect(declared('x'.repeat(70)).wire('x'.repeat(70))).toBe('x'.repeat(64));
  });

  it('keeps names apart that would become one, within 64 characters', () => {
    const names = declared(`${'x'.repeat(64)}1`, `${'x'.repeat(64)}2`);
    expect(names.wire(`${'x'.repeat(64)}2`)).toBe(`${'x'.repeat(62)}_2`);
  });

  it('does not take a valid name away from its tool, whatever the order', () => {
    const names = declared('a.b', 'a_b');
    expect(names.wire('a_b')).toBe('a_b');
    expect(names.wire('a.b')).toBe('a_b_2');
  });

  it('leads back to the caller’s names', () => {
    const names = declared('a.b', 'c');
    expect([...names.toCaller]).toEqual([
      ['c', 'c'],
      ['a_b', 'a.b'],
    ]);
  });

  it('makes names of the history valid, and leads back to those it changed', () => {
    const names = declared('look');
    expect(names.wire('$READFILE')).toBe('_READFILE');
    expect(names.wire('other')).toBe('other');
    expect(names.toCaller.get('_READFILE')).toBe('$READFILE');
    expect(names.toCaller.has('other')).toBe(false);
  });

  it('keeps a reserved name from tools of the history', () => {
    const names = declared('json');
    expect(names.reserve('json')).toBe('json_2');
    expect(names.wire('json_2')).toBe('json_2_2');
  });

  it('gives every name a valid wire name of its own', () => {
    fc.assert(
      fc.property(fc.uniqueArray(toolName), fc.uniqueArray(toolName), (tools, history) => {
        const names = declared(...tools);
        const all = [...new Set([...tools, ...history])];
        const wire = all.map(name => names.wire(name));
        for (const name of wire) expect(name).toMatch(/^[a-zA-Z0-9_-]{1,64}$/);
        expect(new Set(wire).size).toBe(all.length);
        expect(all.map(name => names.wire(name))).toEqual(wire);
        for (const name of tools) expect(names.toCaller.get(names.wire(name))).toBe(name);
      }),
    );
  });
});
