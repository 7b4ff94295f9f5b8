/** The prompt as the system prompt and messages of Converse. */
import type { LanguageModelV4Message, LanguageModelV4Prompt } from '@ai-sdk/provider';
import { mediaKindOf } from './media-types.ts';
import type { BedrockSystemMessageOptions, BedrockToolReference } from './options.ts';
import { pushCachePoint } from './prompt-cache.ts';
import { readOptions } from './read-options.ts';
import type { RequestContext } from './request-context.ts';
import { dropBlankText, guardedText, isReasoning, pushAssistantPart, pushUserPart } from './to-blocks.ts';
import { toToolResult } from './to-tool-result.ts';
import type { ContentBlock, Message, SystemContentBlock, ToolReference } from './wire.ts';

type PromptMessage<Role> = Extract<LanguageModelV4Message, { role: Role }>;

/** One message of the request, of one or more messages of the prompt: Bedrock's roles alternate. */
interface Turn {
  readonly role: Message['role'];
  /** Results of tools, which the service wants before anything else in a user message. */
  readonly results: ContentBlock[];
  readonly content: ContentBlock[];
}

export interface PromptBlocks {
  readonly system: SystemContentBlock[];
  readonly messages: Message[];
}

/** @param instruction what this package itself has to tell the model, as the end of the system prompt */
export function toMessages(
  prompt: LanguageModelV4Prompt,
  instruction: string | undefined,
  context: RequestContext,
): PromptBlocks {
  const system: SystemContentBlock[] = [];
  const turns: Turn[] = [];
  let leading = true;
  for (const [index, message] of prompt.entries()) {
    context.messageIndex = index;
    context.partIndex = undefined;
    if (message.role === 'system') {
      if (leading) addSystem(system, message, context);
      else addSystemBetween(turns, message, context);
    } else {
      leading = false;
      addMessage(turns, message, context);
    }
  }
  if (instruction !== undefined) addInstruction(instruction, system, turns, context);
  if (!context.traits.content.system && system.length > 0) moveSystem(system, turns, context);
  endTurns(turns, context);
  const messages: Message[] = [];
  for (const turn of turns) finishTurn(turn, messages, context);
  return { system, messages };
}

/* ------------------------------------------------------------------ turns */

function addMessage(
  turns: Turn[],
  message: Exclude<LanguageModelV4Message, { role: 'system' }>,
  context: RequestContext,
): void {
  switch (message.role) {
    case 'user':
      return addUser(turns, message, context);
    case 'assistant':
      return addAssistant(turns, message, context);
    case 'tool':
      return addTool(turns, message, context);
  }
}

function addUser(turns: Turn[], message: PromptMessage<'user'>, context: RequestContext): void {
  const blocks: ContentBlock[] = [];
  for (const [index, part] of message.content.entries()) {
    context.partIndex = index;
    pushUserPart(blocks, part, context);
  }
  addMessageCachePoint(blocks, message, context);
  if (blocks.length > 0) addContent('user', blocks, turns);
  else context.other('A user message without content was left out: Bedrock refuses blank text.');
}

function addAssistant(turns: Turn[], message: PromptMessage<'assistant'>, context: RequestContext): void {
  let blocks: ContentBlock[] = [];
  const files: ContentBlock[] = [];
  for (const [index, part] of message.content.entries()) {
    context.partIndex = index;
    pushAssistantPart(blocks, files, part, context);
  }
  if (blocks.some(isReasoning)) blocks = dropBlankText(blocks);
  addMessageCachePoint(blocks, message, context);
  // Models do answer with nothing, and then there is nothing to send back.
  if (blocks.length > 0) addContent('assistant', blocks, turns);
  if (files.length > 0) addAnswerFiles(turns, files, context);
}

function addAnswerFiles(turns: Turn[], files: readonly ContentBlock[], context: RequestContext): void {
  context.compatibility(
    'assistant files',
    'Bedrock takes files in user messages only; those of an answer are sent with the next user message.',
  );
  turnOf('user', turns).content.push({ text: 'From the answer before:' }, ...files);
}

function addTool(turns: Turn[], message: PromptMessage<'tool'>, context: RequestContext): void {
  const results: ContentBlock[] = [];
  const files: ContentBlock[] = [];
  for (const [index, part] of message.content.entries()) {
    context.partIndex = index;
    // Approvals are between the SDK and the user; Bedrock asks for none.
    if (part.type === 'tool-approval-response') continue;
    const converted = toToolResult(part, context);
    results.push(...converted.result);
    files.push(...converted.files);
    pushCachePoint(results, converted.cachePoint, 'messages', context);
  }
  addMessageCachePoint(files.length > 0 ? files : results, message, context);
  if (results.length === 0) return;
  const turn = resultsTurn(turns);
  turn.results.push(...results);
  turn.content.push(...files);
}

function addMessageCachePoint(
  blocks: ContentBlock[],
  { providerOptions }: LanguageModelV4Message,
  context: RequestContext,
): void {
  context.partIndex = undefined;
  const options = readOptions('message', providerOptions, context.where);
  pushCachePoint(blocks, options?.cachePoint, 'messages', context);
}

/** @param content is the turn's from now on */
function addContent(role: Message['role'], content: ContentBlock[], turns: Turn[]): void {
  const last = turns.at(-1);
  if (last?.role === role) last.content.push(...content);
  else turns.push({ role, results: [], content });
}

/** The turn that content of a role belongs to: the last one, or a new one. */
function turnOf(role: Message['role'], turns: Turn[]): Turn {
  const last = turns.at(-1);
  if (last?.role === role) return last;
  const turn: Turn = { role, results: [], content: [] };
  turns.push(turn);
  return turn;
}

/** Results stand directly behind the calls they answer, so a system message in between moves behind them. */
function resultsTurn(turns: Turn[]): Turn {
  const last = turns.at(-1);
  if (last?.role !== 'system') return turnOf('user', turns);
  turns.pop();
  const turn = turnOf('user', turns);
  turns.push(last);
  return turn;
}

/* ----------------------------------------------------------------- system */

function addSystem(
  system: SystemContentBlock[],
  message: PromptMessage<'system'>,
  context: RequestContext,
): void {
  if (context.promptResource) {
    context.unsupported(
      'system',
      'A prompt of Prompt management brings its own system prompt; this one was left out.',
    );
    return;
  }
  const options = readOptions('system', message.providerOptions, context.where);
  if (/\S/.test(message.content)) {
    system.push(guardedText(message.content, options) ?? { text: message.content });
  }
  const place = context.traits.content.system ? 'system' : 'messages';
  pushCachePoint(system, options?.cachePoint, place, context);
  if (options?.toolAddition || options?.toolRemoval) {
    context.unsupported(
      'toolAddition',
      'Tools are added and removed between turns, not in the first system message.',
    );
  }
}

function addSystemBetween(turns: Turn[], message: PromptMessage<'system'>, context: RequestContext): void {
  const options = readOptions('system', message.providerOptions, context.where);
  const blocks: ContentBlock[] = [];
  if (/\S/.test(message.content)) {
    blocks.push(guardedText(message.content, options) ?? { text: message.content });
  }
  const between = context.traits.content.systemBetweenTurns;
  if (between) blocks.push(...toolChanges(options, context));
  else {
    context.compatibility(
      'system messages between turns',
      `Models of the family "${context.familyName}" take a system prompt at the start only; a later one is sent ` +
        'as the user’s text.',
    );
    if (options?.toolAddition || options?.toolRemoval) {
      context.unsupported('toolAddition', 'The model cannot add or remove tools between turns.');
    }
  }
  pushCachePoint(blocks, options?.cachePoint, 'messages', context);
  if (blocks.length > 0) addContent(between ? 'system' : 'user', blocks, turns);
}

function toolChanges(
  options: BedrockSystemMessageOptions | undefined,
  context: RequestContext,
): ContentBlock[] {
  const reference = ({ name, ...rest }: BedrockToolReference): ToolReference =>
    name === undefined ? rest : { ...rest, name: context.toolNames.wire(name) };
  return [
    ...(options?.toolAddition ?? []).map(tool => ({ toolAddition: { tool: reference(tool) } })),
    ...(options?.toolRemoval ?? []).map(tool => ({ toolRemoval: { tool: reference(tool) } })),
  ];
}

function addInstruction(
  instruction: string,
  system: SystemContentBlock[],
  turns: Turn[],
  { promptResource }: RequestContext,
): void {
  if (promptResource) turnOf('user', turns).content.push({ text: instruction });
  else system.push({ text: instruction });
}

/** For models without a system prompt: the first thing that the user says. */
function moveSystem(system: SystemContentBlock[], turns: Turn[], context: RequestContext): void {
  context.compatibility(
    'system',
    `Models of the family "${context.familyName}" have no system prompt; it is sent as the start of the first ` +
      'user message.',
  );
  const blocks = system.splice(0);
  const first = turns.find(turn => turn.role === 'user');
  if (first !== undefined) first.content.unshift(...blocks);
  else turns.unshift({ role: 'user', results: [], content: blocks });
}

/* ---------------------------------------------------------------- messages */

/** An answer that is to be continued: where the model does not do that, it is asked to. */
function endTurns(turns: Turn[], context: RequestContext): void {
  const last = turns.at(-1);
  if (last?.role !== 'assistant') return;
  const refused = context.refusesPrefill;
  if (refused === undefined) return trimEnd(last.content);
  context.compatibility(
    'assistant message at the end',
    `${refused} A user message that asks for more was added.`,
  );
  turnOf('user', turns).content.push({ text: 'Continue where you stopped.' });
}

/** Anthropic's models refuse to continue what ends in white space. */
function trimEnd(content: readonly ContentBlock[]): void {
  // Behind signed reasoning nothing is changed.
  if (content.some(block => 'reasoningContent' in block)) return;
  const last = content.findLast(block => !('cachePoint' in block));
  if (last !== undefined && 'text' in last) last.text = last.text.trimEnd();
}

function finishTurn({ role, results, content }: Turn, messages: Message[], context: RequestContext): void {
  if (content.length > 0 && role === 'user') finishContent(content, context);
  if (results.length === 0) {
    messages.push({ role, content });
    return;
  }
  if (content.every(block => fitsBesideResult(block, context))) {
    messages.push({ role, content: [...results, ...content] });
    return;
  }
  context.compatibility(
    'content beside tool results',
    'The model takes nothing of the kind in one message with tool results; it stands in a message of its own ' +
      'behind them, with a short assistant message between the two.',
  );
  messages.push(
    { role, content: results },
    { role: 'assistant', content: [{ text: 'I have the results.' }] },
    { role, content },
  );
}

function fitsBesideResult(block: ContentBlock, { traits }: RequestContext): boolean {
  const fitting = traits.content.besideToolResult;
  // Without tools, their results went as text and are not there.
  if (fitting === undefined || 'cachePoint' in block || traits.tools.unsupported !== undefined) return true;
  return fitting.includes(mediaKindOf(block) ?? 'text');
}

/** https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Message.html */
const MAX_IMAGES = 20;
const MAX_DOCUMENTS = 5;

function finishContent(content: ContentBlock[], context: RequestContext): void {
  const documents = content.filter(block => 'document' in block);
  if (documents.length > 0 && !content.some(block => 'text' in block)) {
    content.unshift({ text: `Attached: ${documents.map(({ document }) => document.name).join(', ')}.` });
    context.compatibility(
      'documents without text',
      'Bedrock takes documents only beside text in the same message; a line that names them was added.',
    );
  }
  if (content.length > MAX_DOCUMENTS) warnOfLimits(content, documents.length, context);
}

function warnOfLimits(blocks: readonly ContentBlock[], documents: number, context: RequestContext): void {
  const images = blocks.filter(block => 'image' in block).length;
  if (images > MAX_IMAGES) {
    context.other(`A message has ${images} images; Bedrock documents a limit of ${MAX_IMAGES}.`);
  }
  if (documents > MAX_DOCUMENTS) {
    context.other(`A message has ${documents} documents; Bedrock documents a limit of ${MAX_DOCUMENTS}.`);
  }
}
