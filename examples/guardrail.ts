/** A guardrail checks what is marked for it, and says what it found. */
import { generateText } from 'ai';
import { type BedrockLanguageModelMetadata, createBedrock } from 'bedrock-ai-provider';
import { createLocalBedrock } from 'bedrock-ai-provider/local';

const local = createLocalBedrock({
  guardrails: {
    gr1: {
      topics: [{ name: 'Investments', words: ['shares', 'bonds'] }],
      blockedMessage: 'I cannot talk about investments.',
    },
  },
});
const bedrock = createBedrock(local.settings);

const { text, finishReason, providerMetadata } = await generateText({
  model: bedrock('us.amazon.nova-2-lite-v1:0'),
  messages: [
    {
      role: 'user',
      content: [
        { type: 'text', text: 'Answer politely.' },
        // Only this part is checked, because something is marked.
        {
          type: 'text',
          text: 'Which shares shall I buy?',
          providerOptions: { bedrock: { guardContent: true } },
        },
      ],
    },
  ],
  providerOptions: {
    bedrock: {
      guardrailConfig: { guardrailIdentifier: 'gr1', guardrailVersion: '1', trace: 'enabled' },
    },
  },
});

const metadata = providerMetadata?.['bedrock'] as BedrockLanguageModelMetadata | undefined;
const assessment = metadata?.trace?.guardrail?.inputAssessment?.['gr1'];
console.log(finishReason, text);
console.log('blocked:', assessment?.topicPolicy?.topics?.[0]?.name);
