import type { Resource } from './book.ts';
import type { TrafficSettings } from './settings.ts';
import type { Priority } from './waiting-line.ts';

/** Where a call goes: the model as it is called, and the Region where one is set. */
export interface TrafficTarget {
  readonly modelId: string;
  readonly region: string | undefined;
}

/**
 * What `traffic.onEvent` is told, in the order in which it happens. `callId` is the same for all events of one call.
 */
export type TrafficEvent = TrafficCallEvent | TrafficTargetEvent;

type TrafficCallEvent = TrafficTarget & { readonly callId: number } & (
    | {
        /** The call waits. `ahead`: how many wait before it, of all priorities. */
        readonly type: 'queued';
        readonly priority: Priority;
        readonly ahead: number;
      }
    | {
        /** The call goes out. `reservedTokens`: input and the most output, as Bedrock reserves them. */
        readonly type: 'sent';
        readonly attempt: number;
        readonly waitedMs: number;
        readonly reservedTokens: number;
      }
    | {
        /** Bedrock refused the call for a quota (429). It waits again unless `final`. */
        readonly type: 'throttled';
        readonly resource: Resource | 'day';
        readonly error: unknown;
        readonly final: boolean;
      }
    | {
        /** The call failed in a way that may pass, and is sent again after `delayMs`. */
        readonly type: 'retried';
        readonly error: unknown;
        readonly attempt: number;
        readonly delayMs: number;
      }
    | {
        /**
         * The call goes to another target, because of `error` or, without one, because the wait is shorter or the
         * prompt cache of its conversation is there.
         */
        readonly type: 'moved';
        readonly from: TrafficTarget;
        readonly error: unknown;
      }
    | {
        /**
         * The call is over. `tokens`: what it took from the quota, output with its burndown.
         * `measured`: whether Bedrock said so; it is estimated for calls that were aborted or cut off.
         */
        readonly type: 'settled';
        readonly outcome: 'complete' | 'failed' | 'aborted';
        readonly tokens: number;
        readonly measured: boolean;
        readonly durationMs: number;
      }
    | {
        /**
         * The call sets no `maxOutputTokens`, so Bedrock reserves as many tokens as the model can write. Told once
         * per model.
         */
        readonly type: 'unbounded';
        readonly reservedTokens: number;
      }
  );

type TrafficTargetEvent = TrafficTarget &
  (
    | {
        /**
         * What is believed of the quotas, per minute; undefined: not limited, as far as is known. Told at a refusal,
         * when it has grown by half since, and when it is forgotten.
         */
        readonly type: 'learned';
        readonly requestsPerMinute: number | undefined;
        readonly tokensPerMinute: number | undefined;
      }
    | {
        /** AWS did not say what the quotas are, so they are learned. */
        readonly type: 'quotas-unknown';
        readonly error: unknown;
      }
    | {
        /** Too much failed: for `forMs` no call goes there. */
        readonly type: 'opened';
        readonly error: unknown;
        readonly forMs: number;
      }
    | {
        /** A call succeeded again. */
        readonly type: 'closed';
      }
    | {
        /** The shared store cannot be reached: until it can, the process keeps a book of its own. */
        readonly type: 'store-down';
        readonly error: unknown;
      }
    | { readonly type: 'store-up' }
  );

export type TrafficListener = (event: TrafficEvent) => void;

/** What happens to a listener must not happen to the call. */
export function safely(listener: TrafficListener): TrafficListener;
export function safely(listener: TrafficListener | undefined): TrafficListener | undefined;
export function safely(listener: TrafficListener | undefined): TrafficListener | undefined {
  if (listener === undefined) return undefined;
  return event => {
    try {
      listener(event);
    } catch {
      // There is nobody to tell: the call it is about goes on.
    }
  };
}

/** Settings with which another is told as well. What is wrong in them stays, to be refused. */
export function alsoTell(
  traffic: TrafficSettings | 'off' | undefined,
  listener: TrafficListener,
): TrafficSettings | 'off' | undefined {
  if (traffic !== undefined && (typeof traffic !== 'object' || traffic === null)) return traffic;
  const { onEvent } = traffic ?? {};
  if (onEvent === undefined) return { ...traffic, onEvent: listener };
  if (typeof onEvent !== 'function') return traffic;
  const tell = safely(listener);
  return {
    ...traffic,
    onEvent: event => {
      tell(event);
      onEvent(event);
    },
  };
}
