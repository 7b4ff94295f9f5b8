import type { LanguageModelV4StreamPart } from '@ai-sdk/provider';
import type { ConverseStreamOutput } from '@aws-sdk/client-bedrock-runtime';
import type { StreamBody } from './fixtures/stream-body.ts';

/** What came of a stream. Gathering costs the same for every contestant, and next to nothing. */
export class Gathered {
  reasoning = '';
  text = '';
  toolInput = '';
  /** The input as the whole call has it; the AWS SDK has no such thing. */
  calledWith: string | undefined;
  deltas = 0;
  outputTokens: number | undefined;
  finishReason: string | undefined;

  part(part: LanguageModelV4StreamPart): void {
    switch (part.type) {
      case 'text-delta':
        this.text += part.delta;
        this.#count(part.delta);
        break;
      case 'reasoning-delta':
        this.reasoning += part.delta;
        this.#count(part.delta);
        break;
      case 'tool-input-delta':
        this.toolInput += part.delta;
        this.#count(part.delta);
        break;
      case 'tool-call':
        this.calledWith = part.input;
        break;
      case 'finish':
        this.outputTokens = part.usage.outputTokens.total;
        this.finishReason = part.finishReason.raw;
        break;
      case 'error':
        throw part.error;
    }
  }

  /** Of the AWS SDK. */
  event({ contentBlockDelta, messageStop, metadata }: ConverseStreamOutput): void {
    const delta = contentBlockDelta?.delta;
    if (delta?.text !== undefined) {
      this.text += delta.text;
      this.#count(delta.text);
    } else if (delta?.reasoningContent?.text !== undefined) {
      this.reasoning += delta.reasoningContent.text;
      this.#count(delta.reasoningContent.text);
    } else if (delta?.toolUse?.input !== undefined) {
      this.toolInput += delta.toolUse.input;
      this.#count(delta.toolUse.input);
    } else if (messageStop !== undefined) this.finishReason = messageStop.stopReason;
    else if (metadata !== undefined) this.outputTokens = metadata.usage?.outputTokens;
  }

  /** @throws where a character, a delta, or the end is missing or wrong */
  expect(body: StreamBody): undefined {
    same('reasoning', this.reasoning, body.reasoning);
    same('text', this.text, body.text);
    same('tool input', this.toolInput, body.toolInput);
    if (this.calledWith !== undefined) same('input of the call', this.calledWith, body.toolInput);
    if (this.deltas !== body.deltas) throw new Error(`${this.deltas} deltas came instead of ${body.deltas}.`);
    if (this.outputTokens !== body.outputTokens) throw new Error(`Usage says ${this.outputTokens} tokens.`);
    const finishReason = body.toolInput === '' ? 'end_turn' : 'tool_use';
    if (this.finishReason !== finishReason) throw new Error(`It finished with ${this.finishReason}.`);
  }

  /** Called for every delta as it comes. */
  protected onDelta(_delta: string): void {}

  /** Empty ones say nothing, and not everybody hands them on. */
  #count(delta: string): void {
    if (delta === '') return;
    this.deltas += 1;
    this.onDelta(delta);
  }
}

function same(what: string, came: string, sent: string): void {
  if (came === sent) return;
  let at = 0;
  while (came[at] === sent[at]) at += 1;
  throw new Error(
    `The ${what} has ${came.length} characters instead of ${sent.length}, and differs from the ${at}th on.`,
  );
}
