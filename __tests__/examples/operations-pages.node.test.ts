import { existsSync, readFileSync } from 'node:fs';
import { createBedrock } from 'bedrock-ai-provider';
import { describe, expect, it } from 'vitest';

const root = new URL('../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');

/** Code without its indentation. */
const dedent = (code: string) => code.replace(/^ +/gm, '').trim();

describe.each([
  ['operations', ['operations', 'knowledge-base']],
  ['guardrails', ['guardrail-middleware', 'operations', 'guardrail']],
  ['health', ['health']],
])('docs/%s.md', (name, examples) => {
  const page = read(`docs/${name}.md`);

  it('shows only code of its examples, which are run', () => {
    const sources = examples.map(example => dedent(read(`examples/${example}.ts`)));
    const shown = [...page.matchAll(/^```ts\n([\s\S]*?)^```/gm)].map(([, code = '']) => dedent(code));
    expect(shown.length).toBeGreaterThan(2);
    expect(shown.filter(code => !sources.some(source => source.includes(code)))).toEqual([]);
  });

  it('links to what there is', () => {
    const links = [...page.matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]+))?\)/g)];
    expect(links.length).toBeGreaterThan(5);
    for (const [, path = '', anchor] of links) {
      const target = path === '' ? new URL(`docs/${name}.md`, root) : new URL(path, new URL('docs/', root));
      expect(existsSync(target), path).toBe(true);
      const headings = [...readFileSync(target, 'utf8').matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
        title
          .toLowerCase()
          .replace(/[^\w -]/g, '')
          .replaceAll(' ', '-'),
      );
      if (anchor !== undefined) expect(headings).toContain(anchor);
    }
  });
});

describe('docs/operations.md', () => {
  const models =
    /^(?:languageModel|(?:text)?(?:embedding|image|reranking|video)\w*|invokeModel|textEmbedding\w*)$/i;

  it('has every operation of the provider', () => {
    const methods = Object.entries(createBedrock())
      .filter(([name, value]) => typeof value === 'function' && !models.test(name))
      .map(([name]) => name);
    const listed = [...read('docs/operations.md').matchAll(/^\| \[`(\w+)`\]/gm)].map(([, name]) => name);
    expect(methods.length).toBeGreaterThan(10);
    expect(methods.filter(name => !listed.includes(name))).toEqual([]);
  });

  it('is right that none needs `this`', async () => {
    const { listModels, resolveModel } = createBedrock({
      region: 'us-east-1',
      apiKey: 'key',
      fetch: async () => Response.json({ modelSummaries: [] }),
    });
    expect(await listModels()).toEqual([]);
    expect(await resolveModel('us.amazon.nova-lite-v1:0')).toEqual({ baseModel: 'amazon.nova-lite-v1:0' });
  });
});
