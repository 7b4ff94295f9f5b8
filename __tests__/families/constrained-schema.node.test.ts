import type { JSONObject, JSONValue } from '@ai-sdk/provider';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { constrainedSchema } from '../../src/families/constrained-schema.ts';

const { adaptSchema, refusesSchema } = constrainedSchema;

const object = (properties: JSONObject, rest: JSONObject = {}): JSONObject => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
  ...rest,
});

describe('a schema for constrained decoding', () => {
  it('closes every object', () => {
    const schema = object(
      { a: object({ b: { type: 'string' } }), c: { type: 'array', items: object({}) } },
      { $defs: { D: object({ e: { type: 'null' } }) }, additionalProperties: true },
    );
    expect(adaptSchema(schema)).toEqual(
      object(
        {
          a: object({ b: { type: 'string' } }, { additionalProperties: false }),
          c: { type: 'array', items: object({}, { additionalProperties: false }) },
        },
        {
          $defs: { D: object({ e: { type: 'null' } }, { additionalProperties: false }) },
          additionalProperties: false,
        },
      ),
    );
  });

  it('tells the model what the decoder does not enforce', () => {
    expect(
      adaptSchema(object({ n: { type: 'integer', minimum: 0, maximum: 10, description: 'A grade.' } })),
    ).toMatchObject({
      properties: { n: { type: 'integer', description: 'A grade.\nminimum: 0; maximum: 10' } },
    });
    expect(adaptSchema(object({ s: { type: 'string', minLength: 2, pattern: '^x' } }))).toMatchObject({
      properties: { s: { type: 'string', description: 'minLength: 2; pattern: ^x' } },
    });
  });

  it('keeps the few constraints that are enforced', () => {
    const list = { type: 'array', items: { type: 'string', format: 'date' }, minItems: 1 };
    expect(adaptSchema(object({ list }))).toMatchObject({ properties: { list } });
    expect(adaptSchema(object({ list: { ...list, minItems: 2, maxItems: 3 } }))).toMatchObject({
      properties: { list: { type: 'array', items: list.items, description: 'minItems: 2; maxItems: 3' } },
    });
    expect(adaptSchema(object({ s: { type: 'string', format: 'phone' } }))).toMatchObject({
      properties: { s: { type: 'string', description: 'format: phone' } },
    });
  });

  it('turns oneOf into anyOf', () => {
    const branches = [{ type: 'string' }, { type: 'null' }];
    expect(adaptSchema(object({ x: { oneOf: branches } }))).toMatchObject({
      properties: { x: { anyOf: branches } },
    });
  });

  it('leaves a reference alone', () => {
    const schema = object(
      { x: { $ref: '#/$defs/X', description: 'the x' } },
      { $defs: { X: { type: 'string' } } },
    );
    expect(adaptSchema(schema)).toMatchObject({ properties: { x: { $ref: '#/$defs/X' } } });
  });

  it('keeps the definitions beside a reference at the top', () => {
    const schema = { $ref: '#/$defs/X', $defs: { X: { type: 'string' } } };
    expect(adaptSchema(schema)).toEqual(schema);
  });

  it('takes properties with the names of keywords for what they are', () => {
    const schema = object({
      minimum: { type: 'number' },
      $ref: { type: 'string' },
      items: { type: 'string' },
    });
    expect(adaptSchema(schema)).toEqual({ ...schema, additionalProperties: false });
    expect(refusesSchema(schema)).toBeUndefined();
  });

  it.each<[string, JSONObject, RegExp | undefined]>([
    ['takes an object', object({ a: { type: 'string' } }), undefined],
    ['takes a loose object with properties', object({ a: {} }, { additionalProperties: true }), undefined],
    ['takes an empty, closed object', { type: 'object', additionalProperties: false }, undefined],
    ['refuses a list at the top', { type: 'array', items: {} }, /not an object/],
    [
      'refuses a record',
      object({ r: { type: 'object', additionalProperties: { type: 'string' } } }),
      /any name/,
    ],
    ['refuses an object of anything', object({ r: { type: 'object' } }), /any name/],
    ['refuses a tuple', object({ t: { type: 'array', prefixItems: [{ type: 'string' }] } }), /tuple/],
    ['refuses a tuple of old', object({ t: { type: 'array', items: [{ type: 'string' }] } }), /tuple/],
    ['refuses a foreign reference', object({ x: { $ref: 'https://example.com/x.json' } }), /example\.com/],
    ['refuses a reference to the whole', object({ x: { $ref: '#' } }), /recursive/],
    [
      'refuses a definition that holds itself',
      object(
        { x: { $ref: '#/$defs/X' } },
        { $defs: { X: object({ next: { anyOf: [{ $ref: '#/$defs/X' }] } }) } },
      ),
      /recursive/,
    ],
    [
      'refuses definitions that hold each other',
      object(
        { a: { $ref: '#/$defs/A' } },
        { $defs: { A: object({ b: { $ref: '#/$defs/B' } }), B: object({ a: { $ref: '#/$defs/A' } }) } },
      ),
      /recursive/,
    ],
    [
      'takes a definition used twice',
      object(
        { a: { $ref: '#/$defs/A' }, b: { $ref: '#/$defs/A' } },
        { $defs: { A: object({}, { additionalProperties: false }) } },
      ),
      undefined,
    ],
    ['takes ten optional properties', object({}, { properties: many(10), required: [] }), undefined],
    ['refuses eleven optional properties', object({}, { properties: many(11), required: [] }), /optional/],
  ])('%s', (_, schema, reason) => {
    if (reason === undefined) expect(refusesSchema(schema)).toBeUndefined();
    else expect(refusesSchema(schema)).toMatch(reason);
  });

  it('is the same after adapting it twice, and has nothing left that is refused', () => {
    fc.assert(
      fc.property(schemas, schema => {
        const before = JSON.stringify(schema);
        const adapted = adaptSchema(schema);
        expect(JSON.stringify(schema)).toBe(before);
        expect(adaptSchema(adapted)).toEqual(adapted);
        expect(keywords(adapted).filter(keyword => REFUSED.includes(keyword))).toEqual([]);
      }),
    );
  });
});

function many(count: number): JSONObject {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`p${index}`, { type: 'string' }]));
}

const REFUSED = [
  'minimum',
  'maximum',
  'multipleOf',
  'minLength',
  'maxLength',
  'maxItems',
  'oneOf',
  'pattern',
  'not',
];

const { schemas } = fc.letrec<{ schemas: JSONObject; nested: JSONObject }>(tie => ({
  nested: fc.oneof(
    { maxDepth: 3 },
    fc.record(
      { type: fc.constant('string'), minLength: fc.nat(), pattern: fc.string() },
      { requiredKeys: ['type'] },
    ),
    fc.record(
      { type: fc.constant('number'), minimum: fc.integer(), maximum: fc.integer() },
      { requiredKeys: ['type'] },
    ),
    fc.record(
      { type: fc.constant('array'), items: tie('nested'), maxItems: fc.nat() },
      { requiredKeys: ['type'] },
    ),
    fc.record({ oneOf: fc.array(tie('nested'), { maxLength: 3 }) }),
    tie('schemas'),
  ),
  schemas: fc
    .dictionary(fc.stringMatching(/^[a-z]{1,8}$/), tie('nested'), { maxKeys: 4 })
    .map(properties => ({ type: 'object', properties })),
}));

/** The keywords of a schema and of all schemas in it; names of properties are none. */
function keywords(schema: JSONObject): string[] {
  return Object.entries(schema).flatMap(([keyword, value]) => {
    const nested = keyword === 'properties' ? Object.values(value as JSONObject) : [value].flat();
    return [keyword, ...nested.filter(isSchema).flatMap(keywords)];
  });
}

function isSchema(value: JSONValue | undefined): value is JSONObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
