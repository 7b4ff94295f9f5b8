/** How often the bytes of a file in a prompt are walked on their way into a request, counted. */
import nodeCrypto from 'node:crypto';
import type { LanguageModelV4CallOptions } from '@ai-sdk/provider';
import { type BedrockProviderSettings, createBedrock } from 'bedrock-ai-provider';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { smallRequest } from '../../bench/fixtures/prompts.ts';
import { Random } from '../../bench/fixtures/random.ts';
import { answer } from '../auth/calls.ts';
import { stopWatching, watch, withoutTurn } from './counting.ts';

/** What is longer holds the file. */
const LONG = 1_000_000;

const image = new Random(8).bytes(4 * 2 ** 20);
const base64 = Buffer.from(image).toString('base64');
const promptWith = (data: Uint8Array | string): LanguageModelV4CallOptions => ({
  prompt: [
    { role: 'user', content: [{ type: 'file', mediaType: 'image/png', data: { type: 'data', data } }] },
  ],
});

/** Methods of strings that look at each of their letters, be it one letter at a call. */
const SCANS = [
  'charAt',
  'charCodeAt',
  'codePointAt',
  'includes',
  'indexOf',
  'lastIndexOf',
  'match',
  'matchAll',
  'normalize',
  'replace',
  'replaceAll',
  'search',
  'split',
  'toLowerCase',
  'trim',
];

/** By the name of what walked, how often something as long as the file was its text, its bytes or its result. */
type Walks = Record<string, number>;

/** To be called before the first signature: the signer keeps `hash`. */
function watchWalks(walks: Walks): void {
  const isLong = (value: unknown) =>
    (typeof value === 'string' ? value.length : ArrayBuffer.isView(value) ? value.byteLength : 0) >= LONG;
  const see = (owner: object, names: readonly string[], of = '') => {
    for (const name of names) {
      watch(owner, name, ({ self, args, result }) => {
        // `set` walks what it copies, not what it copies into.
        const walked = name === 'set' ? args : [self, ...args, result];
        if (walked.some(isLong)) walks[of + name] = (walks[of + name] ?? 0) + 1;
      });
    }
  };
  see(String.prototype, SCANS);
  see(RegExp.prototype, ['exec', 'test']);
  see(JSON, ['stringify', 'parse']);
  see(TextEncoder.prototype, ['encode', 'encodeInto']);
  see(TextDecoder.prototype, ['decode']);
  see(globalThis, ['atob', 'btoa', 'structuredClone']);
  see(nodeCrypto, ['hash']);
  see(Buffer, ['from', 'concat', 'byteLength'], 'Buffer.');
  see(Buffer.prototype, ['toString'], 'Buffer.');
  see(Object.getPrototypeOf(Uint8Array.prototype), ['set', 'slice'], 'Uint8Array.');
}

const walks: Walks = {};
let body: unknown;
const fetch = async (_: unknown, init?: RequestInit) => {
  body = init?.body;
  return answer();
};

beforeAll(() => {
  vi.stubGlobal('fetch', fetch);
  watchWalks(walks);
  return () => {
    stopWatching();
    vi.unstubAllGlobals();
  };
});

/** Of the second call of a provider; the first may do what is done once. */
async function walksOf(
  options: LanguageModelV4CallOptions,
  settings: Pick<BedrockProviderSettings, 'fetch'> = {},
): Promise<Walks> {
  const model = createBedrock({
    region: 'us-east-1',
    accessKeyId: 'KEY',
    secretAccessKey: 'secret',
    ...settings,
  })('anthropic.claude-sonnet-4-5-20250929-v1:0');
  await model.doGenerate(smallRequest());
  for (const name of Object.keys(walks)) delete walks[name];
  await withoutTurn(() => model.doGenerate(options));
  return { ...walks };
}

/** For a quote, a backslash and both line breaks: a search that finds nothing goes through all of it. */
const CHECKED = { includes: 4 };

describe('an image of 4 MiB', () => {
  it('in base64 is checked, put into the body and hashed, and JSON.stringify never sees it', async () => {
    expect(await walksOf(promptWith(base64))).toEqual({ ...CHECKED, encodeInto: 1, hash: 1 });
    expect(new TextDecoder().decode(body as Uint8Array)).toContain(base64);
  });

  it('in bytes is made base64 once, besides', async () => {
    const { 'Buffer.from': _view, ...walks } = await walksOf(promptWith(image));
    expect(walks).toEqual({ 'Buffer.toString': 1, ...CHECKED, encodeInto: 1, hash: 1 });
    expect(new TextDecoder().decode(body as Uint8Array)).toContain(base64);
  });

  it('is stringified once and hashed once for a fetch of the caller, who may want to read the body', async () => {
    expect(await walksOf(promptWith(base64), { fetch })).toEqual({ stringify: 1, hash: 1 });
    expect(body).toContain(base64);
  });
});
