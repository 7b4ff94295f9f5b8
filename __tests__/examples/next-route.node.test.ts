import { createLocalBedrock } from 'bedrock-ai-provider/local';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { POST } from '../../examples/next-route/route.ts';

const local = createLocalBedrock();
let close: () => Promise<void>;

beforeAll(async () => {
  // The route uses the default provider, which takes everything from the environment.
  const listening = await local.listen();
  close = () => listening.close();
  for (const [name, value] of Object.entries(listening.environment)) vi.stubEnv(name, value);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await close();
});

const ask = (text: string) =>
  new Request('http://localhost/api/chat', {
    method: 'POST',
    body: JSON.stringify({ messages: [{ id: '1', role: 'user', parts: [{ type: 'text', text }] }] }),
  });

/** The chunks of a UI message stream, which comes as server-sent events. */
async function chunksOf(response: Response): Promise<Array<{ type: string; [member: string]: unknown }>> {
  const lines = (await response.text()).split('\n').filter(line => line.startsWith('data: {'));
  return lines.map(line => JSON.parse(line.slice('data: '.length)));
}

describe('examples/next-route', () => {
  it('answers with a UI message stream that calls the tool and gives text', async () => {
    const response = await POST(ask('What is the weather in Oslo?'));
    expect(response.status).toBe(200);
    expect(response.headers.get('x-vercel-ai-ui-message-stream')).toBe('v1');
    const chunks = await chunksOf(response);
    expect(chunks).toContainEqual(
      expect.objectContaining({ type: 'tool-input-available', toolName: 'weather', input: { city: 'Oslo' } }),
    );
    expect(chunks).toContainEqual(
      expect.objectContaining({ type: 'tool-output-available', output: { city: 'Oslo', celsius: 7 } }),
    );
    expect(chunks.some(({ type }) => type === 'text-delta')).toBe(true);
    expect(chunks.at(-1)).toMatchObject({ type: 'finish', finishReason: 'stop' });
  });
});
