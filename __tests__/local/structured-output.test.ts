import { generateText, Output, streamText } from 'ai';
import { createBedrock } from 'bedrock-ai-provider';
import { createLocalBedrock } from 'bedrock-ai-provider/local';
import { describe, expect, it, vi } from 'vitest';
import { z } from 'zod';

// Models that are asked in words only come with a warning, which is not what these tests are about.
vi.stubGlobal('AI_SDK_LOG_WARNINGS', false);

const bedrock = createBedrock(createLocalBedrock({ strict: true }).settings);
const output = Output.object({ schema: z.object({ city: z.string(), days: z.number().int().positive() }) });
const prompt = 'Plan 3 days in Oslo.';

/** One model for each way in which a schema is asked for. */
const models = [
  'us.anthropic.claude-sonnet-4-5-20250929-v1:0',
  'amazon.nova-pro-v1:0',
  'openai.gpt-oss-120b-1:0',
  'us.meta.llama3-3-70b-instruct-v1:0',
  'cohere.command-r-plus-v1:0',
  'us.deepseek.r1-v1:0',
];

describe('the built-in responder gives an object for a schema', () => {
  it.each(models)('asked through %s', async modelId => {
    const generated = await generateText({ model: bedrock(modelId), prompt, output });
    expect(generated.output.days).toBeGreaterThan(0);
    const streamed = streamText({ model: bedrock(modelId), prompt, output });
    expect(await streamed.output).toEqual(generated.output);
  });
});
