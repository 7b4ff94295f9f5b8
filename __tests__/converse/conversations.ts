/** Conversations through the AI SDK, in each of the ways in which apps hold them. */
import {
  convertToModelMessages,
  generateText,
  isStepCount,
  type ModelMessage,
  readUIMessageStream,
  streamText,
  type ToolSet,
  toUIMessageStream,
  type UIMessage,
} from 'ai';
import { type BedrockProvider, createBedrock, type ModelFamily } from 'bedrock-ai-provider';
import { createLocalBedrock, type LocalBedrock, type LocalReply } from 'bedrock-ai-provider/local';
import type { ContentBlock, ConverseRequest, Message } from '../../src/codec/converse/wire.ts';
import { expectValidConverseRequest } from '../support/aws-schema.ts';

// The tests read the warnings that they are about; the others are not for the log.
globalThis.AI_SDK_LOG_WARNINGS = false;

export interface Scripted {
  bedrock: BedrockProvider;
  local: LocalBedrock;
  /** The bodies that were sent, checked against AWS's schemas. */
  sent(): ConverseRequest[];
}

/**
 * A provider whose calls are answered in order, by a server that refuses what AWS refuses and more.
 * @param families of the test's own; then any model id exists
 */
export function scripted(replies: readonly LocalReply[], families?: readonly ModelFamily[]): Scripted {
  const local = createLocalBedrock({ strict: true, ...(families && { models: () => true }) });
  local.enqueue(...replies);
  return {
    bedrock: createBedrock({ ...local.settings, families, traffic: 'off' }),
    local,
    sent: () =>
      local.requests.map(({ body, operation }) => {
        expectValidConverseRequest(body, operation === 'ConverseStream' ? 'ConverseStream' : 'Converse');
        return body as unknown as ConverseRequest;
      }),
  };
}

export interface Call {
  model: Parameters<typeof generateText>[0]['model'];
  messages: ModelMessage[];
  tools?: ToolSet;
}

/** One turn of a conversation; gives the messages that it adds to the history. */
type Turn = (call: Call) => Promise<ModelMessage[]>;

const steps = { stopWhen: isStepCount(5) };

/** `useChat` and its like: the answer is kept as a UI message, which is JSON, and made messages of again. */
const throughUI: Turn = async call => {
  const { stream } = streamText({ ...call, ...steps, onError: throwError });
  const chunks = toUIMessageStream({ stream, sendReasoning: true, sendSources: true, onError: String });
  let last: UIMessage | undefined;
  for await (const message of readUIMessageStream({ stream: chunks, onError: throwError })) last = message;
  const kept = JSON.parse(JSON.stringify(last)) as UIMessage;
  return convertToModelMessages([kept], call.tools === undefined ? {} : { tools: call.tools });
};

export const ways: Readonly<Record<string, Turn>> = {
  generateText: async call => (await generateText({ ...call, ...steps })).responseMessages,
  streamText: async call => {
    const result = streamText({ ...call, ...steps, onError: throwError });
    await result.consumeStream({ onError: throwError });
    return result.responseMessages;
  },
  'UI messages': throughUI,
};

function throwError(event: unknown): never {
  throw event instanceof Object && 'error' in event ? event.error : event;
}

/** Holds two turns, and gives the last request: its messages are the history as the model sees it again. */
export async function historyOf(
  turn: Turn,
  { sent }: Scripted,
  call: Omit<Call, 'messages'>,
): Promise<{ request: ConverseRequest | undefined; messages: Message[]; answer: ContentBlock[] }> {
  const question: ModelMessage = { role: 'user', content: 'A question' };
  const answer = await turn({ ...call, messages: [question] });
  const next: ModelMessage = { role: 'user', content: 'And?' };
  await turn({ ...call, messages: [question, ...answer, next] });
  const last = sent().at(-1);
  const messages = last?.messages ?? [];
  const answers = messages.filter(({ role }) => role === 'assistant');
  return { request: last, messages, answer: answers.flatMap(({ content }) => content) };
}
