/** The contract of an operation: one file fulfils it per group, and `http.ts` routes to it. */
import type { JSONValue } from '@ai-sdk/provider';
import { type AwsError, validationError } from '../aws-error.ts';
import type { Episodes } from '../faults/episodes.ts';
import type { FaultRules } from '../faults/fault-rules.ts';
import type { LocalGuardrails } from '../guardrails/guardrails.ts';
import type { JobStore } from '../jobs.ts';
import type { LocalKnowledgeBases } from '../knowledge-bases/knowledge-bases.ts';
import type { Charge } from '../quotas/charge.ts';
import type { Metrics } from '../quotas/metrics.ts';
import type { Quotas } from '../quotas/quotas.ts';
import type { LocalDelay, LocalReply, LocalRequest } from '../reply/reply.ts';
import type { LoggedRequest } from '../request-log.ts';
import type { PromptCache } from '../responder/usage.ts';

export interface Operation {
  /** AWS's name. */
  readonly name: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** The header `x-amz-target`, for services that have one path. */
  readonly target?: string;
  /** A route of hono, e.g. `/model/:modelId/converse`. */
  readonly path: string;
  /** The services that a signature may be for, where the host does not say which. Default: `bedrock`. */
  readonly services?: readonly string[];
  /** An error reply; default: as AWS's services answer. */
  failure?(error: AwsError, requestId: string): Response;
  /** @throws AwsError for every reply that is an error */
  handle(call: Call, backend: Backend): Promise<Response>;
}

export interface Call {
  readonly requestId: string;
  readonly modelId: string;
  /** What else the path holds, by the names in `Operation.path`. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly headers: Headers;
  readonly bytes: Uint8Array;
  /** Aborts when the caller goes away. */
  readonly signal: AbortSignal;
  /** In milliseconds since the epoch. */
  readonly startedAt: number;
  readonly entry: LoggedRequest;
  /** Opened when the request turns out to be good; the reply's end ends it. */
  readonly charge: Charge;
  /** An event stream says so when its last byte has been asked for, or its caller has left. */
  ended(): void;
}

/** What the server lends to its operations. */
export interface Backend {
  readonly strict: boolean;
  readonly delayMs: LocalDelay;
  readonly cache: PromptCache;
  readonly quotas: Quotas;
  readonly metrics: Metrics;
  readonly episodes: Episodes;
  readonly faults: FaultRules;
  readonly jobs: JobStore;
  bucketExists(bucket: string): boolean;
  readonly region: string;
  /** Undefined where none are set up: then they are accepted and not applied. */
  readonly guardrails: LocalGuardrails | undefined;
  readonly knowledgeBases: LocalKnowledgeBases;
  /** Application inference profiles: the id of each, and the model behind it. */
  readonly inferenceProfiles: Readonly<Record<string, string>>;
  modelExists(modelId: string): boolean;
  /** All that exist, where the server was given a list. */
  readonly models?: readonly string[] | undefined;
  /** The script's answer; undefined leaves it to the built-in responder. */
  script(request: LocalRequest): Promise<LocalReply | undefined>;
}

/** Parses the body and puts it into the log. An empty body is an empty object, as in AWS's REST protocol. */
export function readJson({ bytes, entry }: Call): JSONValue {
  if (bytes.length === 0) return {};
  const value = parseJson(bytes);
  entry.body = value;
  return value;
}

/** @throws AwsError ValidationException */
export function parseJson(bytes: Uint8Array): JSONValue {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw validationError(
      'Malformed input request: #: the body is not valid JSON, please reformat your input and try again.',
    );
  }
}
