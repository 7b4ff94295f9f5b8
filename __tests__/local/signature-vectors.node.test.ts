import { describe, expect, it } from 'vitest';
import { verifySignature } from '../../src/local/auth/sigv4.ts';
import { readSharedJson, sharedDataMissing } from '../support/shared-data.ts';

interface Case {
  name: string;
  service: string;
  region: string;
  credentials: { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
  timestamp: string;
  request: { method: string; url: string; headers: Record<string, string>; body?: string };
  expected: { headers: Record<string, string> };
}

const cases = sharedDataMissing ? [] : readSharedJson<{ cases: Case[] }>('sigv4/bedrock-requests.json').cases;

function verify(
  { request, expected, credentials, region, service, timestamp }: Case,
  body = request.body ?? '',
) {
  const headers = new Headers({ ...request.headers, ...expected.headers });
  const { method, url } = request;
  return verifySignature(
    { method, url: new URL(url), headers, body: new TextEncoder().encode(body) },
    headers.get('authorization') ?? '',
    { credentials: [credentials], region, service, now: new Date(timestamp) },
  );
}

describe.skipIf(sharedDataMissing)(
  `signatures that botocore made${sharedDataMissing ? `: ${sharedDataMissing}` : ''}`,
  () => {
    it.each(cases)('$name is accepted', async vector => {
      expect(await verify(vector)).toBe(vector.credentials);
    });

    it.each(cases)('$name is refused with another body', async vector => {
      await expect(verify(vector, `${vector.request.body ?? ''} `)).rejects.toThrow(/does not match/);
    });
  },
);
