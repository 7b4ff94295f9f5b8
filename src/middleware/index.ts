/** `bedrock-ai-provider/middleware`: middleware for `wrapLanguageModel` of the AI SDK, around any provider's models. */
export {
  type GuardrailFindings,
  type GuardrailIntervention,
  type GuardrailMetadata,
  type GuardrailMiddlewareOptions,
  guardrailMiddleware,
} from './guardrail/guardrail.ts';
