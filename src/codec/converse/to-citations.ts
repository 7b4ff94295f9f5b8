/** Citations of an earlier reply, to be sent back. A reply may say more than a request may. */
import type { JSONObject, JSONValue } from '@ai-sdk/provider';
import { isJsonObject } from './json-object.ts';
import type { Citation, CitationLocation, CitationsContentBlock } from './wire.ts';

export function toCitationsContent({ content, citations }: JSONObject): CitationsContentBlock {
  const texts = Array.isArray(content) ? content.flatMap(toText) : [];
  return {
    ...(texts.length > 0 ? { content: texts } : {}),
    citations: Array.isArray(citations) ? citations.flatMap(toCitation) : [],
  };
}

/** One citation with what a request knows of it, or none. */
export function toCitation(citation: JSONValue): Citation[] {
  if (!isJsonObject(citation)) return [];
  const { title, source, sourceContent, location } = citation;
  const place = toLocation(location);
  return [
    {
      ...(typeof title === 'string' ? { title } : {}),
      ...(typeof source === 'string' ? { source } : {}),
      ...(Array.isArray(sourceContent) ? { sourceContent: sourceContent.flatMap(toText) } : {}),
      ...(place === undefined ? {} : { location: place }),
    },
  ];
}

const LOCATIONS: Readonly<Record<string, Readonly<Record<string, 'string' | 'number'>>>> = {
  web: { url: 'string', domain: 'string' },
  documentChar: { documentIndex: 'number', start: 'number', end: 'number' },
  documentPage: { documentIndex: 'number', start: 'number', end: 'number' },
  documentChunk: { documentIndex: 'number', start: 'number', end: 'number' },
  searchResultLocation: { searchResultIndex: 'number', start: 'number', end: 'number' },
};

function toLocation(location: JSONValue | undefined): CitationLocation | undefined {
  if (!isJsonObject(location)) return undefined;
  for (const [kind, members] of Object.entries(LOCATIONS)) {
    const given = location[kind];
    if (!isJsonObject(given)) continue;
    const known = Object.entries(given).filter(([name, value]) => typeof value === members[name]);
    return { [kind]: Object.fromEntries(known) } as CitationLocation;
  }
  return undefined;
}

function toText(value: JSONValue): Array<{ text: string }> {
  return isJsonObject(value) && typeof value['text'] === 'string' ? [{ text: value['text'] }] : [];
}
