/** Checked by `npm run typecheck`: ids of models are offered for completion, and any other string fits as well. */
import type { ProviderV4 } from '@ai-sdk/provider';
import {
  type BedrockChatModelId,
  type BedrockEmbeddingModelId,
  type BedrockImageModelId,
  type BedrockProvider,
  type BedrockRerankingModelId,
  type BedrockVideoModelId,
  bedrock,
} from 'bedrock-ai-provider';
import { costOf } from 'bedrock-ai-provider/cost';
import { expectTypeOf } from 'vitest';
import type { KnownChatModelId, KnownEmbeddingModelId } from '../../src/catalog/model-ids.ts';

// What an editor completes: literals are in the union, and are not swallowed by `string`.
expectTypeOf<
  Extract<BedrockChatModelId, 'us.anthropic.claude-sonnet-5'>
>().toEqualTypeOf<'us.anthropic.claude-sonnet-5'>();
expectTypeOf<'amazon.nova-lite-v1:0'>().toExtend<KnownChatModelId>();
expectTypeOf<'amazon.titan-embed-text-v2:0'>().toExtend<KnownEmbeddingModelId>();
expectTypeOf<'amazon.titan-embed-text-v2:0'>().not.toExtend<KnownChatModelId>();
// Retired models are not offered.
expectTypeOf<'anthropic.claude-3-7-sonnet-20250219-v1:0'>().not.toExtend<KnownChatModelId>();

// Anything else fits: ARNs, new models, variables.
declare const anyId: string;
expectTypeOf(anyId).toExtend<BedrockChatModelId>();
expectTypeOf(anyId).toExtend<BedrockEmbeddingModelId>();
expectTypeOf(anyId).toExtend<BedrockImageModelId>();
expectTypeOf(anyId).toExtend<BedrockRerankingModelId>();
expectTypeOf(anyId).toExtend<BedrockVideoModelId>();
expectTypeOf(bedrock).toBeCallableWith(
  'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc',
);
expectTypeOf(bedrock.imageModel).toBeCallableWith('us.stability.stable-image-inpaint-v1:0');
expectTypeOf(costOf).toBeCallableWith({ tokens: 1 }, anyId);

// @ts-expect-error an id is text
bedrock(42);

// The provider is still one for the AI SDK, whose ids are strings.
expectTypeOf<BedrockProvider>().toExtend<ProviderV4>();
