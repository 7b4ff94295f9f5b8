import { autocomplete, isCancel } from '@clack/prompts';
import type { OfferedModel } from './models.ts';

/** @returns undefined when the person does not want to after all */
export async function pickModel(
  models: readonly OfferedModel[],
  current: string,
  region: string | undefined,
): Promise<string | undefined> {
  const picked = await autocomplete({
    message: `Model${region === undefined ? '' : ` in ${region}`} (type to search, Esc leaves it)`,
    options: models.map(({ id, model }) => ({ value: id, label: id, hint: describe(model) })),
    ...(models.some(({ id }) => id === current) && { initialValue: current }),
    maxItems: 12,
  });
  return isCancel(picked) ? undefined : picked;
}

/** E.g. `Nova Lite · 300k tokens · image, video · tools`. */
function describe({ name, contextWindow, input, capabilities }: OfferedModel['model']): string {
  const facts = [
    name,
    contextWindow === undefined ? '' : `${Math.round(contextWindow / 1000)}k tokens`,
    input.filter(modality => modality !== 'text').join(', '),
    capabilities.filter(capability => capability === 'tools' || capability === 'reasoning').join(', '),
  ];
  return facts.filter(fact => fact !== '').join(' · ');
}
