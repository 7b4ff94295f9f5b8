/** Decimal numbers as whole numbers of a small unit: sums of money must not depend on floating point. */

/** Digits behind the point that are kept: a millionth of a millionth, which one token at $0.000001 a million costs. */
const DIGITS = 12;
const UNIT: bigint = 10n ** BigInt(DIGITS);
const MILLION = 1_000_000n;

/**
 * A decimal number in units of 10^-12.
 * @param text e.g. `0.0375`, `12`, also `1e-7`
 * @throws RangeError when it is no number of zero or more
 */
export function toUnits(text: string): bigint {
  const [, whole = '', fraction = '', exponent = '0'] = /^(\d*)\.?(\d*)(?:e([+-]?\d+))?$/i.exec(text) ?? [];
  if (whole === '' && fraction === '') throw new RangeError(`${JSON.stringify(text)} is no decimal number.`);
  const shift = DIGITS - fraction.length + Number(exponent);
  const digits = BigInt(whole + fraction);
  return shift >= 0 ? digits * 10n ** BigInt(shift) : divide(digits, 10n ** BigInt(-shift));
}

/** `4125000000n` -> `0.004125`. */
export function fromUnits(units: bigint): string {
  const digits = (units < 0n ? -units : units).toString().padStart(DIGITS + 1, '0');
  const fraction = digits.slice(-DIGITS).replace(/0+$/, '');
  const text = digits.slice(0, -DIGITS) + (fraction === '' ? '' : `.${fraction}`);
  return units < 0n ? `-${text}` : text;
}

/** What a quantity costs at a price for one, or for a million of them, in units. */
export function price(quantity: number, rate: string, per: 'one' | 'million'): bigint {
  const whole = toUnits(rate) * toUnits(String(quantity));
  return divide(whole, per === 'million' ? UNIT * MILLION : UNIT);
}

/** The product of two decimal numbers, e.g. of a price and a ratio. */
export function multiply(left: string, right: string): string {
  return fromUnits(divide(toUnits(left) * toUnits(right), UNIT));
}

/** Rounds half up. Neither is negative. */
function divide(dividend: bigint, divisor: bigint): bigint {
  return (dividend + divisor / 2n) / divisor;
}
