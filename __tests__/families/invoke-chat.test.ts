/** What is true of every family that chats through InvokeModel, in its own language. */
import {
  type JSONObject,
  type LanguageModelV4CallOptions,
  type LanguageModelV4Content,
  type LanguageModelV4Prompt,
  NoSuchModelError,
  type SharedV4Warning,
  UnsupportedFunctionalityError,
} from '@ai-sdk/provider';
import { createBedrock } from 'bedrock-ai-provider';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import type { ChatTraits } from '../../src/codec/family.ts';
import type { InvokeChatTraits } from '../../src/codec/invoke/chat.ts';
import { load } from '../../src/codec/later.ts';
import { families } from '../../src/families/index.ts';
import { textOf } from '../support/collect.ts';
import { functionTool, pngBytes, user } from '../support/converse-plan.ts';
import { errorOf, readParts } from '../support/replies.ts';
import { SENTENCE } from './family-contract.ts';
import { familyFacts } from './family-models.ts';
import { asking, type InvokeDoor, openInvokeDoor, told } from './invoke-door.ts';

interface Model {
  readonly baseModel: string | undefined;
  readonly invoke: InvokeChatTraits;
  /** In its own body. */
  readonly traits: ChatTraits;
  readonly door: InvokeDoor;
}

const QUESTION = 'What is the weather in Oslo?';

for (const { family, models } of familyFacts) {
  if (family.invokeChat === undefined) continue;
  for (const baseModel of [...models, undefined]) {
    const rules = family.invokeChat(baseModel);
    if (rules === undefined || (baseModel === undefined && needsVideoWhenUnknown(family.name))) continue;
    const invoke = await load(rules);
    describe(`${family.name}: ${baseModel ?? 'an import of it'}`, () => {
      const traits = invoke.rules(family.chat(baseModel));
      describeModel({ baseModel, invoke, traits, door: openInvokeDoor(family, baseModel) });
    });
  }
}

/** Nobody imports a model that answers about videos. */
function needsVideoWhenUnknown(name: string): boolean {
  return name === 'twelvelabs';
}

function describeModel(model: Model): void {
  const { baseModel, door, traits, invoke } = model;
  const ask = (text = QUESTION): LanguageModelV4CallOptions => ({ prompt: asking(baseModel, text) });

  afterEach(() => door.local.reset());

  it('answers a question, and the same as a stream cut anywhere', async () => {
    const whole = await door.generate(ask());
    expect(textOf(whole.content)).toMatch(/Oslo/);
    expect(whole.finishReason.unified).toBe('stop');
    expect(whole.usage.outputTokens.total).toBeGreaterThan(0);
    expect(whole.operation).toBe('InvokeModel');
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(), { minLength: 1, maxLength: 40 }), async cuts => {
        const streamed = await door.stream(ask(), cuts);
        expect(told(streamed)).toEqual(told(whole));
        expect(streamed.operation).toBe(
          invoke.streaming === false ? 'InvokeModel' : 'InvokeModelWithResponseStream',
        );
      }),
      { numRuns: 5 },
    );
  });

  it('takes a system prompt, and a conversation before the question', async () => {
    const [question] = asking(baseModel, QUESTION);
    const prompt: LanguageModelV4Prompt = [
      { role: 'system', content: 'Speak like a pirate.' },
      ...user('Who painted the night watch?'),
      { role: 'assistant', content: [{ type: 'text', text: 'Rembrandt did.' }] },
      ...(question === undefined ? [] : [question]),
    ];
    const { body, content, warnings } = await door.generate({ prompt });
    const sent = JSON.stringify(body);
    const places = ['Speak like a pirate.', 'night watch', 'Rembrandt did.', QUESTION].map(text =>
      sent.indexOf(text),
    );
    expect(places).not.toContain(-1);
    expect(textOf(content)).toMatch(/Oslo/);
    expectWarnings(warnings, traits.content.system ? [] : ['system']);
  });

  it('takes the settings of the AI SDK, or says why not', async () => {
    const settings = {
      temperature: 0.5,
      topP: 0.8,
      topK: 7,
      seed: 11,
      presencePenalty: 0.25,
      frequencyPenalty: 0.125,
      stopSequences: ['STOP-HERE'],
      maxOutputTokens: 321,
    };
    const { body, warnings } = await door.generate({ ...ask(), ...settings });
    const sent = JSON.stringify(body);
    for (const [name, value] of Object.entries(settings)) {
      const isSent = sent.includes(JSON.stringify(value).replace(/^\[|\]$/g, ''));
      const isSaid = warnings.some(warning => 'feature' in warning && warning.feature === name);
      expect({ name, known: isSent !== isSaid }).toEqual({ name, known: true });
    }
  });

  it('stops where it is told to', async () => {
    const options = { ...ask('Say tick tack tock.'), stopSequences: ['tack'] };
    const whole = await door.generate(options);
    const streamed = await door.stream(options);
    expect(told(streamed)).toEqual(told(whole));
    if (traits.sampling.stopSequences.to === 'nowhere') {
      expectWarnings(whole.warnings, ['stopSequences']);
    } else {
      expect(textOf(whole.content)).not.toContain('tack');
      expect(whole.finishReason.unified).toBe('stop');
    }
  });

  it('says that it ran out of tokens', async () => {
    const options = { ...ask(), maxOutputTokens: 3 };
    const whole = await door.generate(options);
    expect(whole.finishReason.unified).toBe('length');
    expect(told(await door.stream(options))).toEqual(told(whole));
  });

  it('calls a tool and takes its result, or says that it does not', async () => {
    const options = { ...ask(), tools: [functionTool('get_weather')] };
    const whole = await door.generate(options);
    const streamed = await door.stream(options);
    // A stream keeps the spacing of the input, which a whole reply of some bodies does not have.
    expect(told({ ...streamed, content: streamed.content.map(plainInput) })).toEqual(
      told({ ...whole, content: whole.content.map(plainInput) }),
    );
    if (traits.tools.unsupported !== undefined) return expectWarnings(whole.warnings, ['tools']);
    expect(whole.finishReason.unified).toBe('tool-calls');
    const [call] = whole.content.filter(part => part.type === 'tool-call');
    expect(call).toMatchObject({ toolName: 'get_weather' });
    const { toolCallId = '' } = call ?? {};
    const answer = await door.generate({
      ...options,
      prompt: [
        ...asking(baseModel, QUESTION),
        {
          role: 'assistant',
          content: [{ type: 'tool-call', toolCallId, toolName: 'get_weather', input: { city: 'Oslo' } }],
        },
        {
          role: 'tool',
          content: [
            {
              type: 'tool-result',
              toolCallId,
              toolName: 'get_weather',
              output: { type: 'json', value: { celsius: 7 } },
            },
          ],
        },
      ],
    });
    expect(textOf(answer.content)).toMatch(/celsius 7/);
    expect(answer.finishReason.unified).toBe('stop');
  });

  it('answers in JSON for a schema', async () => {
    const schema: JSONObject = {
      type: 'object',
      properties: { city: { type: 'string' } },
      required: ['city'],
      additionalProperties: false,
    };
    const options: LanguageModelV4CallOptions = { ...ask(), responseFormat: { type: 'json', schema } };
    const whole = await door.generate(options);
    expect(JSON.parse(textOf(whole.content))).toEqual({ city: expect.any(String) });
    expect(textOf((await door.stream(options)).content)).toBe(textOf(whole.content));
  });

  it('takes an image, or says that it does not before anything is sent', async () => {
    const prompt: LanguageModelV4Prompt = [
      {
        role: 'user',
        content: [
          { type: 'file', mediaType: 'image/png', data: { type: 'data', data: pngBytes } },
          { type: 'text', text: QUESTION },
        ],
      },
    ];
    if (traits.content.refuses.image !== undefined) {
      const error = await errorOf(door.model.doGenerate({ prompt }));
      expect(UnsupportedFunctionalityError.isInstance(error)).toBe(true);
      expect(door.local.requests).toEqual([]);
    } else {
      const { body } = await door.generate({ prompt });
      expect(JSON.stringify(body)).toContain(btoa(String.fromCharCode(...pngBytes)));
    }
  });

  it('takes a text file, which every body can carry', async () => {
    const [question] = asking(baseModel, QUESTION);
    if (question?.role !== 'user') throw new Error('no question');
    const file = {
      type: 'file' as const,
      mediaType: 'text/plain',
      data: { type: 'data' as const, data: btoa('Seven degrees, says the window.') },
    };
    const options = { prompt: [{ role: 'user' as const, content: [file, ...question.content] }] };
    if (traits.content.refuses.document !== undefined) {
      expect(UnsupportedFunctionalityError.isInstance(await errorOf(door.model.doGenerate(options)))).toBe(
        true,
      );
    } else {
      expect(JSON.stringify((await door.generate(options)).body)).toContain(
        'Seven degrees, says the window.',
      );
    }
  });

  it('has raw chunks that are the model’s own JSON', async () => {
    const { stream } = await door.model.doStream({ ...ask(), includeRawChunks: true });
    const raw = (await readParts(stream)).flatMap(part => (part.type === 'raw' ? [part.rawValue] : []));
    expect(raw.length).toBeGreaterThan(0);
    expect(raw.filter(value => typeof value === 'object' && value !== null && 'bytes' in value)).toEqual([]);
    door.local.reset();
  });

  it('has rules with a sentence for everything that it refuses', () => {
    const { unsupported, choices, choiceReason } = traits.tools;
    if (unsupported !== undefined) expect(unsupported).toMatch(SENTENCE);
    else if (choices.length < 2) expect(choiceReason).toMatch(SENTENCE);
    for (const sentence of Object.values(traits.content.refuses)) expect(sentence).toMatch(SENTENCE);
    for (const rule of Object.values(traits.sampling)) {
      if (rule.to === 'nowhere') expect(rule.reason).toMatch(SENTENCE);
    }
  });
}

function plainInput(part: LanguageModelV4Content): LanguageModelV4Content {
  return part.type === 'tool-call' ? { ...part, input: JSON.stringify(JSON.parse(part.input)) } : part;
}

function expectWarnings(warnings: readonly SharedV4Warning[], features: readonly string[]): void {
  expect(warnings.map(warning => ('feature' in warning ? warning.feature : warning.message))).toEqual(
    features,
  );
  for (const warning of warnings) if ('details' in warning) expect(warning.details).toMatch(SENTENCE);
}

/* ------------------------------------------------------------ who has it */

describe('models and their ways', () => {
  const bedrock = createBedrock({ region: 'us-east-1', apiKey: 'key' });
  const IMPORTED = 'arn:aws:bedrock:us-east-1:123456789012:imported-model/a1b2c3d4e5f6';

  it('every family that chats says whether it does so in its own language', () => {
    const without = families.filter(({ invokeChat }) => invokeChat === undefined).map(({ name }) => name);
    expect(without).toEqual(['amazonrerank', 'luma', 'stability', 'xai']);
  });

  it.each([
    ['xai.grok-4.6', /not known to chat through InvokeModel \(model family xai\)/],
    ['openai.gpt-5.6-sol', /not known to chat through InvokeModel \(model family openai\)/],
    ['amazon.nova-canvas-v1:0', /not known to chat through InvokeModel \(model family nova\)/],
    ['google.gemma-4-27b-it', /not known to chat through InvokeModel/],
    ['arn:aws:bedrock:us-east-1:123456789012:prompt/ABCDEFGHIJ:1', /a prompt of Prompt management/],
  ])('%s does not', (modelId, message) => {
    expect(() => bedrock.invokeModel(modelId)).toThrow(NoSuchModelError);
    expect(() => bedrock.invokeModel(modelId)).toThrow(message);
  });

  it.each([
    ['twelvelabs.pegasus-1-2-v1:0', {}, 'bedrock.invoke'],
    ['us.twelvelabs.pegasus-1-2-v1:0', {}, 'bedrock.invoke'],
    ['ai21.j2-ultra-v1', {}, 'bedrock.invoke'],
    ['cohere.command-text-v14', {}, 'bedrock.invoke'],
    [IMPORTED, { family: 'qwen' }, 'bedrock.invoke'],
    [IMPORTED, { family: 'openai' }, 'bedrock.invoke'],
    [IMPORTED, { family: 'llama' }, 'bedrock.converse'],
    [IMPORTED, {}, 'bedrock.converse'],
    ['qwen.qwen3-32b-v1:0', {}, 'bedrock.converse'],
    ['openai.gpt-oss-20b-1:0', {}, 'bedrock.converse'],
    ['ai21.jamba-1-5-mini-v1:0', {}, 'bedrock.converse'],
    ['cohere.command-r-v1:0', {}, 'bedrock.converse'],
  ])('bedrock(%s, %j) is a %s model', (modelId, settings, provider) => {
    expect(bedrock(modelId, settings).provider).toBe(provider);
    expect(bedrock.languageModel(modelId, settings).provider).toBe(provider);
    expect(bedrock.invokeModel(modelId, settings).provider).toBe('bedrock.invoke');
  });
});
