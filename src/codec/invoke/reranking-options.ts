import type { JSONObject, SharedV4ProviderOptions } from '@ai-sdk/provider';
import { z } from 'zod/v4';
import { jsonObject, parseOptions } from '../provider-options.ts';
import type { BedrockTrafficOptions } from '../traffic-options.ts';

/** `providerOptions.bedrock` of `rerank`. A type alias, because only those fit into the SDK's `providerOptions`. */
export type BedrockRerankingModelOptions = BedrockTrafficOptions & {
  /**
   * What is called. `bedrock-runtime` is InvokeModel: it takes API keys as well as signatures.
   * `bedrock-agent-runtime` is its operation Rerank: it takes signatures only, and reads documents that are
   * objects as they are.
   * @default 'bedrock-runtime' for models whose body is known (Cohere Rerank, Amazon Rerank), else
   * 'bedrock-agent-runtime'
   */
  service?: 'bedrock-runtime' | 'bedrock-agent-runtime' | undefined;

  /** Further members of the model's own request, e.g. `{ max_tokens_per_doc: 1024 }` for Cohere. */
  additionalModelRequestFields?: JSONObject | undefined;

  /** Of the official provider. Not needed: pages of a ranking are put together. Left out with a warning. */
  nextToken?: string | undefined;
};

/** @throws InvalidArgumentError naming the option and the values it takes */
export function readRerankingOptions(
  providerOptions: SharedV4ProviderOptions | undefined,
): BedrockRerankingModelOptions {
  return parseOptions(rerankingOptionsSchema, providerOptions) ?? {};
}

/** Built on first use: most calls carry no options, and no call should pay for it at import. */
let schema: z.ZodType<BedrockRerankingModelOptions> | undefined;

function rerankingOptionsSchema(): z.ZodType<BedrockRerankingModelOptions> {
  schema ??= z.object({
    service: z.enum(['bedrock-runtime', 'bedrock-agent-runtime']).optional(),
    additionalModelRequestFields: jsonObject().optional(),
    nextToken: z.string().optional(),
  });
  return schema;
}
