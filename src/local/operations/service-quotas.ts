/**
 * The quotas of the server as Service Quotas lists them.
 *
 * @see https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_ListServiceQuotas.html
 */
import type { JSONObject } from '@ai-sdk/provider';
import { AwsError, replyHeaders, validationError } from '../aws-error.ts';
import { hash } from '../hash.ts';
import { isObject } from '../json-schema-check.ts';
import { geographiesOf, listedModels } from '../listing.ts';
import type { LocalQuota } from '../quotas/quota.ts';
import { type Backend, type Operation, readJson } from './operation.ts';

const LARGEST_PAGE = 100;

export const listServiceQuotas: Operation = {
  name: 'ListServiceQuotas',
  method: 'POST',
  path: '/',
  target: 'ServiceQuotasV20190624.ListServiceQuotas',
  services: ['servicequotas'],
  async handle(call, backend) {
    const body = readJson(call);
    const { start, size } = readPage(isObject(body) ? body : {});
    const all = quotasOf(backend);
    const end = start + size;
    return Response.json(
      { Quotas: all.slice(start, end), ...(end < all.length && { NextToken: String(end) }) },
      { headers: { ...replyHeaders(call.requestId), 'content-type': 'application/x-amz-json-1.1' } },
    );
  },
};

function readPage({ ServiceCode, MaxResults = LARGEST_PAGE, NextToken = '0' }: JSONObject) {
  if (ServiceCode !== 'bedrock') {
    throw new AwsError(
      'NoSuchResourceException',
      'The request failed because the specified service does not exist.',
    );
  }
  const size = Number(MaxResults);
  const start = Number(NextToken);
  if (
    !(Number.isInteger(size) && size >= 1 && size <= LARGEST_PAGE && Number.isInteger(start) && start >= 0)
  ) {
    throw validationError('MaxResults must be from 1 to 100, and NextToken one that was given.');
  }
  return { start, size };
}

/** One row for each limit of each way to call a model, as far as the server has a quota for it. */
function quotasOf({ quotas, region }: Backend): JSONObject[] {
  const here = geographiesOf(region);
  const rows = listedModels().flatMap(model => {
    const name = `${model.provider} ${model.name.replace(`${model.provider} `, '')}`;
    const geographies = model.geographies.filter(geography => here.includes(geography));
    const geographic = geographies.find(geography => geography !== 'global');
    return [
      ...(model.isOnDemand ? rowsOf(quotas.quotaOf(model.id), 'On-demand', name) : []),
      ...(geographic ? rowsOf(quotas.quotaOf(`${geographic}.${model.id}`), 'Cross-region', name) : []),
      ...(geographies.includes('global')
        ? rowsOf(quotas.quotaOf(`global.${model.id}`), 'Global cross-region', name)
        : []),
      ...row(`Model invocation max tokens per day for ${name}`, quotas.quotaOf(model.id)?.tokensPerDay),
    ];
  });
  // Two versions of a model may have one name, and so one quota.
  return [...new Map(rows.map(one => [one['QuotaName'], one])).values()];
}

function rowsOf(quota: LocalQuota | undefined, kind: string, name: string): JSONObject[] {
  const { requestsPerMinute, requestsPerSecond, tokensPerMinute, tokensPerSecond } = quota ?? {};
  return [
    ...row(
      `${kind} model inference requests per minute for ${name}`,
      perMinute(requestsPerMinute, requestsPerSecond),
    ),
    ...row(
      `${kind} model inference tokens per minute for ${name}`,
      perMinute(tokensPerMinute, tokensPerSecond),
    ),
  ];
}

function perMinute(minute: number | undefined, second: number | undefined): number | undefined {
  if (minute === undefined || second === undefined) return minute ?? (second && second * 60);
  return Math.min(minute, second * 60);
}

function row(QuotaName: string, Value: number | undefined): JSONObject[] {
  if (Value === undefined) return [];
  const [code] = hash(QuotaName);
  return [
    {
      ServiceCode: 'bedrock',
      ServiceName: 'Amazon Bedrock',
      QuotaCode: `L-${code.toString(16).toUpperCase().padStart(8, '0').slice(-8)}`,
      QuotaName,
      Value,
      Unit: 'None',
      Adjustable: true,
      GlobalQuota: false,
    },
  ];
}
