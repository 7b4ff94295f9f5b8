import { existsSync, readFileSync } from 'node:fs';
import { createBedrock } from 'bedrock-ai-provider';
import { describe, expect, it } from 'vitest';
import { readSharedJson, sharedDataMissing } from '../support/shared-data.ts';

const root = new URL('../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');

/** Code without its indentation. */
const dedent = (code: string) => code.replace(/^ +/gm, '').trim();

describe.each(['anthropic', 'catalog', 'cost', 'images', 'invoke-model', 'openai', 'reranking', 'video'])(
  'docs/%s.md',
  name => {
    const page = read(`docs/${name}.md`);

    it('shows only code of its example, which is run', () => {
      const example = dedent(read(`examples/${name}.ts`));
      const shown = [...page.matchAll(/^```ts\n([\s\S]*?)^```/gm)].map(([, code = '']) => dedent(code));
      expect(shown.length).toBeGreaterThan(1);
      expect(shown.filter(code => !example.includes(code))).toEqual([]);
    });

    it('links to what there is', () => {
      const links = [...page.matchAll(/\]\(\.\.\/([^)#]+)/g)].map(([, path = '']) => path);
      expect(links.length).toBeGreaterThan(0);
      expect(links.filter(path => !existsSync(new URL(path, root)))).toEqual([]);
    });
  },
);

describe('docs/images.md', () => {
  const rows = read('docs/images.md')
    .split('\n')
    .map(line => line.split('|').map(cell => cell.trim()))
    .filter(([, models = '']) => /^`(?:amazon|stability|stable)/.test(models));

  const models = rows.flatMap(([, ids = '', , files = '', mask = '']) =>
    [...ids.matchAll(/`([^`]+)`/g)].map(([, id = '']) => [id, files, mask] as const),
  );
  const modelIdOf = (id: string) => (id.startsWith('stable-') ? `stability.${id}-v1:0` : id);

  it('has the models that draw, and the thirteen services', () => {
    expect(models.filter(([id]) => id.startsWith('stable-'))).toHaveLength(13);
    expect(models).toHaveLength(21);
  });

  it.skipIf(sharedDataMissing)(`has every image model of AWS ${sharedDataMissing || ''}`, () => {
    const known = readSharedJson<{ models: Record<string, { kind: string }> }>('bedrock-models.json').models;
    const missing = Object.entries(known)
      .filter(([, { kind }]) => kind === 'image')
      .map(([id]) => id)
      // Of two versions of a model, the page names the newer one.
      .filter(id => !/^stability\.stable-image-(?:core|ultra)-v1:0$/.test(id))
      .filter(id => !models.some(([name]) => modelIdOf(name) === id));
    expect(missing).toEqual([]);
  });

  it.each(models)('is right about %s', (id, files, mask) => {
    expect(createBedrock().imageModel(modelIdOf(id))).toMatchObject({
      supportsFileInputs: files !== 'none',
      supportsMaskInputs: mask !== 'no' && mask !== '',
    });
  });
});

describe('docs/video.md', () => {
  const models = [...read('docs/video.md').matchAll(/^\| `([^`]+:\d)` \|/gm)].map(([, id = '']) => id);

  it.skipIf(sharedDataMissing)(`has every video model of AWS ${sharedDataMissing || ''}`, () => {
    const known = readSharedJson<{ models: Record<string, { kind: string }> }>('bedrock-models.json').models;
    const video = Object.entries(known).filter(([, { kind }]) => kind === 'video');
    expect(models.toSorted()).toEqual(video.map(([id]) => id).toSorted());
  });

  it.each(models)('is right that %s makes videos', id => {
    expect(createBedrock().videoModel(id)).toMatchObject({ modelId: id });
  });
});
