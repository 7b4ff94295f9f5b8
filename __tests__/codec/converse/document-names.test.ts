import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DocumentNames, withoutExtension } from '../../../src/codec/converse/document-names.ts';

const nameOf = (name: string | undefined) => new DocumentNames().add(name);

describe('DocumentNames', () => {
  it.each([
    ['Report (final) [2]-b', 'Report (final) [2]-b'],
    ['my_file', 'my-file'],
    ['John’s #1 & only', 'John s 1 only'],
    ['two  spaces', 'two spaces'],
    ['full\u3000width\tand tab', 'full width and tab'],
    ['Résumé', 'Resume'],
    ['Ａｂｃ', 'Abc'],
    ['  .edges. ', 'edges'],
    ['報告書', 'document-1'],
    ['', 'document-1'],
  ])('makes of %j the name %j', (given, name) => {
    expect(nameOf(given)).toBe(name);
  });

  it('numbers documents without a name', () => {
    const names = new DocumentNames();
    expect([names.add(undefined), names.add('a'), names.add(undefined)]).toEqual([
      'document-1',
      'a',
      'document-2',
    ]);
  });

  it('numbers names that are used again', () => {
    const names = new DocumentNames();
    expect([names.add('a'), names.add('a'), names.add('a!')]).toEqual(['a', 'a (2)', 'a (3)']);
  });

  it('keeps to 200 characters, also with a number', () => {
    const names = new DocumentNames();
    expect(names.add('n'.repeat(300))).toBe('n'.repeat(200));
    expect(names.add('n'.repeat(300))).toBe(`${'n'.repeat(196)} (2)`);
  });

  it('gives any names valid and different ones', () => {
    const given = fc.array(fc.option(fc.string({ unit: 'grapheme', maxLength: 20 }), { nil: undefined }));
    fc.assert(
      fc.property(given, all => {
        const names = new DocumentNames();
        const wire = all.map(name => names.add(name));
        expect(new Set(wire).size).toBe(all.length);
        for (const name of wire) expect(name).toMatch(/^(?! )(?!.* {2})[a-zA-Z0-9 \-()[\]]{1,200}(?<! )$/);
      }),
    );
  });
});

describe('withoutExtension', () => {
  it.each([
    ['report.pdf', 'report'],
    ['report.final.docx', 'report.final'],
    ['Meeting 12.30', 'Meeting 12.30'],
    ['.env', '.env'],
    ['README', 'README'],
  ])('makes of %j %j', (filename, name) => {
    expect(withoutExtension(filename)).toBe(name);
  });
});
