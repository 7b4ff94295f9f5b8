import type { LanguageModelV4CallOptions } from '@ai-sdk/provider';
import { createBedrock } from 'bedrock-ai-provider';
import { createLocalBedrock, type LocalBedrockOptions } from 'bedrock-ai-provider/local';
import { describe, expect, it } from 'vitest';
import type { TrafficEvent } from '../../src/traffic/events.ts';

const MODEL_ID = 'amazon.nova-lite-v1:0';
const CALL: LanguageModelV4CallOptions = {
  prompt: [{ role: 'user', content: [{ type: 'text', text: 'How is the weather at sea?' }] }],
  maxOutputTokens: 100,
};

function start(options: LocalBedrockOptions) {
  const local = createLocalBedrock({ quotas: {}, ...options });
  const events: TrafficEvent[] = [];
  const onEvent = (event: TrafficEvent) => events.push(event);
  const model = createBedrock({ ...local.settings, traffic: { onEvent } })(MODEL_ID);
  return { local, model, events };
}

const settledOf = (events: readonly TrafficEvent[]) => events.filter(event => event.type === 'settled');

describe('a call that fails', () => {
  it('settles with nothing after a 503', async () => {
    const { model, events, local } = start({ unavailable: {} });
    await expect(model.doGenerate(CALL)).rejects.toMatchObject({ code: 'ServiceUnavailableException' });
    expect(events.map(({ type }) => type)).toEqual(['sent', 'settled']);
    expect(settledOf(events)).toMatchObject([{ outcome: 'failed', tokens: 0 }]);
    expect(local.counters(MODEL_ID).settledTokens).toBe(0);
  });

  it('settles with nothing where the model did not run', async () => {
    const { model, events, local } = start({ respond: () => ({ error: { name: 'ValidationException' } }) });
    await expect(model.doGenerate(CALL)).rejects.toMatchObject({ code: 'ValidationException' });
    expect(settledOf(events)).toMatchObject([{ outcome: 'failed', tokens: 0 }]);
    expect(local.counters(MODEL_ID)).toMatchObject({ settledCalls: 0, releasedCalls: 1 });
  });

  it.each([
    'modelStreamErrorException',
    'internalServerException',
    'serviceUnavailableException',
    'validationException',
  ])('settles with its input when %s ends its stream before any content', async name => {
    const fault = { kind: 'exception', at: 1, name } as const;
    const { model, events, local } = start({ respond: () => ({ content: [{ text: 'Calm.' }], fault }) });
    await expect(model.doStream(CALL)).rejects.toMatchObject({ code: expect.stringMatching(/Exception$/) });
    const { settledCalls, settledTokens, active } = local.counters(MODEL_ID);
    expect({ settledCalls, active }).toEqual({ settledCalls: 1, active: 0 });
    const [settled, ...more] = settledOf(events);
    expect(more).toEqual([]);
    expect(settled).toMatchObject({ outcome: 'failed', measured: false });
    // Its input is only estimated, and has not been calibrated yet.
    expect(Math.abs((settled?.tokens ?? 0) - settledTokens)).toBeLessThan(settledTokens / 2);
  });
});
