/** Findings in the words of Anthropic's Messages API, whose errors Bedrock hands on for InvokeModel. */
import { type AwsError, validationError } from '../aws-error.ts';
import type { Findings, Problem } from './shape.ts';

export function messagesError(findings: Findings): AwsError | undefined {
  const [first] = findings.violations;
  return first === undefined
    ? undefined
    : validationError(`${first.path.join('.')}: ${words(first.problem)}`);
}

function words(problem: Problem): string {
  switch (problem.kind) {
    case 'type':
      return `Input should be a valid ${TYPE_WORDS[problem.expected] ?? 'value'}`;
    case 'base64':
      return 'Invalid base64 data';
    case 'missing':
      return 'Field required';
    case 'short':
      return `Value should have at least ${problem.limit} item(s)`;
    case 'long':
      return `Value should have at most ${problem.limit} item(s)`;
    case 'low':
      return `Input should be greater than or equal to ${problem.limit}`;
    case 'high':
      return `Input should be less than or equal to ${problem.limit}`;
    case 'pattern':
      return `String should match pattern '^${problem.pattern}$'`;
    case 'enum':
    case 'union':
      return `Input should be ${quoted(problem.kind === 'enum' ? problem.values : problem.keys)}`;
    case 'tag':
      return `Input tag '${problem.found}' found using '${problem.tag}' does not match any of the expected tags: ${quoted(problem.keys)}`;
  }
}

const TYPE_WORDS: Readonly<Record<string, string>> = {
  JSONArray: 'list',
  JSONObject: 'dictionary',
  String: 'string',
  Number: 'number',
  Integer: 'integer',
  Boolean: 'boolean',
};

function quoted(values: readonly string[]): string {
  return values.map(value => `'${value}'`).join(', ');
}
