import { LoadSettingError } from '@ai-sdk/provider';
import { type Catalog, createCatalog } from '../../catalog/catalog.ts';
import type { CatalogModel } from '../../catalog/types.ts';
import { waysTo } from '../../cost/cheapest.ts';
import { BedrockError } from '../../errors.ts';
import type { LocalQuotas } from '../../local/index.ts';
import { listQuotas } from '../../models/list-quotas.ts';
import { createModelContext, type ModelContext } from '../../models/model-context.ts';
import { resolveModel } from '../../models/resolved-model.ts';
import type { BedrockProvider } from '../../provider.ts';
import { resolveAlias } from '../../settings/aliases.ts';
import { readEnvironmentSettings } from '../../settings/environment.ts';
import { parseModelRef } from '../../settings/model-ref.ts';
import type { TrafficQuota } from '../../traffic/settings.ts';
import { withConnection } from '../connect.ts';
import { describeFailure, FAILURE, UsageError } from '../failure.ts';
import { outputWidth } from '../fit.ts';
import { note, print, printJson } from '../output.ts';
import type { QuotaOptions } from '../quota.ts';
import { regionOrDefault } from '../region.ts';
import { hasAsWritten, matchesWords, nearIds } from '../search-models.ts';
import { type CallCost, type CallTraits, costOfCall } from './call.ts';
import { overview, report } from './layout.ts';
import { limitsOfAll, limitsOfModel, type ModelLimits, sharedDailyLimit, type Way } from './limits.ts';
import { type Use, useOf } from './use.ts';

/** Of a new account, about. */
const SAMPLE_QUOTAS: LocalQuotas = {
  requestsPerMinute: 200,
  tokensPerMinute: 200_000,
  tokensPerDay: 100_000_000,
};

export async function quota(query: string, options: QuotaOptions): Promise<void> {
  const region = await regionOrDefault(options);
  if (options.local) note('The quotas of this local Bedrock are made up.');
  await withConnection(options, { local: { quotas: SAMPLE_QUOTAS } }, async ({ bedrock, settings }) => {
    const account: Account = { context: createModelContext(settings), bedrock, region };
    if (query === '') return quotaOfAll(account, options);
    const found = await find(query, account);
    if (found !== undefined) await quotaOfModel(found, account, options);
  });
}

interface Account {
  readonly context: ModelContext;
  readonly bedrock: BedrockProvider;
  readonly region: string;
}

/** Without the quotas there is nothing to tell, so that a refusal is a failure. */
async function quotaOfAll({ context, region }: Account, { json }: QuotaOptions): Promise<void> {
  const listed = await listQuotas(context.send, region);
  const quotas = limitsOfAll(listed, createCatalog(), region);
  const tokensPerDay = sharedDailyLimit(listed);
  if (json)
    return printJson({ region, quotas, ...(tokensPerDay !== undefined && { allModels: { tokensPerDay } }) });
  const { text, leftOut } = overview(quotas, { region, width: outputWidth(), tokensPerDay });
  print(text);
  if (leftOut.length > 0) note(`No room for: ${leftOut.join(', ')}. A wider terminal or --json has them.`);
}

/* ------------------------------------------------------------------- find */

interface Found {
  readonly model: CatalogModel;
  /** The ids to look at, the nearest first. */
  readonly ways: readonly Way[];
}

async function find(query: string, account: Account): Promise<Found | undefined> {
  const catalog = createCatalog();
  const { region } = account;
  const { id } = resolveAlias(query, readEnvironmentSettings().aliases);
  const one = id.includes(' ') ? undefined : await findOne(id, catalog, account);
  if (one !== undefined) return one;
  const fitting = catalog
    .find({ region })
    .filter(model => matchesWords(model, query) && waysTo(model, region).length > 0);
  const asWritten = fitting.filter(model => hasAsWritten(model, query));
  const [only, ...more] = asWritten.length > 0 ? asWritten : fitting;
  if (only !== undefined && more.length === 0) return { model: only, ways: waysTo(only, region) };
  if (only !== undefined) {
    const ids = fitting.slice(0, 8).map(({ id }) => `\n  ${id}`);
    throw new UsageError(
      `${fitting.length} models fit ${JSON.stringify(query)}; name one of them:${ids.join('')}`,
    );
  }
  process.exitCode = FAILURE;
  note(`No model fits ${JSON.stringify(query)} in ${region}.`);
  const near = nearIds(catalog.models, query);
  if (near.length > 0) note(['Did you mean:', ...near].join('\n  '));
  return undefined;
}

/** A model by its id or ARN. The id of a profile is one way to it, that of a model stands for all. */
async function findOne(
  query: string,
  catalog: Catalog,
  { bedrock, region }: Account,
): Promise<Found | undefined> {
  const { address, geography, baseModel } = parseModelRef(query);
  if (address === 'application-inference-profile-arn') {
    const behind = catalog.get((await bedrock.resolveModel(query)).baseModel);
    return behind && { model: behind, ways: waysTo(behind, region) };
  }
  const model = baseModel === undefined ? undefined : catalog.get(baseModel);
  if (model === undefined) return undefined;
  if (geography === undefined) return { model, ways: waysTo(model, region) };
  const reach = geography === 'global' ? ('global' as const) : ('geo' as const);
  return { model, ways: [{ modelId: `${geography}.${model.id}`, reach }] };
}

/* -------------------------------------------------------------- one model */

/** What `--json` prints for a model. */
export interface QuotaReport {
  readonly region: string;
  readonly modelId: string;
  /** One entry for each id; limits that AWS does not list are left out. */
  readonly quotas: readonly ModelLimits[];
  /** Null where CloudWatch did not tell. */
  readonly use: readonly Use[] | null;
  /** Null for models that write no text. */
  readonly call: CallReport | null;
  /** For `createBedrock`; null where no quota is known. */
  readonly traffic: { readonly quota: Readonly<Record<string, TrafficQuota>> } | null;
  /** Why something is missing. */
  readonly problems: { readonly quotas?: string | undefined; readonly use?: string | undefined };
}

export interface CallReport extends CallTraits {
  readonly modelId: string;
  readonly inputTokens: number;
  readonly costs: readonly CallCost[];
}

async function quotaOfModel(
  { model, ways }: Found,
  { context, region }: Account,
  options: QuotaOptions,
): Promise<void> {
  if (ways.length === 0)
    throw new UsageError(`${model.id} cannot be called from ${region}; --region names another.`);
  const traits = model.kind === 'text' ? traitsOf(model.id) : undefined;
  checkMaxTokens(options, model, traits);
  const [listed, used] = await Promise.all([
    unlessRefused(() => listQuotas(context.send, region)),
    unlessRefused(() =>
      useOf(
        context,
        ways.map(({ modelId }) => modelId),
        region,
      ),
    ),
  ]);
  const quotas = limitsOfModel(listed.value ?? [], model, ways);
  const result: QuotaReport = {
    region,
    modelId: model.id,
    quotas,
    use: used.value ?? null,
    call: traits === undefined ? null : callReport(quotas, traits, options),
    traffic: trafficOf(quotas),
    problems: { quotas: listed.problem, use: used.problem },
  };
  if (options.json) return printJson(result);
  print(report(result, { model, tokensPerDay: sharedDailyLimit(listed.value ?? []), width: outputWidth() }));
}

function traitsOf(modelId: string): CallTraits {
  const { family, ref } = resolveModel(modelId, {}, {});
  const { maxOutputTokens, outputBurndown } = family.chat(ref.baseModel);
  return { maxOutputTokens, outputBurndown };
}

function checkMaxTokens(
  { maxTokens }: QuotaOptions,
  { id }: CatalogModel,
  traits: CallTraits | undefined,
): void {
  if (maxTokens === undefined) return;
  if (traits === undefined) throw new UsageError(`--max-tokens: ${id} writes no text.`);
  if (maxTokens <= traits.maxOutputTokens) return;
  throw new UsageError(`--max-tokens is ${maxTokens}; ${id} writes ${traits.maxOutputTokens} at most.`);
}

/** @throws all but a refusal: what is not permitted is said, and the rest is shown */
async function unlessRefused<Value>(
  read: () => Promise<Value>,
): Promise<{ value?: Value; problem?: string | undefined }> {
  try {
    return { value: await read() };
  } catch (error) {
    const isRefused = BedrockError.isInstance(error)
      ? /AccessDenied|NotAuthorized|UnauthorizedOperation/.test(error.code)
      : LoadSettingError.isInstance(error);
    if (!isRefused) throw error;
    return { problem: describeFailure(error).sentence };
  }
}

/** Round figures to compare with where the user names none. */
const SHOWN_MAX_TOKENS = [4_096, 1_024];

function callReport(
  quotas: readonly ModelLimits[],
  traits: CallTraits,
  { input, maxTokens }: QuotaOptions,
): CallReport | null {
  const widest = quotas.toSorted((one, other) => tokensOf(other) - tokensOf(one))[0];
  if (widest?.modelId === undefined) return null;
  const figures = maxTokens === undefined ? SHOWN_MAX_TOKENS : [maxTokens];
  const shown = [null, ...figures.filter(count => count <= traits.maxOutputTokens)];
  return {
    modelId: widest.modelId,
    inputTokens: input,
    ...traits,
    costs: shown.map(count => costOfCall(input, count, traits, widest)),
  };
}

const tokensOf = ({ tokensPerMinute }: ModelLimits) => tokensPerMinute?.value ?? -1;

/** A quota of 0 is no pace: such calls cannot be made. */
function trafficOf(quotas: readonly ModelLimits[]): QuotaReport['traffic'] {
  const entries = quotas.flatMap(({ modelId, requestsPerMinute, tokensPerMinute, tokensPerDay }) => {
    const limits = Object.entries({ requestsPerMinute, tokensPerMinute, tokensPerDay }).flatMap(
      ([name, limit]) => (limit === undefined || limit.value <= 0 ? [] : [[name, limit.value] as const]),
    );
    return modelId === undefined || limits.length === 0
      ? []
      : [[modelId, Object.fromEntries(limits)] as const];
  });
  return entries.length === 0 ? null : { quota: Object.fromEntries(entries) };
}
