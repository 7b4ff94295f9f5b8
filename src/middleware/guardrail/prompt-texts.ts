/** The texts of a prompt that a guardrail checks. */
import type {
  JSONValue,
  LanguageModelV4Message,
  LanguageModelV4Prompt,
  LanguageModelV4ToolResultOutput,
} from '@ai-sdk/provider';

/** Blank text needs no check, and AWS refuses it. */
export function isText(text: string): boolean {
  return /\S/.test(text);
}

type MapText = (text: string) => string;

/** A copy of the prompt with the texts of users and tools replaced. */
export function mapTexts(
  prompt: LanguageModelV4Prompt,
  which: 'all' | 'last',
  map: MapText,
): LanguageModelV4Prompt {
  const from = which === 'all' ? 0 : prompt.findLastIndex(({ role }) => role === 'assistant') + 1;
  return prompt.map((message, index) => (index < from ? message : mapMessage(message, map)));
}

function mapMessage(message: LanguageModelV4Message, map: MapText): LanguageModelV4Message {
  switch (message.role) {
    case 'user':
      return {
        ...message,
        content: message.content.map(part => {
          if (part.type === 'text') return { ...part, text: mapText(part.text, map) };
          if (part.data.type !== 'text') return part;
          return { ...part, data: { ...part.data, text: mapText(part.data.text, map) } };
        }),
      };
    case 'tool':
      return {
        ...message,
        content: message.content.map(part =>
          part.type === 'tool-result' ? { ...part, output: mapOutput(part.output, map) } : part,
        ),
      };
    default:
      return message;
  }
}

function mapText(text: string, map: MapText): string {
  return isText(text) ? map(text) : text;
}

function mapOutput(output: LanguageModelV4ToolResultOutput, map: MapText): LanguageModelV4ToolResultOutput {
  switch (output.type) {
    case 'text':
    case 'error-text':
      return { ...output, value: mapText(output.value, map) };
    case 'json':
    case 'error-json':
      return { ...output, value: mapJson(output.value, map) };
    case 'content':
      return {
        ...output,
        value: output.value.map(item =>
          item.type === 'text' ? { ...item, text: mapText(item.text, map) } : item,
        ),
      };
    default:
      return output;
  }
}

/** JSON is checked as the text that models read. A mask may take a part of its syntax with it. */
function mapJson(value: JSONValue, map: MapText): JSONValue {
  const text = JSON.stringify(value);
  const mapped = mapText(text, map);
  if (mapped === text) return value;
  try {
    return JSON.parse(mapped) as JSONValue;
  } catch {
    return mapped;
  }
}
