/** Puts the parts of a stream together to the message that the history keeps. */
import type {
  JSONValue,
  LanguageModelV4FinishReason,
  LanguageModelV4Message,
  LanguageModelV4ReasoningPart,
  LanguageModelV4StreamPart,
  LanguageModelV4TextPart,
  LanguageModelV4ToolCallPart,
  LanguageModelV4Usage,
  SharedV4ProviderMetadata,
  SharedV4Warning,
} from '@ai-sdk/provider';

type AssistantPart = Extract<LanguageModelV4Message, { role: 'assistant' }>['content'][number];

export class Answer {
  readonly content: AssistantPart[] = [];
  warnings: readonly SharedV4Warning[] = [];
  finishReason: LanguageModelV4FinishReason['unified'] | undefined;
  usage: LanguageModelV4Usage | undefined;
  /** What ended the stream before its time. */
  failure: { readonly error: unknown } | undefined;
  readonly #open = new Map<string, LanguageModelV4TextPart | LanguageModelV4ReasoningPart>();

  add(part: LanguageModelV4StreamPart): void {
    switch (part.type) {
      case 'stream-start':
        this.warnings = part.warnings;
        return;
      case 'text-start':
        return this.#begin({ type: 'text', text: '' }, part);
      case 'reasoning-start':
        return this.#begin({ type: 'reasoning', text: '' }, part);
      case 'text-delta':
      case 'reasoning-delta':
        return this.#grow(part, part.delta);
      case 'text-end':
      case 'reasoning-end':
        return this.#grow(part, '');
      case 'tool-call': {
        const { toolCallId, toolName, input, providerExecuted } = part;
        const call = { type: part.type, toolCallId, toolName, input: parseOr(input) };
        this.#push({ ...call, ...(providerExecuted !== undefined && { providerExecuted }) }, part);
        return;
      }
      case 'tool-result': {
        const { toolCallId, toolName, result, isError } = part;
        const output = {
          type: isError ? ('error-json' as const) : ('json' as const),
          value: result as JSONValue,
        };
        return this.#push({ type: part.type, toolCallId, toolName, output }, part);
      }
      case 'file':
      case 'reasoning-file':
        return this.#push(
          { type: part.type, mediaType: part.mediaType, data: part.data } as AssistantPart,
          part,
        );
      case 'custom':
        return this.#push({ type: part.type, kind: part.kind }, part);
      case 'finish':
        this.usage = part.usage;
        this.finishReason = part.finishReason.unified;
        return;
      case 'error':
        this.failure ??= { error: part.error };
        return;
      default:
        // Input of tools comes whole in the call; sources belong to texts; the rest is no content.
        return;
    }
  }

  /** Calls that wait for a result from here. */
  get calls(): LanguageModelV4ToolCallPart[] {
    return this.content
      .filter(part => part.type === 'tool-call')
      .filter(call => call.providerExecuted !== true);
  }

  get text(): string {
    return this.#textOf('text');
  }

  get reasoning(): string {
    return this.#textOf('reasoning');
  }

  /**
   * What can be kept of an answer that was stopped: its text. Reasoning that is not signed to its end and calls without
   * results would make models refuse the history.
   */
  get textSoFar(): LanguageModelV4TextPart[] {
    return this.content.filter(part => part.type === 'text').filter(({ text }) => text.trim() !== '');
  }

  #textOf(type: 'text' | 'reasoning'): string {
    return this.content.map(part => (part.type === type ? part.text : '')).join('');
  }

  #begin(
    part: LanguageModelV4TextPart | LanguageModelV4ReasoningPart,
    from: { readonly id: string; readonly providerMetadata?: SharedV4ProviderMetadata },
  ): void {
    this.#open.set(from.id, part);
    this.#push(part, from);
  }

  #grow(
    { id, providerMetadata }: { readonly id: string; readonly providerMetadata?: SharedV4ProviderMetadata },
    text: string,
  ): void {
    const part = this.#open.get(id);
    if (part === undefined) return;
    part.text += text;
    if (providerMetadata !== undefined) part.providerOptions = providerMetadata;
  }

  /** Signatures of reasoning and the like come as metadata, and go back as options. */
  #push(part: AssistantPart, { providerMetadata }: { providerMetadata?: SharedV4ProviderMetadata }): void {
    if (providerMetadata !== undefined) part.providerOptions = providerMetadata;
    this.content.push(part);
  }
}

/** Input that is no JSON is kept as it is; the tool then says so. */
function parseOr(input: string): unknown {
  try {
    return JSON.parse(input);
  } catch {
    return input;
  }
}
