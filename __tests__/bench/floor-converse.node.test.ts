import { createHash, createHmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import { createBedrock } from 'bedrock-ai-provider';
import { describe, expect, it } from 'vitest';
import { texts, vectorOf } from '../../bench/fixtures/embeddings.ts';
import { imagePrompt, longHistory, manyTools, smallRequest } from '../../bench/fixtures/prompts.ts';
import { base64, bySignature, converseBody } from '../../bench/floor/converse.ts';

const REGION = 'us-east-1';
const KEYS = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
};
const HOST = 'bedrock-runtime.us-east-1.amazonaws.com';
const PATH = '/model/anthropic.claude-sonnet-4-5-20250929-v1%3A0/converse';

class Sha256 {
  readonly #hash;

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', secret as string);
  }

  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(data as string);
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }
}

describe('the floor of requests', () => {
  it("signs as Smithy's signer does, also with the key that it has kept", async () => {
    const smithy = new SignatureV4({
      service: 'bedrock',
      region: REGION,
      credentials: KEYS,
      sha256: Sha256,
      applyChecksum: false,
    });
    const prove = bySignature(KEYS, REGION);
    for (const body of ['{}', '{"text":"ünï"}']) {
      const headers = prove(new URL(`https://${HOST}${PATH}`), body);
      const time = headers['x-amz-date'] ?? '';
      const signed = await smithy.sign(
        {
          method: 'POST',
          protocol: 'https:',
          hostname: HOST,
          path: PATH,
          query: {},
          headers: { host: HOST, 'content-type': 'application/json' },
          body,
        },
        {
          signingDate: new Date(
            time.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'),
          ),
          signableHeaders: new Set(['host', 'content-type', 'x-amz-date']),
        },
      );
      expect(headers['authorization']).toBe(signed.headers['authorization']);
    }
  });

  it.each([
    ['a small request', smallRequest()],
    ['a history', longHistory(3, 20)],
    ['tools', manyTools(3, 4)],
    ['an image', imagePrompt(3, 1_000)],
  ])('says the same as the provider does of %s', async (_, options) => {
    const sent: string[] = [];
    const fetch: typeof globalThis.fetch = async (_, init) => {
      sent.push(String(init?.body));
      return Response.json({
        output: { message: { role: 'assistant', content: [{ text: 'Good morning!' }] } },
        stopReason: 'end_turn',
        usage: { inputTokens: 5, outputTokens: 3, totalTokens: 8 },
      });
    };
    const model = createBedrock({ region: REGION, apiKey: 'key', fetch, traffic: 'off' }).languageModel(
      'anthropic.claude-sonnet-4-5-20250929-v1:0',
    );
    await model.doGenerate(options);
    const body = JSON.parse(sent[0] ?? '{}');
    expect(body).toMatchObject(JSON.parse(JSON.stringify(converseBody(options, base64))));
  });
});

describe('texts to embed', () => {
  it('have vectors of 1,024 numbers, which neighbors do not share', () => {
    const [first = '', second = ''] = texts(2);
    expect(vectorOf(first)).toHaveLength(1_024);
    expect(vectorOf(first)).not.toEqual(vectorOf(second));
    expect(() => vectorOf('Something else.')).toThrow('no vector');
  });
});
