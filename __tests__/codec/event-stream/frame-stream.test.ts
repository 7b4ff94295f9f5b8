import { EventStreamCodec } from '@smithy/eventstream-codec';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crc32, tableCrc32 } from '../../../src/codec/event-stream/crc32.ts';
import { EventStreamError } from '../../../src/codec/event-stream/errors.ts';
import { decodeFrame, encodeFrame, type Frame } from '../../../src/codec/event-stream/frame.ts';
import { FrameStream } from '../../../src/codec/event-stream/frame-stream.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const smithy = new EventStreamCodec(
  input => (typeof input === 'string' ? input : decoder.decode(input)),
  text => encoder.encode(text),
);

const headers = fc.dictionary(
  fc
    .string({ minLength: 1, maxLength: 40, unit: 'binary' })
    .filter(name => encoder.encode(name).length <= 255),
  fc.string({ maxLength: 60, unit: 'binary' }),
  { maxKeys: 5, noNullPrototype: true },
);
const payload = fc.uint8Array({ maxLength: 300 });
const frame = fc.record({ headers, payload });

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

/** Pushes chunks and copies what comes out, as payloads are views that hold only until the next push. */
function readAll(chunks: readonly Uint8Array[]): Frame[] {
  const stream = new FrameStream();
  const frames: Frame[] = [];
  for (const chunk of chunks) {
    stream.push(chunk);
    for (let next = stream.next(); next; next = stream.next()) {
      frames.push({ headers: { ...next.headers }, payload: next.payload.slice() });
    }
  }
  stream.end();
  return frames;
}

function cut(bytes: Uint8Array, at: readonly number[]): Uint8Array[] {
  const edges = [0, ...at.map(point => point % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return edges.slice(1).map((edge, index) => bytes.subarray(edges[index], edge));
}

describe('encodeFrame', () => {
  it('gives what the Smithy codec decodes to the same headers and payload', () => {
    fc.assert(
      fc.property(frame, ({ headers, payload }) => {
        // Smithy's codec loses a header of this name; that ours does not is seen below.
        fc.pre(!Object.hasOwn(headers, '__proto__'));
        const message = smithy.decode(encodeFrame(headers, payload));
        const values = Object.entries(message.headers).map(([name, { value }]) => [name, value]);
        expect(Object.fromEntries(values)).toEqual(headers);
        expect(message.body).toEqual(payload);
      }),
    );
  });

  it('refuses a header that the format has no room for', () => {
    expect(() => encodeFrame({ ['x'.repeat(256)]: '' }, new Uint8Array())).toThrow(RangeError);
    expect(() => encodeFrame({ x: 'x'.repeat(65_536) }, new Uint8Array())).toThrow(RangeError);
  });
});

describe('decodeFrame', () => {
  it('reads what the Smithy codec encodes, of every header type', () => {
    const value = fc.oneof(
      fc.boolean().map(value => ({ type: 'boolean' as const, value })),
      fc.integer({ min: -128, max: 127 }).map(value => ({ type: 'byte' as const, value })),
      fc.integer({ min: -32_768, max: 32_767 }).map(value => ({ type: 'short' as const, value })),
      fc.integer().map(value => ({ type: 'integer' as const, value })),
      fc.string({ unit: 'binary' }).map(value => ({ type: 'string' as const, value })),
      fc.uint8Array().map(value => ({ type: 'binary' as const, value })),
      fc
        .date({ min: new Date(0), noInvalidDate: true })
        .map(value => ({ type: 'timestamp' as const, value })),
      fc.uuid().map(value => ({ type: 'uuid' as const, value })),
    );
    const typed = fc.dictionary(fc.string({ minLength: 1, maxLength: 20 }), value, { noNullPrototype: true });
    fc.assert(
      fc.property(typed, payload, (headers, body) => {
        const decoded = decodeFrame(smithy.encode({ headers, body }));
        const values = Object.entries(headers).map(([name, { value }]) => [name, value]);
        expect({ ...decoded.headers }).toEqual(Object.fromEntries(values));
        expect(decoded.payload).toEqual(body);
      }),
    );
  });

  it('refuses a frame in which any one byte is changed', () => {
    fc.assert(
      fc.property(
        frame,
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        ({ headers, payload }, position, flip) => {
          const bytes = encodeFrame(headers, payload);
          const index = position % bytes.length;
          bytes[index] = (bytes[index] as number) ^ flip;
          expect(() => decodeFrame(bytes)).toThrow(EventStreamError);
        },
      ),
    );
  });

  it('keeps a header named like a member of every object', () => {
    const bytes = encodeFrame({ ['__proto__']: 'a header', constructor: 'another' }, new Uint8Array());
    const { headers } = decodeFrame(bytes);
    expect(Object.keys(headers)).toEqual(['__proto__', 'constructor']);
  });
});

describe('FrameStream', () => {
  it('gives the same frames as the Smithy codec, cut anywhere', () => {
    fc.assert(
      fc.property(
        fc.array(frame, { maxLength: 8 }),
        fc.array(fc.nat(), { maxLength: 30 }),
        (frames, cuts) => {
          const encoded = frames.map(({ headers, payload }) => encodeFrame(headers, payload));
          const read = readAll(cut(concat(encoded), cuts));
          expect(read.map(({ payload }) => payload)).toEqual(encoded.map(bytes => smithy.decode(bytes).body));
          expect(read.map(({ headers }) => headers)).toEqual(frames.map(({ headers }) => headers));
        },
      ),
    );
  });

  it('gives the same frames byte by byte', () => {
    const texts = ['one', '', 'a longer payload '.repeat(200), 'three'];
    const bytes = concat(texts.map(text => encodeFrame({ ':event-type': 'chunk' }, encoder.encode(text))));
    const read = readAll(Array.from(bytes, byte => Uint8Array.of(byte)));
    expect(read.map(({ payload }) => decoder.decode(payload))).toEqual(texts);
  });

  it('does not confuse header blocks of equal length', () => {
    const names = ['messageStart', 'messageStopp', 'messageStart', 'messageStopp'];
    const bytes = concat(names.map(name => encodeFrame({ ':event-type': name }, new Uint8Array())));
    expect(readAll([bytes]).map(({ headers }) => headers[':event-type'])).toEqual(names);
  });

  it('says truncated when the stream ends at any byte inside a frame', () => {
    const bytes = encodeFrame({ ':event-type': 'chunk' }, encoder.encode('payload'));
    for (let length = 1; length < bytes.length; length++) {
      const error = errorOf(() => readAll([bytes.subarray(0, length)]));
      expect(error).toMatchObject({ name: 'EventStreamError', code: 'TruncatedStream' });
    }
  });

  it('refuses a prelude that claims more than a frame may hold before waiting for it', () => {
    const bytes = new Uint8Array(12);
    const view = new DataView(bytes.buffer);
    view.setUint32(0, 0x7fffffff);
    view.setUint32(8, crc32(bytes.subarray(0, 8)));
    const stream = new FrameStream();
    stream.push(bytes);
    expect(errorOf(() => stream.next())).toMatchObject({ code: 'CorruptStream' });
  });

  it('never throws anything else at hostile bytes', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 64 })), chunks => {
        const error = errorOf(() => readAll(chunks));
        expect(error === undefined || error instanceof EventStreamError).toBe(true);
      }),
    );
  });

  it('never throws anything else at hostile headers behind right checksums', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), headerBlock => {
        const bytes = encodeFrame({}, headerBlock);
        const view = new DataView(bytes.buffer);
        view.setUint32(4, headerBlock.length);
        view.setUint32(8, crc32(bytes.subarray(0, 8)));
        view.setUint32(bytes.length - 4, crc32(bytes.subarray(0, bytes.length - 4)));
        const error = errorOf(() => readAll([bytes]));
        expect(error === undefined || error instanceof EventStreamError).toBe(true);
      }),
    );
  });

  it('copies each byte a bounded number of times when a large frame comes in small chunks', () => {
    const bytes = encodeFrame({ ':event-type': 'chunk' }, new Uint8Array(1 << 20).fill(7));
    const original = Uint8Array.prototype.set;
    let copied = 0;
    Uint8Array.prototype.set = function (this: Uint8Array, source: ArrayLike<number>, offset?: number) {
      copied += source.length;
      return original.call(this, source, offset);
    };
    try {
      const stream = new FrameStream();
      for (let at = 0; at < bytes.length; at += 1000) {
        stream.push(bytes.subarray(at, at + 1000));
        stream.next();
      }
      stream.end();
    } finally {
      Uint8Array.prototype.set = original;
    }
    expect(copied).toBeLessThan(3 * bytes.length);
  });
});

describe('crc32', () => {
  it('is the same by table as natively', () => {
    fc.assert(
      fc.property(fc.uint8Array(), bytes => {
        expect(tableCrc32(bytes)).toBe(crc32(bytes));
      }),
    );
    expect(tableCrc32(encoder.encode('123456789'))).toBe(0xcbf43926);
  });
});

function errorOf(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe('headers', () => {
  const eventOf = (type: string, payload = '{}') =>
    encodeFrame(
      { ':event-type': type, ':content-type': 'application/json', ':message-type': 'event' },
      encoder.encode(payload),
    );
  const take = (stream: FrameStream, bytes: Uint8Array) => {
    stream.push(bytes);
    const frame = stream.next();
    expect(stream.next()).toBeUndefined();
    return frame?.headers;
  };

  it('of events are decoded once for all streams, also those of the same length', () => {
    const [one, two] = [new FrameStream(), new FrameStream()];
    const types = ['contentBlockStart', 'contentBlockDelta', 'contentBlockOther'];
    const first = types.map(type => take(one, eventOf(type)));
    expect(first.map(headers => headers?.[':event-type'])).toEqual(types);
    for (const round of [two, one, two]) {
      for (const [index, type] of types.entries()) expect(take(round, eventOf(type))).toBe(first[index]);
    }
  });

  it('of other messages are not kept', () => {
    const bytes = encodeFrame(
      { ':message-type': 'error', ':error-code': 'Denied', ':error-message': 'arn:aws:…' },
      new Uint8Array(),
    );
    const stream = new FrameStream();
    const headers = take(stream, bytes);
    expect(take(stream, bytes)).toEqual(headers);
    expect(take(stream, bytes)).not.toBe(headers);
  });

  it('are right when the memory of an earlier stream is used again, and `slice` copies nothing', () => {
    /** As Node's buffers have it. */
    class View extends Uint8Array {
      override slice(start?: number, end?: number): Uint8Array<ArrayBuffer> {
        return this.subarray(start, end) as Uint8Array<ArrayBuffer>;
      }
    }
    const memory = new View(eventOf('reusedMemoryOne'));
    expect(take(new FrameStream(), memory)?.[':event-type']).toBe('reusedMemoryOne');
    memory.set(eventOf('reusedMemoryTwo'));
    expect(take(new FrameStream(), memory)?.[':event-type']).toBe('reusedMemoryTwo');
  });

  it('of many lengths do not fill the memory', () => {
    const stream = new FrameStream();
    for (let length = 1; length <= 300; length++) {
      const type = 'e'.repeat(length);
      expect(take(stream, eventOf(type))?.[':event-type']).toBe(type);
      expect(take(stream, eventOf('messageStart'))?.[':event-type']).toBe('messageStart');
    }
  });
});

describe('bytes that are pushed before all frames are taken', () => {
  it('are refused, so that no frame is lost', () => {
    const bytes = encodeFrame({}, encoder.encode('one'));
    const stream = new FrameStream();
    stream.push(concat([bytes, bytes]));
    expect(stream.next()).toBeDefined();
    expect(() => stream.push(bytes)).toThrow('Frames are to be taken before more bytes are pushed.');
  });
});
