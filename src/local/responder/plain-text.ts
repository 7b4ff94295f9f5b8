/** A few sentences that follow the request. */
import type { JSONValue } from '@ai-sdk/provider';
import type { BytesOrS3, ContentBlock } from '../../codec/converse/wire.ts';
import { isObject } from '../json-schema-check.ts';
import { countWords, gist } from '../words.ts';
import type { Conversation, ToolOutcome } from './conversation.ts';

export const DISCLAIMER = 'This is the local Bedrock, a test server and not a language model.';

export function plainText(conversation: Conversation): string {
  const { question, opening, systemPrompt, toolResults, last, tools } = conversation;
  const sentences = [
    DISCLAIMER,
    ...toolResults.map(describeOutcome),
    ...(last?.content ?? []).flatMap(describeMedia),
    toolResults.length === 0 &&
      question !== '' &&
      `You wrote ${plural(countWords(question), 'word')}: “${gist(question, 160)}”.`,
    opening !== undefined && `Our conversation began with “${gist(opening, 80)}”.`,
    systemPrompt !== '' && `My system prompt begins with “${gist(systemPrompt, 80)}”.`,
    toolResults.length === 0 &&
      tools.length > 0 &&
      `None of the tools I was given fits: ${tools.map(({ name }) => name).join(', ')}.`,
  ];
  return sentences.filter(Boolean).join(' ');
}

function describeOutcome({ toolName, isError, value }: ToolOutcome): string {
  const text = gist(inWords(value), 400);
  return isError ? `The tool ${toolName} failed: ${text}.` : `The tool ${toolName} answered: ${text}.`;
}

function inWords(value: JSONValue): string {
  if (Array.isArray(value)) return value.map(inWords).join('; ');
  if (!isObject(value)) return String(value).replace(/[.\s]+$/, '');
  return Object.entries(value)
    .map(([name, member]) => `${name} ${inWords(member ?? null)}`)
    .join(', ');
}

function describeMedia(block: ContentBlock): string[] {
  if ('image' in block) return [`I received an image (${block.image.format}, ${size(block.image.source)}).`];
  if ('video' in block) return [`I received a video (${block.video.format}, ${size(block.video.source)}).`];
  if ('audio' in block) return [`I received a sound (${block.audio.format}, ${size(block.audio.source)}).`];
  if ('document' in block) {
    const { name, format = 'txt', source } = block.document;
    return [`I received the document “${name}” (${format}, ${size(source)}).`];
  }
  return [];
}

function size(source: BytesOrS3 | { text: string } | { content: { text: string }[] }): string {
  if ('bytes' in source) {
    const padding = /={0,2}$/.exec(source.bytes)?.[0].length ?? 0;
    return plural((source.bytes.length / 4) * 3 - padding, 'byte');
  }
  if ('text' in source) return plural(source.text.length, 'character');
  if ('content' in source) return plural(source.content.length, 'chunk');
  return 'in S3';
}

function plural(count: number, noun: string): string {
  return `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`;
}
