/** What begins with a slash. */
import { readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { pathOf } from './picture.ts';

interface CommandHelp {
  readonly usage: string;
  readonly help: string;
}

export type CommandName = 'model' | 'system' | 'image' | 'tools' | 'cost' | 'clear' | 'help' | 'exit';

export const COMMANDS: Readonly<Record<CommandName, CommandHelp>> = {
  model: { usage: '/model [id]', help: 'another model; without an id, choose one' },
  system: { usage: '/system [text]', help: 'the system prompt: show it, set it; /system off' },
  image: { usage: '/image <file>', help: 'a picture (PNG, JPEG, GIF, WebP) for the next message' },
  tools: { usage: '/tools', help: 'offer the time and a calculator to the model, or no longer' },
  cost: { usage: '/cost', help: 'what the chat has cost' },
  clear: { usage: '/clear', help: 'forget what was said' },
  help: { usage: '/help', help: 'this' },
  exit: { usage: '/exit', help: 'leave (Ctrl-D, or Ctrl-C twice)' },
};

/**
 * A message that is a command, with the rest of its line. A path like `/etc/hosts` is none.
 * @returns undefined for what the model is to be told
 */
export function readCommand(message: string): { readonly name: string; readonly rest: string } | undefined {
  const [, name, rest = ''] = /^\s*\/(\w+)(?:\s+([\s\S]*))?$/.exec(message) ?? [];
  return name === undefined ? undefined : { name: name.toLowerCase(), rest: rest.trim() };
}

export function isCommandName(name: string): name is CommandName {
  return Object.hasOwn(COMMANDS, name);
}

export function commandHelp(): string[] {
  return [
    ...Object.values(COMMANDS).map(({ usage, help }) => `  ${usage.padEnd(16)}${help}`),
    '',
    '  A backslash at the end of a line goes on in the next one; a paste may have several lines.',
    '  Ctrl-C stops an answer; what came of it stays in the conversation.',
  ];
}

/** For the tab key. @param modelIds offered for `/model` */
export function completeLine(line: string, modelIds: () => string[]): [fits: string[], part: string] {
  const [, command, part = ''] = /^\/(model|image)\s+(.*)$/.exec(line) ?? [];
  if (command === 'image') return [filesLike(part), part];
  if (command === 'model') return [modelIds().filter(id => id.startsWith(part)), part];
  const names = line.startsWith('/') ? Object.keys(COMMANDS).map(name => `/${name} `) : [];
  return [names.filter(name => name.startsWith(line)), line];
}

function filesLike(part: string): string[] {
  const path = pathOf(part);
  const folder = part.endsWith('/') ? path : dirname(path);
  const start = part.endsWith('/') ? '' : basename(path);
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter(({ name }) => name.startsWith(start) && (start !== '' || !name.startsWith('.')))
      .map(
        entry =>
          join(dirnameAsTyped(part), entry.name).replaceAll(' ', '\\ ') + (entry.isDirectory() ? '/' : ''),
      );
  } catch {
    return [];
  }
}

function dirnameAsTyped(part: string): string {
  return part.slice(0, part.lastIndexOf('/') + 1).replaceAll('\\ ', ' ');
}
