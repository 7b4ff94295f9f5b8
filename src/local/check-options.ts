/** Checks of options, which may also come as the JSON of a control request. */
import { InvalidArgumentError } from '@ai-sdk/provider';

/** An option that makes no sense. */
export function invalid(argument: string, message: string): InvalidArgumentError {
  return new InvalidArgumentError({ argument, message: `${argument} of createLocalBedrock: ${message}` });
}

export interface Member {
  /** Allowed values, in words. */
  readonly what: string;
  readonly allows: (value: unknown) => boolean;
  readonly isRequired?: boolean;
}

export type Members = Readonly<Record<string, Member>>;

export const positive: Member = { what: 'a number above 0', allows: value => isFiniteNumber(value, 0, true) };
export const notNegative: Member = { what: 'a number from 0 on', allows: value => isFiniteNumber(value, 0) };
export const share: Member = {
  what: 'a share from 0 to 1',
  allows: value => isFiniteNumber(value, 0) && value <= 1,
};
export const count: Member = {
  what: 'a whole number from 1 on',
  allows: value => isFiniteNumber(value, 1) && Number.isInteger(value),
};
export const flag: Member = { what: 'true or false', allows: value => typeof value === 'boolean' };
export const text: Member = { what: 'a text', allows: value => typeof value === 'string' && value !== '' };

export function required(member: Member): Member {
  return { ...member, isRequired: true };
}

function isFiniteNumber(value: unknown, from: number, isOpen = false): value is number {
  if (typeof value !== 'number' || !Number.isFinite(value)) return false;
  return isOpen ? value > from : value >= from;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * @param place of the object, e.g. `faults[0]`
 * @throws InvalidArgumentError for what is no object of these members
 */
export function checkMembers(
  place: string,
  value: unknown,
  members: Members,
): asserts value is Record<string, unknown> {
  const names = Object.keys(members).join(', ');
  if (!isRecord(value)) throw invalid(place, `an object with ${names}, not ${JSON.stringify(value)}.`);
  for (const name of Object.keys(value)) {
    if (!Object.hasOwn(members, name))
      throw invalid(`${place}.${name}`, `not known here; there is ${names}.`);
  }
  for (const [name, { what, allows, isRequired = false }] of Object.entries(members)) {
    const given = value[name];
    if (given === undefined ? isRequired : !allows(given)) {
      throw invalid(`${place}.${name}`, `${what}, not ${JSON.stringify(given)}.`);
    }
  }
}
