/** Service Quotas of the local Bedrock, called by AWS's own client. */
import { paginateListServiceQuotas, ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import { createLocalBedrock, LOCAL_CREDENTIALS } from 'bedrock-ai-provider/local';
import { describe, expect, it, onTestFinished } from 'vitest';

async function clientOf(options: Parameters<typeof createLocalBedrock>[0]) {
  const listening = await createLocalBedrock(options).listen();
  onTestFinished(() => listening.close());
  return new ServiceQuotasClient({
    endpoint: listening.url,
    region: 'us-east-1',
    credentials: { ...LOCAL_CREDENTIALS },
  });
}

describe('ListServiceQuotas', () => {
  it('lists the quotas of every model by name, page by page', async () => {
    const client = await clientOf({ quotas: { requestsPerMinute: 100, tokensPerDay: 5_000 } });
    const pages = paginateListServiceQuotas({ client, pageSize: 20 }, { ServiceCode: 'bedrock' });
    const quotas = [];
    for await (const { Quotas = [] } of pages) {
      expect(Quotas.length).toBeLessThanOrEqual(20);
      quotas.push(...Quotas);
    }
    const values = new Map(quotas.map(({ QuotaName, Value }) => [QuotaName, Value]));
    expect(values.size).toBe(quotas.length);
    expect(values.get('On-demand model inference requests per minute for Amazon Nova Lite')).toBe(100);
    expect(
      values.get('Cross-region model inference requests per minute for Anthropic Claude Sonnet 4.5'),
    ).toBe(100);
    expect(
      values.get('Global cross-region model inference requests per minute for Anthropic Claude Sonnet 4.5'),
    ).toBe(100);
    expect(values.get('Model invocation max tokens per day for Meta Llama 3 8B Instruct')).toBe(5_000);
    expect([...values.keys()].some(name => name?.includes('tokens per minute'))).toBe(false);
  });

  it('has none where none are set', async () => {
    const client = await clientOf({});
    for await (const { Quotas } of paginateListServiceQuotas({ client }, { ServiceCode: 'bedrock' })) {
      expect(Quotas).toEqual([]);
    }
  });

  it('knows no other service', async () => {
    const client = await clientOf({});
    const pages = paginateListServiceQuotas({ client }, { ServiceCode: 's3' });
    await expect(pages.next()).rejects.toMatchObject({ name: 'NoSuchResourceException' });
  });
});
