/** Whether a request carries only what the rules of its model allow: the contract, read once more from outside. */
import type { JSONObject } from '@ai-sdk/provider';
import { expect } from 'vitest';
import type {
  ContentBlock,
  ConverseRequest,
  Message,
  ToolResultContent,
} from '../../src/codec/converse/wire.ts';
import type { ChatTraits, ContentTraits, MediaKind } from '../../src/codec/family.ts';

const MEDIA = ['image', 'document', 'video', 'audio'] as const satisfies readonly MediaKind[];

/** @param fields what may stand in `additionalModelRequestFields`, to the letter */
export function expectWithinTraits(body: ConverseRequest, traits: ChatTraits, fields: JSONObject = {}): void {
  expect(faults(body, traits)).toEqual([]);
  expect(body.additionalModelRequestFields ?? {}).toEqual(fields);
  expect(body.additionalModelResponseFieldPaths ?? []).toEqual(traits.responseFieldPaths);
}

function faults(body: ConverseRequest, traits: ChatTraits): string[] {
  const { messages = [], system } = body;
  return [
    ...samplingFaults(body, traits),
    ...toolFaults(body, traits),
    ...cacheFaults(body, traits),
    ...(system !== undefined && !traits.content.system ? ['a system prompt'] : []),
    ...(traits.content.refusesPrefill !== undefined && messages.at(-1)?.role === 'assistant'
      ? ['an assistant message at the end']
      : []),
    ...messages.flatMap(message => messageFaults(message, traits)),
  ];
}

function samplingFaults(
  { inferenceConfig = {}, outputConfig }: ConverseRequest,
  traits: ChatTraits,
): string[] {
  const { maxTokens: _, ...sampling } = inferenceConfig;
  const native = traits.structuredOutput.some(({ mode }) => mode === 'native');
  return [
    ...(Object.keys(sampling) as Array<keyof typeof sampling>)
      .filter(option => traits.sampling[option].to !== 'inferenceConfig')
      .map(option => `inferenceConfig.${option}`),
    ...(outputConfig?.textFormat !== undefined && !native ? ['outputConfig.textFormat'] : []),
  ];
}

function toolFaults({ toolConfig }: ConverseRequest, { tools: traits }: ChatTraits): string[] {
  if (toolConfig === undefined) return [];
  if (traits.unsupported !== undefined) return ['toolConfig'];
  const { tools, toolChoice = { auto: {} } } = toolConfig;
  return [
    ...('any' in toolChoice && !traits.choices.includes('any') ? ['toolChoice.any'] : []),
    ...('tool' in toolChoice && !traits.choices.includes('tool') ? ['toolChoice.tool'] : []),
    ...tools.flatMap(tool => {
      if ('systemTool' in tool) {
        return traits.systemTools.includes(tool.systemTool.name)
          ? []
          : [`systemTool ${tool.systemTool.name}`];
      }
      return 'toolSpec' in tool && tool.toolSpec.strict !== undefined && !traits.strict ? ['strict'] : [];
    }),
  ];
}

function cacheFaults(body: ConverseRequest, { promptCache }: ChatTraits): string[] {
  const sections = {
    tools: body.toolConfig?.tools ?? [],
    system: body.system ?? [],
    messages: body.messages?.flatMap(({ content }) => content) ?? [],
  };
  return (['tools', 'system', 'messages'] as const)
    .filter(place => !promptCache?.places.includes(place))
    .filter(place => sections[place].some(block => 'cachePoint' in block))
    .map(place => `a cache point in ${place}`);
}

function messageFaults({ role, content }: Message, traits: ChatTraits): string[] {
  const results = content.filter(block => 'toolResult' in block);
  return [
    ...(role === 'system' && !traits.content.systemBetweenTurns ? ['a system message between turns'] : []),
    ...content.flatMap(block => blockFaults(block, traits)),
    ...(role === 'user' && results.length > 0
      ? content
          .filter(block => !('toolResult' in block) && !fitsBeside(block, traits.content))
          .map(block => `${Object.keys(block)[0]} beside a tool result`)
      : []),
  ];
}

function fitsBeside(block: ContentBlock, { besideToolResult }: ContentTraits): boolean {
  if (besideToolResult === undefined || 'cachePoint' in block) return true;
  return besideToolResult.includes(mediaKind(block) ?? 'text');
}

function blockFaults(block: ContentBlock, { content, tools }: ChatTraits): string[] {
  if ('toolUse' in block || 'toolResult' in block) {
    const id = 'toolUse' in block ? block.toolUse.toolUseId : block.toolResult.toolUseId;
    const inside = 'toolResult' in block ? block.toolResult.content : [];
    const status = 'toolResult' in block ? block.toolResult.status : undefined;
    return [
      ...(tools.unsupported === undefined ? [] : ['a tool call or its result']),
      ...((tools.callId?.(id) ?? id) === id ? [] : [`the call id ${id}`]),
      ...(status !== undefined && tools.resultStatus === false ? ['the status of a tool result'] : []),
      ...inside.flatMap(part => resultFaults(part, content)),
    ];
  }
  if ('reasoningContent' in block) {
    const { reasoningReplay } = content;
    const signed =
      'redactedContent' in block.reasoningContent ||
      block.reasoningContent.reasoningText.signature !== undefined;
    if (reasoningReplay === 'never') return ['reasoning of an earlier turn'];
    return reasoningReplay === 'signed' && !signed ? ['reasoning without a signature'] : [];
  }
  if ('citationsContent' in block && content.citationsReplay === false)
    return ['citations of an earlier turn'];
  const kind = mediaKind(block);
  return kind !== undefined && content.refuses[kind] !== undefined ? [kind] : [];
}

function resultFaults(part: ToolResultContent, { refuses, toolResultMedia }: ContentTraits): string[] {
  const kind = mediaKind(part);
  if (kind === undefined) return [];
  return refuses[kind] === undefined && toolResultMedia.includes(kind) ? [] : [`${kind} in a tool result`];
}

export function mediaKind(block: object): MediaKind | undefined {
  return MEDIA.find(kind => kind in block);
}
