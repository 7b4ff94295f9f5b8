/** `bedrock-ai completion <shell>`, and what its scripts ask at every press of the tab key. */
import { Argument, type Command } from 'commander';
import { print } from './output.ts';

const AFTER_HELP = `
Add it to the file that your shell reads when it starts, and open a new terminal:
  bash  ~/.bashrc                   eval "$(bedrock-ai completion bash)"
  zsh   ~/.zshrc, after compinit    eval "$(bedrock-ai completion zsh)"
  fish  ~/.config/fish/config.fish  bedrock-ai completion fish | source

It needs bedrock-ai on the PATH (npm install --global bedrock-ai-provider).`;

export function addCompletion(program: Command): void {
  program
    .command('completion')
    .summary('the tab key for bash, zsh and fish')
    .description(
      'Prints a script for a shell: commands, options, their values and ids of models at the tab key.',
    )
    .addArgument(new Argument('<shell>', 'which shell').choices(['bash', 'zsh', 'fish']))
    .addHelpText('after', AFTER_HELP)
    .action(async (shell: 'bash' | 'zsh' | 'fish') => {
      const { scripts } = await import('./completion/scripts.ts');
      print(scripts[shell].trim());
    });
  program
    .command('complete', { hidden: true })
    .description('Prints what can stand in the place of the last word: value, tab, description.')
    .argument('[words...]', 'the words behind bedrock-ai, up to the cursor')
    .action(async (words: string[]) => {
      const { candidates } = await import('./completion/candidates.ts');
      const lines = candidates(program, words).map(({ value, help }) => `${value}\t${help}`);
      if (lines.length > 0) print(lines.join('\n'));
    });
}
