import { type CostTracker, createCostTracker, fileStore } from '../cost/index.ts';
import { ownCostFile } from './cost-file.ts';
import { note, paintError } from './output.ts';

/** The tracker of one run, which also keeps what is spent in the file that `bedrock-ai cost` reports. */
export function alsoKept(run: CostTracker): CostTracker {
  const kept = createCostTracker({ store: fileStore(ownCostFile()), onWarning: warnOnce() });
  return {
    ...run,
    async record(record) {
      await Promise.all([run.record(record), kept.record(record)]);
    },
    async flush() {
      await Promise.all([run.flush(), kept.flush()]);
    },
  };
}

/** Of the file: what has no known price is said elsewhere. */
function warnOnce() {
  let isSaid = false;
  return ({ type, message }: { readonly type: string; readonly message: string }) => {
    if (type !== 'store' || isSaid) return;
    isSaid = true;
    note(paintError('yellow', `! ${message}`));
  };
}
