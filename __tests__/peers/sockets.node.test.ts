import { BedrockError } from 'bedrock-ai-provider';
import { createLocalBedrock } from 'bedrock-ai-provider/local';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { errorOf, hello, readParts } from '../support/replies.ts';
import { doors } from './doors.ts';

/** Over real HTTP. */
describe.each(doors)('$name', ({ open, service }) => {
  const local = createLocalBedrock();
  let listening: Awaited<ReturnType<typeof local.listen>>;
  beforeAll(async () => {
    listening = await local.listen();
  });
  afterAll(() => listening.close());

  const stalled = {
    fault: { kind: 'stall', at: 10 },
    content: [{ text: 'One two three four five six seven eight' }],
  } as const;
  const endOfStream = () => vi.waitFor(() => expect(local.requests.at(-1)?.stream?.ended).toBe('canceled'));

  it('answers, whole and streamed', async () => {
    const model = open(listening.settings);
    expect((await model.doGenerate(hello)).finishReason.unified).toBe('stop');
    const parts = await readParts((await model.doStream(hello)).stream);
    expect(parts.at(-1)).toMatchObject({ type: 'finish', finishReason: { unified: 'stop' } });
  });

  it('closes the socket when the caller aborts in the middle of a stream', async () => {
    local.enqueue(stalled);
    const abort = new AbortController();
    const { stream } = await open(listening.settings).doStream({ ...hello, abortSignal: abort.signal });
    const reading = errorOf(readParts(stream));
    const reason = new DOMException('enough', 'AbortError');
    abort.abort(reason);
    expect(await reading).toBe(reason);
    await endOfStream();
  });

  it('closes the socket when the reader cancels the stream', async () => {
    local.enqueue(stalled);
    const { stream } = await open(listening.settings).doStream(hello);
    await stream.cancel();
    await endOfStream();
  });

  it('closes the socket of a call that waits for its reply when the caller aborts', async () => {
    local.enqueue({ content: [{ text: 'late' }], delayMs: 60_000 });
    const abort = new AbortController();
    const waiting = errorOf(open(listening.settings).doGenerate({ ...hello, abortSignal: abort.signal }));
    await vi.waitFor(() => expect(local.requests.at(-1)?.status).toBeUndefined());
    abort.abort(new DOMException('enough', 'AbortError'));
    expect(await waiting).toMatchObject({ name: 'AbortError' });
  });

  it('says what to do about a wrong secret', async () => {
    const error = await errorOf(
      open({ ...listening.settings, secretAccessKey: 'wrong-secret-key' }).doGenerate(hello),
    );
    expect(BedrockError.isInstance(error)).toBe(true);
    expect(error).toMatchObject({ statusCode: 403, isRetryable: false, advice: expect.any(String) });
  });

  it('signs for its service, as a server at the host of AWS verifies', async () => {
    const { fetch, ...settings } = createLocalBedrock({ region: 'us-west-2' }).settings;
    const hosts: string[] = [];
    const model = open({
      ...settings,
      region: 'eu-west-1',
      fetch: (input, init) => {
        hosts.push(new URL(String(input)).host);
        return fetch(input, init);
      },
    });
    await model.doGenerate(hello);
    const host =
      service === 'bedrock' ? 'bedrock-runtime.eu-west-1.amazonaws.com' : 'bedrock-mantle.eu-west-1.api.aws';
    expect(hosts).toEqual([host]);
  });
});
