/** Who is measured: models as their users make them, with the process's own `fetch`. */
import type { LanguageModelV4, LanguageModelV4StreamPart } from '@ai-sdk/provider';
import { smallRequest } from '../fixtures/prompts.ts';
import { MODEL_ID, REGION } from '../readers.ts';

export type ContestantName = 'ours' | 'official';

const KEYS = {
  region: REGION,
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
};

/** Requests are signed. @param baseURL default AWS */
export async function modelOf(contestant: ContestantName, baseURL?: string): Promise<LanguageModelV4> {
  const settings = { ...KEYS, ...(baseURL && { baseURL }) };
  switch (contestant) {
    case 'ours': {
      const { createBedrock } = await import('bedrock-ai-provider');
      return createBedrock(settings).languageModel(MODEL_ID);
    }
    case 'official': {
      const { createAmazonBedrock } = await import('@ai-sdk/amazon-bedrock');
      return createAmazonBedrock(settings).languageModel(MODEL_ID);
    }
  }
}

export async function streamOf(
  model: LanguageModelV4,
): Promise<ReadableStreamDefaultReader<LanguageModelV4StreamPart>> {
  return (await model.doStream(smallRequest())).stream.getReader();
}

/** @param onPart called with each part when it comes */
export async function readAll(
  model: LanguageModelV4,
  onPart: (part: LanguageModelV4StreamPart) => void,
): Promise<void> {
  const reader = await streamOf(model);
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    onPart(value);
  }
}
