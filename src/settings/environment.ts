/** The environment variables of this package, as defaults of settings. Those of AWS are read where they are used. */
import { LoadSettingError } from '@ai-sdk/provider';
import { type BedrockLogLevel, LOG_LEVELS } from '../log/settings.ts';
import { type BedrockProviderSettings, readEnvironment } from './settings.ts';

/** What the variables say; a member is there where its variable is set. */
export interface EnvironmentSettings {
  /** `BEDROCK_ALIASES`, and `default` of `BEDROCK_DEFAULT_MODEL`. */
  readonly aliases: Readonly<Record<string, string>>;
  /** `BEDROCK_LOG_LEVEL`. */
  readonly logLevel?: BedrockLogLevel | undefined;
  /** `BEDROCK_MAX_RETRIES`. */
  readonly maxRetries?: number | undefined;
  /** `BEDROCK_TIMEOUT_MS`. */
  readonly timeoutMs?: number | undefined;
}

/**
 * Reads `BEDROCK_DEFAULT_MODEL`, `BEDROCK_ALIASES`, `BEDROCK_LOG_LEVEL`, `BEDROCK_MAX_RETRIES` and
 * `BEDROCK_TIMEOUT_MS` now. A variable that is empty counts as not set.
 * @throws LoadSettingError naming the variable and the values that it takes
 */
export function readEnvironmentSettings(): EnvironmentSettings {
  const defaultModel = readEnvironment('BEDROCK_DEFAULT_MODEL')?.trim();
  const logLevel = readLevel('BEDROCK_LOG_LEVEL');
  const maxRetries = readCount('BEDROCK_MAX_RETRIES', '0 for none');
  const timeoutMs = readCount('BEDROCK_TIMEOUT_MS', '0 for no limit');
  return {
    aliases: {
      ...readAliases('BEDROCK_ALIASES'),
      ...(defaultModel !== undefined && { default: defaultModel }),
    },
    ...(logLevel !== undefined && { logLevel }),
    ...(maxRetries !== undefined && { maxRetries }),
    ...(timeoutMs !== undefined && { timeoutMs }),
  };
}

/**
 * Settings with the variables as their defaults: what is set explicitly wins, member by member.
 * @throws LoadSettingError for a variable with a wrong value
 */
export function withEnvironment(settings: BedrockProviderSettings = {}): BedrockProviderSettings {
  const environment = readEnvironmentSettings();
  const log = logOf(settings, environment);
  const traffic = trafficOf(settings, environment);
  const timeoutMs = settings.timeoutMs ?? environment.timeoutMs;
  return {
    ...settings,
    aliases: aliasesOf(settings, environment),
    ...(log !== undefined && { log }),
    ...(traffic !== undefined && { traffic }),
    ...(timeoutMs !== undefined && { timeoutMs }),
  };
}

function aliasesOf(
  { aliases = true }: BedrockProviderSettings,
  environment: EnvironmentSettings,
): BedrockProviderSettings['aliases'] {
  // What is no record is for the first call to refuse.
  if (aliases === false || (aliases !== true && typeof aliases !== 'object')) return aliases;
  return { ...environment.aliases, ...(aliases !== true && aliases) };
}

function logOf(
  { log }: BedrockProviderSettings,
  { logLevel }: EnvironmentSettings,
): BedrockProviderSettings['log'] {
  if (log === undefined || logLevel === undefined) return log ?? logLevel;
  return typeof log === 'object' && log !== null && log.level === undefined
    ? { ...log, level: logLevel }
    : log;
}

/**
 * Retries are those of this package, which waits as Bedrock asks for. With them, errors that come out have had all
 * their tries, also when there is none: else the AI SDK would add its own `maxRetries`.
 */
function trafficOf(
  { traffic }: BedrockProviderSettings,
  { maxRetries }: EnvironmentSettings,
): BedrockProviderSettings['traffic'] {
  if (maxRetries === undefined) return traffic;
  if (traffic !== undefined && (typeof traffic !== 'object' || traffic?.retry !== undefined)) return traffic;
  return { ...traffic, retry: { maxAttempts: maxRetries + 1 } };
}

/* --------------------------------------------------------------- variables */

function readLevel(variable: string): BedrockLogLevel | undefined {
  const value = readEnvironment(variable);
  if (value === undefined) return undefined;
  const level = LOG_LEVELS.find(name => name === value.trim().toLowerCase());
  if (level !== undefined) return level;
  throw wrong(variable, value, `expected one of ${LOG_LEVELS.join(', ')}`);
}

function readCount(variable: string, zero: string): number | undefined {
  const value = readEnvironment(variable);
  if (value === undefined) return undefined;
  const count = /^\d+$/.test(value.trim()) ? Number(value) : undefined;
  if (count !== undefined && Number.isSafeInteger(count)) return count;
  throw wrong(variable, value, `expected a whole number, ${zero}`);
}

/** `fast=nova-lite,smart=us.anthropic.claude-opus-5`: no id has a comma or a blank. */
function readAliases(variable: string): Record<string, string> {
  const pairs = readEnvironment(variable)?.split(/[\s,]+/) ?? [];
  return Object.fromEntries(
    pairs
      .filter(pair => pair !== '')
      .map(pair => {
        const [name = '', id = '', ...rest] = pair.split('=');
        if (name !== '' && id !== '' && rest.length === 0) return [name, id];
        throw wrong(
          variable,
          pair,
          'expected name=model with commas between, e.g. fast=nova-lite,smart=claude-opus',
        );
      }),
  );
}

function wrong(variable: string, value: string, expected: string): LoadSettingError {
  const shown = value.length <= 80 ? JSON.stringify(value) : `a value of ${value.length} characters`;
  return new LoadSettingError({
    message: `The environment variable ${variable}: ${expected}, got ${shown}.`,
  });
}
