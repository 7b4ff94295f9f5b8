import { type CostSum, type CostTracker, createCostTracker } from '../../cost/index.ts';
import { alsoKept } from '../spending.ts';

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
  const tracker = isKept ? alsoKept(session) : session;
  return {
    isKept,
    tracker,
    async spent() {
      await tracker.flush();
      return session.summary();
    },
  };
}
