/**
 * The guardrail of a Converse call: it checks what goes in and what comes out.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/guardrails-use-converse-api.html
 */
import type { BedrockGuardrailTrace } from '../../codec/converse/provider-metadata.ts';
import type { ContentBlock, ConverseRequest, ReplyContentBlock } from '../../codec/converse/wire.ts';
import type { CompleteAnswer } from '../reply/events.ts';
import { assess, type LocalGuardrails } from './guardrails.ts';

type Found = ReturnType<LocalGuardrails['find']>;

/** What the guardrail makes of the prompt: an answer in the model's place, or the prompt without what is private. */
export type CheckedPrompt =
  | { readonly blocked: true; readonly answer: GuardedAnswer }
  | { readonly blocked: false; readonly request: ConverseRequest; readonly trace: BedrockGuardrailTrace };

type GuardedAnswer = Pick<CompleteAnswer, 'content' | 'stopReason' | 'trace'>;

export function checkPrompt(request: ConverseRequest, found: Found): CheckedPrompt {
  const texts = checkedTexts(request);
  const { blocks, intervenes, outputs, assessment } = assess(found, texts, facts(request));
  const trace = { inputAssessment: { [found.id]: assessment } };
  if (blocks) {
    const content = [{ text: outputs[0] ?? '' }];
    const told = { ...trace, actionReason: 'Guardrail blocked.' };
    return {
      blocked: true,
      answer: { content, stopReason: 'guardrail_intervened', ...shown(request, told) },
    };
  }
  const masked = new Map(texts.map((text, index) => [text, outputs[index] ?? text]));
  return { blocked: false, trace, request: intervenes ? withTexts(request, masked) : request };
}

/** What the guardrail makes of the model's answer. */
export function checkAnswer(
  answer: CompleteAnswer,
  request: ConverseRequest,
  found: Found,
  soFar: BedrockGuardrailTrace,
): CompleteAnswer {
  const texts = answer.content.flatMap(textsOfReply);
  const { blocks, intervenes, outputs, assessment } = assess(found, texts, facts(request));
  const trace = { ...soFar, outputAssessments: { [found.id]: [assessment] } };
  const told = intervenes
    ? { ...trace, modelOutput: texts, actionReason: `Guardrail ${blocks ? 'blocked' : 'masked'}.` }
    : trace;
  if (!intervenes) return { ...answer, ...shown(request, told) };
  const masked = new Map(texts.map((text, index) => [text, outputs[index] ?? text]));
  const content = blocks
    ? [{ text: outputs[0] ?? '' }]
    : answer.content.map(block => withReplyText(block, masked));
  return { ...answer, content, stopReason: 'guardrail_intervened', ...shown(request, told) };
}

function facts({ guardrailConfig }: ConverseRequest): { version: string; full: boolean } {
  return {
    version: guardrailConfig?.guardrailVersion ?? 'DRAFT',
    full: guardrailConfig?.trace === 'enabled_full',
  };
}

/** Only who asks for the trace gets it. */
function shown(
  { guardrailConfig }: ConverseRequest,
  guardrail: BedrockGuardrailTrace,
): Pick<CompleteAnswer, 'trace'> {
  const trace = guardrailConfig?.trace;
  return trace === 'enabled' || trace === 'enabled_full' ? { trace: { guardrail } } : {};
}

/** Marked texts alone where any is marked; else those of the messages, and not the system prompt's. */
function checkedTexts({ messages = [], system = [] }: ConverseRequest): string[] {
  const blocks = messages.flatMap(({ content }) => content);
  const marked = [...system, ...blocks].flatMap(block => ('guardContent' in block ? [block] : []));
  return marked.length > 0 ? marked.flatMap(textsOf) : blocks.flatMap(textsOf);
}

function textsOf(block: ContentBlock): string[] {
  if ('text' in block) return [block.text];
  if ('guardContent' in block) return 'text' in block.guardContent ? [block.guardContent.text.text] : [];
  if ('toolResult' in block) {
    return block.toolResult.content.flatMap(part => ('text' in part ? [part.text] : []));
  }
  return [];
}

function textsOfReply({ text, citationsContent }: ReplyContentBlock): string[] {
  return [
    ...(text === undefined ? [] : [text]),
    ...(citationsContent?.content ?? []).flatMap(part => part.text ?? []),
  ];
}

function withReplyText(block: ReplyContentBlock, masked: ReadonlyMap<string, string>): ReplyContentBlock {
  if (block.text !== undefined) return { ...block, text: masked.get(block.text) ?? block.text };
  if (block.citationsContent === undefined) return block;
  const content = (block.citationsContent.content ?? []).map(({ text = '' }) => ({
    text: masked.get(text) ?? text,
  }));
  return { citationsContent: { ...block.citationsContent, content } };
}

/** Every text that was checked, wherever it stands. */
function withTexts(request: ConverseRequest, masked: ReadonlyMap<string, string>): ConverseRequest {
  const replace = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(replace);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, member]) =>
        name === 'text' && typeof member === 'string'
          ? [name, masked.get(member) ?? member]
          : [name, replace(member)],
      ),
    );
  };
  const { messages, system } = request;
  return {
    ...request,
    ...(messages && { messages: replace(messages) as typeof messages }),
    ...(system && { system: replace(system) as typeof system }),
  };
}
