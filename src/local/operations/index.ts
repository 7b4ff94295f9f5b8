import { getAsyncInvoke, listAsyncInvokes, startAsyncInvoke } from './async-invoke.ts';
import {
  getFoundationModelAvailability,
  getInferenceProfile,
  listFoundationModels,
  listInferenceProfiles,
} from './catalog.ts';
import { converse, converseStream } from './converse.ts';
import { countTokens, mantleCountTokens } from './count-tokens.ts';
import { applyGuardrail, invokeGuardrailChecks } from './guardrails.ts';
import { invokeModel, invokeModelWithResponseStream } from './invoke-model.ts';
import { retrieve, retrieveAndGenerate, retrieveAndGenerateStream } from './knowledge-bases.ts';
import { messages } from './messages.ts';
import { getMetricData } from './metrics.ts';
import { chatCompletions, mantleModels, responses } from './openai.ts';
import type { Operation } from './operation.ts';
import { rerank } from './rerank.ts';
import { listServiceQuotas } from './service-quotas.ts';

/** Everything that the local Bedrock serves. */
export const operations: readonly Operation[] = [
  converse,
  converseStream,
  invokeModel,
  invokeModelWithResponseStream,
  rerank,
  listServiceQuotas,
  getMetricData,
  startAsyncInvoke,
  getAsyncInvoke,
  listAsyncInvokes,
  countTokens,
  mantleCountTokens,
  applyGuardrail,
  invokeGuardrailChecks,
  listFoundationModels,
  getFoundationModelAvailability,
  listInferenceProfiles,
  getInferenceProfile,
  retrieve,
  retrieveAndGenerate,
  retrieveAndGenerateStream,
  messages,
  ...chatCompletions,
  ...responses,
  mantleModels,
];
