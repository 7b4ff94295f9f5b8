/** One answer, for pipes and scripts. */
import { text as textOf } from 'node:stream/consumers';
import type { CostSum } from '../../cost/index.ts';
import { UsageError } from '../failure.ts';
import { note, paintError, print, printJson, whenReaderLeaves } from '../output.ts';
import { remarkOn, turnSummary, warningText } from './answer-view.ts';
import type { Chat } from './chat.ts';
import type { Listener, Question, Turn } from './conversation.ts';
import type { ChosenModel } from './models.ts';
import { readPicture } from './picture.ts';

const STOPPED_BY_USER = 130;

/** @throws UsageError where there is nothing to ask */
export async function answerPipe(chat: Chat, chosen: ChosenModel): Promise<void> {
  const { options, conversation, ledger, isLocal } = chat;
  const question = await readQuestion(options);
  if (chosen.note !== undefined) note(paintError('yellow', `! ${chosen.note}`));
  const stop = new AbortController();
  let exitCode = 0;
  process.once('SIGINT', () => {
    exitCode = STOPPED_BY_USER;
    stop.abort();
  });
  // What was used until then is paid for and has to be kept.
  whenReaderLeaves(() => stop.abort());
  const begin = performance.now();
  const writer = options.json ? SILENT : textWriter();
  const turn = await conversation.ask(question, writer, stop.signal).finally(writer.end);
  const { total } = await ledger.spent();
  if (turn.finishReason === 'stopped') {
    process.exitCode = exitCode;
    return;
  }
  if (options.json) return printJson(report(turn, total, { model: chosen.id, local: isLocal }));
  for (const warning of turn.warnings) note(paintError('yellow', `! ${warningText(warning)}`));
  const remark = remarkOn(turn);
  if (remark !== undefined) note(paintError('yellow', `(${remark})`));
  if (process.stderr.isTTY) {
    const seconds = (performance.now() - begin) / 1000;
    note(paintError('dim', turnSummary(turn, total, { seconds, isLocal })));
  }
}

async function readQuestion({ prompt, image = [] }: Chat['options']): Promise<Question> {
  const isTyped = process.stdin.isTTY;
  if (isTyped && prompt === undefined) note('What do you ask? Ctrl-D on a line of its own ends it.');
  const input = isTyped && prompt !== undefined ? '' : await textOf(process.stdin);
  const text = [prompt ?? '', input]
    .map(part => part.trimEnd())
    .filter(part => part !== '')
    .join('\n\n');
  if (text === '') {
    throw new UsageError('There is nothing to ask: give --prompt, or the question by stdin.');
  }
  return [...(await Promise.all(image.map(readPicture))), { type: 'text', text }];
}

interface Writer extends Listener {
  end(): void;
}

const SILENT: Writer = { part() {}, toolResult() {}, end() {} };

/** The text to stdout, as it comes and as it is; calls of tools to stderr. */
function textWriter(): Writer {
  let last = '\n';
  return {
    part(part) {
      if (part.type === 'tool-call') note(paintError('dim', `-> ${part.toolName}(${part.input})`));
      if (part.type !== 'text-delta' || part.delta === '') return;
      process.stdout.write(part.delta);
      last = part.delta;
    },
    toolResult({ output }) {
      if ('value' in output) note(paintError('dim', `<- ${JSON.stringify(output.value)}`));
    },
    end() {
      if (!last.endsWith('\n')) print('');
    },
  };
}

function report(
  { text, reasoning, toolCalls, finishReason, usage, warnings }: Turn,
  { usd, amount, calls, unknown }: CostSum,
  about: { readonly model: string; readonly local: boolean },
) {
  return {
    ...about,
    text,
    reasoning,
    toolCalls,
    finishReason,
    usage,
    // Not known is not 0.
    cost: { usd: calls === unknown ? null : usd, amount: calls === unknown ? null : amount, calls, unknown },
    warnings,
  };
}
