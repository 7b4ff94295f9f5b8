/** Models of earlier versions of the AI SDK's specification, as V4 sees them. */
import {
  InvalidArgumentError,
  type LanguageModelV2,
  type LanguageModelV2Content,
  type LanguageModelV2FinishReason,
  type LanguageModelV2StreamPart,
  type LanguageModelV2Usage,
  type LanguageModelV3,
  type LanguageModelV3CallOptions,
  type LanguageModelV3Content,
  type LanguageModelV3DataContent,
  type LanguageModelV3FinishReason,
  type LanguageModelV3Prompt,
  type LanguageModelV3StreamPart,
  type LanguageModelV3Usage,
  type LanguageModelV4,
  type LanguageModelV4CallOptions,
  type LanguageModelV4Content,
  type LanguageModelV4FilePart,
  type LanguageModelV4FinishReason,
  type LanguageModelV4StreamPart,
  type LanguageModelV4ToolResultOutput,
  type LanguageModelV4Usage,
} from '@ai-sdk/provider';
import { convertUint8ArrayToBase64 } from '@ai-sdk/provider-utils';

type OlderModel = LanguageModelV3 | LanguageModelV2;
type OlderContent = LanguageModelV3Content | LanguageModelV2Content;
type OlderPart = LanguageModelV3StreamPart | LanguageModelV2StreamPart;

/** @throws InvalidArgumentError for what is no language model of V4, V3 or V2 */
export function asV4(model: LanguageModelV4 | OlderModel): LanguageModelV4 {
  const version: unknown = (model as Partial<LanguageModelV4> | null | undefined)?.specificationVersion;
  const isModel = typeof model?.doGenerate === 'function' && typeof model.doStream === 'function';
  if (isModel && version === 'v4') return model as LanguageModelV4;
  if (isModel && (version === 'v3' || version === 'v2')) return upgrade(model as OlderModel);
  throw new InvalidArgumentError({
    argument: 'model',
    message:
      'model of respondWith: a language model of the specification v4, v3 or v2 (ai 7, 6 or 5), not ' +
      `${typeof model}${version === undefined ? '' : ` of the specification ${String(version)}`}.`,
  });
}

function upgrade(model: OlderModel): LanguageModelV4 {
  return {
    specificationVersion: 'v4',
    provider: model.provider,
    modelId: model.modelId,
    supportedUrls: model.supportedUrls,
    async doGenerate(options) {
      // The two take the same but for what `toOlderOptions` writes for each.
      const result = await (model as LanguageModelV3).doGenerate(toOlderOptions(options, model));
      const { content, finishReason, usage, providerMetadata } = result;
      return {
        content: content.map(part => toContent(part)),
        finishReason: toFinishReason(finishReason),
        usage: toUsage(usage),
        warnings: [],
        ...(providerMetadata && { providerMetadata }),
      };
    },
    async doStream(options) {
      const { stream } = await (model as LanguageModelV3).doStream(toOlderOptions(options, model));
      return { stream: stream.pipeThrough(new TransformStream({ transform: upgradePart })) };
    },
  };
}

/* ------------------------------------------------------------------ the request */

function toOlderOptions(
  { reasoning: _, prompt, ...options }: LanguageModelV4CallOptions,
  model: OlderModel,
): LanguageModelV3CallOptions {
  const older = prompt.map(message =>
    typeof message.content === 'string'
      ? message
      : { ...message, content: message.content.map(part => toOlderPart(part, model)) },
  );
  return { ...options, prompt: older as LanguageModelV3Prompt } as LanguageModelV3CallOptions;
}

type V4Part = Exclude<LanguageModelV4CallOptions['prompt'][number]['content'], string>[number];

function toOlderPart(part: V4Part, model: OlderModel): object {
  if (part.type === 'file') return { ...part, data: toOlderData(part.data) };
  if (part.type !== 'tool-result' || part.output.type !== 'content') return part;
  return {
    ...part,
    output: { type: 'content', value: part.output.value.map(one => toOlderItem(one, model)) },
  };
}

function toOlderData(data: LanguageModelV4FilePart['data']): LanguageModelV3DataContent {
  switch (data.type) {
    case 'data':
      return data.data;
    case 'text':
      return new TextEncoder().encode(data.text);
    case 'url':
      return data.url;
    case 'reference':
      // Converse has none.
      throw new TypeError('A file by reference.');
  }
}

type ResultItem = Extract<LanguageModelV4ToolResultOutput, { type: 'content' }>['value'][number];

function toOlderItem(item: ResultItem, { specificationVersion }: OlderModel): object {
  if (item.type !== 'file') return item;
  const { mediaType, filename } = item;
  const older = toOlderData(item.data);
  const data = older instanceof Uint8Array ? convertUint8ArrayToBase64(older) : String(older);
  if (specificationVersion === 'v2') return { type: 'media', data, mediaType };
  if (mediaType.startsWith('image/')) return { type: 'image-data', data, mediaType };
  return { type: 'file-data', data, mediaType, ...(filename !== undefined && { filename }) };
}

/* ------------------------------------------------------------------- the answer */

/** Parts differ in how a file holds its bytes; what else is new is optional. */
function toContent(part: OlderContent): LanguageModelV4Content {
  return part.type === 'file'
    ? { ...part, data: { type: 'data', data: part.data } }
    : (part as LanguageModelV4Content);
}

function upgradePart(
  part: OlderPart,
  controller: TransformStreamDefaultController<LanguageModelV4StreamPart>,
): void {
  switch (part.type) {
    case 'file':
      controller.enqueue({ ...part, data: { type: 'data', data: part.data } });
      return;
    case 'finish':
      controller.enqueue({
        ...part,
        finishReason: toFinishReason(part.finishReason),
        usage: toUsage(part.usage),
      });
      return;
    case 'stream-start':
      controller.enqueue({ type: 'stream-start', warnings: [] });
      return;
    default:
      controller.enqueue(part as LanguageModelV4StreamPart);
  }
}

function toFinishReason(
  reason: LanguageModelV3FinishReason | LanguageModelV2FinishReason,
): LanguageModelV4FinishReason {
  if (typeof reason !== 'string') return reason;
  return { unified: reason === 'unknown' ? 'other' : reason, raw: undefined };
}

function toUsage(usage: LanguageModelV3Usage | LanguageModelV2Usage): LanguageModelV4Usage {
  // V2 counts in plain numbers.
  if (!isFlat(usage)) return usage;
  const {
    inputTokens: total,
    outputTokens,
    reasoningTokens: reasoning,
    cachedInputTokens: cacheRead,
  } = usage;
  return {
    inputTokens: {
      total,
      noCache: total === undefined ? undefined : Math.max(0, total - (cacheRead ?? 0)),
      cacheRead,
      cacheWrite: undefined,
    },
    outputTokens: { total: outputTokens, text: undefined, reasoning },
  };
}

function isFlat(usage: LanguageModelV3Usage | LanguageModelV2Usage): usage is LanguageModelV2Usage {
  return typeof usage.inputTokens !== 'object';
}
