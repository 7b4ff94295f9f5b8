/** Quotes from the documents and search results that allow citations, with their true places. */
import type {
  Citation,
  CitationLocation,
  DocumentBlock,
  ReplyContentBlock,
  SearchResultBlock,
} from '../../codec/converse/wire.ts';
import { contentWords, overlap, type Sentence, sentencesOf } from '../words.ts';
import type { Conversation } from './conversation.ts';

const MAX_CITATIONS = 2;

interface Quote {
  readonly text: string;
  readonly citation: Citation;
}

/** @returns the blocks that cite; empty when no source allows it or can be read */
export function citingBlocks({ request, question }: Conversation): ReplyContentBlock[] {
  const words = contentWords(question);
  const scored = sourcesOf(request.messages ?? []).map(quote => ({
    quote,
    score: overlap(words, quote.text),
  }));
  // Without a fitting sentence the first one stands in: the caller asked for citations to see some.
  const best = scored.toSorted((a, b) => b.score - a.score).filter(({ score }) => score > 0);
  const chosen = (best.length > 0 ? best : scored.slice(0, 1)).slice(0, MAX_CITATIONS);
  return chosen.map(({ quote }) => ({
    citationsContent: { content: [{ text: quote.text }], citations: [quote.citation] },
  }));
}

function sourcesOf(messages: NonNullable<Conversation['request']['messages']>): Quote[] {
  const documents: DocumentBlock[] = [];
  const results: SearchResultBlock[] = [];
  for (const block of messages.flatMap(({ content }) => content)) {
    for (const part of 'toolResult' in block ? block.toolResult.content : [block]) {
      if ('document' in part) documents.push(part.document);
      if ('searchResult' in part) results.push(part.searchResult);
    }
  }
  // Places count every document and every result, also those that are not to be cited.
  return [...documents.flatMap(quotesOfDocument), ...results.flatMap(quotesOfResult)];
}

function quotesOfDocument(document: DocumentBlock, documentIndex: number): Quote[] {
  if (document.citations?.enabled !== true) return [];
  const { source, name: title } = document;
  if ('content' in source) {
    return source.content.map(({ text }, start) =>
      quote(text, { documentChunk: { documentIndex, start, end: start + 1 } }, { title }),
    );
  }
  return sentencesOf(readableText(document)).map(({ text, start, end }: Sentence) =>
    quote(text, { documentChar: { documentIndex, start, end } }, { title }),
  );
}

function quotesOfResult(result: SearchResultBlock, searchResultIndex: number): Quote[] {
  if (result.citations?.enabled !== true) return [];
  const { title, source } = result;
  return result.content.flatMap(({ text }, start) =>
    sentencesOf(text).map(sentence => {
      const location = { searchResultLocation: { searchResultIndex, start, end: start + 1 } };
      return quote(sentence.text, location, { title, source });
    }),
  );
}

function quote(text: string, location: CitationLocation, from: Pick<Citation, 'title' | 'source'>): Quote {
  return { text, citation: { ...from, sourceContent: [{ text }], location } };
}

const TEXT_FORMATS: readonly (string | undefined)[] = ['txt', 'md', 'html', 'csv'];

/** Empty for what only a model could read: PDF, Word and Excel files, and objects in S3. */
function readableText({ source, format }: DocumentBlock): string {
  if ('text' in source) return source.text;
  if (!('bytes' in source) || !TEXT_FORMATS.includes(format)) return '';
  return new TextDecoder().decode(Uint8Array.from(atob(source.bytes), char => char.charCodeAt(0)));
}
