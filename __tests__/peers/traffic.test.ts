import { generateText } from 'ai';
import { createLocalBedrock } from 'bedrock-ai-provider/local';
import { describe, expect, it } from 'vitest';
import type { TrafficEvent } from '../../src/traffic/events.ts';
import { errorOf, hello, readParts } from '../support/replies.ts';
import { type Door, doors } from './doors.ts';

const text = 'One two three four five six seven eight nine ten';

/** A door, and what the traffic control of its provider tells. */
function watched({ open }: Door, settings: object = {}) {
  const local = createLocalBedrock();
  const events: TrafficEvent[] = [];
  const traffic = { ...settings, onEvent: (event: TrafficEvent) => events.push(event) };
  const told = (type: TrafficEvent['type']) => events.filter(event => event.type === type);
  return { local, told, model: open({ ...local.settings, traffic }) };
}

describe.each(doors)('$name', door => {
  it('reserves what a call asks for and settles what Bedrock counted, whole and streamed', async () => {
    const { model, told } = watched(door);
    await model.doGenerate({ ...hello, maxOutputTokens: 70 });
    await readParts((await model.doStream({ ...hello, maxOutputTokens: 70 })).stream);
    expect(told('sent')).toMatchObject([
      { attempt: 1, reservedTokens: expect.any(Number) },
      { attempt: 1, reservedTokens: expect.any(Number) },
    ]);
    for (const sent of told('sent'))
      expect(sent).toHaveProperty(
        'reservedTokens',
        expect.toSatisfy(n => n > 70 && n < 200),
      );
    const settled = { outcome: 'complete', measured: true, tokens: expect.toSatisfy(n => n > 0) };
    expect(told('settled')).toMatchObject([settled, settled]);
  });

  it('settles a stream that breaks off, and one that nobody wants', async () => {
    const { local, model, told } = watched(door);
    local.enqueue({ fault: { kind: 'cut', at: 9 }, content: [{ text }] });
    await readParts((await model.doStream(hello)).stream);
    await (await model.doStream(hello)).stream.cancel();
    expect(told('settled')).toMatchObject([
      { outcome: 'failed', measured: false },
      { outcome: 'aborted', measured: false },
    ]);
  });

  it('settles a reply that the package cannot read', async () => {
    const { local, model, told } = watched(door);
    local.enqueue(Response.json({ what: 'is this' }));
    expect(await errorOf(model.doGenerate(hello))).toMatchObject({ code: 'InvalidReply' });
    expect(told('settled')).toMatchObject([{ outcome: 'failed' }]);
  });

  it('tries again before the first content, within one call of the package', async () => {
    const { local, model, told } = watched(door, { retry: { baseDelayMs: 1, maxDelayMs: 2 } });
    local.enqueue(
      { fault: { kind: 'error', at: 1, code: 'internalServerException' } },
      { content: [{ text }] },
    );
    const parts = await readParts((await model.doStream(hello)).stream);
    expect(parts.at(-1)).toMatchObject({ type: 'finish', finishReason: { unified: 'stop' } });
    expect(told('retried')).toHaveLength(1);
    expect(local.requests).toHaveLength(2);
  });

  it('moves to another Region, and says so', async () => {
    const local = createLocalBedrock();
    const regions: string[] = [];
    const fetch: typeof globalThis.fetch = async (input, init) => {
      const [, region = ''] = new URL(String(input)).host.split('.');
      regions.push(region);
      if (region !== 'us-east-1') return local.fetch(input, init);
      return Response.json({ message: 'No capacity.' }, { status: 503 });
    };
    const model = door.open({ ...local.settings, fetch, traffic: { failover: [{ region: 'us-west-2' }] } });
    const { text: answer, providerMetadata } = await generateText({ model, prompt: 'Hello' });
    expect(answer).not.toBe('');
    expect(regions).toEqual(['us-east-1', 'us-west-2']);
    expect(providerMetadata?.['bedrock']?.['servedBy']).toMatchObject({ region: 'us-west-2' });
  });
});
