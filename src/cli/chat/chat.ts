import { findRegion } from '../../auth/region.ts';
import { type Catalog, createCatalog } from '../../catalog/catalog.ts';
import type { ChatOptions } from '../chat.ts';
import { withConnection } from '../connect.ts';
import { defaultModel } from '../default-model.ts';
import { answerPipe } from './answer-pipe.ts';
import { Conversation } from './conversation.ts';
import { createLedger, type Ledger } from './ledger.ts';
import { chooseModel } from './models.ts';
import { talk } from './talk.ts';

/** What a chat has and keeps. */
export interface Chat {
  readonly options: ChatOptions;
  readonly conversation: Conversation;
  readonly catalog: Catalog;
  readonly ledger: Ledger;
  /** Undefined where none is named: calls then say so, unless they need none. */
  readonly region: string | undefined;
  readonly isLocal: boolean;
}

/** So that the local Bedrock looks like a model that writes. Milliseconds. */
const DELAY = { firstByte: 150, betweenEvents: 12 };

/** @throws UsageError for a model that there is not */
export async function chat(word: string | undefined, options: ChatOptions): Promise<void> {
  const catalog = createCatalog();
  const region = await regionOf(options);
  const chosen = chooseModel(word ?? defaultModel(), { catalog, region });
  const ledger = createLedger({ isKept: options.local !== true });
  const connection = { settings: { costTracker: ledger.tracker }, local: { delayMs: DELAY } };
  await withConnection(options, connection, async ({ bedrock, isLocal }) => {
    const conversation = new Conversation(bedrock(chosen.id), options);
    const chat: Chat = { options, conversation, catalog, ledger, region, isLocal };
    await (isConversation(options) ? talk(chat, chosen, bedrock) : answerPipe(chat, chosen));
  });
}

function isConversation({ prompt, json }: ChatOptions): boolean {
  return prompt === undefined && json !== true && process.stdin.isTTY && process.stdout.isTTY;
}

async function regionOf({ region, profile, local }: ChatOptions): Promise<string | undefined> {
  if (local) return region ?? 'us-east-1';
  return findRegion({ region, profile }).catch(() => undefined);
}
