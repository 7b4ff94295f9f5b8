/** The public door of a family's models: `createBedrock` before a local Bedrock that knows every model id. */
import type {
  JSONObject,
  LanguageModelV4CallOptions,
  LanguageModelV4Content,
  LanguageModelV4FinishReason,
  LanguageModelV4StreamPart,
  SharedV4ProviderMetadata,
  SharedV4Warning,
} from '@ai-sdk/provider';
import { createBedrock, type ModelFamily } from 'bedrock-ai-provider';
import { createLocalBedrock } from 'bedrock-ai-provider/local';
import { expect } from 'vitest';
import type { ConverseRequest } from '../../src/codec/converse/wire.ts';
import { expectValidConverseRequest } from '../support/aws-schema.ts';
import { contentOf } from '../support/collect.ts';
import { readParts } from '../support/replies.ts';
import { expectProtocol } from '../support/stream-protocol.ts';

/** A call that the local Bedrock has taken, as valid by AWS's schemas. */
export interface Taken {
  readonly operation: 'Converse' | 'ConverseStream';
  readonly body: ConverseRequest;
  readonly warnings: readonly SharedV4Warning[];
  readonly content: readonly LanguageModelV4Content[];
  readonly finishReason: LanguageModelV4FinishReason;
  readonly metadata: JSONObject;
}

export interface Door {
  generate(options: LanguageModelV4CallOptions): Promise<Taken>;
  /** The parts of the stream obey the protocol. */
  stream(options: LanguageModelV4CallOptions): Promise<Taken>;
  /** How many requests have arrived since the last call that was taken. */
  readonly arrived: number;
}

/** @param baseModel undefined for an ARN that tells the family only because a setting does */
export function openDoor(family: ModelFamily, baseModel: string | undefined): Door {
  const local = createLocalBedrock({ strict: true, authentication: 'off', models: () => true });
  const bedrock = createBedrock({
    region: 'us-east-1',
    apiKey: 'not-looked-at',
    fetch: local.fetch,
    families: [family],
  });
  const model =
    baseModel === undefined
      ? bedrock(PROFILE, { family: family.name })
      : bedrock(family.name === 'claude' ? `us.${baseModel}` : baseModel);

  function taken(): Pick<Taken, 'operation' | 'body'> {
    const [request, ...others] = local.requests;
    expect(others).toEqual([]);
    expect(request).toMatchObject({ status: 200, unknownMembers: [] });
    const operation = request?.operation === 'ConverseStream' ? 'ConverseStream' : 'Converse';
    const body = request?.body as ConverseRequest;
    expectValidConverseRequest(body, operation);
    local.reset();
    return { operation, body };
  }

  return {
    async generate(options) {
      const { content, finishReason, warnings, providerMetadata } = await model.doGenerate(options);
      return { ...taken(), content, finishReason, warnings, metadata: ownMetadata(providerMetadata) };
    },
    async stream(options) {
      const parts = await readParts((await model.doStream(options)).stream);
      expectProtocol(parts);
      expect(parts.filter(part => part.type === 'error')).toEqual([]);
      const { warnings } = parts[0] as Extract<LanguageModelV4StreamPart, { type: 'stream-start' }>;
      const finish = parts.at(-1) as Extract<LanguageModelV4StreamPart, { type: 'finish' }>;
      return {
        ...taken(),
        content: contentOf(parts),
        finishReason: finish.finishReason,
        warnings,
        metadata: ownMetadata(finish.providerMetadata),
      };
    },
    get arrived() {
      return local.requests.length;
    },
  };
}

const PROFILE = 'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/a1b2c3d4e5f6';

function ownMetadata(metadata: SharedV4ProviderMetadata | undefined): JSONObject {
  return metadata?.['bedrock'] ?? {};
}
