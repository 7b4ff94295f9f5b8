/** What InvokeModel itself is asked and says, beside the model's own request and reply: headers, and members. */
import type {
  JSONObject,
  LanguageModelV4CallOptions,
  LanguageModelV4FinishReason,
  SharedV4ProviderMetadata,
  SharedV4Warning,
} from '@ai-sdk/provider';
import { readOptions } from '../codec/converse/read-options.ts';
import { ownOptions } from '../codec/provider-options.ts';
import { isObject } from './dialect.ts';
import type { ReplyMembers } from './reply-members.ts';

const SERVICE_OPTIONS = ['guardrailConfig', 'performanceConfig', 'serviceTier', 'requestMetadata'] as const;

/**
 * Takes the options for InvokeModel out of `providerOptions.bedrock`, which the package reads for itself, and puts them
 * into headers.
 * @throws InvalidArgumentError naming the option and the values it takes
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeModel.html
 */
export function withServiceHeaders(options: LanguageModelV4CallOptions): {
  options: LanguageModelV4CallOptions;
  warnings: SharedV4Warning[];
} {
  const own = ownOptions(options.providerOptions) ?? {};
  const given = Object.entries(own);
  const isOfService = ([name]: [string, unknown]) => (SERVICE_OPTIONS as readonly string[]).includes(name);
  const ofService = given.filter(isOfService);
  if (ofService.length === 0) return { options, warnings: [] };
  const bedrock = Object.fromEntries(ofService) as JSONObject;
  const { guardrailConfig, performanceConfig, serviceTier, requestMetadata } =
    readOptions('call', { bedrock }, () => '') ?? {};
  const warnings: SharedV4Warning[] =
    guardrailConfig?.streamProcessingMode === undefined
      ? []
      : [
          {
            type: 'unsupported',
            feature: 'guardrailConfig.streamProcessingMode',
            details: 'Claude’s own API has no place for it; bedrock(…) and Converse have.',
          },
        ];
  const headers = {
    'x-amzn-bedrock-guardrailidentifier': guardrailConfig?.guardrailIdentifier,
    'x-amzn-bedrock-guardrailversion': guardrailConfig?.guardrailVersion,
    'x-amzn-bedrock-trace': guardrailConfig?.trace?.toUpperCase(),
    'x-amzn-bedrock-performanceconfig-latency': performanceConfig?.latency,
    'x-amzn-bedrock-service-tier': serviceTier,
    // Its characters are ASCII.
    'x-amzn-bedrock-request-metadata': requestMetadata && JSON.stringify(requestMetadata),
  };
  const { bedrock: _, amazonBedrock: __, ...others } = options.providerOptions ?? {};
  const rest = Object.fromEntries(given.filter(entry => !isOfService(entry))) as JSONObject;
  return {
    options: {
      ...options,
      headers: { ...headers, ...options.headers },
      providerOptions: { ...others, ...(Object.keys(rest).length > 0 && { bedrock: rest }) },
    },
    warnings,
  };
}

/** What InvokeModel says of a call, for `providerMetadata.bedrock`, in Converse's words. */
export class InvokeMembers implements ReplyMembers {
  #metadata: JSONObject = {};
  #isBlocked = false;

  read(event: JSONObject): void {
    const metrics = event['amazon-bedrock-invocationMetrics'];
    if (isObject(metrics) && typeof metrics['invocationLatency'] === 'number') {
      this.#metadata['metrics'] = { latencyMs: metrics['invocationLatency'] };
    }
    const trace = event['amazon-bedrock-trace'];
    if (isObject(trace)) this.#metadata['trace'] = trace;
    if (event['amazon-bedrock-guardrailAction'] === 'INTERVENED') this.#isBlocked = true;
  }

  finishReason(given: LanguageModelV4FinishReason): LanguageModelV4FinishReason {
    return this.#isBlocked ? { unified: 'content-filter', raw: 'guardrail_intervened' } : given;
  }

  metadata(
    headers: Readonly<Record<string, string>>,
    given: SharedV4ProviderMetadata | undefined,
  ): SharedV4ProviderMetadata | undefined {
    const latency = headers['x-amzn-bedrock-performanceconfig-latency'];
    const tier = headers['x-amzn-bedrock-service-tier'];
    const waited = Number(headers['x-amzn-bedrock-invocation-latency'] ?? Number.NaN);
    const own: JSONObject = {
      ...(!Number.isNaN(waited) && { metrics: { latencyMs: waited } }),
      ...this.#metadata,
      ...(latency !== undefined && { performanceConfig: { latency } }),
      ...(tier !== undefined && { serviceTier: { type: tier } }),
    };
    if (Object.keys(own).length === 0) return given;
    return { ...given, bedrock: { ...given?.['bedrock'], ...own } };
  }
}
