/**
 * Rules that only the calls of one kind need. Given as they are, or as a function that the first of these calls runs, so
 * that an app that makes none does not load them; beside it stands what has to be known before.
 */
export type Later<Rules extends object, Known extends keyof Rules = never> =
  | Rules
  | (Pick<Rules, Known> & { readonly load: () => Promise<Rules> });

export async function load<Rules extends object>(rules: Later<Rules>): Promise<Rules> {
  return 'load' in rules ? rules.load() : rules;
}

/** What is made when it is first asked for, and then stays. */
export function once<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
