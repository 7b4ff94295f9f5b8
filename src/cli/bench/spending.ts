import { type CostTracker, createCostTracker, fileStore } from '../../cost/index.ts';
import { ownCostFile } from '../cost-file.ts';

/** Holds a run to its budget, and keeps what it costs for `bedrock-ai cost`. What was spent before does not count. */
export function benchTracker(budget: number | undefined): CostTracker {
  const run = createCostTracker({ budget, onWarning: () => {} });
  const kept = createCostTracker({ store: fileStore(ownCostFile()), onWarning: () => {} });
  return {
    ...run,
    record: async record => {
      await Promise.all([run.record(record), kept.record(record)]);
    },
    flush: () => kept.flush(),
  };
}
