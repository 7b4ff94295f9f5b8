import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createLocalBedrock,
  type ListeningBedrock,
  type LocalBedrock,
  type LocalReply,
} from 'bedrock-ai-provider/local';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { bytesOf, pngFile } from '../support/pictures.ts';
import { Person, runCli } from './support/cli.ts';

const NOVA = 'us.amazon.nova-lite-v1:0';

let folder: string;
let picture: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bedrock-chat-'));
  picture = join(folder, 'a picture.png');
  const { data } = (await pngFile()) as { data: string | Uint8Array };
  writeFileSync(picture, typeof data === 'string' ? bytesOf(data) : data);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Nothing is configured: no home, no Region, no keys. */
const nowhere = () => ({
  HOME: folder,
  XDG_STATE_HOME: join(folder, 'state'),
  AWS_REGION: undefined,
  AWS_DEFAULT_REGION: undefined,
  AWS_BEARER_TOKEN_BEDROCK: undefined,
  AWS_ACCESS_KEY_ID: undefined,
  BEDROCK_DEFAULT_MODEL: undefined,
});

let people: Person[] = [];
function person(args: readonly string[], env: Record<string, string | undefined> = {}): Person {
  const one = new Person(['chat', ...args], { env: { ...nowhere(), ...env }, cwd: folder });
  people.push(one);
  return one;
}
afterEach(() => {
  for (const one of people) one.kill();
  people = [];
});

/** What stands at the beginning of a line when it is the person's turn. */
const PROMPT = /\n> $/;
const text = (content: string): LocalReply => ({ content: [{ text: content }] });

interface Body {
  readonly system?: readonly { text?: string }[];
  readonly messages: readonly { role: string; content: readonly Record<string, unknown>[] }[];
}

/* ------------------------------------------------------------- a first run */

describe('bedrock-ai chat --local, with nothing configured', () => {
  it('greets, says who answers and how to leave, and answers', async () => {
    const user = person(['--local']);
    await user.sees(/Nova 2 Lite global\.amazon\.nova-2-lite-v1:0/);
    await user.sees(/no language model answers/);
    await user.sees(/Ctrl-D leaves\.\n/);
    await user.sees(/> $/);
    user.type('Hello there\r');
    await user.sees(/not a language model\. You wrote 2 words: “Hello there”\./);
    await user.sees(/\d+ tokens in, \d+ out, \$0\.\d+ on AWS, \d+\.\d s/);
    await user.sees(PROMPT);
    user.type('\x04');
    await user.sees(/1 answer, \$0\.\d+ on AWS\. Nothing was spent/);
    expect(await user.exit()).toBe(0);
    const { stderr } = await runCli(['cost'], { env: nowhere() });
    expect(stderr).toContain('have not spent anything');
  });

  it('runs a tool, shows a picture to the model, and adds up what it cost', async () => {
    const user = person(['--local', NOVA]);
    await user.sees(/> $/);
    user.type('/tools\r');
    await user.sees(/Tools on offer: current_time, calculator\./);
    user.type('Calculate 12 * (3 + 4)\r');
    await user.sees(/-> calculator\(\{"expression":"12 \* \(3 \+ 4\)"\}\)\n<- \{"result":84\}\n/);
    await user.sees(/The tool calculator answered: result 84\./);
    await user.sees(PROMPT);
    user.type(`/image ${picture.replaceAll(' ', '\\ ')}\r`);
    await user.sees(/a picture\.png \(image\/png, \d+ bytes\) goes with your next message\./);
    user.type('What do you see?\r');
    await user.sees(/I received an image \(png, \d+ bytes\)\./);
    await user.sees(PROMPT);
    user.type('/cost\r');
    await user.sees(/2 answers, \$0\.\d+ on AWS/);
    user.type('/exit\r');
    expect(await user.exit()).toBe(0);
  });

  it('dims what the model thinks', async () => {
    const user = person(['--local', '--reasoning', 'low']);
    await user.sees(/> $/);
    user.type('Hello\r');
    await user.sees(/~ The user asks “Hello”\. .*\n\nThis is the local Bedrock/);
    expect(user.raw).toContain('\x1b[2mThe\x1b[22m');
    expect(user.raw).not.toContain('\x1b[2mThis\x1b[22m');
  });

  it('writes without colors where NO_COLOR asks for it', async () => {
    const user = person(['--local', '--reasoning', 'low'], { NO_COLOR: '1' });
    await user.sees(/> $/);
    user.type('Hello\r');
    await user.sees(PROMPT);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colors are control sequences.
    expect(user.raw).not.toMatch(/\x1b\[\d*m/);
  });

  it('takes several lines as one message: with backslashes, and from a paste', async () => {
    const user = person(['--local']);
    await user.sees(/> $/);
    user.type('one\\\r');
    await user.sees(/\n… $/);
    user.type('two\r');
    await user.sees(/You wrote 2 words: “one two”/);
    await user.sees(PROMPT);
    user.type('\x1b[200~three\rfour\rfive\x1b[201~');
    await user.sees(/… five$/);
    user.type('\r');
    await user.sees(/You wrote 3 words: “three four five”/);
  });

  it('keeps what is typed while it answers', async () => {
    const user = person(['--local']);
    await user.sees(/> $/);
    user.type('first\r');
    await user.sees(/This is the local/);
    user.type('second one\r');
    await user.sees(/“first”/);
    await user.sees(/> second one\n/);
    await user.sees(/You wrote 2 words: “second one”/);
  });

  it('leaves at the second Ctrl-C of an empty line; one empties a line', async () => {
    const user = person(['--local']);
    await user.sees(/> $/);
    user.type('half a line\x03');
    user.type('hello\r');
    await user.sees(/You wrote 1 word: “hello”/);
    await user.sees(PROMPT);
    user.type('\x03');
    await user.sees(/Ctrl-C again leaves/);
    user.type('\x03');
    expect(await user.exit()).toBe(0);
  });
});

/* ------------------------------------------------------------ the commands */

describe('commands of the chat', () => {
  it('change the model, with advice for a typo', async () => {
    const user = person(['--local']);
    await user.sees(/> $/);
    user.type('/model nova-premir\r');
    await user.sees(/There is no model "nova-premir"\. Near it: us\.amazon\.nova-premier-v1:0/);
    user.type('/model amazon.titan-embed-text-v2:0\r');
    await user.sees(/is a model of the kind embedding; chat takes models that write text/);
    await user.sees(PROMPT);
    // The tab key is read as such when it is not part of a paste.
    for (const [keys, shown] of [
      ['/mod', /\/mod/],
      ['\t', /el /],
      ['us.amazon.nova-prem', /prem/],
      ['\t', /ier-v1:0/],
    ] as const) {
      user.type(keys);
      await user.sees(shown);
    }
    user.type('\r');
    await user.sees(/Nova Premier us\.amazon\.nova-premier-v1:0/);
    await user.sees(/A model of the past \(LEGACY/);
  });

  it('offer the models of the Region to choose from', async () => {
    const user = person(['--local', '--region', 'eu-west-1']);
    await user.sees(/> $/);
    user.type('/model\r');
    await user.sees(/Model in eu-west-1/);
    user.type('nova-pro');
    await user.sees(/\(1 match\)|eu\.amazon\.nova-pro-v1:0/);
    user.type('\r');
    await user.sees(/Nova Pro eu\.amazon\.nova-pro-v1:0/);
    await user.sees(PROMPT);
    user.type('/model\r');
    await user.sees(/type to search/);
    user.type('\x1b');
    await user.sees(/Still eu\.amazon\.nova-pro-v1:0\./);
    user.type('hello\r');
    await user.sees(/You wrote 1 word/);
  });

  it('explain themselves, and what there is not', async () => {
    const user = person(['--local']);
    await user.sees(/> $/);
    user.type('/help\r');
    await user.sees(/\/model \[id\][\s\S]*\/exit/);
    user.type('/nonsense\r');
    await user.sees(/There is no command \/nonsense/);
    user.type('/image no-such.png\r');
    await user.sees(/There is no file no-such\.png/);
    user.type(`/image ${process.execPath}\r`);
    await user.sees(/is no picture that models take/);
    user.type('/etc/hosts is a path\r');
    await user.sees(/“\/etc\/hosts is a path”/);
  });
});

/* ------------------------------------------------- what AWS gets to see */

describe('the conversation that Bedrock is sent', () => {
  let local: LocalBedrock;
  let server: ListeningBedrock;
  beforeEach(async () => {
    local = createLocalBedrock({ region: 'us-east-1' });
    server = await local.listen();
  });
  afterEach(() => server.close());

  const onAws = (args: readonly string[], state = 'state') =>
    person(args, { ...server.environment, XDG_STATE_HOME: join(folder, state) });
  const bodies = () => local.requests.map(({ body }) => body as unknown as Body);

  it('has what came of a stopped answer, and goes on', async () => {
    local.enqueue({ content: [{ text: 'One. Two. Three. Four.' }], delayMs: { betweenEvents: 300 } });
    local.enqueue(text('Since you ask.'));
    const user = onAws([NOVA]);
    await user.sees(/Nova Lite .* in us-east-1/);
    await user.sees(/> $/);
    user.type('Count!\r');
    await user.sees(/One\. Two\./);
    user.type('\x03');
    await user.sees(/\(stopped\)\nabout \$/);
    await user.sees(PROMPT);
    user.type('And now?\r');
    await user.sees(/Since you ask\./);
    await user.sees(PROMPT);
    const { messages = [] } = bodies().at(-1) ?? {};
    expect(messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user']);
    expect(messages[1]?.content).toEqual([{ text: expect.stringMatching(/^One\. Two\./) }]);
    expect(messages[1]?.content).not.toEqual([{ text: 'One. Two. Three. Four.' }]);
  });

  it('has no call without its result when an answer with a tool is stopped', async () => {
    local.enqueue({
      content: [
        { text: 'Let me see.' },
        { toolUse: { toolUseId: 'call-1', name: 'calculator', input: { expression: '1 + 1' } } },
      ],
      chunkSize: 4,
      delayMs: { betweenEvents: 200 },
    });
    local.enqueue(text('Fine.'));
    const user = onAws([NOVA, '--tools']);
    await user.sees(/> $/);
    user.type('1 + 1\r');
    await user.sees(/Let me see\./);
    user.type('\x03');
    await user.sees(/\(stopped\)/);
    await user.sees(PROMPT);
    user.type('Never mind\r');
    await user.sees(/Fine\./);
    expect(JSON.stringify(bodies().at(-1)?.messages)).not.toContain('toolUse');
  });

  it('has nothing of a turn that failed, which is shown as a block', async () => {
    local.enqueue({ error: { name: 'AccessDeniedException', message: 'No.' } });
    local.enqueue({ content: [{ text: 'Half of' }], fault: { kind: 'cut', at: 3 } });
    local.enqueue(text('At last.'));
    const user = onAws([NOVA]);
    await user.sees(/> $/);
    user.type('first\r');
    await user.sees(/✖ AccessDeniedException \(403\): No\.\n {2}→ Allow the identity/);
    await user.sees(PROMPT);
    user.type('second\r');
    await user.sees(/✖ /);
    await user.sees(/Nothing of this turn is kept/);
    user.type('third\r');
    await user.sees(/At last\./);
    expect(bodies().at(-1)?.messages).toEqual([{ role: 'user', content: [{ text: 'third' }] }]);
    await user.sees(PROMPT);
    user.type('\x04');
    expect(await user.exit()).toBe(0);
  });

  it('has the system prompt, until it is taken off, and forgets at /clear', async () => {
    for (const _ of Array.from({ length: 3 })) local.enqueue(text('Yes.'));
    const user = onAws([NOVA, '--system', 'Be brief.']);
    for (const line of ['one', '/system Be long.', '/clear', 'two', '/system off', 'three']) {
      await user.sees(/> $/);
      user.type(`${line}\r`);
      await user.sees(/Yes\.|Be long\.|Forgotten|No system prompt/);
    }
    expect(bodies().map(({ system }) => system?.[0]?.text)).toEqual(['Be brief.', 'Be long.', undefined]);
    expect(bodies().map(({ messages }) => messages.length)).toEqual([1, 1, 3]);
  });

  it('does not tell another model what the first one thought', async () => {
    local.enqueue({
      content: [{ reasoningContent: { reasoningText: { text: 'Hm.', signature: 'c2ln' } } }, { text: 'A.' }],
    });
    local.enqueue(text('B.'));
    local.enqueue(text('C.'));
    const user = onAws(['us.anthropic.claude-sonnet-4-5-20250929-v1:0']);
    await user.sees(/> $/);
    user.type('one\r');
    await user.sees(/~ Hm\.\n\nA\./);
    await user.sees(PROMPT);
    user.type('two\r');
    await user.sees(/B\./);
    await user.sees(PROMPT);
    user.type(`/model ${NOVA}\r`);
    await user.sees(/Nova Lite/);
    user.type('three\r');
    await user.sees(/C\./);
    const [, second, third] = bodies().map(({ messages }) => JSON.stringify(messages));
    expect(second).toContain('Hm.');
    expect(third).not.toContain('Hm.');
    expect(third).toContain('A.');
  });

  it('is recorded for bedrock-ai cost, stopped answers included', async () => {
    local.enqueue(text('Yes.'));
    local.enqueue({ content: [{ text: 'One. Two. Three. Four.' }], delayMs: { betweenEvents: 300 } });
    const user = onAws([NOVA], 'recorded');
    await user.sees(/> $/);
    user.type('one\r');
    await user.sees(/1 token in, 1 out, \$0\.\d+, /);
    await user.sees(PROMPT);
    user.type('two\r');
    await user.sees(/One\./);
    user.type('\x03');
    await user.sees(/\(stopped\)/);
    await user.sees(PROMPT);
    user.type('\x04');
    await user.sees(/bedrock-ai cost has the sum of all chats/);
    await user.exit();
    const env = { XDG_STATE_HOME: join(folder, 'recorded') };
    const { stdout } = await runCli(['cost', '--json'], { env });
    expect(JSON.parse(stdout).byModel[NOVA]).toMatchObject({ calls: 2, unknown: 0 });
    expect(JSON.parse(stdout).total.usd).toBeGreaterThan(0);
  });

  it('does not let the model command the terminal', async () => {
    local.enqueue(text('safe \x1b]0;title\x07 \x1b[2Jtext'));
    const user = onAws([NOVA]);
    await user.sees(/> $/);
    user.type('one\r');
    await user.sees(/text/);
    await user.sees(PROMPT);
    expect(user.raw).toContain('safe ]0;title [2Jtext');
  });
});
