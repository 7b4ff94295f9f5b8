/** `npm run soak:traffic [calls] [seed]`: prints what became of the calls, and ends with 1 where something is wrong. */
import { problemsOf } from './soak-problems.ts';
import { soak } from './soaking.ts';

const [calls = 20_000, seed = 1] = process.argv.slice(2).map(Number);
const report = await soak({ calls, seed, onProgress: done => console.error(`${done} of ${calls}`) });
console.log(`${report.calls} calls in ${report.seconds.toFixed(0)} s, seed ${seed}`);
console.table(report.ends);
console.table(
  report.models.map(({ modelId, sent, settled, throttled, ranHere, ranThere, tokensHere, tokensThere }) => ({
    modelId,
    sent,
    settled,
    throttled,
    ranHere,
    ranThere,
    tokensHere,
    tokensThere,
    'difference %': Number((100 * (tokensHere / tokensThere - 1)).toFixed(3)),
  })),
);
const problems = problemsOf(report);
for (const problem of problems) console.log(`WRONG: ${problem}`);
if (problems.length === 0) console.log('Every call settled, nothing leaked, the books are equal.');
process.exitCode = problems.length === 0 ? 0 : 1;
