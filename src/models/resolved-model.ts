import type { ModelFamily } from '../codec/family.ts';
import type { ModelRef } from '../settings/model-ref.ts';

/** A model as every model class gets it: what it is, and where its calls go. */
export interface ResolvedModel {
  /** As the caller wrote it; what the AI SDK shows. */
  readonly modelId: string;
  readonly ref: ModelRef;
  readonly family: ModelFamily;
  /** Of the model setting, else of the ARN; the provider's when undefined. */
  readonly region: string | undefined;
}
