/** A guardrail of Bedrock around any model, of Bedrock or of another provider. */
import { generateText, streamText, wrapLanguageModel } from 'ai';
import { createBedrock } from 'bedrock-ai-provider';
import { createLocalBedrock } from 'bedrock-ai-provider/local';
import { type GuardrailMetadata, guardrailMiddleware } from 'bedrock-ai-provider/middleware';

const local = createLocalBedrock({
  guardrails: {
    gr1: {
      topics: [{ name: 'Investments', words: ['shares', 'bonds'] }],
      pii: ['EMAIL'],
      blockedMessage: 'I cannot talk about this.',
    },
  },
  respond: ({ operation }) =>
    operation.startsWith('Converse') ? 'Write to ann@example.com. She knows.' : undefined,
});
const bedrock = createBedrock(local.settings);

const model = wrapLanguageModel({
  model: bedrock('us.amazon.nova-2-lite-v1:0'), // or openai('…'), anthropic('…')
  middleware: guardrailMiddleware({
    bedrock,
    guardrailIdentifier: 'gr1',
    guardrailVersion: '1',
    onIntervention: ({ source, outcome }) => console.log(source, outcome),
  }),
});

const blocked = await generateText({ model, prompt: 'Which shares shall I buy?' });
console.log(blocked.finishReason, blocked.text);

// Text is held back until it has been checked.
const masked = streamText({ model, prompt: 'Who knows?' });
for await (const text of masked.textStream) console.log('shown:', text);
const found = (await masked.providerMetadata)?.['bedrock']?.['guardrail'] as GuardrailMetadata | undefined;
console.log('found:', found?.output?.assessments[0]?.sensitiveInformationPolicy?.piiEntities?.[0]?.type);
