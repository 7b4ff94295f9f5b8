/**
 * What callers find in `providerMetadata.bedrock` of a finished reply. Every member is optional: a reply may leave
 * it out, and what AWS adds tomorrow is there as well, untyped.
 *
 * These are type aliases and not interfaces, because only those are JSON objects to the AI SDK's types.
 */
import type { JSONObject, JSONValue } from '@ai-sdk/provider';
import type { STRUCTURED_OUTPUT_MODES } from '../family.ts';
import type { ServedBy } from './request-facts.ts';

/**
 * `result.providerMetadata.bedrock` of a chat model.
 *
 * @example
 * const metadata = result.providerMetadata?.bedrock as BedrockLanguageModelMetadata | undefined;
 */
export type BedrockLanguageModelMetadata = {
  /** Tokens written to the prompt cache, in all and by lifetime. Tokens read are in the AI SDK's own usage. */
  usage?:
    | {
        cacheWriteInputTokens?: number | undefined;
        cacheDetails?: Array<{ ttl?: string; inputTokens?: number }> | undefined;
      }
    | undefined;
  /** What the guardrail found, where `guardrailConfig.trace` asks for it, and where a prompt router led to. */
  trace?: BedrockTrace | undefined;
  /** Milliseconds that Bedrock took, without the network. */
  metrics?: { latencyMs?: number } | undefined;
  /** The latency that the call was served with, which may be less than what was asked for. */
  performanceConfig?: { latency?: string } | undefined;
  /** The tier that the call was served with. */
  serviceTier?: { type?: string } | undefined;
  /** The stop sequence that ended the reply, where the model says it. */
  stopSequence?: string | undefined;
  /** The members that `additionalModelResponseFieldPaths` asked for, where the model's own reply has them. */
  additionalModelResponseFields?: JSONValue | undefined;
  /** How structured output was asked for. */
  structuredOutput?: (typeof STRUCTURED_OUTPUT_MODES)[number] | undefined;
  /** Where the call was moved to by `traffic.failover`; absent when it went where it should. */
  servedBy?: ServedBy | undefined;
  /** What the call cost, as a `Cost`, with the provider's setting `cost`. */
  cost?: JSONObject | undefined;
};

/** https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseTrace.html */
export type BedrockTrace = {
  guardrail?: BedrockGuardrailTrace;
  promptRouter?: { invokedModelId?: string };
};

/** https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_GuardrailTraceAssessment.html */
export type BedrockGuardrailTrace = {
  /** The model's own words, before the guardrail changed them. */
  modelOutput?: string[];
  /** By the guardrail's id. */
  inputAssessment?: { [guardrailId: string]: BedrockGuardrailAssessment };
  outputAssessments?: { [guardrailId: string]: BedrockGuardrailAssessment[] };
  actionReason?: string;
};

/** https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_GuardrailAssessment.html */
export type BedrockGuardrailAssessment = {
  topicPolicy?: { topics?: Array<Finding & { name?: string; type?: string }> };
  contentPolicy?: {
    filters?: Array<Finding & { type?: string; confidence?: string; filterStrength?: string }>;
  };
  wordPolicy?: {
    customWords?: Array<Finding & { match?: string }>;
    managedWordLists?: Array<Finding & { match?: string; type?: string }>;
  };
  sensitiveInformationPolicy?: {
    piiEntities?: Array<Finding & { match?: string; type?: string }>;
    regexes?: Array<Finding & { name?: string; match?: string; regex?: string }>;
  };
  contextualGroundingPolicy?: {
    filters?: Array<Finding & { type?: string; threshold?: number; score?: number }>;
  };
  automatedReasoningPolicy?: { findings?: AutomatedReasoningFinding[] };
  invocationMetrics?: {
    guardrailProcessingLatency?: number;
    /** Billed units by policy, e.g. `contentPolicyUnits`. */
    usage?: { [units: string]: number };
    guardrailCoverage?: {
      textCharacters?: { guarded?: number; total?: number };
      images?: { guarded?: number; total?: number };
    };
  };
  appliedGuardrailDetails?: {
    guardrailId?: string;
    guardrailVersion?: string;
    guardrailArn?: string;
    guardrailOrigin?: string[];
    guardrailOwnership?: string;
  };
};

type Finding = {
  /** E.g. `BLOCKED`, `ANONYMIZED`, `NONE`. */
  action?: string;
  detected?: boolean;
};

/**
 * One member only.
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_GuardrailAutomatedReasoningFinding.html
 */
type AutomatedReasoningFinding = {
  valid?: LogicFinding & { claimsTrueScenario?: Scenario; supportingRules?: Rule[] };
  invalid?: LogicFinding & { contradictingRules?: Rule[] };
  satisfiable?: LogicFinding & { claimsTrueScenario?: Scenario; claimsFalseScenario?: Scenario };
  impossible?: LogicFinding & { contradictingRules?: Rule[] };
  translationAmbiguous?: {
    options?: Array<{ translations?: Translation[] }>;
    differenceScenarios?: Scenario[];
  };
  tooComplex?: Record<string, never>;
  noTranslations?: Record<string, never>;
};

type LogicFinding = {
  translation?: Translation;
  logicWarning?: { type?: string; premises?: Statement[]; claims?: Statement[] };
};

type Translation = {
  premises?: Statement[];
  claims?: Statement[];
  untranslatedPremises?: Array<{ text?: string }>;
  untranslatedClaims?: Array<{ text?: string }>;
  confidence?: number;
};

type Statement = { logic?: string; naturalLanguage?: string };
type Scenario = { statements?: Statement[] };
type Rule = { identifier?: string; policyVersionArn?: string };
