/** The form of the catalog's data: what is written there is what its types say. */
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { catalogData } from '../../src/catalog/data.ts';
import { readModels } from '../../src/catalog/read-data.ts';

const models = readModels(catalogData);
const ids = new Set(models.map(({ id }) => id));

const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);
const region = z.string().regex(/^[a-z]{2}(?:-[a-z]+){1,2}-\d$/);
const regions = z.array(region);
const usd = z.string().regex(/^(?!0+(?:\.0*)?$)\d+(?:\.\d+)?$/, 'a price above 0');
const source = z.enum(Object.keys(catalogData.sources) as [string]);
const modality = z.enum(['text', 'image', 'document', 'video', 'audio', 'embedding', 'ranking']);

const price = z.strictObject({
  scope: z.enum(['regional', 'global']),
  regions: regions.min(1).optional(),
  tier: z.enum(['batch', 'priority', 'flex']).optional(),
  abovePromptTokens: z.int().positive().optional(),
  variant: z.string().min(1).optional(),
  from: day.optional(),
  rates: z.strictObject({
    input: usd.optional(),
    output: usd.optional(),
    cacheRead: usd.optional(),
    cacheWrite: usd.optional(),
    cacheWrite1h: usd.optional(),
    image: usd.optional(),
    inputImage: usd.optional(),
    videoSecond: usd.optional(),
    inputVideoSecond: usd.optional(),
    inputAudioSecond: usd.optional(),
    textRequest: usd.optional(),
    query: usd.optional(),
  }),
  source,
});

const model = z.strictObject({
  id: z.string().regex(/^[a-z0-9-]+\.[\w.:-]+$/),
  name: z.string().min(1),
  vendor: z.string().min(1),
  kind: z.enum(['text', 'embedding', 'image', 'rerank', 'video', 'speech']),
  family: z.string().optional(),
  status: z.enum(['ACTIVE', 'LEGACY', 'PREVIEW', 'EOL', 'UNLISTED']),
  launched: z
    .string()
    .regex(/^\d{4}-\d{2}(?:-\d{2})?$/)
    .optional(),
  endOfLife: day.optional(),
  successor: z.string().optional(),
  contextWindow: z.int().positive().optional(),
  maxOutputTokens: z.int().positive().optional(),
  minCacheTokens: z.int().positive().optional(),
  embeddingDimensions: z.array(z.int().positive()).optional(),
  input: z.array(modality),
  output: z.array(modality).min(1),
  capabilities: z.array(
    z.enum([
      'tools',
      'tool-choice',
      'reasoning',
      'prompt-caching',
      'structured-output',
      'streaming',
      'computer-use',
    ]),
  ),
  apis: z.array(z.string().min(1)),
  endpoints: z.array(z.enum(['bedrock-runtime', 'bedrock-mantle'])),
  serviceTiers: z.array(z.enum(['standard', 'priority', 'flex', 'reserved'])),
  regions,
  mantleRegions: regions,
  profiles: z.array(
    z.strictObject({
      id: z.string(),
      geography: z.string().regex(/^[a-z-]+$/),
      sourceRegions: regions.min(1).optional(),
      destinationRegions: regions.min(1).optional(),
    }),
  ),
  prices: z.array(price),
  sources: z.array(source),
  asOf: day,
});

describe('the data of the catalog', () => {
  it.each(models)('has $id in the form that its type says', entry => {
    expect(z.prettifyError(model.safeParse(entry).error ?? new z.ZodError([]))).toBe('');
  });

  it('has each model once', () => {
    expect(ids.size).toBe(catalogData.models.length);
  });

  it('says of each source what it is and of which day', () => {
    for (const { what, date } of Object.values(catalogData.sources)) {
      expect(what).toMatch(/\w/);
      expect(date).toMatch(/^\d{4}-\d{2}-\d{2}$/);
    }
  });

  it.each(models)('has no two prices of $id for the same request', ({ prices }) => {
    const places = prices.flatMap(({ rates, regions: at = ['any'], source: _, ...conditions }) =>
      at.flatMap(place => Object.keys(rates).map(rate => JSON.stringify([conditions, place, rate]))),
    );
    expect(places.filter((place, index) => places.indexOf(place) !== index)).toEqual([]);
  });

  it('names successors that are models, and active', () => {
    for (const { successor } of models) {
      if (successor !== undefined) expect(models.find(({ id }) => id === successor)?.status).toBe('ACTIVE');
    }
  });

  it('says that a model has ended where its last day is over, and only there', () => {
    for (const { id, status, endOfLife } of models) {
      if (endOfLife !== undefined)
        expect([id, status === 'EOL']).toEqual([id, endOfLife <= catalogData.asOf]);
    }
  });
});
