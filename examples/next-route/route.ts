/** A Next.js route handler (`app/api/chat/route.ts`): a chat for `useChat`, with a tool. */
import {
  convertToModelMessages,
  createUIMessageStreamResponse,
  isStepCount,
  streamText,
  tool,
  toUIMessageStream,
  type UIMessage,
} from 'ai';
import { bedrock } from 'bedrock-ai-provider';
import { z } from 'zod';

export const maxDuration = 60;

const weather = tool({
  description: 'The weather in a city',
  inputSchema: z.object({ city: z.string() }),
  execute: async ({ city }) => ({ city, celsius: 7 }),
});

export async function POST(request: Request): Promise<Response> {
  const { messages } = (await request.json()) as { messages: UIMessage[] };
  const result = streamText({
    model: bedrock('us.anthropic.claude-sonnet-4-5-20250929-v1:0'),
    instructions: 'You are a helpful assistant.',
    messages: await convertToModelMessages(messages),
    tools: { weather },
    stopWhen: isStepCount(5),
    abortSignal: request.signal,
  });
  return createUIMessageStreamResponse({
    stream: toUIMessageStream({
      stream: result.stream,
      originalMessages: messages,
      sendReasoning: true,
      sendSources: true,
      onError: () => 'The model could not answer. Try again in a moment.',
    }),
  });
}
