import { describe, expect, it } from 'vitest';
import { catalogData } from '../../src/catalog/data.ts';
import { load } from '../../src/codec/later.ts';
import { families, findFamily } from '../../src/families/index.ts';

/** What a family says of a model before its rules are loaded. */
const FACTS = {
  embedding: ['maxValuesPerRequest', 'maxBytesPerRequest'],
  image: ['files', 'mask'],
} as const;

const known = catalogData.models.map(({ id }) => ({ id, of: [findFamily({ baseModel: id })] }));
const unknown = { id: undefined, of: families };

describe.each(['embedding', 'image'] as const)('what is known of %s before its rules are loaded', kind => {
  it('is what the rules say', async () => {
    const models = [...known, unknown].flatMap(({ id, of }) =>
      of.flatMap(family => {
        const rules = family[kind]?.(id);
        return rules === undefined ? [] : [{ name: `${id} of ${family.name}`, rules }];
      }),
    );
    expect(models.length).toBeGreaterThan(8);
    for (const { name, rules } of models) {
      expect(rules).toHaveProperty('load');
      const loaded = await load<object>(rules);
      for (const fact of FACTS[kind]) {
        expect([name, fact, Reflect.get(rules, fact)]).toEqual([name, fact, Reflect.get(loaded, fact)]);
      }
    }
  });
});
