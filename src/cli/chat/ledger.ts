import { type CostSum, type CostTracker, createCostTracker, fileStore } from '../../cost/index.ts';
import { ownCostFile } from '../cost-file.ts';
import { note, paintError } from '../output.ts';

/** What a chat has cost, answers that were stopped included. */
export interface Ledger {
  /** For the provider. */
  readonly tracker: CostTracker;
  /** Whether it goes into the file that `bedrock-ai cost` reports. */
  readonly isKept: boolean;
  /** Since the chat began, with all that has ended by now. */
  spent(): Promise<{ readonly total: CostSum; readonly byModel: Readonly<Record<string, CostSum>> }>;
}

export function createLedger({ isKept }: { readonly isKept: boolean }): Ledger {
  const session = createCostTracker({ onWarning() {} });
  const kept = isKept
    ? createCostTracker({ store: fileStore(ownCostFile()), onWarning: warnOnce() })
    : undefined;
  return {
    isKept,
    tracker: {
      ...session,
      async record(record) {
        await Promise.all([session.record(record), kept?.record(record)]);
      },
    },
    async spent() {
      await Promise.all([session.flush(), kept?.flush()]);
      return session.summary();
    },
  };
}

/** Of the file: what has no known price is said with the answer. */
function warnOnce() {
  let isSaid = false;
  return ({ type, message }: { readonly type: string; readonly message: string }) => {
    if (type !== 'store' || isSaid) return;
    isSaid = true;
    note(paintError('yellow', `! ${message}`));
  };
}
