/** Types of `createBedrock.fromEnv` and the settings that the environment gives defaults for. */
import { type BedrockProvider, type BedrockProviderSettings, createBedrock } from 'bedrock-ai-provider';
import { expectTypeOf } from 'vitest';

expectTypeOf(createBedrock).toBeCallableWith();
expectTypeOf(createBedrock).returns.toEqualTypeOf<BedrockProvider>();
expectTypeOf(createBedrock.fromEnv).parameters.toEqualTypeOf<Parameters<typeof createBedrock>>();
expectTypeOf(createBedrock.fromEnv()).toEqualTypeOf<BedrockProvider>();

({
  log: { level: 'debug', write: (line, level) => console[level](line.toUpperCase()) },
  aliases: { fast: 'nova-micro' },
  timeoutMs: 1000,
}) satisfies BedrockProviderSettings;

// @ts-expect-error: there is no such level
({ log: 'verbose' }) satisfies BedrockProviderSettings;

// @ts-expect-error: a name stands for an id
({ aliases: { fast: 1 } }) satisfies BedrockProviderSettings;
