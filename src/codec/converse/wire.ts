/**
 * The JSON of Converse and ConverseStream as it goes over the wire: blobs are base64 strings, everything
 * else as AWS documents it. Request types are exact; reply types are loose (every member optional), because
 * real replies carry members that the service model does not name, and leave out some that it requires.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html
 */
import type { JSONObject, JSONValue } from '@ai-sdk/provider';
import type { BedrockTrace } from './provider-metadata.ts';

export const IMAGE_FORMATS = ['png', 'jpeg', 'gif', 'webp'] as const;
export type ImageFormat = (typeof IMAGE_FORMATS)[number];

export const DOCUMENT_FORMATS = ['pdf', 'csv', 'doc', 'docx', 'xls', 'xlsx', 'html', 'txt', 'md'] as const;
export type DocumentFormat = (typeof DOCUMENT_FORMATS)[number];

export const VIDEO_FORMATS = ['mkv', 'mov', 'mp4', 'webm', 'flv', 'mpeg', 'mpg', 'wmv', 'three_gp'] as const;
export type VideoFormat = (typeof VIDEO_FORMATS)[number];

export const AUDIO_FORMATS = [
  'mp3',
  'opus',
  'wav',
  'aac',
  'flac',
  'mp4',
  'ogg',
  'mkv',
  'mka',
  'x-aac',
  'm4a',
  'mpeg',
  'mpga',
  'pcm',
  'webm',
] as const;
export type AudioFormat = (typeof AUDIO_FORMATS)[number];

/* ---------------------------------------------------------------- blocks */

export interface S3Location {
  uri: string;
  bucketOwner?: string | undefined;
}

export type BytesOrS3 = { bytes: string } | { s3Location: S3Location };

export interface ImageBlock {
  format: ImageFormat;
  source: BytesOrS3;
}

export interface VideoBlock {
  format: VideoFormat;
  source: BytesOrS3;
}

export interface AudioBlock {
  format: AudioFormat;
  source: BytesOrS3;
}

export interface CitationsConfig {
  enabled: boolean;
}

export interface DocumentBlock {
  name: string;
  format?: DocumentFormat | undefined;
  source: BytesOrS3 | { text: string } | { content: Array<{ text: string }> };
  context?: string | undefined;
  citations?: CitationsConfig | undefined;
}

export interface SearchResultBlock {
  source: string;
  title: string;
  content: Array<{ text: string }>;
  citations?: CitationsConfig | undefined;
}

export interface CachePoint {
  type: 'default';
  ttl?: '5m' | '1h' | undefined;
}

export type GuardContentQualifier = 'grounding_source' | 'query' | 'guard_content';

export type GuardContentBlock =
  | { text: { text: string; qualifiers?: GuardContentQualifier[] | undefined } }
  | { image: { format: 'png' | 'jpeg'; source: { bytes: string } } };

export type ReasoningContent =
  | { reasoningText: { text: string; signature?: string | undefined } }
  | { redactedContent: string };

export interface ToolUseBlock {
  toolUseId: string;
  name: string;
  input: JSONValue;
  type?: 'server_tool_use' | undefined;
}

export type ToolResultContent =
  | { text: string }
  | { json: JSONValue }
  | { image: ImageBlock }
  | { document: DocumentBlock }
  | { video: VideoBlock }
  | { searchResult: SearchResultBlock };

export interface ToolResultBlock {
  toolUseId: string;
  content: ToolResultContent[];
  status?: 'success' | 'error' | undefined;
  /** Only on results of server tools, e.g. `nova_grounding_result`. */
  type?: string | undefined;
}

export type CitationLocation =
  | { web: { url?: string; domain?: string } }
  | { documentChar: { documentIndex?: number; start?: number; end?: number } }
  | { documentPage: { documentIndex?: number; start?: number; end?: number } }
  | { documentChunk: { documentIndex?: number; start?: number; end?: number } }
  | { searchResultLocation: { searchResultIndex?: number; start?: number; end?: number } };

export type Citation = {
  title?: string | undefined;
  source?: string | undefined;
  sourceContent?: Array<{ text: string }> | undefined;
  location?: CitationLocation | undefined;
};

export interface CitationsContentBlock {
  content?: Array<{ text: string }> | undefined;
  citations?: Citation[] | undefined;
}

export interface ToolReference {
  type?: string | undefined;
  name?: string | undefined;
  serverName?: string | undefined;
}

/** One member only: a union in the service model. */
export type ContentBlock =
  | { text: string }
  | { image: ImageBlock }
  | { document: DocumentBlock }
  | { video: VideoBlock }
  | { audio: AudioBlock }
  | { toolUse: ToolUseBlock }
  | { toolResult: ToolResultBlock }
  | { guardContent: GuardContentBlock }
  | { cachePoint: CachePoint }
  | { reasoningContent: ReasoningContent }
  | { citationsContent: CitationsContentBlock }
  | { searchResult: SearchResultBlock }
  | { toolAddition: { tool: ToolReference } }
  | { toolRemoval: { tool: ToolReference } };

export interface Message {
  role: 'user' | 'assistant' | 'system';
  content: ContentBlock[];
}

export type SystemContentBlock =
  | { text: string }
  | { guardContent: GuardContentBlock }
  | { cachePoint: CachePoint };

/* --------------------------------------------------------------- request */

export interface InferenceConfig {
  maxTokens?: number | undefined;
  temperature?: number | undefined;
  topP?: number | undefined;
  stopSequences?: string[] | undefined;
}

export interface ToolSpec {
  name: string;
  description?: string | undefined;
  inputSchema: { json: JSONObject };
  strict?: boolean | undefined;
}

export type Tool = { toolSpec: ToolSpec } | { systemTool: { name: string } } | { cachePoint: CachePoint };

export type ToolChoice =
  | { auto: Record<string, never> }
  | { any: Record<string, never> }
  | { tool: { name: string } };

export interface ToolConfig {
  tools: Tool[];
  toolChoice?: ToolChoice | undefined;
}

export interface GuardrailConfig {
  guardrailIdentifier?: string | undefined;
  guardrailVersion?: string | undefined;
  trace?: 'enabled' | 'disabled' | 'enabled_full' | undefined;
  /** ConverseStream only. */
  streamProcessingMode?: 'sync' | 'async' | undefined;
}

export interface OutputConfig {
  textFormat?:
    | {
        type: 'json_schema';
        /** `schema` is a JSON document in a string. */
        structure: {
          jsonSchema: { schema: string; name?: string | undefined; description?: string | undefined };
        };
      }
    | undefined;
  effort?: string | undefined;
}

/** The body of both operations; the model id is in the path. */
export interface ConverseRequest {
  messages?: Message[] | undefined;
  system?: SystemContentBlock[] | undefined;
  inferenceConfig?: InferenceConfig | undefined;
  toolConfig?: ToolConfig | undefined;
  guardrailConfig?: GuardrailConfig | undefined;
  additionalModelRequestFields?: JSONObject | undefined;
  promptVariables?: Record<string, { text: string }> | undefined;
  additionalModelResponseFieldPaths?: string[] | undefined;
  requestMetadata?: Record<string, string> | undefined;
  performanceConfig?: { latency: 'standard' | 'optimized' } | undefined;
  serviceTier?: { type: 'priority' | 'default' | 'flex' | 'reserved' } | undefined;
  outputConfig?: OutputConfig | undefined;
}

/* ----------------------------------------------------------------- reply */

/** `inputTokens` leaves out what was read from or written to the cache. */
export interface TokenUsage {
  inputTokens?: number;
  outputTokens?: number;
  totalTokens?: number;
  cacheReadInputTokens?: number;
  cacheWriteInputTokens?: number;
  cacheDetails?: Array<{ ttl?: string; inputTokens?: number }>;
  /** Part of `outputTokens`. Converse does not tell; some models' own replies do. */
  reasoningTokens?: number;
}

export interface ReplyMetadata {
  usage?: TokenUsage;
  metrics?: { latencyMs?: number };
  trace?: BedrockTrace;
  performanceConfig?: { latency?: string };
  serviceTier?: { type?: string };
}

/** A block of a reply: any member of the service model, or one that it does not know yet. */
export interface ReplyContentBlock {
  text?: string;
  toolUse?: { toolUseId?: string; name?: string; input?: JSONValue; type?: string };
  toolResult?: {
    toolUseId?: string;
    content?: ReplyToolResultContent[];
    status?: string;
    type?: string;
  };
  reasoningContent?: { reasoningText?: { text?: string; signature?: string }; redactedContent?: string };
  citationsContent?: { content?: Array<{ text?: string }>; citations?: Citation[] };
  image?: ReplyMediaBlock;
  audio?: ReplyMediaBlock;
  video?: ReplyMediaBlock;
  document?: ReplyMediaBlock;
  searchResult?: JSONObject;
}

/** Members other than these (images, documents …) pass unread. */
export interface ReplyToolResultContent {
  text?: string;
  json?: JSONValue;
  [member: string]: JSONValue | undefined;
}

/** An image, audio, video or document; in a stream, its members come one by one. */
export interface ReplyMediaBlock {
  format?: string;
  /** Of documents. */
  name?: string;
  source?: { bytes?: string; s3Location?: { uri?: string } };
  error?: { message?: string };
}

export interface ConverseResponse extends ReplyMetadata {
  output?: { message?: { role?: string; content?: ReplyContentBlock[] } };
  stopReason?: string;
  additionalModelResponseFields?: JSONValue;
}

/* ---------------------------------------------------------------- stream */

export interface ContentBlockStart {
  toolUse?: { toolUseId?: string; name?: string; type?: string };
  toolResult?: { toolUseId?: string; type?: string; status?: string };
  image?: ReplyMediaBlock;
  audio?: ReplyMediaBlock;
  video?: ReplyMediaBlock;
  document?: ReplyMediaBlock;
}

export interface ContentBlockDelta {
  text?: string;
  toolUse?: { input?: string };
  reasoningContent?: { text?: string; signature?: string; redactedContent?: string };
  citation?: Citation;
  toolResult?: ReplyToolResultContent[];
  image?: ReplyMediaBlock;
  audio?: ReplyMediaBlock;
  video?: ReplyMediaBlock;
  document?: ReplyMediaBlock;
  searchResult?: JSONObject;
}

/** Events by their `:event-type`; every payload may also carry the padding member `p`, which says nothing. */
export interface ConverseStreamEvents {
  messageStart: { role?: string };
  contentBlockStart: { contentBlockIndex?: number; start?: ContentBlockStart };
  contentBlockDelta: { contentBlockIndex?: number; delta?: ContentBlockDelta };
  contentBlockStop: { contentBlockIndex?: number };
  messageStop: { stopReason?: string; additionalModelResponseFields?: JSONValue };
  metadata: ReplyMetadata;
}
