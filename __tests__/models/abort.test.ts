/** A custom fetch may give bodies that know nothing of the signal of their request. */
import type { LanguageModelV4 } from '@ai-sdk/provider';
import { describe, expect, it, vi } from 'vitest';
import { errorOf, eventFrame, hello, modelAnswering, stopEvents, textEvents } from '../support/replies.ts';

const begun = textEvents('Hello').slice(0, 2).map(eventFrame);
const whole = [...textEvents('Hello'), ...stopEvents].map(eventFrame);
const reason = new Error('the user left');

/** A model whose reply stays open after these bytes, or ends; whether its body was canceled, and with what. */
function deaf(chunks: readonly Uint8Array[], { ends = false, status = 200 } = {}) {
  const canceled: unknown[] = [];
  const { model } = modelAnswering(() => {
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        for (const chunk of chunks) controller.enqueue(chunk);
        if (ends) controller.close();
      },
      cancel: why => void canceled.push(why),
    });
    return new Response(body, { status });
  });
  return { model, canceled };
}

async function begin(model: LanguageModelV4, abortSignal: AbortSignal) {
  const { stream } = await model.doStream({ ...hello, abortSignal });
  const reader = stream.getReader();
  for (let count = 0; count < 4; count += 1) await reader.read();
  return reader;
}

describe('an abort where the body does not follow the signal', () => {
  it.each<['doGenerate' | 'doStream', readonly Uint8Array[], number]>([
    ['doStream', [], 200],
    ['doStream', begun.slice(0, 1), 200],
    ['doGenerate', [new TextEncoder().encode('{')], 200],
    ['doGenerate', [new TextEncoder().encode('{')], 500],
  ])('rejects %s with the reason of the signal', async (method, chunks, status) => {
    const { model, canceled } = deaf(chunks, { status });
    const controller = new AbortController();
    const call = errorOf(model[method]({ ...hello, abortSignal: controller.signal }));
    setTimeout(() => controller.abort(reason), 10);
    expect(await call).toBe(reason);
    expect(canceled).toEqual([reason]);
  });

  it('ends a stream that waits for bytes with the reason of the signal', async () => {
    const { model, canceled } = deaf(begun);
    const controller = new AbortController();
    const reader = await begin(model, controller.signal);
    const next = errorOf(reader.read());
    controller.abort(reason);
    expect(await next).toBe(reason);
    expect(canceled).toEqual([reason]);
  });

  it('ends a stream that waits for nothing but the end of the body', async () => {
    const { model } = deaf(whole);
    const controller = new AbortController();
    const reader = await begin(model, controller.signal);
    await reader.read();
    const next = errorOf(reader.read());
    setTimeout(() => controller.abort(reason), 10);
    expect(await next).toBe(reason);
  });

  it('closes the body at once where nobody reads at the moment', async () => {
    const { model, canceled } = deaf(begun);
    const controller = new AbortController();
    const reader = await begin(model, controller.signal);
    controller.abort(reason);
    expect(canceled).toEqual([reason]);
    expect(await errorOf(reader.read())).toBe(reason);
  });

  it('leaves no listener on any signal when the reply has been read', async () => {
    const added = vi.spyOn(EventTarget.prototype, 'addEventListener');
    const removed = vi.spyOn(EventTarget.prototype, 'removeEventListener');
    const listeners = (spy: typeof added | typeof removed) =>
      spy.mock.calls.filter(([type]) => type === 'abort').map(([, listener]) => listener);
    try {
      const { model } = deaf(whole, { ends: true });
      const reader = await begin(model, new AbortController().signal);
      while (!(await reader.read()).done);
      const json = deaf([new TextEncoder().encode('{}')], { ends: true });
      await json.model.doGenerate({ ...hello, abortSignal: new AbortController().signal });
      expect(listeners(added).length).toBeGreaterThan(4);
      expect(listeners(added).filter(listener => !listeners(removed).includes(listener))).toEqual([]);
    } finally {
      added.mockRestore();
      removed.mockRestore();
    }
  });
});
