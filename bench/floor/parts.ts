/** The least that turns the events of ConverseStream into the parts of the AI SDK: one callback per part, no checks. */
import type { LanguageModelV4StreamPart } from '@ai-sdk/provider';
import type { ConverseStreamEvents } from '../../src/codec/converse/wire.ts';
import { FloorFrames } from './frames.ts';

type OnPart = (part: LanguageModelV4StreamPart) => void;

/** @returns takes the bytes as they come */
export function floorReader(onPart: OnPart): FloorFrames {
  const parts = new FloorParts(onPart);
  return new FloorFrames((type, payload) => parts.read(type, JSON.parse(payload)));
}

/** The same behind one `ReadableStream`, which the provider contract asks for. */
export function floorStream(body: ReadableStream<Uint8Array>): ReadableStream<LanguageModelV4StreamPart> {
  const bytes = body.getReader();
  let parts = 0;
  let controller: ReadableStreamDefaultController<LanguageModelV4StreamPart>;
  const reader = floorReader(part => {
    parts += 1;
    controller.enqueue(part);
  });
  return new ReadableStream(
    {
      start(given) {
        controller = given;
      },
      async pull() {
        for (parts = 0; parts === 0; ) {
          const { done, value } = await bytes.read();
          if (done) {
            reader.end();
            return controller.close();
          }
          reader.push(value);
        }
      },
    },
    { highWaterMark: 0 },
  );
}

class FloorParts {
  readonly #emit: OnPart;
  #block: 'text' | 'reasoning' | 'tool' | undefined;
  #blocks = 0;
  #id = '';
  #toolName = '';
  #input = '';
  #signature = '';
  #stopReason = '';

  constructor(emit: OnPart) {
    this.#emit = emit;
  }

  // biome-ignore lint/suspicious/noExplicitAny: the floor believes what it is sent
  read(type: string, payload: any): void {
    switch (type) {
      case 'contentBlockDelta':
        return this.#delta(payload.delta);
      case 'contentBlockStart': {
        const { toolUseId, name } = payload.start.toolUse;
        this.#block = 'tool';
        this.#id = toolUseId;
        this.#toolName = name;
        return this.#emit({ type: 'tool-input-start', id: toolUseId, toolName: name });
      }
      case 'contentBlockStop':
        return this.#stop();
      case 'messageStop':
        this.#stopReason = payload.stopReason;
        return;
      case 'metadata':
        return this.#finish(payload);
    }
  }

  #delta(delta: NonNullable<ConverseStreamEvents['contentBlockDelta']['delta']>): void {
    if (delta.text !== undefined) {
      if (this.#block === undefined) this.#start('text');
      this.#emit({ type: 'text-delta', id: this.#id, delta: delta.text });
    } else if (delta.reasoningContent !== undefined) {
      const { text, signature } = delta.reasoningContent;
      if (this.#block === undefined) this.#start('reasoning');
      if (text !== undefined) this.#emit({ type: 'reasoning-delta', id: this.#id, delta: text });
      else this.#signature = signature ?? '';
    } else if (delta.toolUse !== undefined) {
      const input = delta.toolUse.input as string;
      this.#input += input;
      this.#emit({ type: 'tool-input-delta', id: this.#id, delta: input });
    }
  }

  #start(block: 'text' | 'reasoning'): void {
    this.#block = block;
    this.#id = String(this.#blocks++);
    this.#emit({ type: `${block}-start`, id: this.#id });
  }

  #stop(): void {
    const id = this.#id;
    switch (this.#block) {
      case 'text':
        this.#emit({ type: 'text-end', id });
        break;
      case 'reasoning': {
        const providerMetadata = { bedrock: { signature: this.#signature } };
        this.#emit({ type: 'reasoning-end', id, providerMetadata });
        break;
      }
      case 'tool':
        this.#emit({ type: 'tool-input-end', id });
        this.#emit({ type: 'tool-call', toolCallId: id, toolName: this.#toolName, input: this.#input });
    }
    this.#block = undefined;
  }

  #finish({ usage }: ConverseStreamEvents['metadata']): void {
    const inputTokens = usage?.inputTokens;
    const outputTokens = usage?.outputTokens;
    this.#emit({
      type: 'finish',
      finishReason: {
        unified: this.#stopReason === 'tool_use' ? 'tool-calls' : 'stop',
        raw: this.#stopReason,
      },
      usage: {
        inputTokens: { total: inputTokens, noCache: inputTokens, cacheRead: 0, cacheWrite: 0 },
        outputTokens: { total: outputTokens, text: outputTokens, reasoning: undefined },
      },
    });
  }
}
