/**
 * The package's main job, end to end: a streamed chat with a system prompt, reasoning and a tool, a second
 * turn that knows the first, and a structured object.
 *
 *     npm run demo
 *     npm run demo -- --prompt "What is the weather in Bergen?"
 *     BEDROCK_LIVE=1 npm run demo        against AWS, with the credentials of the environment
 *
 * Without BEDROCK_LIVE=1 it starts the local Bedrock on a free port and speaks real HTTP with SigV4 to it.
 */
import { parseArgs, styleText } from 'node:util';
import {
  generateText,
  isStepCount,
  type LanguageModelUsage,
  type ModelMessage,
  Output,
  streamText,
  tool,
} from 'ai';
import { createBedrock } from 'bedrock-ai-provider';
import { createLocalBedrock } from 'bedrock-ai-provider/local';
import { z } from 'zod';

const { values } = parseArgs({
  options: {
    prompt: { type: 'string', default: 'What is the weather in Oslo, and should I take an umbrella?' },
  },
});
const modelId = process.env['BEDROCK_MODEL'] ?? 'us.anthropic.claude-sonnet-4-5-20250929-v1:0';
const live = process.env['BEDROCK_LIVE'] === '1';

const weather = tool({
  description: 'The weather in a city',
  inputSchema: z.object({ city: z.string().describe('Name of the city') }),
  execute: async ({ city }) => ({ city, celsius: 7, sky: 'rain' }),
});

const heading = (text: string) => console.log(styleText('bold', `\n${text}`));
const dim = (text: string) => styleText('dim', text);

async function main(): Promise<void> {
  // Without an account: a Bedrock of our own, slow enough to see the stream.
  const local = live ? undefined : await createLocalBedrock({ delayMs: 15 }).listen();
  const bedrock = createBedrock(local?.settings);
  const model = bedrock(modelId);
  console.log(`Model ${modelId} at ${local ? `the local Bedrock, ${local.url}` : 'AWS'}`);
  try {
    const messages: ModelMessage[] = [{ role: 'user', content: values.prompt }];
    messages.push(...(await chat('First turn: a tool and reasoning', messages)));
    messages.push({ role: 'user', content: 'And in one short sentence?' });
    await chat('Second turn: with the history', messages);

    heading('A structured object');
    const started = performance.now();
    const { output, usage } = await generateText({
      model,
      prompt: `Plan a day for this question: ${values.prompt}`,
      output: Output.object({
        schema: z.object({ title: z.string(), takeUmbrella: z.boolean(), steps: z.array(z.string()).min(1) }),
      }),
    });
    console.log(output);
    report(usage, started);
  } finally {
    await local?.close();
  }

  async function chat(title: string, messages: ModelMessage[]): Promise<ModelMessage[]> {
    heading(title);
    console.log(`> ${messages.at(-1)?.content}`);
    const started = performance.now();
    let firstPart: number | undefined;
    const result = streamText({
      model,
      instructions: 'You are a helpful assistant. Answer in plain words.',
      messages,
      tools: { weather },
      reasoning: 'low',
      stopWhen: isStepCount(4),
      onError: () => {}, // It comes as a part of the stream as well, and is thrown from there.
    });
    for await (const part of result.stream) {
      switch (part.type) {
        case 'reasoning-delta':
          process.stdout.write(dim(part.text));
          break;
        case 'reasoning-end':
        case 'text-end':
          process.stdout.write('\n');
          break;
        case 'text-delta':
          firstPart ??= performance.now();
          process.stdout.write(part.text);
          break;
        case 'tool-call':
          console.log(styleText('cyan', `-> ${part.toolName}(${JSON.stringify(part.input)})`));
          break;
        case 'tool-result':
          console.log(styleText('cyan', `<- ${JSON.stringify(part.output)}`));
          break;
        case 'error':
          throw part.error;
        default:
          break;
      }
    }
    report(await result.usage, started, firstPart);
    return result.responseMessages;
  }
}

function report(usage: LanguageModelUsage, started: number, firstText?: number): void {
  const first = firstText === undefined ? '' : `, first text after ${Math.round(firstText - started)} ms`;
  console.log(
    dim(
      `${usage.inputTokens} tokens in, ${usage.outputTokens} out${first}, ${Math.round(performance.now() - started)} ms in all`,
    ),
  );
}

main().catch((error: unknown) => {
  console.error(`\n${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`);
  process.exitCode = 1;
});
