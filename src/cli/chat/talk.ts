/** The conversation in the terminal. */
import type { LanguageModelV4FilePart } from '@ai-sdk/provider';
import type { CostSum } from '../../cost/index.ts';
import type { BedrockProvider } from '../../provider.ts';
import { count } from '../cost.ts';
import { failureLines, isUsageError, UsageError } from '../failure.ts';
import { note, paint, paintError, print } from '../output.ts';
import { AnswerView, costText, printable } from './answer-view.ts';
import type { Chat } from './chat.ts';
import { type CommandName, commandHelp, completeLine, isCommandName, readCommand } from './commands.ts';
import { LineInput } from './line-input.ts';
import { type ChosenModel, chooseModel, nearModels, offeredModels } from './models.ts';
import { pickModel } from './pick-model.ts';
import { readPicture } from './picture.ts';
import { toolNames } from './tools.ts';

export async function talk(chat: Chat, chosen: ChosenModel, bedrock: BedrockProvider): Promise<void> {
  const terminal = new Talk(chat, chosen, bedrock);
  await terminal.attach(chat.options.image ?? []);
  await terminal.run();
}

class Talk {
  readonly #chat: Chat;
  readonly #bedrock: BedrockProvider;
  readonly #input: LineInput;
  #chosen: ChosenModel;
  /** For the next message. */
  #pictures: LanguageModelV4FilePart[] = [];
  #answers = 0;
  /** Of the answer that is being written. */
  #stop: AbortController | undefined;

  constructor(chat: Chat, chosen: ChosenModel, bedrock: BedrockProvider) {
    this.#chat = chat;
    this.#chosen = chosen;
    this.#bedrock = bedrock;
    this.#input = new LineInput({
      complete: line => completeLine(line, () => offeredModels(chat).map(({ id }) => id)),
      onStop: () => this.#stop?.abort(),
    });
  }

  async run(): Promise<void> {
    this.#greet();
    try {
      for (
        let message = await this.#input.next();
        message !== undefined;
        message = await this.#input.next()
      ) {
        const command = readCommand(message);
        if (command?.name === 'exit') break;
        await (command === undefined ? this.#ask(message) : this.#obey(command.name, command.rest));
      }
    } finally {
      this.#input.close();
    }
    if (this.#answers > 0) await this.#printCost();
  }

  /** @throws UsageError for files that are no pictures */
  async attach(files: readonly string[]): Promise<void> {
    try {
      for (const file of files) this.#pictures.push(await readPicture(file));
    } catch (error) {
      this.#input.close();
      throw error;
    }
  }

  #greet(): void {
    const { region, isLocal } = this.#chat;
    this.#printModel();
    if (isLocal) {
      print('The local Bedrock: no language model answers, but a responder here.');
      print('It needs no account, and nothing is spent.');
    } else if (region === undefined) {
      note(paintError('yellow', '! No AWS Region is set: --region us-east-1, or AWS_REGION.'));
      note(paintError('yellow', '  Without an account: bedrock-ai chat --local'));
    }
    print(paint('dim', '/help lists commands, Ctrl-C stops an answer, Ctrl-D leaves.'));
    for (const { filename } of this.#pictures)
      print(paint('dim', `${filename} goes with your first message.`));
  }

  #printModel(): void {
    const { id, model, note: remark } = this.#chosen;
    const { region, isLocal } = this.#chat;
    const name = model === undefined ? paint('bold', id) : `${paint('bold', model.name)} ${paint('dim', id)}`;
    print(`${name}${isLocal || region === undefined ? '' : paint('dim', ` in ${region}`)}`);
    if (remark !== undefined) print(paint('yellow', `! ${remark}`));
    if (model?.status === 'LEGACY' || model?.status === 'EOL') {
      const end = model.endOfLife === undefined ? '' : `, until ${model.endOfLife}`;
      const successor = model.successor === undefined ? '' : `; its successor is ${model.successor}`;
      print(paint('yellow', `! A model of the past (${model.status}${end})${successor}.`));
    }
  }

  /* --------------------------------------------------------------- answers */

  async #ask(text: string): Promise<void> {
    const { conversation, options, isLocal } = this.#chat;
    const question = [...this.#pictures, { type: 'text' as const, text }];
    this.#pictures = [];
    const view = new AnswerView(chunk => process.stdout.write(chunk));
    const stop = new AbortController();
    this.#stop = stop;
    const begin = performance.now();
    const { total: before } = await this.#chat.ledger.spent();
    view.wait();
    try {
      const turn = await conversation.ask(question, view, stop.signal);
      const { total: after } = await this.#chat.ledger.spent();
      const seconds = (performance.now() - begin) / 1000;
      view.end(turn, difference(after, before), { seconds, isLocal });
      this.#answers++;
    } catch (error) {
      view.endLine();
      for (const line of failureLines(error, { debug: options.debug ?? false, paint: paintError }))
        note(line);
      this.#adviseOnModel();
      note(paintError('dim', '  Nothing of this turn is kept; ↑ brings your message back.'));
    } finally {
      this.#stop = undefined;
    }
  }

  #adviseOnModel(): void {
    if (this.#chosen.model !== undefined || this.#chosen.id.startsWith('arn:')) return;
    const near = nearModels(this.#chosen.id, this.#chat);
    if (near.length > 0) note(`  → The catalog does not know this model. Near it: ${near.join(', ')}`);
  }

  /* -------------------------------------------------------------- commands */

  async #obey(name: string, rest: string): Promise<void> {
    try {
      if (!isCommandName(name)) throw new UsageError(`There is no command /${name}; /help lists them.`);
      await this.#commands[name](rest);
    } catch (error) {
      if (!isUsageError(error)) throw error;
      note(paintError('red', `✖ ${(error as Error).message}`));
    }
  }

  readonly #commands: Readonly<Record<CommandName, (rest: string) => Promise<void> | void>> = {
    model: async word => this.#changeModel(word),
    system: text => this.#changeSystem(text),
    image: async path => this.#addPicture(path),
    tools: () => {
      const { conversation } = this.#chat;
      conversation.hasTools = !conversation.hasTools;
      const names = toolNames.join(', ');
      print(paint('dim', conversation.hasTools ? `Tools on offer: ${names}.` : 'No tools any more.'));
      if (conversation.hasTools) this.#warnOfLack('tools', 'use tools');
    },
    cost: () => this.#printCost(),
    clear: () => {
      this.#chat.conversation.clear();
      this.#pictures = [];
      print(paint('dim', 'Forgotten. The model and the system prompt stay.'));
    },
    help: () => print(commandHelp().join('\n')),
    // The loop ends before it comes here.
    exit: () => {},
  };

  async #changeModel(word: string): Promise<void> {
    const picked = word === '' ? await this.#pick() : word;
    if (picked === undefined) return print(paint('dim', `Still ${this.#chosen.id}.`));
    this.#chosen = chooseModel(picked, this.#chat);
    this.#chat.conversation.goOnWith(this.#bedrock(this.#chosen.id));
    this.#printModel();
  }

  async #pick(): Promise<string | undefined> {
    this.#input.suspend();
    try {
      return await pickModel(offeredModels(this.#chat), this.#chosen.id, this.#chat.region);
    } finally {
      this.#input.resume();
    }
  }

  #changeSystem(text: string): void {
    const { conversation } = this.#chat;
    if (text !== '') conversation.system = text === 'off' ? undefined : text;
    const { system } = conversation;
    print(paint('dim', system === undefined ? 'No system prompt.' : `System prompt: ${printable(system)}`));
  }

  async #addPicture(path: string): Promise<void> {
    if (path === '') throw new UsageError('Which file? /image photo.png');
    const picture = await readPicture(path);
    this.#pictures.push(picture);
    const bytes = 'data' in picture.data ? picture.data.data.length : 0;
    const size = bytes < 1024 ? `${bytes} bytes` : `${Math.round(bytes / 1024)} KB`;
    print(paint('dim', `${picture.filename} (${picture.mediaType}, ${size}) goes with your next message.`));
    if (this.#chosen.model?.input.includes('image') === false) this.#warn('see pictures');
  }

  #warnOfLack(capability: 'tools', ability: string): void {
    if (this.#chosen.model?.capabilities.includes(capability) === false) this.#warn(ability);
  }

  #warn(ability: string): void {
    print(paint('yellow', `! As far as the catalog knows, ${this.#chosen.id} cannot ${ability}.`));
  }

  async #printCost(): Promise<void> {
    const { ledger, isLocal } = this.#chat;
    const { total, byModel } = await ledger.spent();
    const models = Object.entries(byModel);
    if (models.length > 1) {
      for (const [id, sum] of models) print(paint('dim', `  ${id}: ${costText(sum, isLocal)}`));
    }
    const where = isLocal
      ? 'Nothing was spent: the local Bedrock has answered.'
      : 'bedrock-ai cost has the sum of all chats.';
    print(paint('dim', `${count(this.#answers, 'answer')}, ${costText(total, isLocal)}. ${where}`));
  }
}

function difference(after: CostSum, before: CostSum): CostSum {
  const usd = Number((after.usd - before.usd).toFixed(12));
  return {
    usd,
    amount: String(usd),
    calls: after.calls - before.calls,
    unknown: after.unknown - before.unknown,
  };
}
