import type { SharedV4Warning } from '@ai-sdk/provider';
import type { ChatTraits } from '../family.ts';
import { CallIds } from './call-ids.ts';
import { DocumentNames } from './document-names.ts';
import type { RequestFacts } from './request-facts.ts';
import { ToolNames } from './tool-names.ts';
import type { DocumentBlock } from './wire.ts';

/** What the parts of one request share while it is built. */
export class RequestContext {
  readonly traits: ChatTraits;
  readonly familyName: string;
  /** The model id is a prompt of Prompt management, which brings its own system prompt, tools and settings. */
  readonly promptResource: boolean;

  readonly toolNames: ToolNames = new ToolNames();
  readonly callIds: CallIds;
  readonly documentNames: DocumentNames = new DocumentNames();

  /** Wire names of the tools that the history calls. */
  readonly calledTools: Set<string> = new Set();
  readonly documentFacts: Map<DocumentBlock, RequestFacts['documents'][number]> = new Map();
  hasFiles = false;
  hasSearchResults = false;
  /** Cache points that the caller set and that were taken over. */
  cachePoints = 0;

  /** Why the prompt may not end with an assistant message; undefined when it may. */
  refusesPrefill: string | undefined;

  readonly warnings: SharedV4Warning[] = [];

  /** Where in the prompt the work is, for errors. */
  messageIndex = 0;
  partIndex: number | undefined;

  constructor(traits: ChatTraits, familyName: string, promptResource: boolean) {
    this.traits = traits;
    this.familyName = familyName;
    this.promptResource = promptResource;
    this.callIds = new CallIds(traits.tools.callId);
    this.refusesPrefill = traits.content.refusesPrefill;
  }

  /** E.g. `prompt[2].content[0]`. */
  readonly where = (): string => {
    const message = `prompt[${this.messageIndex}]`;
    return this.partIndex === undefined ? message : `${message}.content[${this.partIndex}]`;
  };

  unsupported(feature: string, details: string): void {
    this.#warn({ type: 'unsupported', feature, details });
  }

  compatibility(feature: string, details: string): void {
    this.#warn({ type: 'compatibility', feature, details });
  }

  other(message: string): void {
    this.#warn({ type: 'other', message });
  }

  /** The same thing is said once, however many parts of the prompt give cause for it. */
  #warn(warning: SharedV4Warning): void {
    const text = JSON.stringify(warning);
    if (!this.warnings.some(given => JSON.stringify(given) === text)) this.warnings.push(warning);
  }
}
