import type { LanguageModelV4 } from '@ai-sdk/provider';
import { type BedrockAnthropicProviderSettings, createBedrockAnthropic } from 'bedrock-ai-provider/anthropic';
import { createBedrockOpenAI } from 'bedrock-ai-provider/openai';

/** The settings that all the doors take. */
export type DoorSettings = Omit<BedrockAnthropicProviderSettings, 'service'>;

export interface Door {
  readonly name: string;
  readonly provider: string;
  /** Where its calls arrive: whole ones, and streams. */
  readonly paths: readonly [whole: string, stream: string];
  /** The service of its signatures. */
  readonly service: 'bedrock' | 'bedrock-mantle';
  open(settings: DoorSettings): LanguageModelV4;
}

const claude = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0';
const encoded = 'us.anthropic.claude-sonnet-4-5-20250929-v1%3A0';

export const doors: readonly Door[] = [
  {
    name: 'Messages through InvokeModel',
    provider: 'bedrock.anthropic.messages',
    paths: [`/model/${encoded}/invoke`, `/model/${encoded}/invoke-with-response-stream`],
    service: 'bedrock',
    open: settings => createBedrockAnthropic(settings)(claude),
  },
  {
    name: 'Messages on Mantle',
    provider: 'bedrock.anthropic.messages',
    paths: ['/anthropic/v1/messages', '/anthropic/v1/messages'],
    service: 'bedrock-mantle',
    open: settings =>
      createBedrockAnthropic({ ...settings, service: 'bedrock-mantle' })('anthropic.claude-opus-4-6'),
  },
  {
    name: 'Chat Completions on bedrock-runtime',
    provider: 'bedrock.openai.chat',
    paths: ['/openai/v1/chat/completions', '/openai/v1/chat/completions'],
    service: 'bedrock',
    open: settings => createBedrockOpenAI(settings).chat('openai.gpt-oss-120b-1:0'),
  },
  {
    name: 'Chat Completions on Mantle',
    provider: 'bedrock.openai.chat',
    paths: ['/v1/chat/completions', '/v1/chat/completions'],
    service: 'bedrock-mantle',
    open: settings => createBedrockOpenAI(settings).chat('openai.gpt-oss-120b'),
  },
  {
    name: 'Responses on bedrock-runtime',
    provider: 'bedrock.openai.responses',
    paths: ['/openai/v1/responses', '/openai/v1/responses'],
    service: 'bedrock',
    open: settings => createBedrockOpenAI(settings).responses('us.openai.gpt-5.6-luna'),
  },
  {
    name: 'Responses on Mantle',
    provider: 'bedrock.openai.responses',
    paths: ['/v1/responses', '/v1/responses'],
    service: 'bedrock-mantle',
    open: settings => createBedrockOpenAI(settings).responses('openai.gpt-oss-120b'),
  },
];
