import { existsSync, readFileSync } from 'node:fs';
import { createBedrock } from 'bedrock-ai-provider';
import { describe, expect, it } from 'vitest';
import { embeddingFacts } from '../families/embedding-models.ts';

const root = new URL('../../', import.meta.url);
const page = readFileSync(new URL('docs/embeddings.md', root), 'utf8');
const example = readFileSync(new URL('examples/embeddings.ts', root), 'utf8');

describe('docs/embeddings.md', () => {
  it('shows only code of its example, which is run', () => {
    const shown = [...page.matchAll(/^```ts\n([\s\S]*?)^```/gm)].map(([, code = '']) => code.trim());
    expect(shown.length).toBeGreaterThan(2);
    expect(shown.filter(code => !example.includes(code))).toEqual([]);
  });

  it('links to what there is', () => {
    const links = [...page.matchAll(/\]\(\.\.\/([^)#]+)/g)].map(([, path = '']) => path);
    expect(links.filter(path => !existsSync(new URL(path, root)))).toEqual([]);
  });

  it.each(embeddingFacts)('says of $modelId how many values and which dimensions it takes', facts => {
    const { modelId, perRequest, dimensions } = facts;
    const row = page.split('\n').find(line => line.includes(`\`${modelId.replace(/^us\./, '')}\``)) ?? '';
    const [, , values, choice = ''] = row.split('|').map(cell => cell.trim());
    expect(values).toBe(String(perRequest));
    const counts = choice.split(', ').map(count => Number(count.replaceAll('*', '')));
    expect(counts).toEqual(dimensions.choice.length > 0 ? dimensions.choice : [dimensions.default]);
    expect(choice.includes(',') ? choice : `**${choice}**`).toContain(`**${dimensions.default}**`);
    expect(createBedrock().embeddingModel(modelId).maxEmbeddingsPerCall).toBe(perRequest);
  });
});
