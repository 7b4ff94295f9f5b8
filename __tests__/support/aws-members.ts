/** Which members of AWS's schemas there are, and which of them a value has, as `Shape.member`. */

/** `[kind, namespace, name, traits, ...]`, a number for a simple type, or either in a function or with traits. */
type SdkSchema = number | readonly unknown[] | (() => SdkSchema);

const LIST = 1;
const MAP = 2;
const STRUCTURE = 3;
const UNION = 4;

/** Every member that can be reached from a schema of the AWS SDK. */
export function membersOf(schema: unknown): Set<string> {
  const members = new Set<string>();
  const seen = new Set<unknown>();
  visit(schema as SdkSchema, undefined, (shape, member, given) => {
    members.add(`${shape}.${member}`);
    if (seen.has(given)) return false;
    seen.add(given);
    return true;
  });
  return members;
}

/** The members that a value of the schema has. */
export function membersIn(schema: unknown, value: unknown): Set<string> {
  const members = new Set<string>();
  visit(schema as SdkSchema, { value }, (shape, member) => {
    members.add(`${shape}.${member}`);
    return true;
  });
  return members;
}

/** @param at the value to follow; every member is followed where there is none */
function visit(
  given: SdkSchema,
  at: { value: unknown } | undefined,
  found: (shape: string, member: string, schema: SdkSchema) => boolean,
): void {
  const schema = resolve(given);
  if (typeof schema === 'number') return;
  const [kind, , name, , ...rest] = schema as [number, string, string, unknown, ...unknown[]];
  if (kind === LIST || kind === MAP) {
    const item = rest[kind === LIST ? 0 : 1] as SdkSchema;
    if (at === undefined) visit(item, undefined, found);
    else for (const value of Object.values((at.value ?? {}) as object)) visit(item, { value }, found);
  } else if (kind === STRUCTURE || kind === UNION) {
    const [names, schemas] = rest as [string[], SdkSchema[]];
    names.forEach((member, index) => {
      const value = at && (at.value as Record<string, unknown> | undefined)?.[member];
      if (at !== undefined && value === undefined) return;
      const schemaOfMember = schemas[index] as SdkSchema;
      if (found(name, member, resolve(schemaOfMember))) visit(schemaOfMember, at && { value }, found);
    });
  }
}

function resolve(given: SdkSchema): number | readonly unknown[] {
  if (typeof given === 'function') return resolve(given());
  // `[schema, traits]` of a member.
  if (typeof given === 'object' && typeof given[1] !== 'string') return resolve(given[0] as SdkSchema);
  return given;
}
