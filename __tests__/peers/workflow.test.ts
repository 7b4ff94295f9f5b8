import type { LanguageModelV4 } from '@ai-sdk/provider';
import { WORKFLOW_DESERIALIZE, WORKFLOW_SERIALIZE } from '@ai-sdk/provider-utils';
import { createBedrockAnthropic } from 'bedrock-ai-provider/anthropic';
import { createLocalBedrock } from 'bedrock-ai-provider/local';
import { createBedrockOpenAI } from 'bedrock-ai-provider/openai';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { hello } from '../support/replies.ts';
import { doors } from './doors.ts';

interface Serializable {
  [WORKFLOW_SERIALIZE](model: LanguageModelV4): unknown;
  [WORKFLOW_DESERIALIZE](data: unknown): LanguageModelV4;
}

/** As the Workflow SDK does: through a store that keeps text. */
function throughWorkflow(model: LanguageModelV4): [data: string, model: LanguageModelV4] {
  const kind = model.constructor as unknown as Serializable;
  const data = JSON.stringify(kind[WORKFLOW_SERIALIZE](model));
  return [data, kind[WORKFLOW_DESERIALIZE](JSON.parse(data))];
}

afterEach(() => vi.unstubAllGlobals());

describe.each(doors)('$name through a workflow', ({ open, provider, paths }) => {
  it('keeps what it is and where it calls, without secrets, and finds an identity where it arrives', async () => {
    const local = createLocalBedrock({ apiKeys: ['key-of-the-step'] });
    const [data, model] = throughWorkflow(open({ region: 'us-east-1', apiKey: 'key-of-the-first-step' }));
    expect(data).not.toContain('key-of-the-first-step');
    expect(model).toMatchObject({ provider });
    vi.stubEnv('AWS_BEARER_TOKEN_BEDROCK', 'key-of-the-step');
    vi.stubGlobal('fetch', local.fetch);
    await model.doGenerate(hello);
    vi.unstubAllEnvs();
    expect(local.requests[0]).toMatchObject({ path: paths[0], authentication: 'bearer' });
  });
});

describe('model settings', () => {
  it('go along', () => {
    const claude = createBedrockAnthropic()('anthropic.claude-opus-4-8', { region: 'eu-west-1' });
    const gpt = createBedrockOpenAI().responses('acme.one', {
      mantlePrefix: '/openai/v1',
      region: 'eu-west-1',
    });
    for (const model of [claude, gpt]) {
      const [data, back] = throughWorkflow(model);
      expect(data).toContain('eu-west-1');
      expect(throughWorkflow(back)[0]).toBe(data);
    }
  });
});
