import { describe, expect, it } from 'vitest';
import {
  assistantBlocks,
  functionTool,
  planOf,
  pngBase64,
  type Setup,
  user,
  userBlocks,
} from '../../support/converse-plan.ts';

const bedrock = <Options>(options: Options) => ({ providerOptions: { bedrock: options } });
const png = {
  type: 'file' as const,
  mediaType: 'image/png',
  data: { type: 'data' as const, data: pngBase64 },
};

describe('user text', () => {
  it('goes as it is', () => {
    expect(userBlocks([{ type: 'text', text: ' Hi \n' }])).toEqual([{ text: ' Hi \n' }]);
  });

  it.each(['', ' ', '\n\t', '\u3000'])('that is blank (%j) is left out', text => {
    expect(
      userBlocks([
        { type: 'text', text: 'Hi' },
        { type: 'text', text },
      ]),
    ).toEqual([{ text: 'Hi' }]);
  });

  it('can be marked for the guardrail', () => {
    expect(userBlocks([{ type: 'text', text: 'Hi', ...bedrock({ guardContent: true }) }])).toEqual([
      { guardContent: { text: { text: 'Hi' } } },
    ]);
  });

  it('is marked for the guardrail by qualifiers alone', () => {
    const options = bedrock({ guardContentQualifiers: ['query', 'grounding_source'] });
    expect(userBlocks([{ type: 'text', text: 'Hi', ...options }])).toEqual([
      { guardContent: { text: { text: 'Hi', qualifiers: ['query', 'grounding_source'] } } },
    ]);
  });

  it('can be a search result', () => {
    const searchResult = { source: 'https://a.b', title: 'A page', citations: { enabled: true } };
    const { body, facts } = planOf({
      prompt: [{ role: 'user', content: [{ type: 'text', text: 'Found', ...bedrock({ searchResult }) }] }],
    });
    expect(body.messages?.[0]?.content).toEqual([
      { searchResult: { ...searchResult, content: [{ text: 'Found' }] } },
    ]);
    expect(facts.searchResults).toEqual([{ title: 'A page', source: 'https://a.b' }]);
  });
});

describe('user images', () => {
  it('can be marked for the guardrail', () => {
    expect(userBlocks([{ ...png, ...bedrock({ guardContent: true }) }])).toEqual([
      { guardContent: { image: { format: 'png', source: { bytes: pngBase64 } } } },
    ]);
  });

  it('of a kind that guardrails do not check go unmarked, with a warning', () => {
    const part = { ...png, mediaType: 'image/webp', ...bedrock({ guardContent: true }) };
    const { body, warnings } = planOf({ prompt: [{ role: 'user', content: [part] }] });
    expect(body.messages?.[0]?.content).toEqual([
      { image: { format: 'webp', source: { bytes: pngBase64 } } },
    ]);
    expect(warnings).toMatchObject([{ type: 'unsupported', feature: 'guardContent' }]);
  });
});

describe('assistant text', () => {
  it('comes back as it was', () => {
    expect(assistantBlocks([{ type: 'text', text: 'Hello ' }])).toEqual([{ text: 'Hello ' }]);
  });

  it('that is blank is left out', () => {
    expect(
      assistantBlocks([
        { type: 'text', text: '\n\n' },
        { type: 'text', text: 'a' },
      ]),
    ).toEqual([{ text: 'a' }]);
  });

  it('that is blank stays between two blocks of signed reasoning', () => {
    const reasoning = { type: 'reasoning' as const, text: 'Hm.', ...bedrock({ signature: 's' }) };
    const block = { reasoningContent: { reasoningText: { text: 'Hm.', signature: 's' } } };
    expect(assistantBlocks([reasoning, { type: 'text', text: '\n\n' }, reasoning])).toEqual([
      block,
      { text: '\n\n' },
      block,
    ]);
    expect(assistantBlocks([reasoning, { type: 'text', text: '\n\n' }, { type: 'text', text: 'a' }])).toEqual(
      [block, { text: 'a' }],
    );
  });

  it('with citations comes back with them, as far as a request may carry them', () => {
    const citations = [
      {
        title: 'a',
        source: 'x',
        sourceContent: [{ text: 'cited', more: 1 }],
        location: { documentPage: { documentIndex: 0, start: 1, end: 2, column: 3 } },
        confidence: 0.9,
      },
      { location: { somewhere: {} } },
    ];
    expect(assistantBlocks([{ type: 'text', text: 'So.', ...bedrock({ citations }) }])).toEqual([
      {
        citationsContent: {
          content: [{ text: 'So.' }],
          citations: [
            {
              title: 'a',
              source: 'x',
              sourceContent: [{ text: 'cited' }],
              location: { documentPage: { documentIndex: 0, start: 1, end: 2 } },
            },
            {},
          ],
        },
      },
    ]);
  });

  it('with an empty list of citations is text', () => {
    expect(assistantBlocks([{ type: 'text', text: 'So.', ...bedrock({ citations: [] }) }])).toEqual([
      { text: 'So.' },
    ]);
  });

  it('goes back without its citations to a model that does not take them', () => {
    const part = { type: 'text' as const, text: 'So.', ...bedrock({ citations: [{ title: 'a' }] }) };
    expect(assistantBlocks([part], { content: { citationsReplay: false } })).toEqual([{ text: 'So.' }]);
  });
});

describe('reasoning', () => {
  const signed = { type: 'reasoning' as const, text: 'Hm. ', ...bedrock({ signature: 's' }) };
  const unsigned = { type: 'reasoning' as const, text: 'Hm. ' };
  const replay = (reasoningReplay: 'signed' | 'always' | 'never'): Setup => ({
    content: { reasoningReplay },
  });
  const answer = { type: 'text' as const, text: 'a' };

  it('comes back to the letter with its signature', () => {
    expect(assistantBlocks([signed])).toEqual([
      { reasoningContent: { reasoningText: { text: 'Hm. ', signature: 's' } } },
    ]);
  });

  it('that was not shown comes back as its signature', () => {
    expect(assistantBlocks([{ ...signed, text: '' }])).toEqual([
      { reasoningContent: { reasoningText: { text: '', signature: 's' } } },
    ]);
  });

  it('that was encrypted comes back as it was', () => {
    expect(assistantBlocks([{ ...unsigned, text: '', ...bedrock({ redactedData: 'AQID' }) }])).toEqual([
      { reasoningContent: { redactedContent: 'AQID' } },
    ]);
  });

  it('of the official provider’s history comes back too', () => {
    const part = { ...unsigned, providerOptions: { amazonBedrock: { signature: 's' } } };
    expect(assistantBlocks([part])).toEqual([
      { reasoningContent: { reasoningText: { text: 'Hm. ', signature: 's' } } },
    ]);
  });

  it('without a signature is left out where the model asks for one', () => {
    expect(assistantBlocks([unsigned, answer], replay('signed'))).toEqual([{ text: 'a' }]);
  });

  it('without a signature comes back to a model that wants it', () => {
    expect(assistantBlocks([unsigned, answer], replay('always'))).toEqual([
      { reasoningContent: { reasoningText: { text: 'Hm. ' } } },
      { text: 'a' },
    ]);
  });

  it('is left out for a model that takes none back', () => {
    expect(assistantBlocks([signed, answer], replay('never'))).toEqual([{ text: 'a' }]);
  });
});

describe('files of an answer', () => {
  it('come back as they were', () => {
    expect(assistantBlocks([png])).toEqual([{ image: { format: 'png', source: { bytes: pngBase64 } } }]);
  });

  it('may lie in S3', () => {
    const data = { type: 'url' as const, url: new URL('s3://bucket/a.png') };
    expect(assistantBlocks([{ ...png, data }])).toEqual([
      { image: { format: 'png', source: { s3Location: { uri: 's3://bucket/a.png' } } } },
    ]);
  });

  it('that lie elsewhere are left out with a warning', () => {
    const data = { type: 'url' as const, url: new URL('https://example.com/a.png') };
    const { body, warnings } = planOf({ prompt: [{ role: 'assistant', content: [{ ...png, data }] }] });
    expect(body).toEqual({});
    expect(warnings).toMatchObject([{ type: 'unsupported', feature: 'assistant files' }]);
  });

  it('go with the next user message where they may not stand in an answer', () => {
    const answer = { type: 'text' as const, text: 'Here.' };
    const s3 = { image: { format: 'png', source: { s3Location: { uri: 's3://bucket/a.png' } } } };
    const custom = { type: 'custom' as const, kind: 'bedrock.image' as const, ...bedrock({ block: s3 }) };
    const { body, warnings } = planOf(
      { prompt: [...user('Hi'), { role: 'assistant', content: [png, answer, custom] }, ...user('Go on')] },
      { content: { assistantMedia: [] } },
    );
    expect(body.messages?.slice(1)).toEqual([
      { role: 'assistant', content: [{ text: 'Here.' }] },
      {
        role: 'user',
        content: [
          { text: 'From the answer before:' },
          { image: { format: 'png', source: { bytes: pngBase64 } } },
          s3,
          { text: 'Go on' },
        ],
      },
    ]);
    expect(warnings).toMatchObject([{ type: 'compatibility', feature: 'assistant files' }]);
  });

  it.each<[string, Setup, typeof png]>([
    ['the model takes no images', { content: { refuses: { image: 'No.' } } }, png],
    ['Bedrock has no format for them', {}, { ...png, mediaType: 'image/bmp' }],
  ])('are left out with a warning where %s', (_, setup, part) => {
    const prompt = [
      ...user('Hi'),
      { role: 'assistant' as const, content: [{ type: 'text' as const, text: 'a' }, part] },
      ...user('Go on'),
    ];
    const { body, warnings } = planOf({ prompt }, setup);
    expect(body.messages?.[1]?.content).toEqual([{ text: 'a' }]);
    expect(warnings).toMatchObject([{ type: 'unsupported', feature: 'assistant files' }]);
  });
});

describe('custom parts', () => {
  it('bring back the block that they hold', () => {
    const block = {
      citationsContent: { citations: [{ location: { web: { url: 'https://a.b', domain: 'a.b' } } }] },
    };
    expect(assistantBlocks([{ type: 'custom', kind: 'bedrock.citations', ...bedrock({ block }) }])).toEqual([
      block,
    ]);
  });

  it.each([
    { citationsContent: { content: [{ text: 'So.' }], citations: [] } },
    { image: { format: 'png', source: { s3Location: { uri: 's3://bucket/a.png' } } } },
    { searchResult: { source: 's', title: 't', content: [{ text: 'found' }] } },
  ])('bring back a block as the service made it (%j)', block => {
    expect(assistantBlocks([{ type: 'custom', kind: 'bedrock.unknown', ...bedrock({ block }) }])).toEqual([
      block,
    ]);
  });

  it.each([
    [
      'of another provider',
      'openai.compaction' as const,
      { searchResult: { source: 's', title: 't', content: [{ text: 'found' }] } },
    ],
    ['that are no whole block', 'bedrock.unknown' as const, { start: {}, deltas: [] }],
    ['of an image that failed', 'bedrock.image' as const, { image: { error: { message: 'No.' } } }],
  ])('%s say nothing', (_, kind, block) => {
    const answer = { type: 'text' as const, text: 'a' };
    expect(assistantBlocks([{ type: 'custom', kind, ...bedrock({ block }) }, answer])).toEqual([
      { text: 'a' },
    ]);
  });
});

describe('tool calls', () => {
  const call = (input: unknown) => ({
    type: 'tool-call' as const,
    toolCallId: 'call-1',
    toolName: 'look',
    input,
  });

  it.each([
    [{ a: 1 }, { a: 1 }],
    ['{"a":1}', { a: 1 }],
    ['{"a":', { input: '{"a":' }],
    [[1], { input: [1] }],
    ['', {}],
    [null, {}],
    [undefined, {}],
  ])('with the input %j send an object', (input, sent) => {
    expect(assistantBlocks([call(input)])).toEqual([
      { toolUse: { toolUseId: 'call-1', name: 'look', input: sent } },
    ]);
  });

  it('of a tool that does not exist have a valid name all the same', () => {
    expect(assistantBlocks([{ ...call({}), toolName: '$READFILE' }])).toMatchObject([
      { toolUse: { name: '_READFILE' } },
    ]);
  });

  it('become text for a model without tools', () => {
    const blocks = assistantBlocks([call({ a: 1 })], { tools: { unsupported: 'It takes no tools.' } });
    expect(blocks).toEqual([{ text: 'Called the tool "look" with {"a":1}' }]);
  });
});

describe('server tools', () => {
  const call = {
    type: 'tool-call' as const,
    toolCallId: 'call-1',
    toolName: 'nova_grounding',
    input: { query: 'q' },
    providerExecuted: true,
  };
  const value = { content: [{ text: '[HIDDEN]' }], status: 'success', type: 'nova_grounding_result' };
  const result = {
    type: 'tool-result' as const,
    toolCallId: 'call-1',
    toolName: 'nova_grounding',
    output: { type: 'json' as const, value },
  };

  it('come back in the assistant’s message as Bedrock gave them', () => {
    expect(assistantBlocks([call, result])).toEqual([
      {
        toolUse: {
          toolUseId: 'call-1',
          name: 'nova_grounding',
          input: { query: 'q' },
          type: 'server_tool_use',
        },
      },
      { toolResult: { toolUseId: 'call-1', ...value } },
    ]);
  });

  it.each([
    { json: { stdOut: '4', exitCode: 0 } },
    { document: { name: 'a', format: 'txt', source: { text: 'Hi' } } },
  ])('come back with all that their results hold (%j)', block => {
    const output = {
      type: 'json' as const,
      value: { content: [block], type: 'nova_code_interpreter_result' },
    };
    expect(assistantBlocks([call, { ...result, output }])[1]).toEqual({
      toolResult: { toolUseId: 'call-1', content: [block], type: 'nova_code_interpreter_result' },
    });
  });

  it('come back under Bedrock’s name when the caller gave them another', () => {
    const { body } = planOf({
      tools: [{ type: 'provider', id: 'bedrock.nova_grounding', name: 'search', args: {} }],
      prompt: [
        ...user('Hi'),
        {
          role: 'assistant',
          content: [
            { ...call, toolName: 'search' },
            { ...result, toolName: 'search' },
          ],
        },
        ...user('Go on'),
      ],
    });
    expect(body.messages?.[1]?.content[0]).toMatchObject({ toolUse: { name: 'nova_grounding' } });
  });

  it('may have a result of any other form, with its type beside it', () => {
    const output = { type: 'error-text' as const, value: 'No.' };
    const part = { ...result, output, ...bedrock({ type: 'nova_grounding_result' }) };
    expect(assistantBlocks([call, part])[1]).toEqual({
      toolResult: {
        toolUseId: 'call-1',
        content: [{ text: 'No.' }],
        status: 'error',
        type: 'nova_grounding_result',
      },
    });
  });

  it('of other providers and models are left out with a warning', () => {
    const prompt = [
      ...user('Hi'),
      {
        role: 'assistant' as const,
        content: [
          { ...call, toolName: 'web_search' },
          { ...result, toolName: 'web_search' },
          { type: 'text' as const, text: 'a' },
        ],
      },
      ...user('Go on'),
    ];
    const { body, warnings } = planOf({ prompt, tools: [functionTool('look')] });
    expect(body.messages?.[1]?.content).toEqual([{ text: 'a' }]);
    expect(warnings).toMatchObject([{ type: 'unsupported', feature: 'server tool history' }]);
  });
});
