/** `bedrock-ai-provider/local`: a Bedrock that needs no account. */
export type { LocalCredentials } from './auth/sigv4.ts';
export type { LocalExchange } from './exchange.ts';
export type { LocalEpisode, LocalEpisodes } from './faults/episodes.ts';
export type { LocalFaultRule } from './faults/fault-rules.ts';
export type { LocalGuardrail } from './guardrails/guardrails.ts';
export type { LocalDocument } from './knowledge-bases/knowledge-bases.ts';
export type { ModelPattern } from './model-pattern.ts';
export type { LocalCounters } from './quotas/account.ts';
export type { LocalQuota, LocalQuotas } from './quotas/quota.ts';
export type { FaultPlace, StreamFault } from './reply/faults.ts';
export type {
  LocalAnswer,
  LocalDelay,
  LocalDelivery,
  LocalEvents,
  LocalFailedJob,
  LocalFailure,
  LocalReply,
  LocalRequest,
  LocalResponder,
  LocalStreamEvent,
} from './reply/reply.ts';
export type { LoggedRequest } from './request-log.ts';
export { respondWith } from './respond-with/index.ts';
export {
  createLocalBedrock,
  type ListeningBedrock,
  LOCAL_API_KEY,
  LOCAL_CREDENTIALS,
  type LocalBedrock,
  type LocalBedrockOptions,
  type LocalSettings,
} from './server.ts';
