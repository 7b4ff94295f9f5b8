/** The public door of a model that chats in its own language: `invokeModel` before a local Bedrock. */
import type {
  JSONObject,
  LanguageModelV4,
  LanguageModelV4CallOptions,
  LanguageModelV4Content,
  LanguageModelV4FilePart,
  LanguageModelV4FinishReason,
  LanguageModelV4Prompt,
  LanguageModelV4StreamPart,
  LanguageModelV4Usage,
  SharedV4Warning,
} from '@ai-sdk/provider';
import { createBedrock, type ModelFamily } from 'bedrock-ai-provider';
import { createLocalBedrock, type LocalBedrock } from 'bedrock-ai-provider/local';
import { expect } from 'vitest';
import { contentOf } from '../support/collect.ts';
import { readParts } from '../support/replies.ts';
import { expectProtocol } from '../support/stream-protocol.ts';

/** What is the same whether a reply is whole or a stream. */
export interface Told {
  readonly content: readonly LanguageModelV4Content[];
  readonly finishReason: LanguageModelV4FinishReason;
  readonly usage: LanguageModelV4Usage;
  readonly warnings: readonly SharedV4Warning[];
}

export interface Taken extends Told {
  readonly operation: string | undefined;
  /** In the model's own words. */
  readonly body: JSONObject;
  readonly headers: Readonly<Record<string, string>>;
}

export interface InvokeDoor {
  readonly local: LocalBedrock;
  readonly model: LanguageModelV4;
  generate(options: LanguageModelV4CallOptions): Promise<Taken>;
  /** @param cuts where the bytes of the reply are cut into the chunks that arrive */
  stream(options: LanguageModelV4CallOptions, cuts?: readonly number[]): Promise<Taken>;
}

const IMPORTED = 'arn:aws:bedrock:us-east-1:123456789012:imported-model/a1b2c3d4e5f6';

/** @param baseModel undefined for an ARN that tells the family only because a setting does */
export function openInvokeDoor(family: ModelFamily, baseModel: string | undefined): InvokeDoor {
  const local = createLocalBedrock({ strict: true, authentication: 'off', models: () => true });
  let cuts: readonly number[] = [];
  let ids = 0;
  const bedrock = createBedrock({
    region: 'us-east-1',
    apiKey: 'not-looked-at',
    fetch: async (input, init) => cutInto(await local.fetch(input, init), cuts),
    // So that a whole reply and a stream name the same things alike, where the model gives no ids.
    generateId: () => `id-${ids++}`,
    families: [family],
  });
  const model =
    baseModel === undefined
      ? bedrock.invokeModel(IMPORTED, { family: family.name })
      : bedrock.invokeModel(baseModel);

  function taken(): Pick<Taken, 'operation' | 'body' | 'headers'> {
    const [request, ...others] = local.requests;
    expect(others).toEqual([]);
    expect(request).toMatchObject({ status: 200, unknownMembers: [] });
    const { operation, body, headers = {} } = request ?? {};
    local.reset();
    ids = 0;
    return { operation, body: body as JSONObject, headers };
  }

  return {
    local,
    model,
    async generate(options) {
      const { content, finishReason, usage, warnings } = await model.doGenerate(options);
      return { ...taken(), content, finishReason, usage, warnings };
    },
    async stream(options, at = []) {
      cuts = at;
      const { stream } = await model.doStream(options);
      const parts = await readParts(stream);
      cuts = [];
      expectProtocol(parts);
      expect(parts.filter(part => part.type === 'error')).toEqual([]);
      const { warnings } = parts[0] as Extract<LanguageModelV4StreamPart, { type: 'stream-start' }>;
      const finish = parts.at(-1) as Extract<LanguageModelV4StreamPart, { type: 'finish' }>;
      return {
        ...taken(),
        content: contentOf(parts),
        finishReason: finish.finishReason,
        usage: finish.usage,
        warnings,
      };
    },
  };
}

async function cutInto(response: Response, cuts: readonly number[]): Promise<Response> {
  if (cuts.length === 0) return response;
  const bytes = new Uint8Array(await response.arrayBuffer());
  const places = [0, ...cuts.map(cut => cut % (bytes.length + 1)).toSorted((a, b) => a - b), bytes.length];
  const pieces = places.slice(1).map((end, index) => bytes.subarray(places[index], end));
  const body = new ReadableStream({
    start: controller => {
      for (const piece of pieces) if (piece.length > 0) controller.enqueue(piece);
      controller.close();
    },
  });
  return new Response(body, { status: response.status, headers: response.headers });
}

/** What both forms of a reply must agree on. */
export function told({ content, finishReason, usage, warnings }: Told): Told {
  return { content, finishReason, usage, warnings };
}

const VIDEO: LanguageModelV4FilePart = {
  type: 'file',
  mediaType: 'video/mp4',
  data: { type: 'data', data: 'AAAAHGZ0eXBpc29t' },
};

/** Pegasus answers about one video, and nothing without one. */
export function needsVideo(baseModel: string | undefined): boolean {
  return baseModel?.includes('pegasus') === true;
}

/** A question as this model can take it. */
export function asking(baseModel: string | undefined, text: string): LanguageModelV4Prompt {
  const question = { type: 'text' as const, text };
  return [{ role: 'user', content: needsVideo(baseModel) ? [VIDEO, question] : [question] }];
}
