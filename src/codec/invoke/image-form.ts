/** Checks a request for images against what a model takes, said as data. */
import { InvalidArgumentError, type JSONObject, type SharedV4Warning } from '@ai-sdk/provider';
import type { ImageRequest, Sides } from './image.ts';

type ImageOption = keyof ImageRequest['options'];

export interface FieldRule {
  /** The model's own name for the option. */
  readonly to: string;
  readonly needed?: boolean;
  /** Of a number. */
  readonly range?: readonly [min: number, max: number];
  /** Of a text, in characters. */
  readonly maxLength?: number;
  /** Where the model takes fewer words than the option has. */
  readonly values?: readonly string[];
}

export type FieldRules = { readonly [option in ImageOption]?: FieldRule };

export interface ImageForm {
  /** Begins sentences, e.g. `Stable Image Core`. */
  readonly model: string;
  readonly prompt: 'needed' | 'taken' | 'ignored';
  readonly maxPrompt: number;
  /** How many files it takes. */
  readonly files: readonly [min: number, max: number];
  readonly mask: boolean;
  readonly seeds?: readonly [min: number, max: number] | undefined;
  /** What says how large the image is; `nothing` where the files do. */
  readonly shape: 'size' | 'ratio' | 'nothing';
  readonly fields: FieldRules;
}

export interface ImageParts {
  readonly prompt: string | undefined;
  readonly seed: number | undefined;
  /** The options, by the model's names. */
  readonly fields: JSONObject;
  readonly warnings: SharedV4Warning[];
}

/**
 * The parts of the request that the model takes. Files and mask are in the request.
 * @throws InvalidArgumentError for what the model cannot do without, or cannot do with
 */
export function readParts(request: ImageRequest, form: ImageForm): ImageParts {
  const warnings: SharedV4Warning[] = [];
  checkFiles(request, form);
  return {
    prompt: readPrompt(request, form, warnings),
    seed: readSeed(request, form, warnings),
    fields: readFields(request, form, warnings),
    warnings: [...warnings, ...shapeWarnings(request, form)],
  };
}

function checkFiles({ files, mask }: ImageRequest, { model, files: [min, max], mask: takesMask }: ImageForm) {
  if (files.length < min || files.length > max) {
    const count = min === max ? String(min) : `${min} to ${max}`;
    const allowed = max === 0 ? 'no images to work from' : `${count} image${max === 1 ? '' : 's'}`;
    throw invalid('files', `${model} takes ${allowed}, got ${files.length}`);
  }
  if (mask !== undefined && !takesMask) throw invalid('mask', `${model} takes no mask`);
}

function readPrompt(
  { prompt }: ImageRequest,
  { model, prompt: rule, maxPrompt }: ImageForm,
  warnings: SharedV4Warning[],
): string | undefined {
  if (prompt === undefined) {
    if (rule === 'needed') throw invalid('prompt', `${model} needs a prompt`);
    return undefined;
  }
  if (rule === 'ignored') {
    warnings.push(unsupported('prompt', `${model} takes no prompt.`));
    return undefined;
  }
  checkLength('prompt', prompt, maxPrompt, model);
  return prompt;
}

function readSeed(
  { seed }: ImageRequest,
  { model, seeds }: ImageForm,
  warnings: SharedV4Warning[],
): number | undefined {
  if (seed === undefined) return undefined;
  if (seeds === undefined) {
    warnings.push(unsupported('seed', `${model} has no seed.`));
    return undefined;
  }
  const [min, max] = seeds;
  if (Number.isInteger(seed) && seed >= min && seed <= max) return seed;
  throw invalid('seed', `${model} takes a whole number from ${min} to ${max}, got ${seed}`);
}

function readFields(
  { options, optionsPlace }: ImageRequest,
  { model, fields: rules }: ImageForm,
  warnings: SharedV4Warning[],
): JSONObject {
  const fields: JSONObject = {};
  for (const [option, { to, needed }] of Object.entries(rules)) {
    const value = options[option as ImageOption];
    if (value === undefined && needed) throw invalid(`${optionsPlace}.${option}`, `${model} needs it`);
    if (value !== undefined) fields[to] = value;
  }
  for (const [option, value] of Object.entries(options)) {
    if (value === undefined) continue;
    const place = `${optionsPlace}.${option}`;
    const rule = rules[option as ImageOption];
    if (rule === undefined) warnings.push(unsupported(place, `${model} does not take it.`));
    else checkValue(place, value, rule, model);
  }
  return fields;
}

function checkValue(place: string, value: unknown, rule: FieldRule, model: string): void {
  const { range, maxLength, values } = rule;
  if (typeof value === 'number' && range !== undefined && !(value >= range[0] && value <= range[1])) {
    throw invalid(place, `${model} takes ${range[0]} to ${range[1]}, got ${value}`);
  }
  if (typeof value !== 'string') return;
  if (maxLength !== undefined) checkLength(place, value, maxLength, model);
  if (values !== undefined && !values.includes(value)) {
    throw invalid(place, `${model} takes ${values.join(', ')}, got ${value}`);
  }
}

function checkLength(place: string, { length }: string, max: number, model: string): void {
  if (length > max) throw invalid(place, `${model} takes at most ${max} characters, got ${length}`);
}

function shapeWarnings({ size, aspectRatio }: ImageRequest, { model, shape }: ImageForm): SharedV4Warning[] {
  const warnings: SharedV4Warning[] = [];
  if (shape === 'nothing') {
    const details = `${model} keeps to the size of the image that it gets.`;
    if (size !== undefined) warnings.push(unsupported('size', details));
    if (aspectRatio !== undefined) warnings.push(unsupported('aspectRatio', details));
  } else if (size !== undefined && aspectRatio !== undefined) {
    const [loser, winner] = shape === 'size' ? ['aspectRatio', 'size'] : ['size', 'aspectRatio'];
    warnings.push(unsupported(loser, `${model} takes one of size and aspectRatio; ${winner} counts.`));
  }
  return warnings;
}

/* ------------------------------------------------------------------ shapes */

/**
 * The entry of a list that has a shape; the nearest, with a warning, where none has it.
 * @param feature what the caller gave
 */
export function nearestShape<Shape extends Sides>(
  wanted: Sides,
  shapes: readonly [Shape, ...Shape[]],
  { feature, model, warnings }: { feature: string; model: string; warnings: SharedV4Warning[] },
): Shape {
  const distance = ({ width, height }: Sides) =>
    Math.abs(Math.log((width * wanted.height) / (height * wanted.width)));
  const nearest = shapes.reduce((best, shape) => (distance(shape) < distance(best) ? shape : best));
  if (distance(nearest) > 1e-9) {
    const [asked, given] = [wanted, nearest].map(({ width, height }) => `${width}:${height}`);
    const details = `${model} has no images of ${asked}; ${given} is the nearest.`;
    warnings.push({ type: 'compatibility', feature, details });
  }
  return nearest;
}

/** @throws InvalidArgumentError naming the sizes that there are */
export function checkListedSize(size: Sides, sizes: readonly Sides[], model: string): Sides {
  const found = sizes.find(({ width, height }) => width === size.width && height === size.height);
  if (found !== undefined) return found;
  const allowed = sizes.map(({ width, height }) => `${width}x${height}`).join(', ');
  throw invalid('size', `${model} takes ${allowed}, got ${size.width}x${size.height}`);
}

/* ------------------------------------------------------------------ common */

export function invalid(argument: string, problem: string): InvalidArgumentError {
  return new InvalidArgumentError({ argument, message: `${argument}: ${problem}.` });
}

export function unsupported(feature: string, details: string): SharedV4Warning {
  return { type: 'unsupported', feature, details };
}
