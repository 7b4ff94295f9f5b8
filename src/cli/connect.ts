import type { ListeningBedrock, LocalBedrockOptions } from '../local/index.ts';
import { type BedrockProvider, createBedrock } from '../provider.ts';
import type { BedrockProviderSettings } from '../settings/settings.ts';
import type { GlobalOptions } from './options.ts';

/** What a command calls: AWS, or a local Bedrock that ends with the command. */
export interface Connection {
  readonly bedrock: BedrockProvider;
  /** What it was made with. */
  readonly settings: BedrockProviderSettings;
  readonly isLocal: boolean;
}

export interface ConnectionOptions {
  /** On top of what the options of the command line say. */
  readonly settings?: BedrockProviderSettings | undefined;
  /** For `--local`. */
  readonly local?: LocalBedrockOptions | undefined;
}

/** Runs `command` with a connection and closes it. */
export async function withConnection<Result>(
  options: GlobalOptions,
  { settings, local }: ConnectionOptions,
  command: (connection: Connection) => Promise<Result>,
): Promise<Result> {
  const { region, profile } = options;
  if (!options.local) {
    return command({ ...open(options, { region, profile, ...settings }), isLocal: false });
  }
  const server = await startLocal({ region, ...local });
  try {
    return await command({ ...open(options, { ...server.settings, ...settings }), isLocal: true });
  } finally {
    await server.close();
  }
}

/** The command line takes aliases and the other variables of this package, and `--debug` logs what happens. */
function open(
  { debug }: GlobalOptions,
  settings: BedrockProviderSettings,
): Pick<Connection, 'bedrock' | 'settings'> {
  const withLog = { ...(debug && { log: 'debug' as const }), ...settings };
  return { bedrock: createBedrock.fromEnv(withLog), settings: withLog };
}

async function startLocal(options: LocalBedrockOptions): Promise<ListeningBedrock> {
  const { createLocalBedrock } = await import('../local/index.ts');
  return createLocalBedrock(options).listen();
}
