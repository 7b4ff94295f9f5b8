import type { JSONObject } from '@ai-sdk/provider';
import type { ModelContext } from '../models/model-context.ts';
import { readJson } from '../models/reply-json.ts';
import { isObject } from './dialect.ts';

/** A model that `bedrock-mantle` has. */
export interface MantleModel {
  readonly id: string;
  /** When it was made available. */
  readonly createdAt?: Date | undefined;
  /** E.g. `available`. */
  readonly status?: string | undefined;
  /** All that Mantle says of it. */
  readonly raw: JSONObject;
}

/** @see https://docs.aws.amazon.com/bedrock/latest/userguide/models-get-info.html */
export async function listMantleModels(
  { send }: ModelContext,
  { abortSignal }: { readonly abortSignal?: AbortSignal | undefined },
): Promise<MantleModel[]> {
  const reply = await send({ service: 'bedrock-mantle', method: 'GET', path: '/v1/models', abortSignal });
  const { data } = await readJson<{ data?: unknown }>(reply);
  return (Array.isArray(data) ? data : []).filter(isObject).flatMap(raw => {
    const { id, created, status } = raw;
    if (typeof id !== 'string') return [];
    return {
      id,
      createdAt: typeof created === 'number' ? new Date(created * 1000) : undefined,
      status: typeof status === 'string' ? status : undefined,
      raw,
    };
  });
}
