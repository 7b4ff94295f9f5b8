/** What a signature costs, counted: by `node:crypto` where there is Node, by WebCrypto on the edge. */
import { createBedrock } from 'bedrock-ai-provider';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { answer, hello } from '../auth/calls.ts';
import { stopWatching, watch } from './counting.ts';

const nodeCrypto = globalThis.process?.getBuiltinModule?.('node:crypto');

/** What was hashed and signed since `watchCrypto`. */
const made = { hashes: 0, bytesHashed: 0, hmacs: 0, keys: 0, byWebCrypto: 0 };

/** To be called before the first signature: whoever signs may keep the functions. */
function watchCrypto(): void {
  const hashed = (data: unknown) => {
    made.hashes += 1;
    made.bytesHashed += typeof data === 'string' ? data.length : (data as ArrayBufferView).byteLength;
  };
  const signed = () => {
    made.hmacs += 1;
  };
  const gotKey = () => {
    made.keys += 1;
  };
  if (nodeCrypto !== undefined) {
    watch(nodeCrypto, 'hash', ({ args: [, data] }) => hashed(data));
    watch(nodeCrypto, 'createHash', () => hashed(''));
    watch(nodeCrypto, 'createHmac', signed);
    watch(nodeCrypto, 'createSecretKey', gotKey);
  }
}
