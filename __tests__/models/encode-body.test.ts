import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeBody } from '../../src/models/encode-body.ts';

const text = (body: string | Uint8Array) =>
  typeof body === 'string' ? body : new TextDecoder().decode(body);
const image = 'iVBORw0KGgo'.repeat(8_000);

describe('encodeBody', () => {
  it('leaves a short body a string', () => {
    const body = { messages: [{ content: [{ image: { source: { bytes: 'iVBORw0KGgo=' } } }] }] };
    expect(encodeBody(body, true)).toBe(JSON.stringify(body));
  });

  it('gives the bytes of a long body without files', () => {
    const body = { text: 'Grüße '.repeat(4_000) };
    const encoded = encodeBody(body, false);
    expect(encoded).toBeInstanceOf(Uint8Array);
    expect(text(encoded)).toBe(JSON.stringify(body));
  });

  it('gives the bytes of the same JSON for one with large files', () => {
    const body = { a: 'Grüße', files: [image, 'small', { bytes: `${image}==` }], z: image };
    const encoded = encodeBody(body, true);
    expect(encoded).toBeInstanceOf(Uint8Array);
    expect(text(encoded)).toBe(JSON.stringify(body));
  });

  /** Long texts, also with letters that must be escaped or that are no ASCII. */
  const long = fc
    .tuple(
      fc.constantFrom('', '"', '\\', '\n', '\r', '\ud800', 'é', '漢'),
      fc.integer({ min: 30_000, max: 40_000 }),
    )
    .map(([special, length]) => 'A'.repeat(length) + special + 'A'.repeat(length));

  it('gives what JSON.stringify does, whatever the texts hold', () => {
    const member = fc.oneof(fc.string({ unit: 'binary' }), fc.constant('\u0001file\u0001'), long);
    fc.assert(
      fc.property(fc.array(fc.record({ name: member, files: fc.array(member) })), body => {
        const parsed = JSON.parse(text(encodeBody(body, true)));
        expect(parsed).toEqual(JSON.parse(JSON.stringify(body)));
      }),
      { numRuns: 100 },
    );
  });
});
