import { converse, converseStream } from './converse.ts';
import { invokeModel, invokeModelWithResponseStream } from './invoke-model.ts';
import { messages } from './messages.ts';
import { chatCompletions, mantleModels, responses } from './openai.ts';
import type { Operation } from './operation.ts';
import { rerank } from './rerank.ts';

/** Everything that the local Bedrock serves. */
export const operations: readonly Operation[] = [
  converse,
  converseStream,
  invokeModel,
  invokeModelWithResponseStream,
  rerank,
  messages,
  ...chatCompletions,
  ...responses,
  mantleModels,
];
