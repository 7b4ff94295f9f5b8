import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { readBody, textOf } from '../../src/transport/read-body.ts';
import { SilenceTimer } from '../../src/transport/silence.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

describe('SilenceTimer', () => {
  it('notices when nothing comes for the limit', () => {
    const onSilence = vi.fn();
    new SilenceTimer(1000, onSilence).wait();
    vi.advanceTimersByTime(999);
    expect(onSilence).not.toHaveBeenCalled();
    vi.advanceTimersByTime(2);
    expect(onSilence).toHaveBeenCalledTimes(1);
  });

  it('counts from the last chunk', () => {
    const onSilence = vi.fn();
    const silence = new SilenceTimer(1000, onSilence);
    for (let chunk = 0; chunk < 10; chunk++) {
      silence.wait();
      vi.advanceTimersByTime(900);
      silence.arrived();
    }
    silence.wait();
    vi.advanceTimersByTime(999);
    expect(onSilence).not.toHaveBeenCalled();
    vi.advanceTimersByTime(2);
    expect(onSilence).toHaveBeenCalledTimes(1);
  });

  it('looks a second time, because bytes wait their turn where the process was busy', () => {
    const onSilence = vi.fn();
    const silence = new SilenceTimer(1000, onSilence);
    silence.wait();
    vi.advanceTimersByTime(1000);
    silence.arrived();
    silence.wait();
    vi.advanceTimersByTime(999);
    expect(onSilence).not.toHaveBeenCalled();
  });

  it('has one timer for any number of chunks', () => {
    const setTimer = vi.spyOn(globalThis, 'setTimeout');
    const silence = new SilenceTimer(1000, () => {});
    for (let chunk = 0; chunk < 10_000; chunk++) {
      silence.wait();
      silence.arrived();
    }
    expect(setTimer).toHaveBeenCalledTimes(1);
    setTimer.mockRestore();
  });

  it('does not count time in which nobody waits, and keeps no timer for it', () => {
    const onSilence = vi.fn();
    const silence = new SilenceTimer(1000, onSilence);
    silence.wait();
    silence.arrived();
    vi.advanceTimersByTime(60_000);
    expect(onSilence).not.toHaveBeenCalled();
    expect(vi.getTimerCount()).toBe(0);
    silence.wait();
    vi.advanceTimersByTime(1001);
    expect(onSilence).toHaveBeenCalledTimes(1);
  });

  it('never speaks when it was stopped, and has no timer then', () => {
    const onSilence = vi.fn();
    const silence = new SilenceTimer(1000, onSilence);
    silence.wait();
    silence.stop();
    expect(vi.getTimerCount()).toBe(0);
    vi.advanceTimersByTime(5000);
    expect(onSilence).not.toHaveBeenCalled();
  });

  it('has no timer with a limit of 0', () => {
    new SilenceTimer(0, () => {}).wait();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('takes limits that are longer than timers can be', () => {
    const onSilence = vi.fn();
    new SilenceTimer(2 ** 40, onSilence).wait();
    vi.advanceTimersByTime(2 ** 32);
    expect(onSilence).not.toHaveBeenCalled();
    expect(vi.getTimerCount()).toBe(1);
  });
});

describe('readBody', () => {
  const read = async (...args: Parameters<typeof readBody>) => {
    const body = await readBody(...args);
    const { chunks: _, ...ending } = body;
    return { ...ending, text: textOf(body) };
  };

  /** A body of these chunks, of which the last stays open. */
  const open = (...chunks: string[]) =>
    new Response(
      new ReadableStream<Uint8Array>({
        start(controller) {
          for (const chunk of chunks) controller.enqueue(new TextEncoder().encode(chunk));
        },
      }),
    );

  it('gives the whole text, however its characters are cut', async () => {
    const bytes = new TextEncoder().encode('naïve 語 🙂');
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
        controller.close();
      },
    });
    expect(await read(new Response(body), { idleTimeoutMs: 1000 })).toEqual({
      text: 'naïve 語 🙂',
      end: 'whole',
    });
    expect(vi.getTimerCount()).toBe(0);
  });

  it('gives what came before silence', async () => {
    const reading = read(open('{"mess', 'age"'), { idleTimeoutMs: 1000 });
    await vi.advanceTimersByTimeAsync(1001);
    expect(await reading).toEqual({ text: '{"message"', end: 'silent' });
  });

  it('gives what came before the connection broke', async () => {
    const cause = new TypeError('terminated');
    let isFirst = true;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (isFirst) controller.enqueue(Uint8Array.of(0x61));
        else controller.error(cause);
        isFirst = false;
      },
    });
    expect(await read(new Response(body), { idleTimeoutMs: 0 })).toEqual({
      text: 'a',
      end: 'broken',
      cause,
    });
  });
});
