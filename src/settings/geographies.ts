import { parseModelRef } from './model-ref.ts';

/**
 * Geographies of inference profiles by the Regions they can be called from; the narrowest comes first. AWS
 * documents them per model, and not every model has all.
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-support.html
 */
const GEOGRAPHIES_BY_REGION: ReadonlyArray<readonly [region: RegExp, geographies: readonly string[]]> = [
  [/^us-gov-/, ['us-gov']],
  [/^(cn|us-iso|us-isob|us-isof|eu-isoe|eusc)-/, []],
  [/^us-/, ['us', 'global']],
  [/^ca-/, ['ca', 'us', 'global']],
  [/^(eu|il)-/, ['eu', 'global']],
  [/^ap-northeast-[13]$/, ['jp', 'apac', 'global']],
  [/^ap-southeast-[246]$/, ['au', 'apac', 'global']],
  [/^ap-south-/, ['in', 'apac', 'global']],
  [/^ap-/, ['apac', 'global']],
];

/**
 * Ids of the inference profiles through which a model may be called from a Region. They are candidates: which
 * of them exist is different from model to model.
 * @param modelId as it was called: a model id, a profile id, or the ARN of one of them
 */
export function inferenceProfileIds(modelId: string, region: string): string[] {
  const { baseModel } = parseModelRef(modelId);
  if (baseModel === undefined) return [];
  const [, geographies] = GEOGRAPHIES_BY_REGION.find(([regions]) => regions.test(region)) ?? [
    undefined,
    ['global'],
  ];
  return geographies.map(geography => `${geography}.${baseModel}`);
}
