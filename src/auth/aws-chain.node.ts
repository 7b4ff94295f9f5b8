import { CredentialsError } from '../errors.ts';
import { readEnvironment } from '../settings/settings.ts';
import { type AwsChain, type ChainOptions, noIdentity } from './aws-chain.ts';
import { type IdentityOrigin, kindOfAwsKeys } from './origin.ts';
import { cleanMessage, withoutSecrets } from './safe-error.ts';

/** AWS's libraries, each imported when it is needed: the whole chain has hundreds of modules. */
export const awsChain: AwsChain = {
  async load(options) {
    const { defaultProvider } = await import('@aws-sdk/credential-provider-node');
    const trail = new Trail();
    try {
      const keys = await defaultProvider(toInit(options, undefined, trail))();
      return { ...keys, origin: chainOrigin(keys, trail) };
    } catch (error) {
      throw await chainError(error, trail);
    }
  },

  async loadProfile(profile, options) {
    // Not the chain: it would go on to web identity and instance roles when the profile has no keys.
    const { fromIni } = await import('@aws-sdk/credential-provider-ini');
    try {
      const keys = await fromIni(toInit(options, profile))();
      return { ...keys, origin: profileOrigin(keys, `the profile ${profile}`) };
    } catch (error) {
      throw await profileError(error, profile, 'profile');
    }
  },

  async regionOf(profile) {
    const name = profile ?? ambientProfile();
    // The texts of the files are kept by the library until keys are loaded from them; a file that was not there
    // is looked for again.
    const known = await readProfiles(false);
    return known[name]?.['region'] ?? (await readProfiles(true))[name]?.['region'];
  },
};

function toInit({ region, mfaCodeProvider }: ChainOptions, profile: string | undefined, trail = new Trail()) {
  return {
    // Changes of the files count.
    ignoreCache: true,
    logger: trail,
    parentClientConfig: { ...(region != null && { region }), ...(profile !== undefined && { profile }) },
    ...(profile !== undefined && { profile }),
    ...(mfaCodeProvider != null && { mfaCodeProvider }),
  };
}

/* --------------------------------------------------------------- origins */

function chainOrigin(keys: object, { lastSource }: Trail): IdentityOrigin {
  switch (lastSource) {
    case 'fromTokenFile':
      return {
        kind: 'web-identity',
        source: 'the environment variable AWS_WEB_IDENTITY_TOKEN_FILE',
        renews: true,
      };
    case 'remoteProvider': {
      const variable = containerVariable();
      return variable === undefined
        ? { kind: 'instance', source: 'the metadata service of the EC2 instance', renews: true }
        : { kind: 'container', source: `the environment variable ${variable}`, renews: true };
    }
    default: {
      const isNamed = readEnvironment('AWS_PROFILE') !== undefined;
      return profileOrigin(keys, `the profile ${ambientProfile()}${isNamed ? ' (AWS_PROFILE)' : ''}`);
    }
  }
}

function profileOrigin(keys: object, source: string): IdentityOrigin {
  const kind = kindOfAwsKeys(keys) ?? 'keys';
  return { kind, source, renews: kind !== 'keys' };
}

function containerVariable(): string | undefined {
  return ['AWS_CONTAINER_CREDENTIALS_RELATIVE_URI', 'AWS_CONTAINER_CREDENTIALS_FULL_URI'].find(
    name => readEnvironment(name) !== undefined,
  );
}

/* -------------------------------------------------------------- profiles */

type Profiles = Readonly<Record<string, Readonly<Record<string, string | undefined>>>>;

async function readProfiles(ignoreCache: boolean): Promise<Profiles> {
  const { parseKnownFiles } = await import('@smithy/core/config');
  return parseKnownFiles({ ignoreCache });
}

function ambientProfile(): string {
  return readEnvironment('AWS_PROFILE') ?? 'default';
}

/** The command that a profile, or the one it takes its keys from, needs when its login has ended. */
function loginCommand(profiles: Profiles, profile: string): string | undefined {
  const visited = new Set<string>();
  for (let name: string | undefined = profile; name !== undefined && !visited.has(name); ) {
    visited.add(name);
    const data: Profiles[string] | undefined = profiles[name];
    if (data?.['sso_session'] ?? data?.['sso_start_url']) return `aws sso login --profile ${name}`;
    if (data?.['login_session']) return `aws login --profile ${name}`;
    name = data?.['source_profile'];
  }
  return undefined;
}

/* ---------------------------------------------------------------- errors */

/** Notes what the chain says on its way: its last error does not tell why the sources before failed. */
class Trail {
  readonly #lines: string[] = [];

  debug(...words: unknown[]): void {
    const [line] = words;
    // Clients pass whole requests to loggers as further words; those are not wanted.
    if (typeof line === 'string') this.#lines.push(line);
  }

  // The library writes to the console where a logger has no such method.
  trace(): void {}
  info(): void {}
  warn(): void {}
  error(): void {}

  /** Why each source that was asked gave nothing, in its own words. */
  get reasons(): string[] {
    const reasons = this.#lines.flatMap(line => {
      const [, reason] = /^@smithy\/property-provider (?:->|\(!\)) (.*)/s.exec(line) ?? [];
      return reason === undefined || OF_NO_INTEREST.test(reason) ? [] : [asSentence(cleanMessage(reason))];
    });
    return [...new Set(reasons)];
  }

  /** The source that was asked last. */
  get lastSource(): string {
    const sources = this.#lines.flatMap(line => /defaultProvider::(\w+)/.exec(line)?.[1] ?? []);
    return sources.at(-1) ?? '';
  }
}

/** Said of sources that are not set up, and of the chain as a whole. */
const OF_NO_INTEREST =
  /skipping|unable to find environment variable|could not load credentials from any providers|did not contain credential_process|could not be found in shared credentials file|checking config file next/i;

function asSentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

async function chainError(error: unknown, trail: Trail): Promise<Error> {
  const isExhausted = error instanceof Error && /from any providers/.test(error.message);
  if (isExhausted) {
    const findings = [...(await missingProfile()), ...trail.reasons, ...silentSource(trail)];
    return noIdentity(`AWS's chain found nothing: ${findings.join(' ')}`, withoutSecrets(error));
  }
  switch (trail.lastSource) {
    case 'fromTokenFile':
      return sourceError(error, 'The web identity (AWS_WEB_IDENTITY_TOKEN_FILE, AWS_ROLE_ARN)');
    case 'remoteProvider':
      return sourceError(error, 'The container or instance');
    case 'fromIni':
    case 'fromSSO':
    case 'fromProcess':
      return profileError(error, ambientProfile(), undefined);
    default:
      return sourceError(error, "AWS's chain");
  }
}

/** The last source does not tell its reasons. */
function silentSource({ lastSource, reasons }: Trail): string[] {
  if (lastSource !== 'remoteProvider' || reasons.some(reason => /metadata service/i.test(reason))) return [];
  const variable = containerVariable();
  return variable === undefined
    ? ['The EC2 instance metadata service gave no role.']
    : [`The endpoint of the container (${variable}) gave no keys: check its token and that it is up.`];
}

/** A wrong AWS_PROFILE is the likeliest reason, and the library's words do not say that it does not exist. */
async function missingProfile(): Promise<string[]> {
  const name = readEnvironment('AWS_PROFILE');
  const profiles = name === undefined ? {} : await readProfiles(false);
  return name === undefined || profiles[name] ? [] : [`AWS_PROFILE is ${name}: ${noSuchProfile(profiles)}`];
}

function noSuchProfile(profiles: Profiles): string {
  const names = Object.keys(profiles).filter(name => !/^(sso-session|services)\./.test(name));
  const config = readEnvironment('AWS_CONFIG_FILE') ?? '~/.aws/config';
  const credentials = readEnvironment('AWS_SHARED_CREDENTIALS_FILE') ?? '~/.aws/credentials';
  const present = names.length === 0 ? 'they hold none' : `they hold ${names.slice(0, 20).join(', ')}`;
  return `there is no such profile in ${config} and ${credentials}; ${present}.`;
}

async function profileError(error: unknown, profile: string, setting: 'profile' | undefined): Promise<Error> {
  const profiles = await readProfiles(false);
  const isNamedByVariable = setting === undefined && readEnvironment('AWS_PROFILE') !== undefined;
  const source = `The profile ${profile}${isNamedByVariable ? ' (AWS_PROFILE)' : ''}`;
  if (profiles[profile] === undefined) {
    return new CredentialsError(setting, withoutSecrets(error), { source, reason: noSuchProfile(profiles) });
  }
  return sourceError(error, source, setting, profileAdvice(error, profiles, profile));
}

function profileAdvice(error: unknown, profiles: Profiles, profile: string): string | undefined {
  const message = error instanceof Error ? `${error.name} ${error.message}` : '';
  if (/multi-factor/.test(message)) return 'Set mfaCodeProvider, which is asked for the code of the device.';
  if (/AccessDenied.*sts:AssumeRole|sts:AssumeRole.*AccessDenied/s.test(message)) {
    return "The role's trust policy must allow the caller, and the caller's own policy sts:AssumeRole on the role.";
  }
  const login = loginCommand(profiles, profile);
  return login !== undefined && /sso|session|token|authenticate|unauthorized/i.test(message)
    ? `Log in: ${login}`
    : undefined;
}

function sourceError(
  error: unknown,
  source: string,
  setting?: string | undefined,
  advice?: string | undefined,
): CredentialsError {
  return new CredentialsError(setting, withoutSecrets(error), { source, advice });
}
