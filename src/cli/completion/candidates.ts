/** What can stand in the place of a word, read from the commands themselves. */
import type { Argument, Command, Option } from 'commander';
import { ALIASES } from '../../catalog/aliases.ts';
import { createCatalog } from '../../catalog/catalog.ts';

export interface Candidate {
  readonly value: string;
  readonly help: string;
}

/**
 * @param words behind the name of the program; the last one is being written and may be empty
 * @returns none where a file, or anything, can stand
 */
export function candidates(program: Command, words: readonly string[]): Candidate[] {
  const before = words.slice(0, -1);
  const current = words.at(-1) ?? '';
  const place = walk(program, before);
  return offered(place, current).filter(({ value }) => value.startsWith(current));
}

interface Place {
  readonly command: Command;
  /** Words that are neither options nor their values, nor names of commands. */
  readonly operands: number;
  /** The option that waits for its value. */
  readonly waiting: Option | undefined;
  /** After `--` there are no options. */
  readonly isPastOptions: boolean;
}

function walk(program: Command, words: readonly string[]): Place {
  let command = program;
  let operands = 0;
  let waiting: Option | undefined;
  let isPastOptions = false;
  for (const word of words) {
    if (waiting !== undefined) waiting = undefined;
    else if (word === '--') isPastOptions = true;
    else if (word.startsWith('-') && !isPastOptions) waiting = optionThatWaits(command, word);
    else {
      const next = operands === 0 ? command.commands.find(one => isNamed(one, word)) : undefined;
      if (next === undefined) operands++;
      command = next ?? command;
    }
  }
  return { command, operands, waiting, isPastOptions };
}

function isNamed(command: Command, word: string): boolean {
  return command.name() === word || command.aliases().includes(word);
}

/** `--region`, but not `--region=us-east-1`. */
function optionThatWaits(command: Command, word: string): Option | undefined {
  return optionsOf(command).find(
    option => (option.long === word || option.short === word) && option.required,
  );
}

/** Its own and those of the commands above it. */
function optionsOf(command: Command): Option[] {
  const own = command.options.filter(({ hidden }) => !hidden);
  return command.parent === null ? own : [...own, ...optionsOf(command.parent)];
}

function offered({ command, operands, waiting, isPastOptions }: Place, current: string): Candidate[] {
  if (waiting !== undefined) return valuesOf(waiting);
  if (current.startsWith('-') && !isPastOptions) return flagsOf(command);
  if (operands === 0 && command.commands.length > 0) return namesOf(command);
  const { registeredArguments } = command;
  const last = registeredArguments.at(-1);
  const argument = registeredArguments[operands] ?? (last?.variadic ? last : undefined);
  return argument === undefined ? [] : operandsOf(argument, command);
}

function namesOf(command: Command): Candidate[] {
  return command
    .createHelp()
    .visibleCommands(command)
    .map(one => ({ value: one.name(), help: one.summary() || one.description() }));
}

function flagsOf(command: Command): Candidate[] {
  // The help option is none of the command's own options; `--version` is the program's alone.
  const isProgram = command.parent === null;
  const options = optionsOf(command).filter(({ long }) => isProgram || long !== '--version');
  const help = command
    .createHelp()
    .visibleOptions(command)
    .filter(({ long }) => long === '--help');
  return [...new Set([...options, ...help])].map(({ long, short, description }) => ({
    value: long ?? short ?? '',
    help: description,
  }));
}

function valuesOf({ long, argChoices, flags }: Option): Candidate[] {
  if (argChoices !== undefined) return argChoices.map(value => ({ value, help: '' }));
  if (long === '--region') return regions();
  // That of `serve` is a model of another provider.
  if (long === '--model' && !flags.includes('<provider:')) return models(false);
  return [];
}

function operandsOf(argument: Argument, command: Command): Candidate[] {
  if (argument.argChoices !== undefined) return argument.argChoices.map(value => ({ value, help: '' }));
  if (/^models?$/.test(argument.name())) return models(command.name() === 'chat');
  return [];
}

/* ------------------------------------------------------------ of the catalog */

/** Their short names first. */
function models(onlyChat: boolean): Candidate[] {
  const catalog = createCatalog();
  const found = catalog.find(onlyChat ? { kind: 'text' } : {});
  const names = Object.entries(ALIASES).flatMap(([value, id]) => {
    const model = found.find(one => one.id === id);
    return model === undefined ? [] : [{ value, help: model.name }];
  });
  const ids = found.flatMap(({ id, name, regions: inRegion, profiles }) => [
    ...(inRegion.length > 0 || profiles.length === 0 ? [{ value: id, help: name }] : []),
    ...profiles.map(profile => ({ value: profile.id, help: `${name}, ${profile.geography}` })),
  ]);
  return [...names, ...ids];
}

function regions(): Candidate[] {
  const names = createCatalog().models.flatMap(({ regions: own, mantleRegions, profiles }) => [
    ...own,
    ...mantleRegions,
    ...profiles.flatMap(({ sourceRegions = [] }) => sourceRegions),
  ]);
  return [...new Set(names)].sort().map(value => ({ value, help: '' }));
}
