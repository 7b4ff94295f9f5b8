/**
 * Findings in the words in which Bedrock refuses the bodies of most models: those of a JSON schema's validator.
 */
import { type AwsError, validationError } from '../aws-error.ts';
import type { Findings, Violation } from './shape.ts';

export function bodyError({ violations }: Findings): AwsError | undefined {
  const [first, ...others] = violations;
  if (first === undefined) return undefined;
  const what = others.length === 0 ? words(first) : `${violations.length} schema violations found`;
  return malformed(what);
}

/** @param problem with its place, e.g. `#/temperature: 2 is not less or equal to 1` */
export function malformed(problem: string): AwsError {
  return validationError(`Malformed input request: ${problem}, please reformat your input and try again.`);
}

function words({ path, problem, value }: Violation): string {
  const place = ['#', ...path].join('/');
  switch (problem.kind) {
    case 'missing':
      return `${['#', ...path.slice(0, -1)].join('/')}: required key [${path.at(-1)}] not found`;
    case 'type':
      return `${place}: expected type: ${problem.expected}, found: ${problem.found}`;
    case 'low':
      return `${place}: ${value} is not greater or equal to ${problem.limit}`;
    case 'high':
      return `${place}: ${value} is not less or equal to ${problem.limit}`;
    case 'short':
      return value === undefined
        ? `${place}: expected minimum item count: ${problem.limit}, found: fewer`
        : `${place}: expected minLength: ${problem.limit}, actual: ${value.length}`;
    case 'long':
      return value === undefined
        ? `${place}: expected maximum item count: ${problem.limit}, found: more`
        : `${place}: expected maxLength: ${problem.limit}, actual: ${value.length}`;
    case 'enum':
      return `${place}: ${value} is not a valid enum value`;
    case 'pattern':
      return `${place}: string [${value}] does not match pattern ${problem.pattern}`;
    case 'base64':
      return `${place}: the value is not valid base64`;
    case 'union':
    case 'tag':
      return `${place}: #: no subschema matched out of the total ${problem.keys.length} subschemas`;
  }
}
