import { CheckTimeout } from './failed.ts';

/** Runs a check that ends in time, whether it listens to its signal or not. */
export type RunCheck = <Result>(check: (signal: AbortSignal) => Promise<Result>) => Promise<Result>;

/** @param abortSignal of the caller; its reason rejects the check */
export function timeLimit(timeoutMs: number, abortSignal: AbortSignal | undefined): RunCheck {
  return async check => {
    abortSignal?.throwIfAborted();
    const controller = new AbortController();
    const timeout = new CheckTimeout(`No answer within ${timeoutMs / 1000} s.`);
    const timer = setTimeout(() => controller.abort(timeout), timeoutMs);
    const abort = () => controller.abort(abortSignal?.reason);
    abortSignal?.addEventListener('abort', abort);
    const ended = new Promise<never>((_, reject) => {
      controller.signal.addEventListener('abort', () => reject(controller.signal.reason));
    });
    try {
      return await Promise.race([check(controller.signal), ended]);
    } finally {
      clearTimeout(timer);
      abortSignal?.removeEventListener('abort', abort);
    }
  };
}
