import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SseParser } from '../../src/codec/sse.ts';

const encoder = new TextEncoder();

function read(chunks: readonly Uint8Array[]): string[] {
  const parser = new SseParser();
  return [...chunks.flatMap(chunk => parser.push(chunk)), ...parser.end()];
}

describe('server-sent events', () => {
  it.each<[string, string, string[]]>([
    ['data with a space', 'data: one\n\ndata: two\n\n', ['one', 'two']],
    ['data without one', 'data:one\n\n', ['one']],
    ['data of several lines', 'data: one\ndata: two\n\n', ['one\ntwo']],
    ['names, ids and comments', ': hello\nevent: ping\nid: 7\ndata: one\n\n', ['one']],
    [
      'the line breaks of other systems',
      'data: one\r\n\r\ndata: two\r\rdata: three\n\n',
      ['one', 'two', 'three'],
    ],
    ['blank lines between events', 'data: one\n\n\n\ndata: two\n\n', ['one', 'two']],
    ['an end without a blank line', 'data: one\n\ndata: two', ['one', 'two']],
    ['nothing', '', []],
    ['an event without data', 'event: ping\n\n', []],
  ])('reads %s', (_, text, expected) => {
    expect(read([encoder.encode(text)])).toEqual(expected);
  });

  it('reads the same however the bytes are cut', () => {
    const text = fc.stringMatching(/^[^\r\n]*$/, { maxLength: 20 });
    const lineBreak = fc.constantFrom('\n', '\r\n', '\r');
    fc.assert(
      fc.property(fc.array(text), lineBreak, fc.integer({ min: 1, max: 7 }), (texts, end, size) => {
        const bytes = encoder.encode(texts.map(one => `data: ${one}${end}${end}`).join(''));
        const chunks = [];
        for (let start = 0; start < bytes.length; start += size)
          chunks.push(bytes.slice(start, start + size));
        // A byte order mark is no part of a text.
        expect(read(chunks)).toEqual(read([bytes]));
        expect(read([bytes])).toEqual(texts);
      }),
    );
  });
});
