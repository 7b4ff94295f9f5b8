/** Quotas as a person reads them. */
import type { CatalogModel } from '../../catalog/types.ts';
import { type FittedColumn, fittedTable, wrap } from '../fit.ts';
import { paint } from '../output.ts';
import type { CallCost } from './call.ts';
import type { Limit, ModelLimits } from './limits.ts';
import type { CallReport, QuotaReport } from './run.ts';
import type { Use } from './use.ts';

type LimitColumn = FittedColumn<ModelLimits>;

const LIMITS: readonly [LimitColumn, LimitColumn, LimitColumn] = [
  { title: 'Requests/min', cell: ({ requestsPerMinute }) => limitCell(requestsPerMinute), align: 'right' },
  { title: 'Tokens/min', cell: ({ tokensPerMinute }) => limitCell(tokensPerMinute), align: 'right' },
  { title: 'Tokens/day', cell: ({ tokensPerDay }) => limitCell(tokensPerDay), align: 'right' },
];

function limitCell(limit: Limit | undefined): string {
  if (limit === undefined) return '–';
  return limit.value === 0 ? paint('red', '0') : figure(limit.value);
}

const figure = (value: number) => value.toLocaleString('en', { maximumFractionDigits: 1 });

/* -------------------------------------------------------------- all models */

interface Overview {
  readonly region: string;
  readonly width: number;
  readonly tokensPerDay: number | undefined;
}

const REACH: Readonly<Record<ModelLimits['reach'], string>> = {
  'in-region': 'id',
  geo: 'geo',
  global: 'global',
};

/** @returns the text, and the titles of columns that there is no room for */
export function overview(
  quotas: readonly ModelLimits[],
  { region, width, tokensPerDay }: Overview,
): { text: string; leftOut: string[] } {
  if (quotas.length === 0) return { text: `This account has no quota of a model in ${region}.`, leftOut: [] };
  const [requests, tokens, day] = LIMITS;
  const columns: readonly LimitColumn[] = [
    { title: 'Model', cell: ({ model }) => model },
    { title: 'Way', cell: ({ reach }) => REACH[reach] },
    requests,
    tokens,
    { ...day, leaveOut: 1 },
    { title: 'Id', cell: ({ modelId = '' }) => modelId, leaveOut: 2 },
  ];
  const { text, leftOut } = fittedTable(columns, quotas, width);
  return {
    text: tokensPerDay === undefined ? text : `${text}\n\n${sharedDaily(tokensPerDay)}`,
    leftOut,
  };
}

const sharedDaily = (tokensPerDay: number) => `All models together: ${figure(tokensPerDay)} tokens a day.`;

/* --------------------------------------------------------------- one model */

interface Surroundings {
  readonly model: CatalogModel;
  readonly tokensPerDay: number | undefined;
  readonly width: number;
}

export function report(result: QuotaReport, { model, tokensPerDay, width }: Surroundings): string {
  const { region, call } = result;
  return [
    paint('bold', `${model.name} from ${region}`),
    ...limitSection(result, tokensPerDay, width),
    ...useSection(result, width),
    ...(call === null ? [] : callSection(call, width)),
    ...trafficSection(result),
  ].join('\n');
}

const heading = (text: string) => ['', paint('bold', text)];

function limitSection(
  { quotas, problems }: QuotaReport,
  tokensPerDay: number | undefined,
  width: number,
): string[] {
  if (problems.quotas !== undefined) {
    return [...heading('Quotas'), ...wrap(`Not known: ${problems.quotas}`, width, '')];
  }
  const isAny = quotas.some(one => LIMITS.some(({ cell }) => cell(one) !== '–'));
  const isNone = quotas.some(one =>
    [one.requestsPerMinute, one.tokensPerMinute].some(limit => limit?.value === 0),
  );
  if (!isAny) return [...heading('Quotas'), 'Service Quotas lists none for it.'];
  const columns: readonly LimitColumn[] = [
    { title: 'Quotas', cell: ({ modelId = '' }) => modelId },
    ...LIMITS,
  ];
  return [
    '',
    fittedTable(columns, quotas, width).text,
    ...(isNone
      ? wrap(
          '0: AWS refuses all calls. Ask for a quota: https://console.aws.amazon.com/servicequotas/',
          width,
          '',
        )
      : []),
    ...(tokensPerDay === undefined ? [] : [sharedDaily(tokensPerDay)]),
  ];
}

/* --------------------------------------------------------------------- use */

function useSection({ use, quotas, problems }: QuotaReport, width: number): string[] {
  if (use === null) return [...heading('Use'), ...wrap(`Not known: ${problems.use}`, width, '')];
  if (!use.some(isUsed)) {
    return [...heading('Use'), 'No calls in the last 24 hours.'];
  }
  const limitsOf = (one: Use) => quotas.find(({ modelId }) => modelId === one.modelId);
  const columns: readonly FittedColumn<Use>[] = [
    { title: 'Use of the last hour', cell: ({ modelId }) => modelId },
    { title: 'Calls', cell: one => figure(one.lastHour.invocations), align: 'right' },
    { title: 'Refused', cell: one => refused(one.lastHour.throttles), align: 'right' },
    { title: 'Tokens in', cell: one => figure(one.lastHour.inputTokens), align: 'right', leaveOut: 2 },
    { title: 'Tokens out', cell: one => figure(one.lastHour.outputTokens), align: 'right', leaveOut: 1 },
  ];
  return [
    '',
    fittedTable(columns, use, width).text,
    ...use.filter(isUsed).flatMap(one => wrap(busyLine(one, limitsOf(one)), width, '  ')),
  ];
}

const isUsed = ({ last24Hours }: Use) => last24Hours.invocations + last24Hours.throttles > 0;

const refused = (count: number) => (count === 0 ? '0' : paint('red', figure(count)));

function busyLine({ modelId, busiestMinute, last24Hours }: Use, limits: ModelLimits | undefined): string {
  const { invocations, quotaTokens } = busiestMinute;
  return [
    `${modelId}: busiest minute ${figure(invocations)} calls${share(invocations, limits?.requestsPerMinute)}`,
    `${figure(quotaTokens)} tokens of the quota${share(quotaTokens, limits?.tokensPerMinute)}`,
    `24 hours ${figure(last24Hours.quotaTokens)} tokens${share(last24Hours.quotaTokens, limits?.tokensPerDay)}`,
    `${figure(last24Hours.throttles)} refused`,
  ].join(', ');
}

function share(used: number, limit: Limit | undefined): string {
  return limit === undefined || limit.value === 0 ? '' : ` (${figure((used / limit.value) * 100)} %)`;
}

/* -------------------------------------------------------------------- call */

function callSection(call: CallReport, width: number): string[] {
  const { modelId, inputTokens, outputBurndown, maxOutputTokens, costs } = call;
  const times = outputBurndown === 1 ? 'once' : `${outputBurndown} times`;
  const columns: readonly FittedColumn<CallCost>[] = [
    {
      title: 'max_tokens',
      cell: ({ maxTokens }) =>
        maxTokens === null ? `unset (${figure(maxOutputTokens)})` : figure(maxTokens),
      align: 'right',
    },
    { title: 'Reserved', cell: ({ reservedTokens }) => figure(reservedTokens), align: 'right' },
    { title: 'Calls at once', cell: ({ callsAtOnce }) => calls(callsAtOnce), align: 'right' },
    { title: 'Taken at most', cell: ({ mostTokens }) => figure(mostTokens), align: 'right' },
    { title: 'Calls/min', cell: ({ callsPerMinute }) => calls(callsPerMinute), align: 'right' },
  ];
  const said = `A call of ${modelId} with ${figure(inputTokens)} tokens of input; a token of output counts ${times}. Calls/min: if every answer is as long as it may be.`;
  return [
    ...heading('What max_tokens costs'),
    ...wrap(said, width, ''),
    fittedTable(columns, costs, width).text,
  ];
}

const calls = (count: number | null) => (count === null ? '' : figure(count));

/* ----------------------------------------------------------------- traffic */

function trafficSection({ region, traffic }: QuotaReport): string[] {
  if (traffic === null)
    return [...heading('Traffic'), 'Without known quotas the provider learns them from refusals.'];
  const entries = Object.entries(traffic.quota).map(([modelId, limits]) => {
    const members = Object.entries(limits).map(([name, value]) => `${name}: ${literal(value)}`);
    return `      '${modelId}': { ${members.join(', ')} },`;
  });
  return [
    ...heading('To keep within them'),
    'createBedrock({',
    `  region: '${region}',`,
    '  traffic: {',
    '    quota: {',
    ...entries,
    '    },',
    '  },',
    '});',
  ];
}

/** `200_000`. */
const literal = (value: number) => String(value).replace(/\B(?=(\d{3})+$)/g, '_');
