/** What became of a call: the request that was sent, or the error that was thrown before one was. */
export type Outcome = { readonly path: string; readonly body: object } | { readonly refused: string };

export interface Difference {
  /**
   * JSON pointer into `{ path, body }`. Items of a list that only the official request has are counted as they
   * stand there, all others as they stand in ours. Empty where one of the two refuses the call.
   */
  readonly pointer: string;
  readonly kind: 'only ours' | 'only theirs' | 'changed' | 'they refuse' | 'we refuse';
  readonly ours?: unknown;
  readonly theirs?: unknown;
}

/** Where the two requests differ; the order of members does not count. */
export function compareOutcomes(theirs: Outcome, ours: Outcome): Difference[] {
  if ('refused' in theirs && 'refused' in ours) throw new Error(`Both refuse the call: ${ours.refused}`);
  if ('refused' in theirs) return [{ pointer: '', kind: 'they refuse', theirs: theirs.refused, ours }];
  if ('refused' in ours) return [{ pointer: '', kind: 'we refuse', theirs, ours: ours.refused }];
  return compare(theirs, ours, '');
}

function compare(theirs: unknown, ours: unknown, pointer: string): Difference[] {
  if (isSame(theirs, ours)) return [];
  if (Array.isArray(theirs) && Array.isArray(ours)) return compareLists(theirs, ours, pointer);
  if (isObject(theirs) && isObject(ours) && (pointer.length <= '/body'.length || shareMember(theirs, ours))) {
    return compareObjects(theirs, ours, pointer);
  }
  return [{ pointer, kind: 'changed', ours, theirs }];
}

function compareObjects(
  theirs: Record<string, unknown>,
  ours: Record<string, unknown>,
  pointer: string,
): Difference[] {
  return [...new Set([...Object.keys(theirs), ...Object.keys(ours)])].flatMap((key): Difference[] => {
    const at = `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    // Several rows may have to do with one object of the request, so an absent one counts as an empty one.
    if (pointer === '/body' && (isFilled(theirs[key]) || isFilled(ours[key]))) {
      const [one = {}, other = {}] = [theirs[key], ours[key]];
      if (isObject(one) && isObject(other)) return compareObjects(one, other, at);
    }
    if (!(key in ours)) return [{ pointer: at, kind: 'only theirs', theirs: theirs[key] }];
    if (!(key in theirs)) return [{ pointer: at, kind: 'only ours', ours: ours[key] }];
    return compare(theirs[key], ours[key], at);
  });
}

/** Items that are the same are paired, in order; those in between are compared one by one. */
function compareLists(theirs: readonly unknown[], ours: readonly unknown[], pointer: string): Difference[] {
  const found: Difference[] = [];
  let theirStart = 0;
  let ourStart = 0;
  for (const [index, item] of [...theirs.entries(), [theirs.length, undefined] as const]) {
    const pair =
      index === theirs.length
        ? ours.length
        : ours.findIndex((own, at) => at >= ourStart && isSame(item, own));
    if (pair === -1) continue;
    for (let step = 0; theirStart + step < index || ourStart + step < pair; step++) {
      const own = ours[ourStart + step];
      const other = theirs[theirStart + step];
      if (ourStart + step >= pair) {
        found.push({ pointer: `${pointer}/${theirStart + step}`, kind: 'only theirs', theirs: other });
      } else if (theirStart + step >= index) {
        found.push({ pointer: `${pointer}/${ourStart + step}`, kind: 'only ours', ours: own });
      } else {
        found.push(...compare(other, own, `${pointer}/${ourStart + step}`));
      }
    }
    theirStart = index + 1;
    ourStart = pair + 1;
  }
  return found;
}

function isSame(one: unknown, other: unknown): boolean {
  if (Array.isArray(one) && Array.isArray(other)) {
    return one.length === other.length && one.every((item, index) => isSame(item, other[index]));
  }
  if (!isObject(one) || !isObject(other)) return one === other;
  const keys = Object.keys(one);
  return (
    keys.length === Object.keys(other).length &&
    keys.every(key => key in other && isSame(one[key], other[key]))
  );
}

/** Blocks of a message and the like have one member that says what they are: without it, they are others. */
function shareMember(one: object, other: object): boolean {
  return Object.keys(one).some(key => key in other);
}

function isFilled(value: unknown): boolean {
  return isObject(value) && Object.keys(value).length > 0;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
