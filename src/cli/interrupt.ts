/** Ctrl-C, for commands that have something to finish. The second one ends the program at once, as without this. */
export function onInterrupt(): { readonly signal: AbortSignal; readonly stop: () => void } {
  const controller = new AbortController();
  const abort = () => controller.abort(new Error('stopped by Ctrl-C'));
  process.once('SIGINT', abort);
  return { signal: controller.signal, stop: () => process.off('SIGINT', abort) };
}
