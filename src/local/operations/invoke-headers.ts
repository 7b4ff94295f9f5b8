/** What Converse says in its body and InvokeModel in headers. */
import type { JSONObject } from '@ai-sdk/provider';
import type { ConverseRequest, GuardrailConfig, ReplyMetadata } from '../../codec/converse/wire.ts';
import { validationError } from '../aws-error.ts';
import { isObject } from '../json-schema-check.ts';

type ServiceMembers = Pick<
  ConverseRequest,
  'guardrailConfig' | 'performanceConfig' | 'requestMetadata' | 'serviceTier'
>;

const TRACES: Readonly<Record<string, GuardrailConfig['trace']>> = {
  ENABLED: 'enabled',
  DISABLED: 'disabled',
  ENABLED_FULL: 'enabled_full',
};

/**
 * @throws AwsError for values that the headers do not take
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeModel.html
 */
export function readInvokeHeaders(headers: Headers): ServiceMembers {
  const trace = choice(headers, 'trace', Object.keys(TRACES));
  const latency = choice(headers, 'performanceconfig-latency', ['standard', 'optimized'] as const);
  const tier = choice(headers, 'service-tier', ['priority', 'default', 'flex', 'reserved'] as const);
  const guardrail = readGuardrail(headers);
  const metadata = headers.get('x-amzn-bedrock-request-metadata');
  return {
    ...(guardrail && { guardrailConfig: { ...guardrail, ...(trace && { trace: TRACES[trace] }) } }),
    ...(latency && { performanceConfig: { latency } }),
    ...(tier && { serviceTier: { type: tier } }),
    ...(metadata !== null && { requestMetadata: readMetadata(metadata) }),
  };
}

function choice<Value extends string>(
  headers: Headers,
  name: string,
  values: readonly Value[],
): Value | undefined {
  const given = headers.get(`x-amzn-bedrock-${name}`);
  if (given === null) return undefined;
  const known = values.find(value => value === given);
  if (known !== undefined) return known;
  throw validationError(
    `1 validation error detected: Value '${given}' at '${name}' failed to satisfy constraint: Member must satisfy enum value set: [${values.join(', ')}]`,
  );
}

function readGuardrail(headers: Headers): GuardrailConfig | undefined {
  const guardrailIdentifier = headers.get('x-amzn-bedrock-guardrailidentifier');
  const guardrailVersion = headers.get('x-amzn-bedrock-guardrailversion');
  if (guardrailIdentifier === null && guardrailVersion === null) return undefined;
  if (guardrailIdentifier === null || guardrailVersion === null) {
    throw validationError(
      'A guardrail is named by its identifier and its version, and one of them is missing.',
    );
  }
  return { guardrailIdentifier, guardrailVersion };
}

function readMetadata(json: string): Record<string, string> {
  try {
    const value = JSON.parse(json);
    if (isObject(value)) return value as Record<string, string>;
  } catch {
    // Falls to the error below.
  }
  throw validationError('The request metadata is not a JSON object.');
}

const MEMBER = 'amazon-bedrock-guardrailConfig';

/**
 * Takes the one member of a body that is meant for the service, and the marks that it is about.
 * @throws AwsError for a call without a guardrail
 */
export function takeGuardrailMember(
  given: JSONObject,
  guardrail: GuardrailConfig | undefined,
): { body: JSONObject; guardrailConfig?: GuardrailConfig } {
  const { [MEMBER]: config, ...body } = given;
  if (!isObject(config)) return { body };
  if (guardrail === undefined) {
    throw validationError(
      `Malformed input request: #: extraneous key [${MEMBER}] is not permitted, please reformat your input and try again.`,
    );
  }
  const { tagSuffix, streamProcessingMode } = config;
  const mode = streamProcessingMode === 'ASYNCHRONOUS' ? 'async' : 'sync';
  return {
    body: typeof tagSuffix === 'string' ? withoutTags(body, tagSuffix) : body,
    guardrailConfig: {
      ...guardrail,
      ...(streamProcessingMode !== undefined && { streamProcessingMode: mode }),
    },
  };
}

/** @see https://docs.aws.amazon.com/bedrock/latest/userguide/guardrails-tagging.html */
function withoutTags(body: JSONObject, suffix: string): JSONObject {
  if (!/^[a-zA-Z0-9]{1,20}$/.test(suffix)) {
    throw validationError('tagSuffix must be 1 to 20 letters and digits.');
  }
  const tag = new RegExp(`</?amazon-bedrock-guardrails-guardContent_${suffix}>`, 'g');
  return JSON.parse(JSON.stringify(body), (_, value) =>
    typeof value === 'string' ? value.replace(tag, '') : value,
  );
}

/** How the call was served. */
export function servedHeaders({
  performanceConfig,
  serviceTier,
}: Pick<ReplyMetadata, 'performanceConfig' | 'serviceTier'>): Record<string, string> {
  return {
    ...(performanceConfig?.latency && {
      'x-amzn-bedrock-performanceconfig-latency': performanceConfig.latency,
    }),
    ...(serviceTier?.type && { 'x-amzn-bedrock-service-tier': serviceTier.type }),
  };
}
