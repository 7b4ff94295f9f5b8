import type { LanguageModelV4Message } from '@ai-sdk/provider';
import { describe, expect, it } from 'vitest';
import { functionTool, messagesOf, planOf, pngBase64, user } from '../../support/converse-plan.ts';

const assistant = (text: string): LanguageModelV4Message => ({
  role: 'assistant',
  content: [{ type: 'text', text }],
});
const system = (content: string, bedrock = {}): LanguageModelV4Message => ({
  role: 'system',
  content,
  providerOptions: { bedrock },
});
const call = (id: string): LanguageModelV4Message => ({
  role: 'assistant',
  content: [{ type: 'tool-call', toolCallId: id, toolName: 'look', input: {} }],
});
const result = (id: string): LanguageModelV4Message => ({
  role: 'tool',
  content: [{ type: 'tool-result', toolCallId: id, toolName: 'look', output: { type: 'text', value: id } }],
});
const resultBlock = (id: string) => ({ toolResult: { toolUseId: id, content: [{ text: id }] } });
const callBlock = (id: string) => ({ toolUse: { toolUseId: id, name: 'look', input: {} } });

describe('turns', () => {
  it('alternate, whatever the prompt', () => {
    const prompt = [...user('a'), ...user('b'), assistant('c'), assistant('d'), ...user('e')];
    expect(messagesOf(prompt)).toEqual([
      { role: 'user', content: [{ text: 'a' }, { text: 'b' }] },
      { role: 'assistant', content: [{ text: 'c' }, { text: 'd' }] },
      { role: 'user', content: [{ text: 'e' }] },
    ]);
  });

  it('start with the assistant where the prompt does: the service decides', () => {
    expect(messagesOf([assistant('a'), ...user('b')])[0]?.role).toBe('assistant');
  });

  it('hold results of tools before what the user says', () => {
    expect(messagesOf([call('a'), ...user('Wait'), result('a'), ...user('Go on')])[1]).toEqual({
      role: 'user',
      content: [resultBlock('a'), { text: 'Wait' }, { text: 'Go on' }],
    });
  });

  it('join the results of several tool messages', () => {
    const prompt: LanguageModelV4Message[] = [call('a'), call('b'), result('a'), result('b')];
    expect(messagesOf(prompt)).toEqual([
      { role: 'assistant', content: [callBlock('a'), callBlock('b')] },
      { role: 'user', content: [resultBlock('a'), resultBlock('b')] },
    ]);
  });

  it('split where the model takes no text beside results', () => {
    const prompt = [call('a'), result('a'), ...user('And?')];
    expect(messagesOf(prompt, { content: { besideToolResult: ['image'] } }).slice(1)).toEqual([
      { role: 'user', content: [resultBlock('a')] },
      { role: 'assistant', content: [{ text: 'I have the results.' }] },
      { role: 'user', content: [{ text: 'And?' }] },
    ]);
  });

  it('do not split for what the model takes beside results', () => {
    const prompt = [call('a'), result('a'), ...user('And?')];
    expect(messagesOf(prompt, { content: { besideToolResult: ['text'] } })).toHaveLength(2);
  });

  it('skip answers to approval requests, which Bedrock does not make', () => {
    const approval: LanguageModelV4Message = {
      role: 'tool',
      content: [{ type: 'tool-approval-response', approvalId: 'a', approved: true }],
    };
    expect(messagesOf([...user('a'), approval])).toEqual([{ role: 'user', content: [{ text: 'a' }] }]);
  });

  it('leave out an empty answer without a word', () => {
    const { body, warnings } = planOf({ prompt: [...user('a'), assistant(' '), ...user('b')] });
    expect(body.messages).toEqual([{ role: 'user', content: [{ text: 'a' }, { text: 'b' }] }]);
    expect(warnings).toEqual([]);
  });

  it('leave out an empty user message with a warning', () => {
    const { body, warnings } = planOf({ prompt: [...user(' ')] });
    expect(body).toEqual({});
    expect(warnings).toMatchObject([{ type: 'other' }]);
  });
});

describe('an answer to be continued', () => {
  it('ends without white space', () => {
    const prompt = [...user('Hi'), assistant('So. '), assistant('Once upon \n')];
    expect(messagesOf(prompt)[1]?.content).toEqual([{ text: 'So. ' }, { text: 'Once upon' }]);
  });

  it('keeps its white space behind signed reasoning', () => {
    const prompt: LanguageModelV4Message[] = [
      ...user('Hi'),
      {
        role: 'assistant',
        content: [
          { type: 'reasoning', text: 'Hm.', providerOptions: { bedrock: { signature: 's' } } },
          { type: 'text', text: 'Once ' },
        ],
      },
    ];
    expect(messagesOf(prompt)[1]?.content[1]).toEqual({ text: 'Once ' });
  });

  it('is followed by a request to go on where the model continues none', () => {
    const { body, warnings } = planOf(
      { prompt: [...user('Hi'), assistant('Once ')] },
      { content: { refusesPrefill: 'It does not continue.' } },
    );
    expect(body.messages?.slice(1)).toEqual([
      { role: 'assistant', content: [{ text: 'Once ' }] },
      { role: 'user', content: [{ text: 'Continue where you stopped.' }] },
    ]);
    expect(warnings).toEqual([
      {
        type: 'compatibility',
        feature: 'assistant message at the end',
        details: 'It does not continue. A user message that asks for more was added.',
      },
    ]);
  });
});

describe('the system prompt', () => {
  it('is one block per message', () => {
    const { body } = planOf({ prompt: [system('a'), system('b'), ...user('c')] });
    expect(body.system).toEqual([{ text: 'a' }, { text: 'b' }]);
  });

  it.each(['', ' \n'])('is not sent when blank (%j)', content => {
    expect(planOf({ prompt: [system(content), ...user('a')] }).body.system).toBeUndefined();
  });

  it('can be marked for the guardrail', () => {
    const { body } = planOf({
      prompt: [system('a', { guardContentQualifiers: ['grounding_source'] }), ...user('b')],
    });
    expect(body.system).toEqual([
      { guardContent: { text: { text: 'a', qualifiers: ['grounding_source'] } } },
    ]);
  });

  it('starts the first user message where the model has none', () => {
    const { body, warnings } = planOf(
      { prompt: [system('Be brief.'), assistant('Hi'), ...user('a')] },
      { content: { system: false } },
    );
    expect(body.system).toBeUndefined();
    expect(body.messages?.[1]).toEqual({ role: 'user', content: [{ text: 'Be brief.' }, { text: 'a' }] });
    expect(warnings).toMatchObject([{ type: 'compatibility', feature: 'system' }]);
  });

  it('is a user message of its own where there is no other', () => {
    expect(messagesOf([system('Be brief.'), assistant('Hi')], { content: { system: false } })).toEqual([
      { role: 'user', content: [{ text: 'Be brief.' }] },
      { role: 'assistant', content: [{ text: 'Hi' }] },
    ]);
  });
});

describe('a system message between turns', () => {
  it('stays one where the model takes it', () => {
    expect(messagesOf([...user('a'), assistant('b'), system('Now in French.'), ...user('c')])[2]).toEqual({
      role: 'system',
      content: [{ text: 'Now in French.' }],
    });
  });

  it('becomes user text elsewhere, with a warning', () => {
    const { body, warnings } = planOf(
      { prompt: [...user('a'), assistant('b'), system('Now in French.'), ...user('c')] },
      { content: { systemBetweenTurns: false } },
    );
    expect(body.messages?.[2]).toEqual({
      role: 'user',
      content: [{ text: 'Now in French.' }, { text: 'c' }],
    });
    expect(warnings).toMatchObject([{ type: 'compatibility', feature: 'system messages between turns' }]);
  });

  it('moves behind the results that it would part from their calls', () => {
    const roles = (prompt: LanguageModelV4Message[]) => messagesOf(prompt).map(message => message.role);
    expect(roles([...user('a'), call('x'), system('s'), result('x')])).toEqual([
      'user',
      'assistant',
      'user',
      'system',
    ]);
    expect(roles([...user('a'), call('x'), call('y'), result('x'), system('s'), result('y')])).toEqual([
      'user',
      'assistant',
      'user',
      'system',
    ]);
  });

  it('adds and removes tools by the names that go over the wire', () => {
    const changes = {
      toolAddition: [{ name: 'look up' }, { type: 'mcp', serverName: 'docs' }],
      toolRemoval: [{ name: 'other' }],
    };
    const { body } = planOf({
      tools: [functionTool('look up')],
      prompt: [...user('a'), system('', changes), ...user('b')],
    });
    expect(body.messages?.[1]).toEqual({
      role: 'system',
      content: [
        { toolAddition: { tool: { name: 'look_up' } } },
        { toolAddition: { tool: { type: 'mcp', serverName: 'docs' } } },
        { toolRemoval: { tool: { name: 'other' } } },
      ],
    });
  });

  it.each([
    ['at the start', [system('a', { toolAddition: [{ name: 'x' }] }), ...user('b')], {}],
    [
      'for a model that takes none between turns',
      [...user('b'), system('a', { toolRemoval: [{ name: 'x' }] })],
      { content: { systemBetweenTurns: false } },
    ],
  ])('cannot add or remove tools %s', (_, prompt, setup) => {
    const { warnings } = planOf({ prompt }, setup);
    expect(warnings).toContainEqual(
      expect.objectContaining({ type: 'unsupported', feature: 'toolAddition' }),
    );
  });
});

describe('documents and images', () => {
  const pdf = {
    type: 'file' as const,
    mediaType: 'application/pdf',
    filename: 'a.pdf',
    data: { type: 'data' as const, data: 'AQID' },
  };
  const png = { ...pdf, mediaType: 'image/png', data: { type: 'data' as const, data: pngBase64 } };

  it('documents alone get a line of text, which Bedrock asks for', () => {
    const { body, warnings } = planOf({ prompt: [{ role: 'user', content: [pdf, pdf] }] });
    expect(body.messages?.[0]?.content[0]).toEqual({ text: 'Attached: a, a (2).' });
    expect(body.messages?.[0]?.content).toHaveLength(3);
    expect(warnings).toMatchObject([{ type: 'compatibility', feature: 'documents without text' }]);
  });

  it('more than Bedrock’s limits are sent with a warning: the service decides', () => {
    const text = { type: 'text' as const, text: 'a' };
    const { body, warnings } = planOf({
      prompt: [{ role: 'user', content: [text, ...Array(6).fill(pdf), ...Array(21).fill(png)] }],
    });
    expect(body.messages?.[0]?.content).toHaveLength(28);
    expect(warnings).toEqual([
      { type: 'other', message: 'A message has 21 images; Bedrock documents a limit of 20.' },
      { type: 'other', message: 'A message has 6 documents; Bedrock documents a limit of 5.' },
    ]);
  });

  it('five documents and twenty images are no cause for a warning', () => {
    const text = { type: 'text' as const, text: 'a' };
    const content = [text, ...Array(5).fill(pdf), ...Array(20).fill(png)];
    expect(planOf({ prompt: [{ role: 'user', content }] }).warnings).toEqual([]);
  });

  it('are listed for citations in the order of the request, those in tool results too', () => {
    const named = (name: string) => ({ ...pdf, filename: name });
    const { facts } = planOf({
      prompt: [
        { role: 'user', content: [{ type: 'text', text: 'a' }, named('first.pdf')] },
        call('x'),
        ...user('Wait'),
        { role: 'user', content: [named('third.pdf')] },
        {
          role: 'tool',
          content: [
            {
              type: 'tool-result',
              toolCallId: 'x',
              toolName: 'look',
              output: { type: 'content', value: [named('second.pdf')] },
            },
          ],
        },
      ],
    });
    expect(facts.documents.map(({ title }) => title)).toEqual(['first', 'second', 'third']);
  });
});

it('ids that a model uses again in a later turn stay apart', () => {
  const messages = messagesOf([
    ...user('a'),
    call('look:0'),
    result('look:0'),
    call('look:0'),
    result('look:0'),
  ]);
  expect(messages.slice(1).flatMap(message => message.content)).toMatchObject([
    { toolUse: { toolUseId: 'look:0' } },
    { toolResult: { toolUseId: 'look:0' } },
    { toolUse: { toolUseId: '2_look:0_2' } },
    { toolResult: { toolUseId: '2_look:0_2' } },
  ]);
});

it('ids have the shape that the family wants', () => {
  const callId = (id: string) => id.replace(/\W/g, '').slice(0, 9);
  const messages = messagesOf([call('tooluse-abcdefghi'), result('tooluse-abcdefghi')], {
    tools: { callId },
  });
  expect(messages.flatMap(message => message.content)).toMatchObject([
    { toolUse: { toolUseId: 'tooluseab' } },
    { toolResult: { toolUseId: 'tooluseab' } },
  ]);
});
