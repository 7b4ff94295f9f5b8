/** The file of `--config`: those options of `createLocalBedrock` that are data. */
import { readFile } from 'node:fs/promises';
import { isRecord } from '../../local/check-options.ts';
import type { LocalBedrockOptions, LocalGuardrail } from '../../local/index.ts';
import { UsageError } from '../failure.ts';

interface Allowed {
  readonly what: string;
  readonly allows: (value: unknown) => boolean;
}

const isTexts = (value: unknown) => Array.isArray(value) && value.every(one => typeof one === 'string');
const texts: Allowed = { what: 'a list of texts', allows: isTexts };
const number: Allowed = { what: 'a number', allows: value => typeof value === 'number' };
const text: Allowed = { what: 'a text', allows: value => typeof value === 'string' };
const object: Allowed = { what: 'an object', allows: isRecord };
/** What takes it says more about it. */
const checkedLater: Allowed = { what: 'an object or a list', allows: value => typeof value === 'object' };

function isCredentials(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const { accessKeyId, secretAccessKey, sessionToken = '', ...others } = value;
  const isText = [accessKeyId, secretAccessKey, sessionToken].every(one => typeof one === 'string');
  return isText && Object.keys(others).length === 0;
}

/** All of them but functions. */
const OPTIONS: Readonly<
  Record<Exclude<keyof LocalBedrockOptions, 'respond' | 'onRequest' | 'onExchange'>, Allowed>
> = {
  credentials: {
    what: '{ accessKeyId, secretAccessKey, sessionToken? }, or a list of them',
    allows: value => [value].flat().every(isCredentials),
  },
  apiKeys: texts,
  authentication: text,
  region: text,
  models: { what: 'a list of model ids', allows: isTexts },
  delayMs: {
    what: 'milliseconds, or { firstByte, betweenEvents }',
    allows: value => typeof value === 'number' || isRecord(value),
  },
  strict: { what: 'true or false', allows: value => typeof value === 'boolean' },
  quotas: checkedLater,
  faults: checkedLater,
  unavailable: checkedLater,
  seed: number,
  guardrails: {
    what: 'guardrails by id',
    allows: value => isRecord(value) && Object.values(value).every(isRecord),
  },
  knowledgeBases: {
    what: 'lists of documents by id',
    allows: value => isRecord(value) && Object.values(value).every(isDocuments),
  },
  inferenceProfiles: {
    what: 'ids of models by id',
    allows: value => isRecord(value) && isTexts(Object.values(value)),
  },
  jobMs: number,
  buckets: texts,
};

function isDocuments(value: unknown): boolean {
  return (
    Array.isArray(value) &&
    value.every(one => typeof one === 'string' || (isRecord(one) && typeof one['text'] === 'string'))
  );
}

/** @throws UsageError for a file that cannot be read, is no JSON, or has what is no option */
export async function readConfig(path: string): Promise<LocalBedrockOptions> {
  const given = parse(path, await read(path));
  if (!isRecord(given))
    throw new UsageError(`--config ${path}: expected an object, ${object.what} of options.`);
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(OPTIONS, name)) {
      throw new UsageError(
        `--config ${path}: ${name} is not known; there is ${Object.keys(OPTIONS).join(', ')}.`,
      );
    }
    const { what, allows } = OPTIONS[name as keyof typeof OPTIONS];
    if (!allows(value)) {
      throw new UsageError(`--config ${path}: ${name} must be ${what}, not ${JSON.stringify(value)}.`);
    }
  }
  const options = given as LocalBedrockOptions;
  if (options.guardrails === undefined) return options;
  return { ...options, guardrails: withPatterns(path, options.guardrails) };
}

async function read(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new UsageError(`--config ${path}: ${(error as Error).message}`);
  }
}

function parse(path: string, json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    throw new UsageError(`--config ${path} is no JSON: ${(error as Error).message}`);
  }
}

/** JSON has no regular expressions: there they are texts. */
function withPatterns(
  path: string,
  guardrails: Readonly<Record<string, LocalGuardrail>>,
): Record<string, LocalGuardrail> {
  return Object.fromEntries(
    Object.entries(guardrails).map(([id, guardrail]) => {
      const { regexes = [] } = guardrail;
      return [
        id,
        {
          ...guardrail,
          regexes: regexes.map(one => ({ ...one, pattern: patternOf(path, id, one.pattern) })),
        },
      ];
    }),
  );
}

function patternOf(path: string, id: string, pattern: unknown): RegExp {
  try {
    return new RegExp(String(pattern), 'u');
  } catch (error) {
    throw new UsageError(`--config ${path}: guardrails.${id}.regexes: ${(error as Error).message}`);
  }
}
