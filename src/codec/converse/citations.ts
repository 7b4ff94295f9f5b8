import type {
  JSONValue,
  LanguageModelV4Citation,
  LanguageModelV4Source,
  LanguageModelV4StreamPart,
} from '@ai-sdk/provider';
import type { RequestFacts } from './request-facts.ts';
import type { Citation, CitationLocation } from './wire.ts';

/**
 * Turns Bedrock's citations into the AI SDK's. Each thing that is cited becomes one `source` part however
 * often it is cited; each citation names its source, the passage and the text that it supports.
 */
export class CitationReader {
  readonly #facts: RequestFacts;
  readonly #generateId: () => string;
  readonly #emit: (part: LanguageModelV4StreamPart) => void;
  readonly #sources = new Map<string, LanguageModelV4Source>();

  constructor(
    facts: RequestFacts,
    generateId: () => string,
    emit: (part: LanguageModelV4StreamPart) => void,
  ) {
    this.#facts = facts;
    this.#generateId = generateId;
    this.#emit = emit;
  }

  /** The source of a citation; emitted the first time it is seen. */
  source(citation: Citation): LanguageModelV4Source {
    const target = this.#target(citation);
    const known = this.#sources.get(target.key);
    if (known !== undefined) return known;
    const source: LanguageModelV4Source = {
      type: 'source',
      id: this.#generateId(),
      ...target.source,
      providerMetadata: { bedrock: { citation: citation as JSONValue } },
    };
    this.#sources.set(target.key, source);
    this.#emit(source);
    return source;
  }

  /** @param textLength length of the text block that the citation stands in, which is what it supports */
  read(citation: Citation, textLength: number): LanguageModelV4Citation {
    const citedText = citation.sourceContent?.map(({ text }) => text).join('');
    return {
      source: this.source(citation),
      startIndex: 0,
      endIndex: textLength,
      ...(citedText ? { citedText } : {}),
    };
  }

  #target(citation: Citation): { key: string; source: SourceFacts } {
    const location: Partial<AllLocations> = citation.location ?? {};
    const { title } = citation;
    const { web, searchResultLocation: searchResult } = location;
    if (web?.url !== undefined) {
      return {
        key: `web ${web.url}`,
        source: { sourceType: 'url', url: web.url, title: title ?? web.domain ?? web.url },
      };
    }
    if (searchResult !== undefined) {
      const index = searchResult.searchResultIndex;
      const given = index === undefined ? undefined : this.#facts.searchResults[index];
      const name = citation.source ?? given?.source ?? '';
      const heading = title ?? given?.title ?? name;
      return {
        key: `search ${index ?? name}`,
        source: isHttpUrl(name)
          ? { sourceType: 'url', url: name, title: heading }
          : { sourceType: 'document', mediaType: 'text/plain', title: heading },
      };
    }
    const index = (location.documentPage ?? location.documentChar ?? location.documentChunk)?.documentIndex;
    const document = index === undefined ? undefined : this.#facts.documents[index];
    const heading = title ?? document?.title ?? citation.source ?? '';
    return {
      key: `document ${index ?? heading}`,
      source: {
        sourceType: 'document',
        mediaType: document?.mediaType ?? 'application/octet-stream',
        title: heading,
        ...(document?.filename === undefined ? {} : { filename: document.filename }),
      },
    };
  }
}

/** A source without what every source has. */
type SourceFacts =
  | { sourceType: 'url'; url: string; title: string }
  | { sourceType: 'document'; mediaType: string; title: string; filename?: string };

type UnionToIntersection<U> = (U extends unknown ? (x: U) => void : never) extends (x: infer I) => void
  ? I
  : never;
type AllLocations = UnionToIntersection<CitationLocation>;

function isHttpUrl(text: string): boolean {
  return /^https?:\/\/\S+$/i.test(text);
}
