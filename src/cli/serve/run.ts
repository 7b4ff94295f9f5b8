import { InvalidArgumentError } from '@ai-sdk/provider';
import {
  createLocalBedrock,
  type ListeningBedrock,
  type LocalBedrockOptions,
  type LocalResponder,
  respondWith,
} from '../../local/index.ts';
import { readEnvironment } from '../../settings/settings.ts';
import { UsageError } from '../failure.ts';
import { note, paintError, print, printJson } from '../output.ts';
import { regionOrDefault } from '../region.ts';
import type { ServeOptions } from '../serve.ts';
import { readConfig } from './config.ts';
import { logLine } from './log-line.ts';
import type { Recorder } from './recordings.ts';
import { credentialsOf, delayOf, episodesOf, faultsOf, quotasOf } from './rules.ts';

/** Serves until Ctrl-C or SIGTERM. */
export async function serve(options: ServeOptions): Promise<void> {
  if (options.profile !== undefined && !options.aws) {
    throw new UsageError(
      '--profile: the local Bedrock has keys of its own, so that serve takes no profile but for --aws.',
    );
  }
  const given = await localOptions(options);
  const recorder = await recorderOf(options);
  const local = createLocalBedrock({
    ...given,
    ...(recorder && { respond: recorder.watch(given.respond), onExchange: recorder.onExchange }),
    onRequest: request => note(logLine(request, paintError)),
  });
  const listening = await local.listen(options.port, options.host);
  if (options.aws) await refuseCircle(listening);
  const stopped = signalOf('SIGINT', 'SIGTERM');
  announce(listening, options);
  await stopped;
  await listening.close();
  await recorder?.close();
}

async function localOptions(options: ServeOptions): Promise<LocalBedrockOptions> {
  const { region, quota, fault, unavailable, seed, delay, authentication, config } = options;
  const { credentials, apiKey, model, aws, replay, unrecorded } = options;
  return {
    ...(config !== undefined && (await readConfig(config))),
    ...(region !== undefined && { region }),
    ...(quota !== undefined && { quotas: quotasOf(quota) }),
    ...(fault !== undefined && { faults: faultsOf(fault) }),
    ...(unavailable !== undefined && { unavailable: episodesOf(unavailable) }),
    ...(seed !== undefined && { seed }),
    ...(delay !== undefined && { delayMs: delayOf(delay) }),
    ...(credentials !== undefined && { credentials: credentialsOf(credentials) }),
    ...(apiKey !== undefined && { apiKeys: apiKey }),
    ...(!authentication && { authentication: 'off' }),
    ...(model !== undefined && { respond: await answersOf(model) }),
    ...(aws && (await ofAws(options))),
    ...(replay !== undefined && { respond: await recorded(replay, unrecorded) }),
  };
}

async function recorded(folder: string, unrecorded: ServeOptions['unrecorded']): Promise<LocalResponder> {
  const { replayFrom } = await import('./recordings.ts');
  return replayFrom(folder, unrecorded);
}

/** AWS is asked in the Region that callers are told. */
async function ofAws(
  options: ServeOptions,
): Promise<Required<Pick<LocalBedrockOptions, 'respond' | 'region'>>> {
  const { awsResponder } = await import('./aws-responder.ts');
  const region = await regionOrDefault(options);
  return { region, respond: awsResponder({ region, profile: options.profile }) };
}

/** The lines for other programs, pasted where it starts, would make it ask itself. */
async function refuseCircle(listening: ListeningBedrock): Promise<void> {
  const endpoint = readEnvironment('AWS_ENDPOINT_URL_BEDROCK_RUNTIME') ?? readEnvironment('AWS_ENDPOINT_URL');
  if (!URL.canParse(endpoint ?? '') || new URL(endpoint ?? '').origin !== listening.url) return;
  await listening.close();
  throw new UsageError(
    `--aws: AWS_ENDPOINT_URL_BEDROCK_RUNTIME is this server itself (${listening.url}); unset what it printed.`,
  );
}

async function recorderOf({ record }: ServeOptions): Promise<Recorder | undefined> {
  if (record === undefined) return undefined;
  const { createRecorder } = await import('./recordings.ts');
  return createRecorder(record, message => note(paintError('red', message)));
}

async function answersOf(model: string): Promise<LocalResponder> {
  const { loadModel } = await import('./load-model.ts');
  const loaded = await loadModel(model, process.cwd());
  try {
    return respondWith(loaded);
  } catch (error) {
    if (!InvalidArgumentError.isInstance(error)) throw error;
    throw new UsageError(
      `--model ${JSON.stringify(model)}: ${error.message.replace('model of respondWith: ', '')}`,
    );
  }
}

/** A second signal finds nobody who listens, and ends the process at once. */
function signalOf(...signals: readonly NodeJS.Signals[]): Promise<void> {
  return new Promise(resolve => {
    for (const signal of signals) process.once(signal, () => resolve());
  });
}

/** These would come before the keys that are printed. */
const IN_THE_WAY = ['AWS_BEARER_TOKEN_BEDROCK', 'AWS_SESSION_TOKEN', 'AWS_PROFILE'];

function announce({ url, port, environment }: ListeningBedrock, { json }: ServeOptions): void {
  const unset = IN_THE_WAY.filter(
    name => !Object.hasOwn(environment, name) && readEnvironment(name) !== undefined,
  );
  if (json) printJson({ url, port, environment, unset });
  else {
    for (const [name, value] of Object.entries(environment)) print(`export ${name}=${quoted(value)}`);
    if (unset.length > 0) print(`unset ${unset.join(' ')}`);
  }
  note(
    `${paintError('bold', `The local Bedrock is at ${url}`)}; paste the lines where programs run. Ctrl-C ends it.`,
  );
}

/** For a shell. */
function quoted(value: string): string {
  return /^[\w./:@%+=,-]+$/.test(value) ? value : `'${value.replaceAll("'", String.raw`'\''`)}'`;
}
