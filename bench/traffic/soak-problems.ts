import { BROKEN_MODELS, WHOLE_MODELS } from './soak-plan.ts';
import { MAX_CONCURRENCY, type ModelBooks, type SoakReport } from './soaking.ts';

/** Of what is estimated: the client counts what it saw of calls that were cut off, the server what it sent. */
const LARGEST_DIFFERENCE = 0.01;

/** Everything that must not be after a soak, one sentence each. */
export function problemsOf(report: SoakReport): string[] {
  const { ends, calls, models, missed, imagined, leakedTimers, leakedSockets, leakedListeners } = report;
  const ended = Object.values(ends).reduce((sum, count) => sum + count, 0);
  const broken = models.filter(({ modelId }) => BROKEN_MODELS.includes(modelId));
  const here = broken.reduce((sum, { tokensHere }) => sum + tokensHere, 0);
  const there = broken.reduce((sum, { tokensThere }) => sum + tokensThere, 0);
  return [
    ...sentence(ended !== calls, `${ended} of ${calls} calls ended`),
    ...models.flatMap(problemsOfModel),
    ...sentence(missed.length > 0, `${missed.length} calls ran and were not charged`),
    ...sentence(
      imagined.some(outcome => outcome !== 'aborted'),
      `calls that did not run were charged: ${imagined.filter(outcome => outcome !== 'aborted')}`,
    ),
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
  const { modelId, sent, settled, throttled, ranHere, ranThere, tokensHere, tokensThere, counters, places } =
    books;
  const { active, reservedTokens } = counters;
  const isExact = WHOLE_MODELS.includes(modelId);
  return [
    ...sentence(sent !== settled + throttled, `${sent} sent, ${settled} settled, ${throttled} throttled`),
    ...sentence(ranHere !== ranThere, `${ranHere} calls settled here, ${ranThere} there`),
    ...sentence(
      active > 0 || reservedTokens > 0,
      `${active} calls are open there, with ${reservedTokens} tokens`,
    ),
    ...sentence(
      isExact && tokensHere !== tokensThere,
      `of calls that came whole ${tokensHere} tokens here, ${tokensThere} there`,
    ),
    ...sentence(places !== MAX_CONCURRENCY, `${places} of ${MAX_CONCURRENCY} places are free`),
  ].map(problem => `${modelId}: ${problem}`);
}

function sentence(isWrong: boolean, text: string): string[] {
  return isWrong ? [text] : [];
}
