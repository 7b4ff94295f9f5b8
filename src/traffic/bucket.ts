/**
 * One quota as a bucket that refills steadily, kept as two counters: what time has granted, and what has been taken
 * in all, less what was given back. Their difference is what is left. Taking may overdraw it, as Bedrock lets a long
 * answer do, and the debt is paid by time.
 */
export interface Bucket {
  /** Units a millisecond; 0: the quota is not known, and everything fits. */
  rate: number;
  /** The most that can be left. */
  capacity: number;
  taken: number;
  granted: number;
  /** When `granted` was last brought up to date, in milliseconds of the caller's clock. */
  at: number;
}

export function newBucket(now: number): Bucket {
  return { rate: 0, capacity: 0, taken: 0, granted: 0, at: now };
}

/** Sets the quota; what is left stays, as far as it fits. A bucket that had no quota begins with `level`. */
export function setRate(
  bucket: Bucket,
  quota: { readonly rate: number; readonly capacity: number; readonly level?: number },
  now: number,
): void {
  refill(bucket, now);
  const level = quota.level ?? (bucket.rate === 0 ? quota.capacity : bucket.granted - bucket.taken);
  bucket.rate = quota.rate;
  bucket.capacity = quota.capacity;
  bucket.granted = bucket.taken + Math.min(level, quota.capacity);
}

/** What is left, which may be less than nothing. */
export function levelOf({ rate, capacity, taken, granted, at }: Readonly<Bucket>, now: number): number {
  const earned = Math.max(0, now - at) * rate;
  return Math.min(granted + earned - taken, capacity);
}

/** Brings `granted` up to date and gives what is left. */
export function refill(bucket: Bucket, now: number): number {
  const level = levelOf(bucket, now);
  bucket.at = Math.max(bucket.at, now);
  bucket.granted = bucket.taken + level;
  return level;
}

/**
 * Milliseconds until `cost` fits; 0: now. What is larger than the whole bucket fits when the bucket is full.
 */
export function waitFor(bucket: Bucket, cost: number, now: number): number {
  if (bucket.rate === 0) return 0;
  const missing = Math.min(cost, bucket.capacity) - refill(bucket, now);
  // Less than a millionth is the rounding of sums.
  return missing <= bucket.capacity * 1e-6 ? 0 : missing / bucket.rate;
}

export function take(bucket: Bucket, cost: number): void {
  bucket.taken += cost;
  // Without a quota nothing is ever missing.
  if (bucket.rate === 0) bucket.granted = bucket.taken;
}

/** Gives back what was reserved and not used; a negative amount takes what was used beyond it. */
export function giveBack(bucket: Bucket, amount: number): void {
  bucket.taken -= amount;
  if (bucket.rate === 0) bucket.granted = bucket.taken;
}
