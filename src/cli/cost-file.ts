import { homedir } from 'node:os';
import { join } from 'node:path';
import { readEnvironment } from '../settings/settings.ts';

/**
 * Where the command line keeps what its own calls to AWS cost: `costs.jsonl` in `$XDG_STATE_HOME/bedrock-ai`, else in
 * `~/.local/state/bedrock-ai`.
 * @see https://specifications.freedesktop.org/basedir-spec/latest/
 */
export function ownCostFile(): string {
  const state = readEnvironment('XDG_STATE_HOME') ?? join(homedir(), '.local', 'state');
  return join(state, 'bedrock-ai', 'costs.jsonl');
}
