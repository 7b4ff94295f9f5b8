import {
  InvalidArgumentError,
  type JSONObject,
  type LanguageModelV4,
  type LanguageModelV4CallOptions,
  type LanguageModelV4Content,
  type LanguageModelV4FinishReason,
  type LanguageModelV4Middleware,
  type LanguageModelV4Prompt,
  type LanguageModelV4StreamPart,
  type LanguageModelV4Usage,
  type SharedV4ProviderMetadata,
} from '@ai-sdk/provider';
import type { AppliedGuardrail } from '../../operations/guardrails.ts';
import type { BedrockOperations } from '../../operations/index.ts';
import { type Controller, HeldText, Output, streamOf, textOf } from './held-text.ts';
import { isText, mapTexts } from './prompt-texts.ts';

export interface GuardrailMiddlewareOptions {
  /** The provider whose `applyGuardrail` is called; the model may be any provider's. */
  readonly bedrock: Pick<BedrockOperations, 'applyGuardrail'>;
  /** Id or ARN of the guardrail. */
  readonly guardrailIdentifier: string;
  /** A number, or `DRAFT`. */
  readonly guardrailVersion: string;
  /**
   * What of the prompt is checked before the model is called: all texts of users and results of tools, or those behind
   * the last answer, which is cheaper where the rest was checked before. System prompts and answers are not.
   * @default 'all'
   */
  readonly input?: 'all' | 'last' | false | undefined;
  /**
   * How the model's texts are checked. In a stream, `sync` holds text back until it is checked, and can mask it;
   * `async` lets it through at once and ends the stream where something is blocked, but masks nothing.
   * @default 'sync'
   */
  readonly output?: 'sync' | 'async' | false | undefined;
  /**
   * Characters of a stream that are checked together, at least; the cut is made behind a sentence. AWS bills by
   * thousands of characters, so that less costs more; it shows text sooner.
   * @default 1000
   */
  readonly chunkSize?: number | undefined;
  /** Called for everything that is blocked or masked, and waited for. */
  readonly onIntervention?: ((intervention: GuardrailIntervention) => void | PromiseLike<void>) | undefined;
}

export interface GuardrailIntervention {
  readonly source: 'INPUT' | 'OUTPUT';
  readonly outcome: 'masked' | 'blocked';
  /** What was checked. */
  readonly texts: readonly string[];
  /** What the guardrail says instead. */
  readonly outputs: readonly string[];
  readonly assessments: AppliedGuardrail['assessments'];
  readonly model: { readonly provider: string; readonly modelId: string };
}

/** `providerMetadata.bedrock.guardrail` of a reply. */
export type GuardrailMetadata = {
  input?: GuardrailFindings;
  output?: GuardrailFindings;
};

export type GuardrailFindings = {
  outcome: AppliedGuardrail['outcome'];
  /** Of what was blocked or masked. */
  assessments: Array<AppliedGuardrail['assessments'][number]>;
};

/**
 * Checks what goes into any language model and what comes out of it with a guardrail of Bedrock. What is blocked is
 * replaced by the guardrail's message, with the finish reason `content-filter`; what is private is masked. Where the
 * check itself fails, so does the call: nothing goes through unchecked.
 *
 * Checked are texts: not images, not the model's reasoning, and not the input of its tool calls.
 * @throws InvalidArgumentError for an option with a value that it does not take
 * @example
 * const model = wrapLanguageModel({
 *   model: openai('gpt-5'),
 *   middleware: guardrailMiddleware({ bedrock, guardrailIdentifier: 'gr123', guardrailVersion: '1' }),
 * });
 */
export function guardrailMiddleware(options: GuardrailMiddlewareOptions): LanguageModelV4Middleware {
  checkOptions(options);
  return {
    specificationVersion: 'v4',

    async wrapGenerate({ params, model }) {
      const guard = new Guard(options, params, model);
      const prompt = await guard.checkPrompt();
      if (prompt === undefined) {
        return {
          content: [{ type: 'text', text: guard.message }],
          finishReason: BLOCKED,
          usage: NO_USAGE,
          warnings: [],
          providerMetadata: guard.metadata(undefined),
        };
      }
      const result = await model.doGenerate({ ...params, prompt });
      const content = await guard.checkContent(result.content);
      return {
        ...result,
        content: content ?? [{ type: 'text', text: guard.message }],
        finishReason: content === undefined ? BLOCKED : result.finishReason,
        providerMetadata: guard.metadata(result.providerMetadata),
      };
    },

    async wrapStream({ params, model }) {
      const guard = new Guard(options, params, model);
      const prompt = await guard.checkPrompt();
      if (prompt === undefined) return { stream: streamOf([...START, ...guard.blockedParts(NO_USAGE)]) };
      const result = await model.doStream({ ...params, prompt });
      if (options.output === false) return { ...result, stream: result.stream.pipeThrough(guard.annotate()) };
      const transform = options.output === 'async' ? guard.checkBehind() : guard.checkAhead();
      return { ...result, stream: result.stream.pipeThrough(transform) };
    },
  };
}

function checkOptions(options: GuardrailMiddlewareOptions): void {
  const fail = (argument: string, expected: string, got: unknown) =>
    new InvalidArgumentError({
      argument,
      message: `guardrailMiddleware: ${argument} must be ${expected}, and is ${JSON.stringify(got) ?? typeof got}.`,
    });
  const { bedrock, input, output, chunkSize } = options;
  if (typeof bedrock?.applyGuardrail !== 'function')
    throw fail('bedrock', 'a provider of createBedrock', bedrock);
  for (const name of ['guardrailIdentifier', 'guardrailVersion'] as const) {
    if (typeof options[name] !== 'string' || options[name] === '')
      throw fail(name, 'a string', options[name]);
  }
  if (![undefined, 'all', 'last', false].includes(input))
    throw fail('input', '"all", "last" or false', input);
  if (![undefined, 'sync', 'async', false].includes(output))
    throw fail('output', '"sync", "async" or false', output);
  if (chunkSize !== undefined && !(Number.isInteger(chunkSize) && chunkSize >= 1)) {
    throw fail('chunkSize', 'a whole number from 1 on', chunkSize);
  }
}

const BLOCKED: LanguageModelV4FinishReason = { unified: 'content-filter', raw: 'guardrail_intervened' };

/** The model was not called. */
const NO_USAGE: LanguageModelV4Usage = {
  inputTokens: { total: 0, noCache: 0, cacheRead: 0, cacheWrite: 0 },
  outputTokens: { total: 0, text: 0, reasoning: 0 },
};
/** The stream was left before it said. */
const UNKNOWN_USAGE: LanguageModelV4Usage = {
  inputTokens: { total: undefined, noCache: undefined, cacheRead: undefined, cacheWrite: undefined },
  outputTokens: { total: undefined, text: undefined, reasoning: undefined },
};

const START: LanguageModelV4StreamPart[] = [{ type: 'stream-start', warnings: [] }];

/** Parts of the guardrail's own message. */
const MESSAGE_ID = 'guardrail';

type PartStream = TransformStream<LanguageModelV4StreamPart, LanguageModelV4StreamPart>;

/** The checks of one call. */
class Guard {
  readonly #options: GuardrailMiddlewareOptions;
  readonly #params: LanguageModelV4CallOptions;
  readonly #model: LanguageModelV4;
  readonly #findings: GuardrailMetadata = {};
  /** What the guardrail says in place of what it has blocked. */
  message = '';

  constructor(
    options: GuardrailMiddlewareOptions,
    params: LanguageModelV4CallOptions,
    model: LanguageModelV4,
  ) {
    this.#options = options;
    this.#params = params;
    this.#model = model;
  }

  /** @returns the prompt as it may be sent; undefined where it is blocked */
  async checkPrompt(): Promise<LanguageModelV4Prompt | undefined> {
    const { input = 'all' } = this.#options;
    const { prompt } = this.#params;
    if (input === false) return prompt;
    const texts: string[] = [];
    mapTexts(prompt, input, text => {
      texts.push(text);
      return text;
    });
    const checked = await this.#check('INPUT', texts);
    if (checked === undefined) return undefined;
    let index = 0;
    return checked === texts ? prompt : mapTexts(prompt, input, text => checked[index++] ?? text);
  }

  /** @returns the content as it may be shown; undefined where it is blocked */
  async checkContent(
    content: readonly LanguageModelV4Content[],
  ): Promise<LanguageModelV4Content[] | undefined> {
    if (this.#options.output === false) return [...content];
    const texts = content.flatMap(part => (part.type === 'text' && isText(part.text) ? [part.text] : []));
    const checked = await this.#check('OUTPUT', texts);
    if (checked === undefined) return undefined;
    let index = 0;
    return content.map(part =>
      part.type === 'text' && isText(part.text) ? { ...part, text: checked[index++] ?? part.text } : part,
    );
  }

  metadata(given: SharedV4ProviderMetadata | undefined): SharedV4ProviderMetadata {
    return { ...given, bedrock: { ...given?.['bedrock'], guardrail: this.#findings as JSONObject } };
  }

  /** The guardrail's message, as the end of a stream. */
  blockedParts(usage: LanguageModelV4Usage): LanguageModelV4StreamPart[] {
    return [
      { type: 'text-start', id: MESSAGE_ID },
      { type: 'text-delta', id: MESSAGE_ID, delta: this.message },
      { type: 'text-end', id: MESSAGE_ID },
      { type: 'finish', finishReason: BLOCKED, usage, providerMetadata: this.metadata(undefined) },
    ];
  }

  /* ---------------------------------------------------------------- streams */

  /** Only says what was found in the prompt. */
  annotate(): PartStream {
    return new TransformStream({
      transform: (part, controller) => controller.enqueue(this.#annotated(part)),
    });
  }

  /** Text comes out when it has been checked. */
  checkAhead(): PartStream {
    const texts = new Map<string, HeldText>();
    /** @returns whether the stream goes on */
    const release = async (text: HeldText, isEnd: boolean, out: Output): Promise<boolean> => {
      for (const chunk of text.take(this.#chunkSize, isEnd)) {
        const checked = await this.#check('OUTPUT', [chunk]);
        if (checked === undefined) return this.#end(out);
        text.open(out);
        out.emit({ type: 'text-delta', id: text.id, delta: checked[0] ?? chunk });
      }
      return true;
    };
    const releaseAll = async (out: Output): Promise<boolean> => {
      for (const text of texts.values()) if (!(await release(text, true, out))) return false;
      return true;
    };
    return this.#transform(
      async (part, out) => {
        switch (part.type) {
          case 'text-start':
            texts.set(part.id, new HeldText(part));
            return;
          case 'text-delta':
            await release(textOf(part.id, texts).add(part.delta), false, out);
            return;
          case 'text-end': {
            const text = textOf(part.id, texts);
            if (!(await release(text, true, out))) return;
            text.open(out);
            texts.delete(part.id);
            out.emit(part);
            return;
          }
          // Holds text that has not been checked.
          case 'raw':
            return;
          case 'error':
          case 'finish':
            if (await releaseAll(out)) out.emit(this.#annotated(part));
            return;
          default:
            out.emit(part);
        }
      },
      async out => {
        await releaseAll(out);
      },
    );
  }

  /** Text comes out at once; the checks run behind it. */
  checkBehind(): PartStream {
    const texts = new Map<string, HeldText>();
    const running: Promise<void>[] = [];
    let isBlocked = false;
    let failure: { readonly error: unknown } | undefined;
    const start = (chunk: string) => {
      const check = this.#check('OUTPUT', [chunk], 'reports').then(
        checked => {
          isBlocked ||= checked === undefined;
        },
        (error: unknown) => {
          failure ??= { error };
        },
      );
      running.push(check);
    };
    /** @returns whether the stream goes on */
    const goesOn = (out: Output): boolean => {
      if (failure !== undefined) throw failure.error;
      return isBlocked ? this.#end(out) : true;
    };
    const settle = async (out: Output): Promise<boolean> => {
      for (const text of texts.values()) text.take(this.#chunkSize, true).forEach(start);
      await Promise.all(running);
      return goesOn(out);
    };
    return this.#transform(
      async (part, out) => {
        if (!goesOn(out)) return;
        if (part.type === 'text-delta') {
          textOf(part.id, texts).add(part.delta).take(this.#chunkSize, false).forEach(start);
        } else if (part.type === 'text-end') {
          textOf(part.id, texts).take(this.#chunkSize, true).forEach(start);
          texts.delete(part.id);
        } else if (part.type === 'finish' && !(await settle(out))) return;
        out.emit(this.#annotated(part));
      },
      async out => {
        await settle(out);
      },
    );
  }

  /** A check that fails ends the stream with its error: what comes behind it would not be checked. */
  #transform(
    transform: (part: LanguageModelV4StreamPart, out: Output) => Promise<void>,
    flush: (out: Output) => Promise<void>,
  ): PartStream {
    const out = new Output();
    const guarded = async (work: () => Promise<void>, controller: Controller) => {
      out.controller = controller;
      try {
        await work();
      } catch (error) {
        if (this.#params.abortSignal?.aborted) throw error;
        out.end([
          { type: 'error', error },
          { type: 'finish', finishReason: FAILED, usage: UNKNOWN_USAGE },
        ]);
      }
    };
    return new TransformStream({
      transform: (part, controller) => guarded(() => transform(part, out), controller),
      flush: controller => guarded(() => flush(out), controller),
    });
  }

  /** Ends a stream with the guardrail's message; the model is called off. */
  #end(out: Output): false {
    out.end(this.blockedParts(UNKNOWN_USAGE));
    return false;
  }

  #annotated(part: LanguageModelV4StreamPart): LanguageModelV4StreamPart {
    return part.type === 'finish'
      ? { ...part, providerMetadata: this.metadata(part.providerMetadata) }
      : part;
  }

  get #chunkSize(): number {
    return this.#options.chunkSize ?? 1000;
  }

  /* ----------------------------------------------------------------- checks */

  /**
   * @param masking whether masks are put into the texts or only reported
   * @returns the texts as they may go on, the same array where nothing was found; undefined where they are blocked
   */
  async #check(
    source: 'INPUT' | 'OUTPUT',
    texts: readonly string[],
    masking: 'replaces' | 'reports' = 'replaces',
  ): Promise<readonly string[] | undefined> {
    if (!texts.some(isText)) return texts;
    const applied = await this.#apply(source, texts);
    await this.#note(source, texts, applied);
    if (applied.outcome === 'blocked') {
      this.message = textsOf(applied).join('\n');
      return undefined;
    }
    if (applied.outcome === 'passed' || masking === 'reports') return texts;
    const masked = textsOf(applied);
    if (masked.length === texts.length) return masked;
    // The reply does not say which is which, so each is asked for alone.
    return Promise.all(texts.map(async text => textsOf(await this.#apply(source, [text]))[0] ?? text));
  }

  #apply(source: 'INPUT' | 'OUTPUT', texts: readonly string[]): Promise<AppliedGuardrail> {
    const { bedrock, guardrailIdentifier, guardrailVersion } = this.#options;
    const { abortSignal } = this.#params;
    return bedrock.applyGuardrail({
      guardrailIdentifier,
      guardrailVersion,
      source,
      content: texts,
      abortSignal,
    });
  }

  async #note(
    source: 'INPUT' | 'OUTPUT',
    texts: readonly string[],
    applied: AppliedGuardrail,
  ): Promise<void> {
    const { outcome, assessments } = applied;
    const name = source === 'INPUT' ? 'input' : 'output';
    this.#findings[name] ??= { outcome, assessments: [] };
    if (outcome === 'passed') return;
    const findings = this.#findings[name];
    if (findings.outcome !== 'blocked') findings.outcome = outcome;
    findings.assessments.push(...assessments);
    const { provider, modelId } = this.#model;
    const outputs = textsOf(applied);
    await this.#options.onIntervention?.({
      source,
      outcome,
      texts,
      outputs,
      assessments,
      model: { provider, modelId },
    });
  }
}

const FAILED: LanguageModelV4FinishReason = { unified: 'error', raw: 'guardrail' };

function textsOf({ outputs }: AppliedGuardrail): string[] {
  return outputs.flatMap(({ text }) => text ?? []);
}
