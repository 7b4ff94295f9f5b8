/** A home directory for AWS's files. */
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { vi } from 'vitest';
import { stubAwsEnvironment } from './environment.ts';

export interface Home {
  readonly path: string;
  /** Writes a file, e.g. `.aws/config`, and gives its path. */
  write(path: string, text: string, mode?: number): string;
  /** What `aws sso login` leaves behind: a token for a session. */
  login(session: string, token: { accessToken: string; expiresAt?: Date }): void;
  remove(): void;
}

/** Makes an empty directory the home, with these AWS variables and no others. */
export function enterHome(environment: Readonly<Record<string, string>> = {}): Home {
  const path = mkdtempSync(join(tmpdir(), 'bedrock-home-'));
  stubAwsEnvironment(environment);
  // The files of this home instead of those that keep other tests from any.
  for (const name of ['AWS_CONFIG_FILE', 'AWS_SHARED_CREDENTIALS_FILE', 'AWS_EC2_METADATA_DISABLED']) {
    vi.stubEnv(name, environment[name]);
  }
  vi.stubEnv('HOME', path);
  const write = (name: string, text: string, mode = 0o600) => {
    const file = join(path, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text, { mode });
    return file;
  };
  return {
    path,
    write,
    login(session, { accessToken, expiresAt = new Date(Date.now() + 3_600_000) }) {
      const name = createHash('sha1').update(session).digest('hex');
      write(
        `.aws/sso/cache/${name}.json`,
        JSON.stringify({ accessToken, expiresAt: expiresAt.toISOString() }),
      );
    },
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}
