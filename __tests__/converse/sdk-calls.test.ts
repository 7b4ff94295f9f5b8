import { generateText, isStepCount, type ModelMessage, Output, streamText, tool } from 'ai';
import { bedrock, chatDefaults, type ModelFamily } from 'bedrock-ai-provider';
import type { LocalAnswer } from 'bedrock-ai-provider/local';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { scripted } from './conversations.ts';
import { CLAUDE, NOVA_2, OPUS, PNG } from './row-tests.ts';

const LLAMA = 'meta.llama3-3-70b-instruct-v1:0';
const schema = z.object({ name: z.string(), height: z.number() });
const object = { name: 'K2', height: 8611 };
const text = JSON.stringify(object);
const jsonCall = { toolUse: { toolUseId: 't', name: 'json', input: object } };

/** What each mode is answered with, by a model that does as it is asked. */
const modes: Array<[mode: string, modelId: string, asked: object, answer: LocalAnswer]> = [
  [
    'native',
    CLAUDE,
    { outputConfig: { textFormat: { type: 'json_schema' } } },
    { content: [{ text }], chunkSize: 5 },
  ],
  [
    'tool',
    NOVA_2,
    { toolConfig: { toolChoice: { tool: { name: 'json' } } } },
    { content: [jsonCall], stopReason: 'tool_use' },
  ],
  [
    'instruction',
    LLAMA,
    { system: [{ text: expect.stringContaining('JSON schema') }] },
    { content: [{ text }], chunkSize: 5 },
  ],
  [
    'family',
    'acme.model-v1',
    { additionalModelRequestFields: { schema: { type: 'object' }, name: 'response' } },
    { content: [{ text }], chunkSize: 5 },
  ],
];

const acme: ModelFamily = {
  name: 'acme',
  matches: model => model.startsWith('acme.'),
  chat: () => ({
    ...chatDefaults,
    structuredOutput: [{ mode: 'family', fields: (schema, name) => ({ schema, name }) }],
  }),
};

function scriptedAcme(...answers: LocalAnswer[]) {
  return scripted(answers, [acme]);
}

describe('structured output', () => {
  it.each(modes)('by %s gives the object, whole', async (mode, modelId, asked, answer) => {
    const { bedrock, sent } = scriptedAcme(answer);
    const result = await generateText({
      model: bedrock(modelId),
      prompt: 'Which?',
      output: Output.object({ schema }),
    });
    expect(result.output).toEqual(object);
    expect(result.finishReason).toBe('stop');
    expect(result.providerMetadata?.['bedrock']).toMatchObject({ structuredOutput: mode });
    expect(sent()).toMatchObject([asked]);
  });

  it.each(modes)('by %s gives the object, streamed', async (_, modelId, asked, answer) => {
    const { bedrock, sent } = scriptedAcme(answer);
    const result = streamText({
      model: bedrock(modelId),
      prompt: 'Which?',
      output: Output.object({ schema }),
    });
    const partial: unknown[] = [];
    for await (const value of result.partialOutputStream) partial.push(value);
    expect(partial.length).toBeGreaterThan(1);
    expect(partial.at(-1)).toEqual(object);
    expect(await result.output).toEqual(object);
    expect(await result.finishReason).toBe('stop');
    expect(sent()).toMatchObject([asked]);
  });

  it.each(['generate', 'stream'])('takes talk around the forced tool for reasoning: %s', async way => {
    const { bedrock } = scripted([
      { content: [{ text: 'Here is the object:' }, jsonCall, { text: 'Bye.' }] },
    ]);
    const call = { model: bedrock(NOVA_2), prompt: 'Which?', output: Output.object({ schema }) };
    const result = way === 'stream' ? streamText(call) : await generateText(call);
    expect(await result.output).toEqual(object);
    expect(await result.text).toBe(text);
    expect(await result.reasoningText).toBe('Here is the object:Bye.');
  });

  it('comes after the tools that the model calls first', async () => {
    const { bedrock, sent } = scripted([
      { content: [{ toolUse: { toolUseId: 'a', name: 'look', input: {} } }] },
      { content: [jsonCall] },
    ]);
    const result = await generateText({
      model: bedrock(NOVA_2),
      prompt: 'Which?',
      tools: { look: tool({ inputSchema: z.object({}), execute: () => 'K2' }) },
      output: Output.object({ schema }),
      stopWhen: isStepCount(3),
    });
    expect(result.output).toEqual(object);
    expect(result.steps.map(step => step.finishReason)).toEqual(['tool-calls', 'stop']);
    expect(sent().map(({ toolConfig }) => toolConfig?.toolChoice)).toEqual([{ any: {} }, { any: {} }]);
  });

  it('does not take the caller’s own tool «json» for the answer', async () => {
    const { bedrock, sent } = scripted([
      {
        content: [{ toolUse: { toolUseId: 't', name: 'json_2', input: object } }],
      },
    ]);
    const result = await generateText({
      model: bedrock(NOVA_2),
      prompt: 'Which?',
      tools: { json: tool({ inputSchema: z.object({}) }) },
      output: Output.object({ schema }),
    });
    expect(result.output).toEqual(object);
    expect(sent()[0]?.toolConfig?.tools).toMatchObject([
      { toolSpec: { name: 'json' } },
      { toolSpec: { name: 'json_2' } },
    ]);
  });

  it.each([
    ['array', Output.array({ element: schema }), { elements: [object] }, [object]],
    ['choice', Output.choice({ options: ['up', 'down'] }), { result: 'up' }, 'up'],
  ] as const)('gives an %s through a tool as well', async (_, output, input, expected) => {
    const { bedrock } = scripted([{ content: [{ toolUse: { toolUseId: 't', name: 'json', input } }] }]);
    const result = await generateText({ model: bedrock(NOVA_2), prompt: 'Which?', output: output as never });
    expect(result.output).toEqual(expected);
  });

  it('gives JSON of any shape by an instruction', async () => {
    const { bedrock, sent } = scripted([text]);
    const result = await generateText({ model: bedrock(CLAUDE), prompt: 'Which?', output: Output.json() });
    expect(result.output).toEqual(object);
    expect(sent()[0]?.system).toMatchObject([{ text: expect.stringContaining('JSON') }]);
  });
});

describe('what comes beside the text', () => {
  const page = { location: { web: { url: 'https://example.com/a', domain: 'example.com' } } };

  it.each(['generate', 'stream'])('sources are listed once, however often they are cited: %s', async way => {
    const { bedrock } = scripted([
      {
        content: [
          { citationsContent: { content: [{ text: 'One.' }], citations: [page] } },
          { citationsContent: { content: [{ text: 'Two.' }], citations: [page] } },
        ],
      },
    ]);
    const call = { model: bedrock(CLAUDE), prompt: 'So?' };
    const result = way === 'stream' ? streamText(call) : await generateText(call);
    expect(await result.text).toBe('One.Two.');
    expect(await result.sources).toMatchObject([{ sourceType: 'url', url: 'https://example.com/a' }]);
  });

  it.each(['generate', 'stream'])('generated images are files: %s', async way => {
    const { bedrock } = scripted([{ content: [{ image: { format: 'png', source: { bytes: PNG } } }] }]);
    const call = { model: bedrock(CLAUDE), prompt: 'Draw.' };
    const result = way === 'stream' ? streamText(call) : await generateText(call);
    expect(await result.files).toMatchObject([{ mediaType: 'image/png', base64: PNG }]);
  });

  it.each(['generate', 'stream'])(
    'a tool that Bedrock runs is called and answered in one step: %s',
    async way => {
      const { bedrock: provider } = scripted([
        {
          content: [
            {
              toolUse: {
                toolUseId: 't',
                name: 'nova_code_interpreter',
                input: { snippet: '1+1' },
                type: 'server_tool_use',
              },
            },
            { toolResult: { toolUseId: 't', content: [{ json: { stdOut: '2' } }], status: 'success' } },
            { text: 'Two.' },
          ],
        },
      ]);
      const call = {
        model: provider(NOVA_2),
        prompt: '1+1?',
        tools: { nova_code_interpreter: bedrock.tools.novaCodeInterpreter() },
        stopWhen: isStepCount(3),
      };
      const result = way === 'stream' ? streamText(call) : await generateText(call);
      expect(await result.text).toBe('Two.');
      expect(await result.steps).toHaveLength(1);
      expect(await result.toolCalls).toMatchObject([
        { toolName: 'nova_code_interpreter', input: { snippet: '1+1' }, providerExecuted: true },
      ]);
      expect(await result.toolResults).toMatchObject([
        { toolName: 'nova_code_interpreter', output: { content: [{ json: { stdOut: '2' } }] } },
      ]);
    },
  );

  it.each(['generate', 'stream'])('metadata and usage are those of the reply: %s', async way => {
    const { bedrock } = scripted([
      {
        content: [{ text: 'Hi' }],
        usage: { inputTokens: 1, outputTokens: 2, totalTokens: 13, cacheReadInputTokens: 10 },
        serviceTier: { type: 'flex' },
        trace: { guardrail: { actionReason: 'None.' } },
      },
    ]);
    const call = { model: bedrock(CLAUDE), prompt: 'Hi' };
    const result = way === 'stream' ? streamText(call) : await generateText(call);
    expect(await result.usage).toMatchObject({
      inputTokens: 11,
      outputTokens: 2,
      inputTokenDetails: { noCacheTokens: 1, cacheReadTokens: 10 },
    });
    expect((await result.providerMetadata)?.['bedrock']).toMatchObject({
      serviceTier: { type: 'flex' },
      trace: { guardrail: { actionReason: 'None.' } },
    });
  });

  it.each([
    ['max_tokens', 'length'],
    ['guardrail_intervened', 'content-filter'],
    ['malformed_tool_use', 'error'],
  ])('a tool is not run after %s', async (stopReason, finishReason) => {
    const { bedrock } = scripted([
      {
        content: [{ toolUse: { toolUseId: 't', name: 'look', input: {} } }],
        stopReason,
      },
    ]);
    let runs = 0;
    const result = await generateText({
      model: bedrock(CLAUDE),
      prompt: 'Look.',
      tools: { look: tool({ inputSchema: z.object({}), execute: () => ++runs }) },
      stopWhen: isStepCount(3),
    });
    expect({ runs, finishReason: result.finishReason, raw: result.rawFinishReason }).toEqual({
      runs: 0,
      finishReason,
      raw: stopReason,
    });
  });

  it('a tool is run where an open-weight model says end_turn', async () => {
    const { bedrock } = scripted([
      { content: [{ toolUse: { toolUseId: 't', name: 'look', input: {} } }], stopReason: 'end_turn' },
      'Seen.',
    ]);
    const { text } = await generateText({
      model: bedrock('qwen.qwen3-32b-v1:0'),
      prompt: 'Look.',
      tools: { look: tool({ inputSchema: z.object({}), execute: () => 'it' }) },
      stopWhen: isStepCount(3),
    });
    expect(text).toBe('Seen.');
  });
});

describe('prompts of the AI SDK', () => {
  it('may have system messages between turns', async () => {
    const { bedrock, sent } = scripted(['Short.']);
    const messages: ModelMessage[] = [
      { role: 'user', content: 'Hi' },
      { role: 'assistant', content: 'Hello, how may I help?' },
      { role: 'user', content: 'What is the sky?' },
      { role: 'system', content: 'Be brief from now on.' },
    ];
    await generateText({
      model: bedrock(OPUS),
      instructions: 'Be kind.',
      messages,
      allowSystemInMessages: true,
    });
    const [request] = sent();
    expect(request?.system).toEqual([{ text: 'Be kind.' }]);
    expect(request?.messages?.map(({ role }) => role)).toEqual(['user', 'assistant', 'user', 'system']);
  });

  it('may name files in S3, which nobody downloads', async () => {
    const { bedrock, sent } = scripted(['A picture.']);
    const data = new URL('s3://bucket/a.png');
    await generateText({
      model: bedrock(CLAUDE),
      messages: [{ role: 'user', content: [{ type: 'file', mediaType: 'image/png', data }] }],
    });
    expect(sent()[0]?.messages?.[0]?.content).toEqual([
      { image: { format: 'png', source: { s3Location: { uri: 's3://bucket/a.png' } } } },
    ]);
  });

  describe('with a tool that the user has to approve', () => {
    const call = { toolUse: { toolUseId: 't', name: 'pay', input: { euros: 5 } } };
    const tools = { pay: tool({ inputSchema: z.object({ euros: z.number() }), execute: () => 'Paid.' }) };

    async function answerTo(approval: { approved: boolean; reason?: string }) {
      const { bedrock, sent } = scripted([{ content: [call] }, 'Done.']);
      const options = { model: bedrock(CLAUDE), tools, toolApproval: { pay: 'user-approval' as const } };
      const messages: ModelMessage[] = [{ role: 'user', content: 'Pay.' }];
      const asked = await generateText({ ...options, messages });
      const request = asked.content.find(part => part.type === 'tool-approval-request');
      if (request === undefined) throw new Error('no approval was asked for');
      const answer = { type: 'tool-approval-response' as const, approvalId: request.approvalId, ...approval };
      await generateText({
        ...options,
        messages: [...messages, ...asked.responseMessages, { role: 'tool', content: [answer] }],
      });
      return sent().at(-1)?.messages;
    }

    it('sends the result of an approved call', async () => {
      expect(await answerTo({ approved: true })).toEqual([
        { role: 'user', content: [{ text: 'Pay.' }] },
        { role: 'assistant', content: [call] },
        { role: 'user', content: [{ toolResult: { toolUseId: 't', content: [{ text: 'Paid.' }] } }] },
      ]);
    });

    it('sends the refusal of a denied call', async () => {
      const messages = await answerTo({ approved: false, reason: 'Too much.' });
      expect(messages?.[2]?.content).toEqual([
        { toolResult: { toolUseId: 't', content: [{ text: 'Too much.' }], status: 'error' } },
      ]);
    });
  });
});
