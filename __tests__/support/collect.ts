import type { LanguageModelV4Content, LanguageModelV4StreamPart } from '@ai-sdk/provider';

/**
 * The content that a consumer of a stream ends up with, gathered by the rules of the stream protocol and
 * independently of the package's own collector.
 */
export function contentOf(parts: readonly LanguageModelV4StreamPart[]): LanguageModelV4Content[] {
  const content: Array<Record<string, unknown>> = [];
  const open = new Map<string, Record<string, unknown>>();
  for (const part of parts) {
    const kind = part.type.slice(0, part.type.lastIndexOf('-'));
    switch (part.type) {
      case 'text-start':
      case 'reasoning-start': {
        const block = { type: kind, text: '' };
        content.push(block);
        open.set(kind + part.id, block);
        break;
      }
      case 'text-delta':
      case 'reasoning-delta': {
        const block = open.get(kind + part.id);
        if (block) block['text'] += part.delta;
        break;
      }
      case 'text-end':
      case 'reasoning-end': {
        const { type: _, id: __, ...rest } = part;
        Object.assign(open.get(kind + part.id) ?? {}, rest);
        break;
      }
      case 'tool-call':
      case 'tool-result':
      case 'source':
      case 'file':
      case 'custom':
        content.push(part as never);
        break;
      default:
        break;
    }
  }
  return content as unknown as LanguageModelV4Content[];
}

export function textOf(
  content: readonly LanguageModelV4Content[],
  type: 'text' | 'reasoning' = 'text',
): string {
  return content.map(part => (part.type === type ? part.text : '')).join('');
}
