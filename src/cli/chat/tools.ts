/** Tools that a chat can offer; nothing they do can harm. */
import type {
  JSONObject,
  LanguageModelV4FunctionTool,
  LanguageModelV4ToolCallPart,
  LanguageModelV4ToolResultPart,
} from '@ai-sdk/provider';
import { calculate } from './calculator.ts';

interface ChatTool extends LanguageModelV4FunctionTool {
  /** @throws Error with a sentence for the model */
  run(input: Readonly<Record<string, unknown>>): JSONObject;
}

const clock: ChatTool = {
  type: 'function',
  name: 'current_time',
  description: 'The current date and time of day.',
  inputSchema: {
    type: 'object',
    properties: {
      time_zone: { type: 'string', description: 'IANA name, e.g. Europe/Oslo', default: 'UTC' },
    },
    additionalProperties: false,
  },
  run({ time_zone: timeZone = 'UTC' }) {
    const format = new Intl.DateTimeFormat('en-GB', {
      dateStyle: 'full',
      timeStyle: 'long',
      timeZone: String(timeZone),
    });
    return { time: format.format(new Date()), time_zone: String(timeZone) };
  },
};

const calculator: ChatTool = {
  type: 'function',
  name: 'calculator',
  description: 'Calculate an arithmetic expression: numbers, + - * / % ^ (power) and parentheses.',
  inputSchema: {
    type: 'object',
    properties: { expression: { type: 'string', description: 'E.g. 2 * (3 + 4)' } },
    required: ['expression'],
    additionalProperties: false,
  },
  run({ expression }) {
    if (typeof expression !== 'string') throw new Error('expression must be a string.');
    return { result: calculate(expression) };
  },
};

const TOOLS: readonly ChatTool[] = [clock, calculator];

export const toolNames: readonly string[] = TOOLS.map(({ name }) => name);

/** As models are offered them. */
export const toolDefinitions: LanguageModelV4FunctionTool[] = TOOLS.map(
  ({ run: _, ...definition }) => definition,
);

/** What goes wrong is an answer too: the model can try again. */
export function runTool({
  toolCallId,
  toolName,
  input,
}: LanguageModelV4ToolCallPart): LanguageModelV4ToolResultPart {
  const result = { type: 'tool-result' as const, toolCallId, toolName };
  try {
    const tool = TOOLS.find(({ name }) => name === toolName);
    if (tool === undefined)
      throw new Error(`There is no tool ${toolName}; there are ${toolNames.join(', ')}.`);
    if (typeof input !== 'object' || input === null) throw new Error('The input is no JSON object.');
    return { ...result, output: { type: 'json', value: tool.run(input as Record<string, unknown>) } };
  } catch (error) {
    const value = error instanceof Error ? error.message : String(error);
    return { ...result, output: { type: 'error-text', value } };
  }
}
