/** Traffic settings go through a workflow without functions and clients. */
import type { EmbeddingModelV4, LanguageModelV4 } from '@ai-sdk/provider';
import { WORKFLOW_DESERIALIZE, WORKFLOW_SERIALIZE } from '@ai-sdk/provider-utils';
import { generateText } from 'ai';
import { createBedrock, type TrafficSettings } from 'bedrock-ai-provider';
import { createLocalBedrock } from 'bedrock-ai-provider/local';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { stubAwsEnvironment } from '../auth/environment.ts';

type Client = NonNullable<TrafficSettings['share']>;
type Model = LanguageModelV4 | EmbeddingModelV4;

interface Serializable {
  [WORKFLOW_SERIALIZE](model: Model): { providerSettings: object; modelSettings: object };
  [WORKFLOW_DESERIALIZE](data: unknown): LanguageModelV4;
}

const classOf = (model: Model) => model.constructor as unknown as Serializable;
const serialize = (model: Model) => classOf(model)[WORKFLOW_SERIALIZE](model);

const NOVA = 'amazon.nova-lite-v1:0';

afterEach(() => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
});

describe('a model that goes through a workflow', () => {
  const plain = {
    quota: { 'amazon.*': { requestsPerMinute: 60 } },
    maxConcurrency: 5,
    maxQueue: 100,
    queueTimeoutMs: 1_000,
    retry: { maxAttempts: 2 },
    failover: [{ region: 'us-west-2' }],
    breaker: { failures: 3 },
  } satisfies TrafficSettings;

  it('takes what is plain along, and neither listeners nor clients', () => {
    const client = { options: { password: 'SECRET' }, evalSha() {} } as unknown as Client;
    for (const share of [client, { client, namespace: 'mine' } as Client]) {
      const provider = createBedrock({ traffic: { ...plain, share, onEvent: () => {} } });
      for (const model of [provider(NOVA), provider.embeddingModel('amazon.titan-embed-text-v2:0')]) {
        expect(serialize(model).providerSettings).toStrictEqual({ traffic: plain });
        expect(JSON.stringify(serialize(model))).not.toContain('SECRET');
      }
    }
  });

  it('takes the targets of the model along', () => {
    const model = createBedrock()(NOVA, { failover: [{ region: 'eu-west-1' }] });
    expect(serialize(model)).toStrictEqual({
      modelId: NOVA,
      modelSettings: { failover: [{ region: 'eu-west-1' }] },
      providerSettings: {},
    });
  });

  it('stays without traffic control where that is off', () => {
    expect(serialize(createBedrock({ traffic: 'off' })(NOVA)).providerSettings).toStrictEqual({
      traffic: 'off',
    });
  });

  it('is controlled in the same way where it arrives', async () => {
    stubAwsEnvironment();
    const local = createLocalBedrock({ faults: [{ error: { name: 'InternalServerException' }, times: 2 }] });
    for (const [name, value] of Object.entries(local.environment)) vi.stubEnv(name, value);
    vi.stubGlobal('fetch', local.fetch);
    const before = createBedrock({
      region: 'us-east-1',
      traffic: { retry: { maxAttempts: 3, baseDelayMs: 1 }, onEvent: () => {} },
    })(NOVA);
    const model = classOf(before)[WORKFLOW_DESERIALIZE](JSON.parse(JSON.stringify(serialize(before))));
    await generateText({ model, prompt: 'Hello', maxRetries: 0 });
    expect(local.requests).toHaveLength(3);
  });
});
