/** The two files of the catalog that programs write. */
import { writeFileSync } from 'node:fs';
import { type CatalogData, readModels } from '../src/catalog/read-data.ts';
import type { CatalogModel } from '../src/catalog/types.ts';

export const DATA_FILE: URL = new URL('../src/catalog/data.ts', import.meta.url);
export const IDS_FILE: URL = new URL('../src/catalog/model-ids.ts', import.meta.url);

/** Formatted by hand: one model a line, which the formatter is told to leave alone. */
export function dataText({ asOf, sources, regionSets, models }: CatalogData): string {
  const lines = (record: object) =>
    Object.entries(record).map(([key, value]) => `    ${JSON.stringify(key)}: ${JSON.stringify(value)},`);
  return [
    '/** Written by `scripts/catalog-build.ts` and `npm run catalog:update`; `read-data.ts` says how it is read. */',
    "import type { CatalogData } from './read-data.ts';",
    '',
    'export const catalogData: CatalogData = {',
    `  asOf: ${JSON.stringify(asOf)},`,
    '  sources: {',
    ...lines(sources),
    '  },',
    '  regionSets: {',
    ...lines(regionSets),
    '  },',
    '  models: [',
    ...models.map(model => `    ${JSON.stringify(model)},`),
    '  ],',
    '};',
    '',
  ].join('\n');
}

/** Ids that can be called, by what they are for. */
export function idsText(models: readonly CatalogModel[]): string {
  const types: [name: string, of: string, kind: CatalogModel['kind']][] = [
    ['KnownChatModelId', 'chat models', 'text'],
    ['KnownEmbeddingModelId', 'embedding models', 'embedding'],
    ['KnownImageModelId', 'image models', 'image'],
    ['KnownRerankingModelId', 'reranking models', 'rerank'],
    ['KnownVideoModelId', 'video models', 'video'],
  ];
  const callable = models.filter(({ status }) => status !== 'EOL' && status !== 'UNLISTED');
  const text = types.map(([name, of, kind]) => {
    const ids = callable
      .filter(model => model.kind === kind)
      .flatMap(({ id, profiles }) => [id, ...profiles.map(profile => profile.id)]);
    return [
      `/** Ids and profiles of the ${of} in the catalog that have not ended. */`,
      `export type ${name} =`,
      `${[...new Set(ids)].map(id => `  | '${id}'`).join('\n')};`,
    ].join('\n');
  });
  return ['/** Written by `scripts/catalog-build.ts` and `npm run catalog:update`. */', ...text, ''].join(
    '\n\n',
  );
}

export function writeCatalog(data: CatalogData): void {
  writeFileSync(DATA_FILE, dataText(data));
  writeFileSync(IDS_FILE, idsText(readModels(data)));
}
