import { ABANDONED_MODEL, BROKEN_MODELS, MAX_OUTPUT_TOKENS, WHOLE_MODELS } from './soak-plan.ts';
import { MAX_CONCURRENCY, type ModelBooks, type SoakReport } from './soaking.ts';

/** Of what is estimated: the client counts what it saw of calls that were cut off, the server what it sent. */
const LARGEST_DIFFERENCE = 0.01;

/** Everything that must not be after a soak, one sentence each. */
export function problemsOf(report: SoakReport): string[] {
  const { ends, calls, models, missed, leakedTimers, leakedSockets, leakedListeners } = report;
  const ended = Object.values(ends).reduce((sum, count) => sum + count, 0);
  const broken = models.filter(({ modelId }) => BROKEN_MODELS.includes(modelId));
  const here = broken.reduce((sum, { tokensHere }) => sum + tokensHere, 0);
  const there = broken.reduce((sum, { tokensThere }) => sum + tokensThere, 0);
  return [
    ...sentence(ended !== calls, `${ended} of ${calls} calls ended`),
    ...models.flatMap(problemsOfModel),
    ...sentence(missed.length > 0, `${missed.length} calls ran and were not charged`),
    ...sentence(
      Math.abs(here / there - 1) > LARGEST_DIFFERENCE,
      `of models with calls that were cut off ${here} tokens here, ${there} there`,
    ),
    ...sentence(leakedTimers.length > 0, `timers are left: ${[...new Set(leakedTimers)].join('; ')}`),
    ...sentence(leakedSockets > 0, `${leakedSockets} sockets are left`),
    ...sentence(leakedListeners > 0, `${leakedListeners} listeners are left on an abort signal`),
  ];
}

function problemsOfModel(books: ModelBooks): string[] {
  const { modelId, sent, settled, throttled, outcomes, counters, places } = books;
  const { ranHere, ranThere, imagined, tokensHere, tokensThere } = books;
  // A caller may have left before the call was let in. Where it was to fail, too, the server charges it all the same.
  const isMiscounted = ranThere < ranHere || ranThere > ranHere + imagined.length;
  const wrong = imagined.filter(outcome => outcome !== 'aborted');
  const { active, reservedTokens } = counters;
  const isExact = WHOLE_MODELS.includes(modelId);
  return [
    ...sentence(sent !== settled + throttled, `${sent} sent, ${settled} settled, ${throttled} throttled`),
    ...sentence(wrong.length > 0, `calls that did not run are charged: ${wrong}`),
    ...sentence(isMiscounted, `${ranHere} calls settled here, ${ranThere} there`),
    ...sentence(
      active > 0 || reservedTokens > 0,
      `${active} calls are open there, with ${reservedTokens} tokens`,
    ),
    ...sentence(
      isExact && tokensHere !== tokensThere,
      `of calls that came whole ${tokensHere} tokens here, ${tokensThere} there`,
    ),
    ...sentence(
      modelId === ABANDONED_MODEL &&
        Math.abs(tokensHere - tokensThere) > (outcomes['aborted'] ?? 0) * MAX_OUTPUT_TOKENS,
      `${tokensHere} tokens here, ${tokensThere} there, of which ${outcomes['aborted']} aborts can be no cause`,
    ),
    ...sentence(places !== MAX_CONCURRENCY, `${places} of ${MAX_CONCURRENCY} places are free`),
  ].map(problem => `${modelId}: ${problem}`);
}

function sentence(isWrong: boolean, text: string): string[] {
  return isWrong ? [text] : [];
}
