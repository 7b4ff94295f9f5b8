import type { CatalogKind, CatalogModel } from '../catalog/types.ts';
import type { InferenceProfile } from '../operations/models.ts';
import type { BedrockProvider } from '../provider.ts';
import { checkAccess, type Listing } from './access.ts';
import { failed, skipped } from './failed.ts';
import { callModel } from './model-call.ts';
import type { HealthCheck, ModelCallCheck, ModelHealth } from './report.ts';
import { similarIds } from './similar.ts';
import type { RunCheck } from './time-limit.ts';

interface ModelsToCheck {
  readonly models: readonly string[];
  readonly callModels: boolean;
  readonly timeoutMs: number;
  /** Why nothing can be asked, and why nothing can be called. */
  readonly obstacles: { readonly ofAll: string | undefined; readonly ofCalls: string | undefined };
}

export async function checkModels(
  bedrock: BedrockProvider,
  run: RunCheck,
  { models, callModels, timeoutMs, obstacles }: ModelsToCheck,
): Promise<ModelHealth[]> {
  const listing = lazyListing(bedrock, run);
  return Promise.all(
    models.map(async modelId => {
      const model = await findModel(bedrock, run, modelId);
      const kind = model?.kind ?? kindOf(bedrock, modelId);
      const [access, call] = await Promise.all([
        obstacles.ofAll === undefined
          ? checkAccess(bedrock, run, { modelId, model, listing })
          : skipped(obstacles.ofAll),
        callModels
          ? checkCall(bedrock, run, { modelId, kind, timeoutMs }, obstacles.ofCalls)
          : skipped('Not asked for.'),
      ]);
      const correct = model === undefined ? await correction(bedrock, modelId, [access, call]) : same;
      return { modelId, kind, access: correct(moderate(access, call)), call: correct(call) };
    }),
  );
}

/** What the catalog knows, also of what an alias or an application inference profile stands for. */
async function findModel(
  bedrock: BedrockProvider,
  run: RunCheck,
  modelId: string,
): Promise<CatalogModel | undefined> {
  const { baseModel } = await run(abortSignal => bedrock.resolveModel(modelId, { abortSignal })).catch(
    () => ({
      baseModel: modelId,
    }),
  );
  return bedrock.catalog.get(baseModel).catch(() => undefined);
}

/** Models that the catalog does not have are known by their families; whatever is left chats. */
function kindOf(bedrock: BedrockProvider, modelId: string): CatalogKind {
  const makers = {
    embedding: bedrock.embeddingModel,
    image: bedrock.imageModel,
    video: bedrock.videoModel,
  };
  for (const [kind, make] of Object.entries(makers)) {
    try {
      make(modelId);
      return kind as keyof typeof makers;
    } catch {
      // Not of this kind.
    }
  }
  return /\brerank\b/.test(modelId) ? 'rerank' : 'text';
}

async function checkCall(
  bedrock: BedrockProvider,
  run: RunCheck,
  { modelId, kind, timeoutMs }: { modelId: string; kind: CatalogKind; timeoutMs: number },
  obstacle: string | undefined,
): Promise<ModelCallCheck> {
  if (kind !== 'text' && kind !== 'embedding') {
    return skipped(`Models of the kind ${kind} are not called; only the access is checked.`);
  }
  if (obstacle !== undefined) return skipped(obstacle);
  try {
    return await run(signal => callModel(bedrock, { modelId, kind, timeoutMs }, signal));
  } catch (error) {
    return failed(error);
  }
}

/** For an id that AWS does not know: what may have been meant, in place of advice on a model that does not exist. */
async function correction(
  bedrock: BedrockProvider,
  modelId: string,
  checks: readonly HealthCheck[],
): Promise<typeof same> {
  const ids = checks.some(isUnknownId) ? await similarIds(bedrock, modelId) : [];
  if (ids.length === 0) return same;
  const advice = `Did you mean ${ids.join(' or ')}?`;
  return check => (isUnknownId(check) ? { ...check, advice } : check);
}

function same<Check extends HealthCheck>(check: Check): Check {
  return check;
}

function isUnknownId({ status, code, message }: HealthCheck): boolean {
  if (status !== 'failed') return false;
  return (
    code === 'ResourceNotFoundException' || (code === 'ValidationException' && /identifier/i.test(message))
  );
}

/** A model that answers is accessible, whatever the control plane says. */
function moderate(access: HealthCheck, call: HealthCheck): HealthCheck {
  return access.status === 'failed' && call.status === 'ok' ? { ...access, status: 'warning' } : access;
}

/** The lists of the Region, got once for all models, and only if one of them needs it. */
function lazyListing(bedrock: BedrockProvider, run: RunCheck): () => Promise<Listing> {
  let pending: Promise<Listing> | undefined;
  const load = async (): Promise<Listing> => {
    const [models, profiles] = await Promise.all([
      run(abortSignal => bedrock.listModels({ abortSignal })).catch(() => undefined),
      run(abortSignal => bedrock.listInferenceProfiles({ type: 'SYSTEM_DEFINED', abortSignal })).catch(
        (): readonly InferenceProfile[] | undefined => undefined,
      ),
    ]);
    return { models, profiles };
  };
  return () => {
    pending ??= load();
    return pending;
  };
}
