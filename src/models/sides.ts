import type { Sides } from '../codec/invoke/image.ts';
import { invalidArgument } from '../codec/provider-options.ts';

/**
 * The AI SDK's sizes (`1024x1024`) and ratios (`16:9`).
 * @throws InvalidArgumentError when it is neither
 */
export function readSides(
  argument: string,
  text: string | undefined,
  separator: 'x' | ':',
): Sides | undefined {
  if (text === undefined) return undefined;
  const [width = Number.NaN, height = Number.NaN, ...rest] = text.split(separator).map(Number);
  if (rest.length === 0 && width > 0 && height > 0 && Number.isFinite(width * height)) {
    return { width, height };
  }
  const example = separator === 'x' ? '1024x1024' : '16:9';
  throw invalidArgument(argument, `expected two numbers like ${example}, got ${JSON.stringify(text)}`);
}
