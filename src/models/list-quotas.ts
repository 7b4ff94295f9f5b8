import type { ServiceQuota } from '../traffic/service-quotas.ts';
import type { Send } from '../transport/transport.ts';
import { readJson } from './reply-json.ts';

/**
 * All quotas that the account has for Bedrock in a Region, with the permission `servicequotas:ListServiceQuotas`.
 * @see https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_ListServiceQuotas.html
 * @throws BedrockError; LoadSettingError for API keys, which Service Quotas does not take
 */
export async function listQuotas(send: Send, region: string | undefined): Promise<ServiceQuota[]> {
  const quotas: ServiceQuota[] = [];
  for (let NextToken: string | undefined; ; ) {
    const body = { ServiceCode: 'bedrock', MaxResults: 100, ...(NextToken !== undefined && { NextToken }) };
    const reply = await send({
      service: 'servicequotas',
      region,
      method: 'POST',
      path: '/',
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': 'ServiceQuotasV20190624.ListServiceQuotas',
      },
      body: JSON.stringify(body),
      bodyValues: body,
    });
    const page = await readJson<{ Quotas?: ServiceQuota[]; NextToken?: string }>(reply);
    quotas.push(...(Array.isArray(page.Quotas) ? page.Quotas : []));
    // A token that comes back unchanged would go round for ever.
    if (typeof page.NextToken !== 'string' || page.NextToken === NextToken) return quotas;
    NextToken = page.NextToken;
  }
}
