/**
 * Rules that only the calls of one kind need. Given as they are, or as a function that the first of these calls runs, so
 * that an app that makes none does not load them; beside it stands what has to be known before. Where that is about
 * whether there are such calls at all, the rules need not repeat it.
 */
export type Later<Rules extends object, Known extends keyof Rules = never> =
  | Rules
  | (Pick<Rules, Known> & { readonly load: () => Promise<Rules> });

export async function load<Rules extends object>(rules: Later<Rules>): Promise<Rules> {
  return 'load' in rules ? rules.load() : rules;
}
