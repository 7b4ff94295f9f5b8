/** Findings in the words of the Bedrock service. */
import { type AwsError, validationError } from '../aws-error.ts';
import type { Findings, Path, Problem, Violation } from './shape.ts';

/** @returns the error of a request that does not have its shape, or undefined when it has */
export function serviceError(findings: Findings): AwsError | undefined {
  const { violations } = findings;
  const malformed = violations.find(({ problem }) => problem.kind === 'type' || problem.kind === 'base64');
  if (malformed !== undefined) return validationError(malformedText(malformed));
  const constraints = violations.filter(({ problem }) => problem.kind !== 'union');
  if (constraints.length > 0) {
    const errors =
      constraints.length === 1 ? '1 validation error' : `${constraints.length} validation errors`;
    return validationError(`${errors} detected: ${constraints.map(constraintText).join('; ')}`);
  }
  const [first] = violations;
  return first === undefined ? undefined : validationError(unionText(first));
}

function malformedText({ path, problem }: Violation): string {
  const place = ['#', ...path].join('/');
  const what =
    problem.kind === 'type'
      ? `expected type: ${problem.expected}, found: ${problem.found}`
      : 'the value is not valid base64';
  return `Malformed input request: ${place}: ${what}, please reformat your input and try again.`;
}

function constraintText({ path, problem, value }: Violation): string {
  const shown = problem.kind === 'missing' ? ' null' : value === undefined ? '' : ` '${value}'`;
  return `Value${shown} at '${memberPath(path)}' failed to satisfy constraint: ${constraintWords(problem)}`;
}

function constraintWords(problem: Problem): string {
  switch (problem.kind) {
    case 'missing':
      return 'Member must not be null';
    case 'short':
      return `Member must have length greater than or equal to ${problem.limit}`;
    case 'long':
      return `Member must have length less than or equal to ${problem.limit}`;
    case 'low':
      return `Member must have value greater than or equal to ${problem.limit}`;
    case 'high':
      return `Member must have value less than or equal to ${problem.limit}`;
    case 'pattern':
      return `Member must satisfy regular expression pattern: ${problem.pattern}`;
    case 'enum':
      return `Member must satisfy enum value set: [${problem.values.join(', ')}]`;
    default:
      return 'Member is not valid';
  }
}

function unionText({ path, problem }: Violation): string {
  const [shape, keys] = problem.kind === 'union' ? [problem.shape, problem.keys] : ['', []];
  return `${shape} object at ${path.join('.')} must set one of the following keys: ${keys.join(', ')}.`;
}

/** These errors count from one and name the list's member: `messages.1.member.content.2.member.toolUse.name`. */
function memberPath(path: Path): string {
  return path.map(step => (typeof step === 'number' ? `${step + 1}.member` : step)).join('.');
}
