import { describe, expect, it } from 'vitest';
import { EventStreamError } from '../../../src/codec/event-stream/errors.ts';
import { decodeFrame, type HeaderValue } from '../../../src/codec/event-stream/frame.ts';
import { readSharedJson, sharedDataMissing } from '../../support/shared-data.ts';

interface Vector {
  name: string;
  source: string;
  valid: boolean;
  encoded: string;
  error?: string;
  decoded?: { headers: Array<{ name: string; type: number; value?: unknown }>; payload: string };
}

const file = 'eventstream/vectors.json';
const vectors = sharedDataMissing ? [] : readSharedJson<{ vectors: Vector[] }>(file).vectors;
const bytesOf = (base64: string) => new Uint8Array(Buffer.from(base64, 'base64'));

function expectedValue(type: number, value: unknown): HeaderValue {
  switch (type) {
    case 0:
      return true;
    case 1:
      return false;
    case 5:
      return BigInt(value as number);
    case 6:
      return bytesOf(value as string);
    case 7:
      return Buffer.from(value as string, 'base64').toString();
    case 8:
      return new Date(Number(value));
    case 9:
      return Buffer.from(value as string, 'base64')
        .toString('hex')
        .replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
    default:
      return value as number;
  }
}

describe.skipIf(sharedDataMissing)(`published event-stream vectors (skipped: ${sharedDataMissing})`, () => {
  it.each(vectors.filter(vector => vector.valid))('decodes $source $name', ({ encoded, decoded }) => {
    const frame = decodeFrame(bytesOf(encoded));
    const expected =
      decoded?.headers.map(({ name, type, value }) => [name, expectedValue(type, value)]) ?? [];
    expect({ ...frame.headers }).toEqual(Object.fromEntries(expected));
    expect(Buffer.from(frame.payload).toString('base64')).toBe(decoded?.payload);
  });

  it.each(vectors.filter(vector => !vector.valid))('refuses $source $name ($error)', ({ encoded }) => {
    expect(() => decodeFrame(bytesOf(encoded))).toThrow(EventStreamError);
  });

  it('are all here', () => {
    expect(vectors).toHaveLength(20);
  });
});
