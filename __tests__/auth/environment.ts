import { vi } from 'vitest';

/** Set for all tests by vitest.config.ts, so that no test finds the machine's own identity. */
const KEPT = new Set(['AWS_CONFIG_FILE', 'AWS_SHARED_CREDENTIALS_FILE', 'AWS_EC2_METADATA_DISABLED']);

/** Gives a test these AWS variables and no others, whatever the machine has set. */
export function stubAwsEnvironment(values: Readonly<Record<string, string>> = {}): void {
  for (const name of Object.keys(process.env)) {
    if (name.startsWith('AWS_') && !KEPT.has(name)) vi.stubEnv(name, undefined);
  }
  for (const [name, value] of Object.entries(values)) vi.stubEnv(name, value);
}
