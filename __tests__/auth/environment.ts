import { vi } from 'vitest';

const VARIABLES = [
  'AWS_REGION',
  'AWS_DEFAULT_REGION',
  'AWS_BEARER_TOKEN_BEDROCK',
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_ENDPOINT_URL',
  'AWS_ENDPOINT_URL_BEDROCK_RUNTIME',
] as const;

/** Gives a test these AWS variables and no others, whatever the machine has set. */
export function stubAwsEnvironment(values: Partial<Record<(typeof VARIABLES)[number], string>> = {}): void {
  for (const name of VARIABLES) vi.stubEnv(name, values[name]);
}
