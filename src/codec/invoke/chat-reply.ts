/** What every model's reply has beside its own members, and the way from there to the one reader of content. */
import type { JSONObject, JSONValue, LanguageModelV4FinishReason } from '@ai-sdk/provider';
import { convertBase64ToUint8Array } from '@ai-sdk/provider-utils';
import type { FinishPart, ReplyReader } from '../converse/from-events.ts';
import type { BedrockGuardrailTrace } from '../converse/provider-metadata.ts';
import type { ReplyMetadata, TokenUsage } from '../converse/wire.ts';
import type { InvokeChatTraits, OwnReplyReader } from './chat.ts';
import { numberOf, objectOf, objectsOf, textOf } from './json-members.ts';
import { ReplyWriter } from './reply-writer.ts';

type Headers = Readonly<Record<string, string>>;

/** The one event of InvokeModelWithResponseStream. */
const CHUNK = 'chunk';

const decoder = new TextDecoder();

/**
 * Reads a reply of InvokeModel, whole or as a stream.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeModel.html
 */
export class InvokeReplyReader {
  readonly #reader: ReplyReader;
  readonly #writer: ReplyWriter;
  readonly #own: OwnReplyReader;
  readonly #headers: Headers;

  #metrics: JSONObject | undefined;
  #intervened = false;
  #trace: BedrockGuardrailTrace | undefined;

  /** @param headers of the reply, by lower-case names */
  constructor({ reader: makeReader }: InvokeChatTraits, reader: ReplyReader, headers: Headers) {
    this.#reader = reader;
    this.#writer = new ReplyWriter((type, payload) => reader.read(type, payload));
    this.#own = makeReader(this.#writer);
    this.#headers = headers;
  }

  /**
   * Whether the reply has said that it is whole: in the model's own words, or in those of the service, whose counts
   * come last, and do not come where a guardrail has put its own message in place of the answer.
   */
  get stopped(): boolean {
    return this.#reader.stopped || this.#metrics !== undefined || this.#intervened;
  }

  /** @throws TypeError for a chunk that is not JSON */
  read(type: string, payload: unknown): void {
    if (type === CHUNK) this.readReply(chunkJson(payload));
  }

  /** A whole reply, or what is in a chunk. Writer ends its streams with the text "[DONE]", which says nothing. */
  readReply(reply: JSONValue | undefined): void {
    const members = objectOf(reply);
    if (members === undefined) return;
    this.#metrics = objectOf(members['amazon-bedrock-invocationMetrics']) ?? this.#metrics;
    if (members['amazon-bedrock-guardrailAction'] === 'INTERVENED') this.#intervened = true;
    const trace = objectOf(objectOf(members['amazon-bedrock-trace'])?.['guardrail']);
    if (trace !== undefined) this.#trace = toTrace(trace);
    this.#own.read(members);
  }

  /** @param reason replaces the reply's own stop reason, where the reply was cut short */
  finish(reason?: LanguageModelV4FinishReason): FinishPart {
    this.#own.end?.();
    if (this.#isBlocked) this.#writer.stop('guardrail_intervened');
    this.#reader.read('metadata', this.#metadata());
    return this.#reader.finish(reason);
  }

  /** A guardrail that only masks something intervenes as well, and the reply ends as it would have. */
  get #isBlocked(): boolean {
    if (!this.#intervened) return false;
    return !this.#reader.stopped || /"action":"BLOCKED"/.test(JSON.stringify(this.#trace ?? {}));
  }

  #metadata(): ReplyMetadata {
    const latencyMs = numberOf(this.#metrics?.['invocationLatency']) ?? this.#count('invocation-latency');
    const latency = this.#headers['x-amzn-bedrock-performanceconfig-latency'];
    const tier = this.#headers['x-amzn-bedrock-service-tier'];
    const usage = this.#usage();
    return {
      ...(usage && { usage }),
      ...(latencyMs !== undefined && { metrics: { latencyMs } }),
      ...(this.#trace && { trace: { guardrail: this.#trace } }),
      ...(latency !== undefined && { performanceConfig: { latency } }),
      ...(tier !== undefined && { serviceTier: { type: tier } }),
    };
  }

  /** The model's own counts win: the service leaves some tokens of tool calls out. */
  #usage(): TokenUsage | undefined {
    const usage: TokenUsage = { ...this.#serviceUsage(), ...this.#writer.usage };
    return Object.keys(usage).length === 0 ? undefined : usage;
  }

  #serviceUsage(): TokenUsage {
    const counts = {
      // Where the service does not count them, as with video, it says 0.
      inputTokens: this.#metric('inputTokenCount', 'input-token-count') || undefined,
      outputTokens: this.#metric('outputTokenCount', 'output-token-count'),
      cacheReadInputTokens: this.#metric('cacheReadInputTokenCount', 'cache-read-input-token-count'),
      cacheWriteInputTokens: this.#metric('cacheWriteInputTokenCount', 'cache-write-input-token-count'),
    };
    return Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== undefined));
  }

  #metric(member: string, header: string): number | undefined {
    return numberOf(this.#metrics?.[member]) ?? this.#count(header);
  }

  #count(header: string): number | undefined {
    const value = this.#headers[`x-amzn-bedrock-${header}`];
    return value !== undefined && /^\d+$/.test(value) ? Number(value) : undefined;
  }
}

/**
 * The model's own JSON in a chunk.
 * @throws TypeError when there is none
 */
export function chunkJson(payload: unknown): JSONValue {
  const bytes = textOf((payload as JSONObject | null)?.['bytes']);
  if (bytes === undefined) throw new TypeError('a chunk without bytes');
  try {
    return JSON.parse(decoder.decode(convertBase64ToUint8Array(bytes)));
  } catch {
    throw new TypeError('a chunk that is not JSON');
  }
}

/** Converse names two of its members otherwise, and has all findings of an output in one list. */
function toTrace({ input, outputs, ...rest }: JSONObject): BedrockGuardrailTrace {
  const findings: NonNullable<BedrockGuardrailTrace['outputAssessments']> = {};
  for (const output of objectsOf(outputs)) {
    for (const [guardrail, finding] of Object.entries(output)) {
      findings[guardrail] = [...(findings[guardrail] ?? []), ...([finding].flat() as object[])];
    }
  }
  return {
    ...(rest as BedrockGuardrailTrace),
    ...(input != null && { inputAssessment: input as NonNullable<BedrockGuardrailTrace['inputAssessment']> }),
    ...(outputs != null && { outputAssessments: findings }),
  };
}
