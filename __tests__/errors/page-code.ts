/** The code of docs/errors.md, so that it is type-checked and run. */
import { generateText, RetryError, streamText } from 'ai';
import { BedrockError, bedrock, createBedrock } from 'bedrock-ai-provider';

export async function readingAnError(): Promise<void> {
  try {
    await generateText({ model: bedrock('amazon.nova-lite-v1:0'), prompt: 'Hello!' });
  } catch (thrown) {
    // After several tries the AI SDK puts the errors of all of them into one.
    const error = RetryError.isInstance(thrown) ? thrown.lastError : thrown;
    if (!BedrockError.isInstance(error)) throw error;
    console.log(error.code, error.statusCode, error.requestId);
    console.log(error.advice);
  }
}

export async function aStreamThatFailsInTheMiddle(): Promise<void> {
  const result = streamText({
    model: bedrock('amazon.nova-lite-v1:0'),
    prompt: 'Tell me a story.',
    onError: ({ error }) => console.log(BedrockError.isInstance(error) ? error.code : error),
  });
  for await (const text of result.textStream) console.log(text);
  console.log(await result.finishReason);
}

export async function settingLimits(): Promise<string> {
  const bedrock = createBedrock({ connectTimeoutMs: 30_000, idleTimeoutMs: 120_000 });
  const { text } = await generateText({
    model: bedrock('amazon.nova-lite-v1:0'),
    prompt: 'Hello!',
    timeout: 60_000,
  });
  return text;
}
