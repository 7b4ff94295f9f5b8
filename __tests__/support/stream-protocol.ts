import type { LanguageModelV4StreamPart } from '@ai-sdk/provider';
import { expect } from 'vitest';

/**
 * The order of parts that the AI SDK's consumer relies on: `stream-start` once and first, blocks started
 * before their deltas and ended once, a `tool-call` behind its input, no id of a tool call twice, an `error`
 * only before a finish that does not claim success, `finish` once and last.
 */
export function expectProtocol(parts: readonly LanguageModelV4StreamPart[]): void {
  const open = new Set<string>();
  const toolCalls = new Set<string>();
  const inputs = new Map<string, string>();
  let failed = false;

  parts.forEach((part, index) => {
    const where = `part ${index} (${part.type})`;
    switch (part.type) {
      case 'stream-start':
        expect(index, where).toBe(0);
        break;
      case 'text-start':
      case 'reasoning-start':
      case 'tool-input-start': {
        const key = blockKey(part);
        expect(open.has(key), `${where} starts ${key} twice`).toBe(false);
        open.add(key);
        if (part.type === 'tool-input-start') inputs.set(part.id, '');
        break;
      }
      case 'text-delta':
      case 'reasoning-delta':
      case 'tool-input-delta':
        expect(open.has(blockKey(part)), `${where} belongs to no open block`).toBe(true);
        if (part.type === 'tool-input-delta') inputs.set(part.id, inputs.get(part.id) + part.delta);
        break;
      case 'text-end':
      case 'reasoning-end':
      case 'tool-input-end':
        expect(open.delete(blockKey(part)), `${where} ends no open block`).toBe(true);
        break;
      case 'tool-call':
        expect(toolCalls.has(part.toolCallId), `${where} repeats an id`).toBe(false);
        toolCalls.add(part.toolCallId);
        expect(typeof part.input, where).toBe('string');
        expect(part.input || '{}', where).toBe(inputs.get(part.toolCallId) || '{}');
        break;
      case 'error':
        failed = true;
        break;
      case 'finish':
        expect(index, where).toBe(parts.length - 1);
        expect(typeof part.finishReason, where).toBe('object');
        if (failed) expect(['error', 'interrupted'], where).toContain(part.finishReason.unified);
        expect(part.usage.inputTokens, where).toHaveProperty('total');
        break;
      default:
        break;
    }
  });
  expect([...open], 'blocks left open').toEqual([]);
  expect(parts[0]?.type).toBe('stream-start');
  expect(parts.at(-1)?.type).toBe('finish');
}

function blockKey({ type, id }: { type: string; id: string }): string {
  return `${type.slice(0, type.lastIndexOf('-'))} ${id}`;
}
