import type { JSONObject } from '@ai-sdk/provider';
import { tool } from 'ai';
import { bedrock, chatDefaults, type ModelFamily } from 'bedrock-ai-provider';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { historyOf, scripted, ways } from './conversations.ts';
import { CLAUDE, NOVA_2, PNG } from './row-tests.ts';

const page = { location: { web: { url: 'https://example.com/a', domain: 'example.com' } } };
const passage = {
  title: 'facts',
  source: 'where',
  sourceContent: [{ text: 'It is so.' }],
  location: { documentPage: { documentIndex: 0, start: 1, end: 2 } },
};

/** What a model says once; the next request must say that it said just this. */
const answers: Array<[what: string, modelId: string, content: JSONObject[]]> = [
  [
    'reasoning with its signature',
    CLAUDE,
    [{ reasoningContent: { reasoningText: { text: 'Hm. \n', signature: 'c2ln' } } }, { text: 'Yes.' }],
  ],
  [
    'redacted reasoning between reasoning',
    CLAUDE,
    [
      { reasoningContent: { reasoningText: { text: 'Hm.', signature: 'c2ln' } } },
      { reasoningContent: { redactedContent: 'AQID' } },
      { reasoningContent: { reasoningText: { text: 'Ah.', signature: 'c2lnMg==' } } },
      { text: 'Yes.' },
    ],
  ],
  [
    'reasoning whose text is not shown',
    CLAUDE,
    [{ reasoningContent: { reasoningText: { text: '', signature: 'c2ln' } } }, { text: 'Yes.' }],
  ],
  ['several texts', CLAUDE, [{ text: 'One. ' }, { text: 'Two.' }]],
  [
    'text with citations',
    CLAUDE,
    [
      { text: 'As the facts say, ' },
      { citationsContent: { content: [{ text: 'it is so.' }], citations: [passage, page] } },
    ],
  ],
  [
    'a web search of Nova, with citations behind the text',
    NOVA_2,
    [
      {
        toolUse: { toolUseId: 't1', name: 'nova_grounding', input: { query: 'x' }, type: 'server_tool_use' },
      },
      {
        toolResult: {
          toolUseId: 't1',
          content: [{ text: '[HIDDEN]' }],
          status: 'success',
          type: 'nova_grounding_result',
        },
      },
      { text: 'It is so.' },
      { citationsContent: { citations: [page] } },
    ],
  ],
  [
    'a run of code that failed, and one that did not',
    NOVA_2,
    [
      {
        toolUse: {
          toolUseId: 't1',
          name: 'nova_code_interpreter',
          input: { snippet: '1/0' },
          type: 'server_tool_use',
        },
      },
      {
        toolResult: {
          toolUseId: 't1',
          content: [{ json: { stdOut: '', stdErr: 'ZeroDivisionError', exitCode: 1, isError: true } }],
          status: 'error',
          type: 'nova_code_interpreter_result',
        },
      },
      {
        toolUse: {
          toolUseId: 't2',
          name: 'nova_code_interpreter',
          input: { snippet: '1' },
          type: 'server_tool_use',
        },
      },
      {
        toolResult: {
          toolUseId: 't2',
          content: [{ json: { stdOut: '1', stdErr: '', exitCode: 0, isError: false } }],
          status: 'success',
          type: 'nova_code_interpreter_result',
        },
      },
      { text: 'One.' },
    ],
  ],
  [
    'generated images, of bytes and in S3',
    'acme.painter-v1',
    [
      { text: 'Here:' },
      { image: { format: 'png', source: { bytes: PNG } } },
      { image: { format: 'png', source: { s3Location: { uri: 's3://bucket/made.png' } } } },
    ],
  ],
];

/** A family whose models draw, and take their images back where they stood. */
const painter: ModelFamily = {
  name: 'acme',
  matches: model => model.startsWith('acme.'),
  chat: () => ({
    ...chatDefaults,
    tools: { ...chatDefaults.tools, systemTools: ['nova_grounding', 'nova_code_interpreter'] },
    content: { ...chatDefaults.content, assistantMedia: ['image'] },
  }),
};

/** Of Nova, which may or may not be offered them in a call. */
const serverTools = {
  nova_grounding: bedrock.tools.novaGrounding(),
  nova_code_interpreter: bedrock.tools.novaCodeInterpreter(),
};

/** Blocks that a reply may have, in any order and number; calls of server tools come with their results. */
const replyBlocks: fc.Arbitrary<JSONObject[]> = fc
  .array(fc.oneof(textBlock(), reasoningBlock(), citedBlock(), imageBlock(), serverToolBlocks()), {
    minLength: 1,
    maxLength: 6,
  })
  .map(groups =>
    // Ids of calls are unique in a reply.
    groups.flatMap((blocks, index) => blocks.map(block => withCallId(block, `tooluse_${index}`))),
  );

/** Bedrock refuses blank text, and models do not write it alone. */
function words(): fc.Arbitrary<string> {
  return fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }).filter(value => /\S/.test(value));
}

function base64(): fc.Arbitrary<string> {
  return fc.uint8Array({ minLength: 1, maxLength: 5 }).map(bytes => btoa(String.fromCharCode(...bytes)));
}

function textBlock(): fc.Arbitrary<JSONObject[]> {
  return words().map(value => [{ text: value }]);
}

function reasoningBlock(): fc.Arbitrary<JSONObject[]> {
  return fc.oneof(
    fc
      .record({ text: fc.string({ unit: 'grapheme', maxLength: 12 }), signature: base64() })
      .map(reasoningText => [{ reasoningContent: { reasoningText } }]),
    base64().map(redactedContent => [{ reasoningContent: { redactedContent } }]),
  );
}

function citedBlock(): fc.Arbitrary<JSONObject[]> {
  const citations = fc.array(fc.constantFrom<JSONObject[]>(page, passage), { minLength: 1, maxLength: 3 });
  return fc.oneof(
    fc
      .tuple(words(), citations)
      .map(([value, list]) => [{ citationsContent: { content: [{ text: value }], citations: list } }]),
    citations.map(list => [{ citationsContent: { citations: list } }]),
  );
}

function imageBlock(): fc.Arbitrary<JSONObject[]> {
  return fc
    .record({ format: fc.constantFrom('png', 'webp'), source: base64().map(bytes => ({ bytes })) })
    .map(image => [{ image }]);
}

function serverToolBlocks(): fc.Arbitrary<JSONObject[]> {
  const item = fc.oneof(
    words().map(value => ({ text: value })),
    fc.constant({ json: { stdOut: '2' } }),
  );
  return fc
    .tuple(fc.constantFrom('success', 'error'), fc.array(item, { minLength: 1, maxLength: 2 }))
    .map(([status, content]) => [
      { toolUse: { name: 'nova_code_interpreter', input: { snippet: '1+1' }, type: 'server_tool_use' } },
      { toolResult: { content: joinTexts(content), status, type: 'nova_code_interpreter_result' } },
    ]);
}

/** A stream does not tell where one text ends and the next begins. */
function joinTexts(content: readonly JSONObject[]): JSONObject[] {
  const texts = content.filter(item => 'text' in item);
  return texts.length < 2 ? [...content] : [{ text: texts.map(item => item['text']).join('') }];
}

function withCallId(block: JSONObject, toolUseId: string): JSONObject {
  const [[member, value] = []] = Object.entries(block);
  return member === 'toolUse' || member === 'toolResult'
    ? { [member]: { toolUseId, ...(value as JSONObject) } }
    : block;
}

describe.each(Object.keys(ways))('a history through %s', name => {
  const turn = ways[name as keyof typeof ways] as (typeof ways)[string];

  it.each(answers)('brings back %s as it came', async (_, modelId, content) => {
    const script = scripted([{ content }, 'And so on.'], [painter]);
    const tools = modelId === NOVA_2 ? { tools: serverTools } : {};
    const { answer } = await historyOf(turn, script, { model: script.bedrock(modelId), ...tools });
    expect(answer).toEqual(content);
  });

  it('brings back whatever a reply has, as it came', async () => {
    await fc.assert(
      fc.asyncProperty(replyBlocks, async content => {
        const script = scripted([{ content }, 'And so on.'], [painter]);
        const { answer } = await historyOf(turn, script, {
          model: script.bedrock('acme.painter-v1'),
          tools: serverTools,
        });
        expect(answer).toEqual(content);
      }),
      { numRuns: 60 },
    );
  });

  it('brings back server tools that the call did not offer, and declares them', async () => {
    const [, , content = []] = answers.find(([what]) => what.startsWith('a web search')) ?? [];
    const script = scripted([{ content }, 'And so on.']);
    const { answer, request } = await historyOf(turn, script, { model: script.bedrock(NOVA_2) });
    expect(answer).toMatchObject(
      content.map(block => ({ ...block, ...('toolResult' in block && { toolResult: { toolUseId: 't1' } }) })),
    );
    expect(request?.toolConfig).toEqual({ tools: [{ systemTool: { name: 'nova_grounding' } }] });
  });

  it('brings back a server tool under the name that the caller gave it', async () => {
    const [, , content = []] = answers.find(([what]) => what.startsWith('a web search')) ?? [];
    const script = scripted([{ content }, 'And so on.']);
    const { answer } = await historyOf(turn, script, {
      model: script.bedrock(NOVA_2),
      tools: { 'web search!': bedrock.tools.novaGrounding() },
    });
    expect(answer).toEqual(content);
  });

  it('runs a tool, and brings back its call and its result', async () => {
    const call = { toolUseId: 'tooluse_1', name: 'look_it_up_', input: { what: 'it' } };
    const script = scripted([
      { content: [{ text: 'Let me look.' }, { toolUse: call }] },
      'It is.',
      'And so on.',
    ]);
    const asked: string[] = [];
    const { messages, request } = await historyOf(turn, script, {
      model: script.bedrock(CLAUDE),
      tools: {
        'look it up!': tool({
          description: 'Looks it up',
          inputSchema: z.object({ what: z.string() }),
          execute: ({ what }) => {
            asked.push(what);
            return { found: true };
          },
        }),
      },
    });
    expect(asked).toEqual(['it']);
    expect(request?.toolConfig?.tools).toMatchObject([{ toolSpec: { name: 'look_it_up_' } }]);
    expect(messages).toEqual([
      { role: 'user', content: [{ text: 'A question' }] },
      { role: 'assistant', content: [{ text: 'Let me look.' }, { toolUse: call }] },
      {
        role: 'user',
        content: [{ toolResult: { toolUseId: 'tooluse_1', content: [{ json: { found: true } }] } }],
      },
      { role: 'assistant', content: [{ text: 'It is.' }] },
      { role: 'user', content: [{ text: 'And?' }] },
    ]);
  });

  it('brings back the error of a tool as an error', async () => {
    const call = { toolUseId: 'tooluse_1', name: 'look', input: {} };
    const script = scripted([{ content: [{ toolUse: call }] }, 'Sorry.', 'And so on.']);
    const { messages } = await historyOf(turn, script, {
      model: script.bedrock(CLAUDE),
      tools: {
        look: tool({
          inputSchema: z.object({}),
          execute: (): string => {
            throw new Error('It broke.');
          },
        }),
      },
    });
    expect(messages[2]?.content).toMatchObject([
      {
        toolResult: {
          toolUseId: 'tooluse_1',
          status: 'error',
          content: [{ text: expect.stringContaining('It broke.') }],
        },
      },
    ]);
  });

  it('gives reasoning, call, result and answer of one turn back in order', async () => {
    const first = [
      { reasoningContent: { reasoningText: { text: 'I look.', signature: 'c2ln' } } },
      { toolUse: { toolUseId: 'a', name: 'look', input: {} } },
      { toolUse: { toolUseId: 'b', name: 'look', input: {} } },
    ];
    const script = scripted([{ content: first }, 'Two.', 'And so on.']);
    const { messages } = await historyOf(turn, script, {
      model: script.bedrock(CLAUDE),
      tools: { look: tool({ inputSchema: z.object({}), execute: () => 'seen' }) },
    });
    expect(messages[1]?.content).toEqual(first);
    expect(messages[2]?.content).toEqual(
      ['a', 'b'].map(toolUseId => ({ toolResult: { toolUseId, content: [{ text: 'seen' }] } })),
    );
  });
});
