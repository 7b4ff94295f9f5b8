/** How each contestant reads a chat's stream from a server of the group's. */
import { floorReader, floorStream } from './floor/parts.ts';
import type { Gathered } from './gathered.ts';
import { awsSdkAt, gather, MODEL_ID, officialWith, oursWith, readClient, readModel } from './readers.ts';
import type { ServerUrls } from './serve.ts';

/** @param start called when the call is made */
export type LoopbackReader = <G extends Gathered>(
  urls: ServerUrls,
  start: () => G,
) => Promise<() => Promise<G>>;

export const loopbackReaders: Readonly<
  Record<'floor' | 'floor+RS' | 'ours' | 'official' | 'AWS SDK', LoopbackReader>
> = {
  /** The bytes of `fetch`, which is the caller's, and a callback for every part. */
  floor:
    async ({ http1: url }, start) =>
    async () => {
      const gathered = start();
      const reader = floorReader(part => gathered.part(part));
      for await (const chunk of await post(url)) reader.push(chunk);
      reader.end();
      return gathered;
    },
  'floor+RS':
    async ({ http1: url }, start) =>
    async () => {
      const gathered = start();
      return gather(floorStream(await post(url)), gathered);
    },
  ours: async ({ http1: url }, start) =>
    readModel((await oursWith({ baseURL: url })).languageModel(MODEL_ID), start),
  official: async ({ http1: url }, start) =>
    readModel((await officialWith({ baseURL: url })).languageModel(MODEL_ID), start),
  'AWS SDK': async ({ http2: url }, start) => readClient(await awsSdkAt(url), start),
};

async function post(url: string): Promise<ReadableStream<Uint8Array>> {
  const { body } = await fetch(url, { method: 'POST', body: '{}' });
  return body as ReadableStream<Uint8Array>;
}
