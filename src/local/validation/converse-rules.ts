/**
 * What Bedrock demands of a Converse request beyond its shape. Each rule gives the sentence that Bedrock
 * refuses the request with, or undefined; places are counted from zero (`messages.2.content.0`).
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Message.html
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_DocumentBlock.html
 */
import type { JSONValue } from '@ai-sdk/provider';
import type {
  ContentBlock,
  ConverseRequest,
  DocumentBlock,
  Message,
  ToolResultBlock,
} from '../../codec/converse/wire.ts';
import { type AwsError, validationError } from '../aws-error.ts';
import { isPromptArn } from '../models.ts';

/** @returns the error of the first rule that the request breaks */
export function converseRulesError(request: ConverseRequest, modelId: string): AwsError | undefined {
  const sentence = isPromptArn(modelId)
    ? promptMembers(request)
    : (firstBroken(RULES, request) ?? inEveryBlock(request, brokenBlock));
  return sentence === undefined ? undefined : validationError(sentence);
}

/** Where the model finds the fault, Bedrock says so. */
const FROM_MODEL = 'The model returned the following errors: ';

type Rule = (request: ConverseRequest) => string | undefined;

function firstBroken(rules: readonly Rule[], request: ConverseRequest): string | undefined {
  for (const rule of rules) {
    const sentence = rule(request);
    if (sentence !== undefined) return sentence;
  }
  return undefined;
}

const RULES: readonly Rule[] = [
  startsWithUser,
  alternates,
  noEmptyMessage,
  someText,
  systemText,
  toolsNeedConfig,
  toolResultsFollowCalls,
  toolSchemas,
  toolNames,
  toolChoiceExists,
  documents,
  imageCount,
  cachePoints,
  jsonSchema,
];

function promptMembers(request: ConverseRequest): string | undefined {
  const forbidden = (
    ['additionalModelRequestFields', 'inferenceConfig', 'system', 'toolConfig'] as const
  ).filter(member => request[member] !== undefined);
  if (forbidden.length === 0) return undefined;
  return `The request can't contain ${forbidden.join(', ')} when the model identifier is a prompt resource.`;
}

/* ------------------------------------------------------------ conversation */

function startsWithUser({ messages }: ConverseRequest): string | undefined {
  return messages?.[0]?.role === 'user'
    ? undefined
    : 'A conversation must start with a user message. Try again with a conversation that starts with a user message.';
}

function alternates({ messages = [] }: ConverseRequest): string | undefined {
  const turns = messages.filter(({ role }) => role !== 'system');
  return turns.every((message, index) => message.role !== turns[index - 1]?.role)
    ? undefined
    : 'A conversation must alternate between user and assistant roles. Make sure the conversation alternates between user and assistant roles and try again.';
}

function noEmptyMessage({ messages = [] }: ConverseRequest): string | undefined {
  const index = messages.findIndex(({ content }) => content.length === 0);
  if (index < 0) return undefined;
  return `The content field in the Message object at messages.${index} is empty. Add a ContentBlock object to the content field and try again.`;
}

/** Whitespace alone is let through beside other blocks, but cannot be a whole message. */
function someText({ messages = [] }: ConverseRequest): string | undefined {
  const isSpace = (block: ContentBlock) => 'text' in block && block.text !== '' && block.text.trim() === '';
  return messages.some(({ content }) => content.every(isSpace))
    ? `${FROM_MODEL}messages: text content blocks must contain non-whitespace text`
    : undefined;
}

function systemText({ system = [] }: ConverseRequest): string | undefined {
  const index = system.findIndex(block => 'text' in block && block.text === '');
  return index < 0 ? undefined : blank('SystemContentBlock', `system.${index}`);
}

/* ------------------------------------------------------------------ blocks */

function inEveryBlock(
  { messages = [] }: ConverseRequest,
  rule: (block: ContentBlock, place: string) => string | undefined,
): string | undefined {
  for (const [m, { content }] of messages.entries()) {
    for (const [b, block] of content.entries()) {
      const sentence = rule(block, `messages.${m}.content.${b}`);
      if (sentence !== undefined) return sentence;
    }
  }
  return undefined;
}

function brokenBlock(block: ContentBlock, place: string): string | undefined {
  if ('text' in block) return block.text === '' ? blank('ContentBlock', place) : undefined;
  if ('document' in block) return badDocument(block.document, `${place}.document`);
  if ('toolUse' in block) {
    return isJsonObject(block.toolUse.input) ? undefined : notAnObject(`${place}.toolUse.input`);
  }
  if ('toolResult' in block) return badToolResult(block.toolResult, `${place}.toolResult`);
  return undefined;
}

function badToolResult({ content }: ToolResultBlock, place: string): string | undefined {
  for (const [index, part] of content.entries()) {
    if ('json' in part && !isJsonObject(part.json)) return notAnObject(`${place}.content.${index}.json`);
    if ('document' in part) {
      const sentence = badDocument(part.document, `${place}.content.${index}.document`);
      if (sentence !== undefined) return sentence;
    }
  }
  return undefined;
}

/* ------------------------------------------------------------------- tools */

function toolsNeedConfig({ messages = [], toolConfig }: ConverseRequest): string | undefined {
  const used = messages.some(({ content }) =>
    content.some(block => 'toolUse' in block || 'toolResult' in block),
  );
  return used && toolConfig === undefined
    ? 'The toolConfig field must be defined when using toolUse and toolResult content blocks.'
    : undefined;
}

function toolResultsFollowCalls({ messages = [] }: ConverseRequest): string | undefined {
  // System messages may stand between a call and its result without breaking the pair.
  const turns = [...messages.entries()].filter(([, { role }]) => role !== 'system');
  for (const [position, [index, message]] of turns.entries()) {
    if (message.role !== 'user') continue;
    const sentence = badPairing(turns[position - 1]?.[1], message, `messages.${index}.content`);
    if (sentence !== undefined) return sentence;
  }
  return undefined;
}

function badPairing(before: Message | undefined, message: Message, place: string): string | undefined {
  const calls = clientCallIds(before);
  const results = message.content.flatMap(block =>
    'toolResult' in block ? [block.toolResult.toolUseId] : [],
  );
  if (results.length > calls.length) {
    return `The number of toolResult blocks at ${place} exceeds the number of toolUse blocks of previous turn.`;
  }
  const missing = calls.filter(id => !results.includes(id));
  if (missing.length > 0)
    return `Expected toolResult blocks at ${place} for the following Ids: ${missing.join(', ')}`;
  return undefined;
}

/** Calls that the caller has to answer; server tools are answered by Bedrock in the same message. */
function clientCallIds(message: Message | undefined): string[] {
  if (message === undefined) return [];
  const answered = message.content.flatMap(block =>
    'toolResult' in block ? [block.toolResult.toolUseId] : [],
  );
  return message.content.flatMap(block =>
    'toolUse' in block && !answered.includes(block.toolUse.toolUseId) ? [block.toolUse.toolUseId] : [],
  );
}

function toolSchemas({ toolConfig }: ConverseRequest): string | undefined {
  for (const [index, tool] of (toolConfig?.tools ?? []).entries()) {
    if (!('toolSpec' in tool)) continue;
    const place = `toolConfig.tools.${index}.toolSpec.inputSchema.json`;
    const schema: JSONValue = tool.toolSpec.inputSchema.json;
    if (!isJsonObject(schema)) return notAnObject(place);
    if (schema['type'] !== 'object')
      return `The value at ${place}.type must be one of the following: object.`;
  }
  return undefined;
}

function toolNames({ toolConfig }: ConverseRequest): string | undefined {
  const names = toolConfig?.tools.flatMap(tool => ('toolSpec' in tool ? [tool.toolSpec.name] : [])) ?? [];
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  return twice === undefined ? undefined : `The toolConfig field contains duplicate tool names: ${twice}.`;
}

function toolChoiceExists({ toolConfig }: ConverseRequest): string | undefined {
  const choice = toolConfig?.toolChoice;
  if (choice === undefined || !('tool' in choice)) return undefined;
  const { name } = choice.tool;
  return toolConfig?.tools.some(tool => 'toolSpec' in tool && tool.toolSpec.name === name)
    ? undefined
    : `The tool ${name} in toolConfig.toolChoice is not defined in toolConfig.tools.`;
}

/* --------------------------------------------------------------- documents */

/** Underscores are not in AWS's list and pass; tabs, full-width spaces and two spaces in a row do not. */
const DOCUMENT_NAME = /^(?!.* {2})[A-Za-z0-9_\-()[\] ]+$/;

function badDocument({ name, source, citations }: DocumentBlock, place: string): string | undefined {
  if (!DOCUMENT_NAME.test(name)) {
    return "The document file name can only contain alphanumeric characters, whitespace characters, hyphens, parentheses, and square brackets. The name can't contain more than one consecutive whitespace character. Check that the file name conforms to these restrictions and retry your request.";
  }
  if ('text' in source && source.text === '') return blank('DocumentSource', `${place}.source`);
  if ('content' in source && citations?.enabled !== true) {
    return `The content source at ${place}.source needs citations to be enabled.`;
  }
  return undefined;
}

function documents({ messages = [] }: ConverseRequest): string | undefined {
  for (const { content } of messages) {
    const here = content.some(block => 'document' in block);
    if (here && !content.some(block => 'text' in block)) {
      return 'A text block must be included when using documents.';
    }
  }
  const names = messages.flatMap(({ content }) => content.flatMap(documentsIn)).map(({ name }) => name);
  if (names.length > 5) return "You can't include more than 5 documents in a request.";
  if (new Set(names).size < names.length) return "Messages can't contain duplicate document names.";
  return undefined;
}

function documentsIn(block: ContentBlock): DocumentBlock[] {
  if ('document' in block) return [block.document];
  if (!('toolResult' in block)) return [];
  return block.toolResult.content.flatMap(part => ('document' in part ? [part.document] : []));
}

/* -------------------------------------------------------------- the others */

function imageCount({ messages = [] }: ConverseRequest): string | undefined {
  const tooMany = messages.some(({ content }) => content.filter(block => 'image' in block).length > 20);
  return tooMany ? `${FROM_MODEL}messages: too many images: image_count > 20` : undefined;
}

function cachePoints({ messages = [], system = [], toolConfig }: ConverseRequest): string | undefined {
  const blocks = [...(toolConfig?.tools ?? []), ...system, ...messages.flatMap(({ content }) => content)];
  const points = blocks.flatMap(block => ('cachePoint' in block ? [block.cachePoint] : []));
  if (points.length > 4) {
    return `${FROM_MODEL}A maximum of 4 blocks with cache_control may be provided. Found ${points.length}.`;
  }
  const firstShort = points.findIndex(({ ttl }) => ttl !== '1h');
  return firstShort >= 0 && points.slice(firstShort).some(({ ttl }) => ttl === '1h')
    ? `${FROM_MODEL}a ttl='1h' cache_control block must not come after a ttl='5m' cache_control block.`
    : undefined;
}

function jsonSchema({ outputConfig }: ConverseRequest): string | undefined {
  const schema = outputConfig?.textFormat?.structure.jsonSchema.schema;
  if (schema === undefined || isJsonObject(parsed(schema))) return undefined;
  return 'The value at outputConfig.textFormat.structure.jsonSchema.schema must be a JSON schema in a string.';
}

function parsed(text: string): JSONValue {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function blank(shape: string, place: string): string {
  return `The text field in the ${shape} object at ${place} is blank. Add text to the text field, and try again.`;
}

function isJsonObject(value: JSONValue): value is Record<string, JSONValue> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function notAnObject(place: string): string {
  return `The format of the value at ${place} is invalid. Provide a json object for the field and try again.`;
}
