/** What the package adds to a bundle, in bytes. `npm test` builds the package first. */
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { bundleApp, type Chunk } from '../../bench/size.ts';

type App = Awaited<ReturnType<typeof bundleApp>>;

let alone: App;
let withOurs: App;
beforeAll(async () => {
  alone = await bundleApp();
  withOurs = await bundleApp({ name: 'bedrock-ai-provider', imports: 'createBedrock' });
});

const KB = 1000;

/** Minified. */
function added(which: keyof App): { minified: number; gzip: number } {
  const [code, without] = [withOurs, alone].map(app => app[which].map(chunk => chunk.code).join('')) as [
    string,
    string,
  ];
  return {
    minified: code.length - without.length,
    gzip: gzipSync(code, { level: 9 }).length - gzipSync(without, { level: 9 }).length,
  };
}

const modulesOf = (chunks: readonly Chunk[]) => chunks.flatMap(({ moduleIds }) => [...moduleIds]);

/**
 * Some kilobytes more than it is, so that whoever adds many sees it here and asks whether all apps need them at once.
 * The targets that the package was meant to meet, and why it does not: docs/performance.md.
 */
describe('an app for the edge, on top of `ai`', () => {
  it('loads at most 235 kB more, minified, and 78 kB in gzip', () => {
    const { minified, gzip } = added('loaded');
    expect(minified).toBeLessThan(235 * KB);
    expect(gzip).toBeLessThan(78 * KB);
  });

  it('is deployed with at most 485 kB more, and 145 kB in gzip, with all that is loaded when it is asked for', () => {
    const { minified, gzip } = added('all');
    expect(minified).toBeLessThan(485 * KB);
    expect(gzip).toBeLessThan(145 * KB);
  });

  it('needs one package more than `ai` has: aws4fetch', () => {
    const packagesOf = (app: App) =>
      modulesOf(app.all).flatMap(id => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(id)?.[1] ?? []);
    const before = new Set(packagesOf(alone));
    const more = new Set(packagesOf(withOurs).filter(name => !before.has(name)));
    expect([...more]).toEqual(['aws4fetch']);
  });
});
