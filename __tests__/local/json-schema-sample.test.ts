import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { isValidJson } from '../../src/local/json-schema-check.ts';
import { sampleJsonSchema } from '../../src/local/json-schema-sample.ts';

type Schema = Parameters<typeof sampleJsonSchema>[0];

/** zod reads the schema by its own rules, so it finds what our own check is blind to. */
const zodAccepts = (schema: Schema, value: unknown) =>
  z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0]).safeParse(value).success;

const limits = (name: string, most: number) =>
  fc.tuple(fc.nat({ max: most }), fc.nat({ max: most })).map(([a, b]) => ({
    [`min${name}`]: Math.min(a, b),
    [`max${name}`]: Math.max(a, b),
  }));

const names = fc.constantFrom(
  'city',
  'date',
  'id',
  'email',
  'query',
  'count',
  '__proto__',
  'a/b~c',
  'Straße',
);

/** Schemas of the kinds that tools and structured outputs have. All of them can be fulfilled. */
const { schema: anySchema } = fc.letrec<{ schema: Schema; leaf: Schema }>(tie => ({
  leaf: fc.oneof(
    fc.constant({ type: 'string' }),
    limits('Length', 20).map(range => ({ type: 'string', ...range })),
    fc
      .constantFrom('date', 'date-time', 'email', 'uuid', 'ipv4', 'uri')
      .map(format => ({ type: 'string', format })),
    fc
      .constantFrom(
        '^[A-Z]{2}\\d{3}$',
        '^(?:red|green)-[a-f0-9]+$',
        '^\\w+@\\w+\\.com$',
        '^[^x]{4,}$',
        'abc?',
        '^\\+?[1-9]\\d{6,14}$',
      )
      .map(pattern => ({ type: 'string', pattern })),
    fc
      .uniqueArray(fc.oneof(fc.string(), fc.integer()), { minLength: 1, maxLength: 4 })
      .map(values => ({ enum: values })),
    fc.oneof(fc.string(), fc.integer(), fc.boolean()).map(value => ({ const: value })),
    fc.tuple(fc.integer({ min: -50, max: 50 }), fc.nat({ max: 50 })).map(([minimum, span]) => ({
      type: 'integer',
      minimum,
      maximum: minimum + span,
    })),
    fc.integer({ min: -9, max: 9 }).map(bound => ({
      type: 'number',
      exclusiveMinimum: bound,
      exclusiveMaximum: bound + 0.5,
    })),
    fc.constantFrom(5, 0.25, 7).map(multipleOf => ({ type: 'number', multipleOf, minimum: 11 })),
    fc.constantFrom({ type: 'boolean' }, { type: 'null' }, { type: ['string', 'null'] }, {}),
  ) as fc.Arbitrary<Schema>,
  schema: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    tie('leaf'),
    fc.tuple(tie('schema'), limits('Items', 4)).map(([items, range]) => ({ type: 'array', items, ...range })),
    fc.array(tie('schema'), { minLength: 1, maxLength: 3 }).map(prefixItems => ({
      type: 'array',
      prefixItems,
      items: false,
      minItems: prefixItems.length,
    })),
    fc
      .tuple(fc.dictionary(names, tie('schema'), { maxKeys: 4 }), fc.boolean())
      .map(([properties, closed]) => ({
        type: 'object',
        properties,
        required: Object.keys(properties).filter((_, index) => index % 2 === 0),
        ...(closed && { additionalProperties: false }),
      })),
    tie('schema').map(additionalProperties => ({ type: 'object', additionalProperties, minProperties: 1 })),
    fc.array(tie('schema'), { minLength: 1, maxLength: 3 }).map(anyOf => ({ anyOf })),
    fc
      .tuple(
        fc.dictionary(names, tie('leaf'), { maxKeys: 2 }),
        fc.dictionary(names, tie('leaf'), { maxKeys: 2 }),
      )
      .map(([a, b]) => ({
        allOf: [
          { type: 'object', properties: a, required: Object.keys(a) },
          {
            type: 'object',
            properties: Object.fromEntries(Object.entries(b).filter(([name]) => !(name in a))),
          },
        ],
      })),
  ) as fc.Arbitrary<Schema>,
}));

const prompts = fc.oneof(
  fc.constantFrom('', 'What is the weather in New York on 2026-05-04 for 3 people?'),
  fc.string(),
);

describe('sampleJsonSchema', () => {
  it('gives values that are valid for the schema, by our own check', () => {
    fc.assert(
      fc.property(anySchema, prompts, (schema, prompt) => {
        const value = sampleJsonSchema(schema, { prompt });
        expect(isValidJson(schema, value), JSON.stringify(value)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('gives values that zod accepts for the schema', () => {
    fc.assert(
      fc.property(anySchema, prompts, (schema, prompt) => {
        const value = sampleJsonSchema(schema, { prompt });
        expect(zodAccepts(schema, value), JSON.stringify(value)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('gives the same value for the same schema and prompt', () => {
    fc.assert(
      fc.property(anySchema, prompts, (schema, prompt) => {
        expect(sampleJsonSchema(schema, { prompt })).toEqual(sampleJsonSchema(schema, { prompt }));
      }),
    );
  });

  it('fulfils the schemas that zod writes', () => {
    const contact = z.object({
      name: z.string().min(1),
      email: z.email(),
      age: z.number().int().min(18).max(120).optional(),
      role: z.enum(['admin', 'user']),
      tags: z.array(z.string()).min(2).max(5),
      address: z.object({ street: z.string(), zip: z.string().regex(/^\d{5}$/) }).nullable(),
      scores: z.record(z.string(), z.number()),
      result: z.discriminatedUnion('kind', [
        z.object({ kind: z.literal('ok'), value: z.number().positive() }),
        z.object({ kind: z.literal('error'), message: z.string() }),
      ]),
      pair: z.tuple([z.string(), z.number()]),
      id: z.uuid(),
      when: z.iso.datetime(),
    });
    const value = sampleJsonSchema(z.toJSONSchema(contact, { io: 'input' }) as Schema, {
      prompt: 'A user Ada Lovelace',
    });
    expect(contact.safeParse(value).error).toBeUndefined();
    expect(value).toMatchObject({ role: 'user', name: 'Ada Lovelace' });
  });

  it('ends recursion', () => {
    const node = {
      type: 'object',
      properties: {
        value: { type: 'number' },
        next: { anyOf: [{ $ref: '#/$defs/node' }, { type: 'null' }] },
        children: { type: 'array', items: { $ref: '#/$defs/node' } },
      },
      required: ['value', 'next', 'children'],
    };
    const schema = { $ref: '#/$defs/node', $defs: { node } };
    const value = sampleJsonSchema(schema);
    expect(isValidJson(schema, value)).toBe(true);
    expect(JSON.stringify(value).length).toBeLessThan(5_000);
  });

  it.each<[string, Schema, unknown]>([
    [
      'a place behind "in"',
      { type: 'object', properties: { city: { type: 'string' } } },
      { city: 'New York' },
    ],
    [
      'a number in the range',
      { type: 'object', properties: { days: { type: 'integer', minimum: 1 } } },
      { days: 3 },
    ],
    ['a mentioned value', { enum: ['celsius', 'fahrenheit'] }, 'fahrenheit'],
    [
      'a date',
      { type: 'object', properties: { date: { type: 'string', format: 'date' } } },
      { date: '2026-05-04' },
    ],
    [
      'quoted text',
      { type: 'object', properties: { title: { type: 'string' } } },
      { title: 'Weather report' },
    ],
    [
      'the whole prompt',
      { type: 'object', properties: { question: { type: 'string', pattern: 'forecast' } } },
      expect.objectContaining({ question: expect.stringMatching(/^What is the forecast/) }),
    ],
    [
      'the default before a word',
      { type: 'object', properties: { style: { type: 'string', default: 'plain' } } },
      { style: 'plain' },
    ],
    ['a constant', { const: { a: [1] } }, { a: [1] }],
  ])('takes %s', (_, schema, expected) => {
    const prompt =
      'What is the forecast in New York for the next 3 days from 2026-05-04, in fahrenheit? Call it "Weather report".';
    expect(sampleJsonSchema(schema, { prompt })).toEqual(expected);
  });

  it.each([
    ['how is the weather in san francisco?', 'san francisco'],
    ['is it warm in rome tomorrow', 'rome'],
    ['Flights from Oslo to New York', 'Oslo'],
    ['What about Rio de Janeiro?', 'Rio de Janeiro'],
  ])('finds the place in %o', (prompt, city) => {
    expect(
      sampleJsonSchema({ type: 'object', properties: { city: { type: 'string' } } }, { prompt }),
    ).toEqual({ city });
  });

  it('finds an arithmetic expression', () => {
    const schema = { type: 'object', properties: { expression: { type: 'string' } } };
    expect(sampleJsonSchema(schema, { prompt: 'How much is (12 + 3) * 4, please?' })).toEqual({
      expression: '(12 + 3) * 4',
    });
  });

  it('takes known values where they fit', () => {
    const schema = {
      type: 'object',
      properties: {
        celsius: { type: 'number', maximum: 50 },
        sky: { type: 'string' },
        wind: { type: 'number' },
      },
    };
    const known = { celsius: 7, sky: 'rain', wind: 'strong' };
    expect(sampleJsonSchema(schema, { known })).toEqual({ celsius: 7, sky: 'rain', wind: 1 });
  });

  it('gives different items where they must differ', () => {
    const schema = {
      type: 'array',
      items: { type: 'string', maxLength: 12 },
      minItems: 6,
      uniqueItems: true,
    };
    expect(new Set(sampleJsonSchema(schema) as string[]).size).toBe(6);
  });

  it.each<[string, Schema]>([
    ['a forbidden value', { type: 'string', not: { const: 'text' } }],
    ['a forbidden number', { type: 'integer', minimum: 1, not: { enum: [1, 2] } }],
    [
      'a choice that cannot be',
      { anyOf: [{ type: 'string', minLength: 3, maxLength: 2 }, { type: 'integer' }] },
    ],
    [
      'exactly one of two that overlap',
      {
        oneOf: [
          { type: 'integer', maximum: 5 },
          { type: 'integer', minimum: 5 },
        ],
      },
    ],
  ])('works around %s', (_, schema) => {
    expect(isValidJson(schema, sampleJsonSchema(schema))).toBe(true);
  });

  it('fulfils a condition and what follows from it', () => {
    const schema = {
      type: 'object',
      properties: { country: { enum: ['US', 'DE'] }, zip: { type: 'string' } },
      required: ['country', 'zip'],
      if: { properties: { country: { const: 'US' } } },
      // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
      then: { properties: { zip: { pattern: '^\\d{5}$' } } },
    };
    expect(isValidJson(schema, sampleJsonSchema(schema))).toBe(true);
  });
});
