import type {
  JSONSchema7,
  LanguageModelV4CallOptions,
  LanguageModelV4FunctionTool,
  LanguageModelV4ProviderTool,
} from '@ai-sdk/provider';
import { ConverseStreamRequest$, Message$ } from '@aws-sdk/client-bedrock-runtime';
import { expect, it } from 'vitest';
import { membersIn, membersOf } from '../support/aws-members.ts';
import {
  bedrockOptions,
  bodyOf,
  bodyWith,
  CLAUDE,
  describeRows,
  NOVA_2,
  OPUS,
  send,
  sentBodies,
  UNKNOWN,
  user,
} from './row-tests.ts';

const PROMPT_ARN = 'arn:aws:bedrock:us-east-1:123456789012:prompt/ABCDEFGHIJ:1';

const schema: JSONSchema7 = {
  type: 'object',
  properties: { city: { type: 'string' } },
  required: ['city'],
  additionalProperties: false,
};

function functionTool(
  name: string,
  rest: Partial<LanguageModelV4FunctionTool> = {},
): LanguageModelV4FunctionTool {
  return { type: 'function', name, description: 'Looks', inputSchema: schema, ...rest };
}

function providerTool(id: string, name: string, args = {}): LanguageModelV4ProviderTool {
  return { type: 'provider', id: id as `${string}.${string}`, name, args };
}

const json = (rest = {}): Partial<LanguageModelV4CallOptions> => ({
  responseFormat: { type: 'json', schema, name: 'place', description: 'A place', ...rest },
});

describeRows('request', row => {
  /* --------------------------------------------------------- model, messages */

  row('modelId', 'ids, profiles and ARNs reach the path whole', async () => {
    const arn = 'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc123';
    const pathOf = async (modelId: string) => new URL((await send({}, { modelId })).url).pathname;
    expect(await pathOf(CLAUDE)).toBe('/model/anthropic.claude-sonnet-4-5-20250929-v1%3A0/converse');
    expect(await pathOf(arn)).toBe(`/model/${encodeURIComponent(arn)}/converse`);
  });

  row('messages', 'are the prompt without its system messages', async () => {
    const { messages } = await bodyOf({ prompt: [{ role: 'system', content: 'Be brief.' }, ...user('Hi')] });
    expect(messages).toEqual([{ role: 'user', content: [{ text: 'Hi' }] }]);
  });

  row('messages', 'are left out where a prompt resource says everything', async () => {
    const body = await bodyOf({ prompt: [] }, { modelId: PROMPT_ARN });
    expect(body).toEqual({});
  });

  row('system', 'is left out where there is none', async () => {
    expect(await bodyOf({})).not.toHaveProperty('system');
  });

  row('system', 'is left out with a warning beside a prompt ARN, which forbids it', async () => {
    const prompt = [{ role: 'system' as const, content: 'Be brief.' }, ...user('Hi')];
    const { body, warnings } = await send({ prompt }, { modelId: PROMPT_ARN });
    expect(body).not.toHaveProperty('system');
    expect(warnings).toMatchObject([{ type: 'unsupported', feature: 'system' }]);
  });

  row('system[].text', 'is the text of each leading system message', async () => {
    const { system } = await bodyOf({
      prompt: [
        { role: 'system', content: 'Be brief.' },
        { role: 'system', content: 'Be kind.' },
        ...user('Hi'),
      ],
    });
    expect(system).toEqual([{ text: 'Be brief.' }, { text: 'Be kind.' }]);
  });

  row('system[].cachePoint{type, ttl}', 'stands behind its text', async () => {
    const { system } = await bodyOf({
      prompt: [
        {
          role: 'system',
          content: 'Long',
          ...bedrockOptions({ cachePoint: { type: 'default', ttl: '1h' } }),
        },
        ...user('Hi'),
      ],
    });
    expect(system).toEqual([{ text: 'Long' }, { cachePoint: { type: 'default', ttl: '1h' } }]);
  });

  row('system[].guardContent.text{text, qualifiers}', 'takes the place of the text', async () => {
    const options = bedrockOptions({ guardContentQualifiers: ['grounding_source'] });
    const { system } = await bodyOf({
      prompt: [{ role: 'system', content: 'Facts', ...options }, ...user('Hi')],
    });
    expect(system).toEqual([{ guardContent: { text: { text: 'Facts', qualifiers: ['grounding_source'] } } }]);
  });

  row('system[].guardContent.image{format, source.bytes}', 'has a way through the user message', async () => {
    const { messages } = await bodyOf({
      prompt: user('Hi', {
        type: 'file',
        mediaType: 'image/png',
        data: { type: 'data', data: 'iVBORw0KGgo=' },
        ...bedrockOptions({ guardContent: true }),
      }),
    });
    expect(messages?.[0]?.content[1]).toHaveProperty('guardContent.image');
  });

  /* --------------------------------------------------------------- sampling */

  row('inferenceConfig{maxTokens, temperature, topP, stopSequences}', 'are the call’s settings', async () => {
    const settings = { maxOutputTokens: 100, temperature: 0.5, topP: 0.9, stopSequences: ['##'] };
    const { inferenceConfig } = await bodyOf(settings, { modelId: UNKNOWN });
    expect(inferenceConfig).toEqual({ maxTokens: 100, temperature: 0.5, topP: 0.9, stopSequences: ['##'] });
  });

  row(
    'inferenceConfig{maxTokens, temperature, topP, stopSequences}',
    'are clamped with a warning where the model would refuse them',
    async () => {
      const { body, warnings } = await send({ temperature: 1.5 });
      expect(body.inferenceConfig).toEqual({ temperature: 1 });
      expect(warnings).toMatchObject([{ type: 'unsupported', feature: 'temperature' }]);
    },
  );

  row('inferenceConfig.topK', 'goes where the model takes it', async () => {
    expect(await bodyOf({ topK: 5 })).toMatchObject({ additionalModelRequestFields: { top_k: 5 } });
    expect(await bodyOf({ topK: 5 }, { modelId: NOVA_2 })).toMatchObject({
      additionalModelRequestFields: { inferenceConfig: { topK: 5 } },
    });
  });

  row('inferenceConfig.topK', 'is a warning where the model takes none', async () => {
    const { body, warnings } = await send({ topK: 5 }, { modelId: UNKNOWN });
    expect(body).not.toHaveProperty('additionalModelRequestFields');
    expect(warnings).toMatchObject([{ type: 'unsupported', feature: 'topK' }]);
  });

  row('seed, presencePenalty, frequencyPenalty', 'go where the model takes them', async () => {
    const options = { seed: 1, presencePenalty: 0.2, frequencyPenalty: 0.3 };
    const body = await bodyOf(options, { modelId: 'cohere.command-r-plus-v1:0' });
    expect(body.additionalModelRequestFields).toEqual({
      seed: 1,
      presence_penalty: 0.2,
      frequency_penalty: 0.3,
    });
  });

  row('seed, presencePenalty, frequencyPenalty', 'are warnings where it does not', async () => {
    const { body, warnings } = await send({ seed: 1, presencePenalty: 0.2, frequencyPenalty: 0.3 });
    expect(body).not.toHaveProperty('additionalModelRequestFields');
    expect(warnings).toMatchObject([
      { feature: 'seed' },
      { feature: 'presencePenalty' },
      { feature: 'frequencyPenalty' },
    ]);
  });

  /* ------------------------------------------------------------------ tools */

  row('toolConfig.tools[].toolSpec{name, description, inputSchema.json}', 'is a function tool', async () => {
    const { toolConfig } = await bodyOf({ tools: [functionTool('look')] });
    expect(toolConfig).toEqual({
      tools: [{ toolSpec: { name: 'look', description: 'Looks', inputSchema: { json: schema } } }],
    });
  });

  row(
    'toolConfig.tools[].toolSpec{name, description, inputSchema.json}',
    'has a valid name, the same in tools and history, and no two tools have one',
    async () => {
      const body = await bodyOf({
        tools: [functionTool('look it up!'), functionTool('look_it_up_')],
        prompt: [
          ...user('Hi'),
          {
            role: 'assistant',
            content: [{ type: 'tool-call', toolCallId: 'c', toolName: 'look it up!', input: {} }],
          },
          {
            role: 'tool',
            content: [
              {
                type: 'tool-result',
                toolCallId: 'c',
                toolName: 'look it up!',
                output: { type: 'text', value: 'x' },
              },
            ],
          },
        ],
      });
      const names = body.toolConfig?.tools.flatMap(tool => ('toolSpec' in tool ? tool.toolSpec.name : []));
      expect(names).toEqual(['look_it_up__2', 'look_it_up_']);
      expect(body.messages?.[1]?.content).toMatchObject([{ toolUse: { name: 'look_it_up__2' } }]);
    },
  );

  row('toolConfig.tools[].toolSpec.strict', 'is sent to models that know it', async () => {
    const { toolConfig } = await bodyOf({ tools: [functionTool('look', { strict: true })] });
    expect(toolConfig?.tools).toMatchObject([{ toolSpec: { strict: true } }]);
  });

  row('toolConfig.tools[].toolSpec.strict', 'is a warning elsewhere', async () => {
    const { body, warnings } = await send(
      { tools: [functionTool('look', { strict: true })] },
      { modelId: 'anthropic.claude-3-haiku-20240307-v1:0' },
    );
    expect(body.toolConfig?.tools[0]).not.toHaveProperty('toolSpec.strict');
    expect(warnings).toMatchObject([{ type: 'unsupported', feature: 'strict' }]);
  });

  row('toolConfig.tools[].toolSpec input examples', 'are a warning that names the middleware', async () => {
    const { warnings } = await send({
      tools: [functionTool('look', { inputExamples: [{ input: { city: 'Oslo' } }] })],
    });
    expect(warnings).toMatchObject([
      {
        type: 'unsupported',
        feature: 'inputExamples',
        details: expect.stringContaining('addToolInputExamplesMiddleware'),
      },
    ]);
  });

  row('toolConfig.tools[].systemTool{name}', 'is a tool that Bedrock runs', async () => {
    const tools = [
      providerTool('bedrock.nova_grounding', 'nova_grounding'),
      providerTool('bedrock.nova_code_interpreter', 'code'),
      functionTool('look'),
    ];
    const { toolConfig } = await bodyOf({ tools }, { modelId: NOVA_2 });
    expect(toolConfig?.tools).toMatchObject([
      { systemTool: { name: 'nova_grounding' } },
      { systemTool: { name: 'nova_code_interpreter' } },
      { toolSpec: { name: 'look' } },
    ]);
  });

  row('toolConfig.tools[].systemTool{name}', 'is a warning for models without it', async () => {
    const { body, warnings } = await send({
      tools: [providerTool('bedrock.nova_grounding', 'nova_grounding')],
    });
    expect(body).not.toHaveProperty('toolConfig');
    expect(warnings).toMatchObject([{ type: 'unsupported', feature: 'tool bedrock.nova_grounding' }]);
  });

  row('toolConfig.tools[].cachePoint{type, ttl}', 'stands behind its tool', async () => {
    const options = bedrockOptions({ cachePoint: { ttl: '1h' } });
    const { toolConfig } = await bodyOf({ tools: [functionTool('look', options), functionTool('see')] });
    expect(toolConfig?.tools).toMatchObject([
      { toolSpec: { name: 'look' } },
      { cachePoint: { type: 'default', ttl: '1h' } },
      { toolSpec: { name: 'see' } },
    ]);
  });

  row('toolConfig.toolChoice{auto, any, tool}', 'is what the call forces', async () => {
    const choiceOf = async (toolChoice: NonNullable<LanguageModelV4CallOptions['toolChoice']>) =>
      (await bodyOf({ tools: [functionTool('look'), functionTool('see')], toolChoice })).toolConfig
        ?.toolChoice;
    expect(await choiceOf({ type: 'required' })).toEqual({ any: {} });
    expect(await choiceOf({ type: 'tool', toolName: 'see' })).toEqual({ tool: { name: 'see' } });
    expect(await choiceOf({ type: 'auto' })).toBeUndefined();
  });

  row('toolConfig.toolChoice{auto, any, tool}', 'none leaves the tools out', async () => {
    const body = await bodyOf({ tools: [functionTool('look')], toolChoice: { type: 'none' } });
    expect(body).not.toHaveProperty('toolConfig');
  });

  row('toolConfig.toolChoice{auto, any, tool}', 'falls back to auto with a warning', async () => {
    const { body, warnings } = await send(
      { tools: [functionTool('look')], toolChoice: { type: 'required' } },
      { modelId: 'meta.llama3-3-70b-instruct-v1:0' },
    );
    expect(body.toolConfig).not.toHaveProperty('toolChoice');
    expect(warnings).toMatchObject([{ type: 'unsupported', feature: 'toolChoice' }]);
  });

  row(
    'additionalModelRequestFields.tools (tools of Anthropic)',
    'are sent with their arguments and betas',
    async () => {
      const args = { displayWidthPx: 1024, displayHeightPx: 768 };
      const body = await bodyOf({ tools: [providerTool('anthropic.computer_20250124', 'computer', args)] });
      expect(body.additionalModelRequestFields).toEqual({
        tools: [
          { type: 'computer_20250124', name: 'computer', display_width_px: 1024, display_height_px: 768 },
        ],
        anthropic_beta: ['computer-use-2025-01-24'],
      });
    },
  );

  /* --------------------------------------------------------- service options */

  row('guardrailConfig{guardrailIdentifier, guardrailVersion, trace}', 'is sent as given', async () => {
    const guardrailConfig = { guardrailIdentifier: 'g1', guardrailVersion: '2', trace: 'enabled_full' };
    expect(await bodyWith({ guardrailConfig })).toHaveProperty('guardrailConfig', guardrailConfig);
  });

  row('guardrailConfig.streamProcessingMode', 'is sent by streams and by no other call', async () => {
    const guardrailConfig = {
      guardrailIdentifier: 'g1',
      guardrailVersion: '2',
      streamProcessingMode: 'async' as const,
    };
    const streamed = await bodyWith({ guardrailConfig }, { stream: true });
    expect(streamed.guardrailConfig).toEqual(guardrailConfig);
    const whole = await bodyWith({ guardrailConfig });
    expect(whole.guardrailConfig).toEqual({ guardrailIdentifier: 'g1', guardrailVersion: '2' });
  });

  row('additionalModelRequestFields', 'are merged over what this package derives', async () => {
    const { body } = await send({
      topK: 5,
      ...bedrockOptions({ additionalModelRequestFields: { top_k: 7, extra: { deep: [1] } } }),
    });
    expect(body.additionalModelRequestFields).toEqual({ top_k: 7, extra: { deep: [1] } });
  });

  row('promptVariables{name: {text}}', 'are sent, words as well as objects', async () => {
    const promptVariables = { topic: 'whales', tone: { text: 'dry' } };
    const body = await bodyOf(
      { prompt: [], ...bedrockOptions({ promptVariables }) },
      { modelId: PROMPT_ARN },
    );
    expect(body).toEqual({ promptVariables: { topic: { text: 'whales' }, tone: { text: 'dry' } } });
  });

  row('additionalModelResponseFieldPaths', 'are added to those of the family', async () => {
    const body = await bodyWith({ additionalModelResponseFieldPaths: ['/foo'] });
    expect(body.additionalModelResponseFieldPaths).toEqual(
      expect.arrayContaining(['/foo', '/stop_sequence', '/delta/stop_sequence']),
    );
  });

  row('requestMetadata{key: value}', 'is sent as given', async () => {
    expect(await bodyWith({ requestMetadata: { team: 'whales' } })).toHaveProperty('requestMetadata', {
      team: 'whales',
    });
  });

  row('performanceConfig.latency', 'is sent as given', async () => {
    const body = await bodyWith({ performanceConfig: { latency: 'optimized' } });
    expect(body.performanceConfig).toEqual({ latency: 'optimized' });
  });

  row('serviceTier.type', 'is sent as given', async () => {
    expect((await bodyWith({ serviceTier: 'flex' })).serviceTier).toEqual({ type: 'flex' });
  });

  /* ------------------------------------------------------------------ output */

  row(
    'outputConfig.textFormat{type, structure.jsonSchema{schema, name, description}}',
    'asks for structured output where the model has it',
    async () => {
      const { outputConfig } = await bodyOf(json());
      expect(outputConfig).toEqual({
        textFormat: {
          type: 'json_schema',
          structure: {
            jsonSchema: { schema: JSON.stringify(schema), name: 'place', description: 'A place' },
          },
        },
      });
    },
  );

  row(
    'outputConfig.textFormat{type, structure.jsonSchema{schema, name, description}}',
    'gives way to a forced tool where the model has it not',
    async () => {
      const body = await bodyOf(json(), { modelId: NOVA_2 });
      expect(body).not.toHaveProperty('outputConfig');
      expect(body.toolConfig).toEqual({
        tools: [{ toolSpec: { name: 'json', description: 'A place', inputSchema: { json: schema } } }],
        toolChoice: { tool: { name: 'json' } },
      });
    },
  );

  row(
    'outputConfig.textFormat{type, structure.jsonSchema{schema, name, description}}',
    'can be chosen by an option',
    async () => {
      const options = { ...json(), ...bedrockOptions({ structuredOutputMode: 'native' }) };
      expect(await bodyOf(options, { modelId: UNKNOWN })).toHaveProperty('outputConfig.textFormat');
    },
  );

  row('outputConfig.effort', 'is sent to models that no family knows', async () => {
    const reasoningConfig = { maxReasoningEffort: 'xhigh' };
    const body = await bodyWith({ reasoningConfig }, { modelId: UNKNOWN });
    expect(body.outputConfig).toEqual({ effort: 'xhigh' });
  });

  row('outputConfig.effort', 'goes to Claude in its own field', async () => {
    const body = await bodyWith({ reasoningConfig: { maxReasoningEffort: 'xhigh' } }, { modelId: OPUS });
    expect(body).not.toHaveProperty('outputConfig');
    expect(body.additionalModelRequestFields).toMatchObject({ output_config: { effort: 'xhigh' } });
  });

  row('anthropicBeta (top level)', 'goes into the model’s fields and nowhere else', async () => {
    const body = await bodyWith({ anthropicBeta: ['context-1m-2025-08-07'] });
    expect(body).not.toHaveProperty('anthropicBeta');
    expect(body.additionalModelRequestFields).toEqual({ anthropic_beta: ['context-1m-2025-08-07'] });
  });

  row('anthropicBeta (top level)', 'is a warning for models that know no betas', async () => {
    const { body, warnings } = await send(bedrockOptions({ anthropicBeta: ['x'] }), { modelId: NOVA_2 });
    expect(body).not.toHaveProperty('additionalModelRequestFields');
    expect(warnings).toMatchObject([{ type: 'unsupported', feature: 'anthropicBeta' }]);
  });
});

it('the tests of the request send every member that AWS has, outside the messages', () => {
  const forbidden = new Set([
    'ConverseStreamRequest.modelId', // in the path
    'ToolChoice.auto', // the default, and refused by some models whatever it says
  ]);
  const sent = new Set(sentBodies.flatMap(body => [...membersIn(ConverseStreamRequest$, body)]));
  const inMessages = membersOf(Message$);
  const missing = [...membersOf(ConverseStreamRequest$)].filter(
    member => !sent.has(member) && !inMessages.has(member) && !forbidden.has(member),
  );
  expect(missing).toEqual([]);
});
