import type { LanguageModelV4CallOptions } from '@ai-sdk/provider';
import { describe, expect, it } from 'vitest';
import type { BedrockLanguageModelOptions } from '../../../src/codec/converse/options.ts';
import type { ReasoningPlan, ReasoningRequest } from '../../../src/codec/family.ts';
import { chatDefaults } from '../../../src/families/defaults.ts';
import { functionTool, planOf, type Setup, user } from '../../support/converse-plan.ts';

const withOptions = (bedrock: BedrockLanguageModelOptions, setup?: Setup) =>
  planOf({ providerOptions: { bedrock } }, setup);

it('a plain call is the messages and nothing else', () => {
  const undefinedMembers = {
    tools: undefined,
    temperature: undefined,
    toolChoice: { type: 'auto' as const },
  };
  expect(planOf({ prompt: user('Hi'), ...undefinedMembers })).toEqual({
    body: { messages: [{ role: 'user', content: [{ text: 'Hi' }] }] },
    hasFiles: false,
    warnings: [],
    facts: {
      toolNames: new Map(),
      serverTools: new Set(),
      jsonTool: undefined,
      structuredOutput: undefined,
      documents: [],
      searchResults: [],
    },
  });
});

describe('sampling options', () => {
  const all = { temperature: 0.5, topP: 0.9, stopSequences: ['END'], maxOutputTokens: 100 };
  const sampling = (rules: Partial<typeof chatDefaults.sampling>): Setup => ({
    traits: { sampling: { ...chatDefaults.sampling, ...rules } },
  });

  it('go where Converse has them', () => {
    expect(planOf(all).body.inferenceConfig).toEqual({
      temperature: 0.5,
      topP: 0.9,
      stopSequences: ['END'],
      maxTokens: 100,
    });
  });

  it('of zero are sent', () => {
    expect(planOf({ temperature: 0, topP: 0 }).body.inferenceConfig).toEqual({ temperature: 0, topP: 0 });
  });

  it('go into the model’s fields where the family has them there', () => {
    const fields = (topK: unknown) => ({ inferenceConfig: { topK: Number(topK) } });
    const setup = sampling({ topK: { to: 'additionalModelRequestFields', fields } });
    expect(planOf({ topK: 7 }, setup).body).toMatchObject({
      additionalModelRequestFields: { inferenceConfig: { topK: 7 } },
    });
  });

  it('that the model does not take are left out with its reason', () => {
    const { body, warnings } = planOf(
      { seed: 1 },
      sampling({ seed: { to: 'nowhere', reason: 'It has no seed.' } }),
    );
    expect(body.inferenceConfig).toBeUndefined();
    expect(warnings).toEqual([{ type: 'unsupported', feature: 'seed', details: 'It has no seed.' }]);
  });

  it.each([
    [2, 1],
    [-1, 0],
  ])('outside the range are brought into it with a warning (%d)', (temperature, sent) => {
    const { body, warnings } = planOf({ temperature });
    expect(body.inferenceConfig).toEqual({ temperature: sent });
    expect(warnings).toEqual([
      {
        type: 'unsupported',
        feature: 'temperature',
        details: `${temperature} is outside 0 to 1, which the model takes; sent ${sent}.`,
      },
    ]);
  });

  it('that exclude each other leave one, with a warning', () => {
    const setup: Setup = {
      traits: { samplingConflicts: [{ keep: 'temperature', drop: 'topP', reason: 'Not both.' }] },
    };
    const { body, warnings } = planOf({ temperature: 0.5, topP: 0.9 }, setup);
    expect(body.inferenceConfig).toEqual({ temperature: 0.5 });
    expect(warnings).toEqual([{ type: 'unsupported', feature: 'topP', details: 'Not both.' }]);
    expect(planOf({ topP: 0.9 }, setup).body.inferenceConfig).toEqual({ topP: 0.9 });
  });

  it('do not give way to one that is not sent itself', () => {
    const setup: Setup = {
      traits: {
        sampling: { ...chatDefaults.sampling, temperature: { to: 'nowhere', reason: 'None.' } },
        samplingConflicts: [{ keep: 'temperature', drop: 'topP', reason: 'Not both.' }],
      },
    };
    expect(planOf({ temperature: 0.5, topP: 0.9 }, setup).body.inferenceConfig).toEqual({ topP: 0.9 });
  });

  it('empty stop sequences are left out', () => {
    expect(planOf({ stopSequences: ['', 'END'] }).body.inferenceConfig).toEqual({ stopSequences: ['END'] });
    expect(planOf({ stopSequences: [''] }).body.inferenceConfig).toBeUndefined();
    expect(planOf({ stopSequences: [] }).body.inferenceConfig).toBeUndefined();
  });
});

describe('reasoning', () => {
  const plan = (result: Partial<ReasoningPlan>): Setup => ({
    traits: { reasoning: () => ({ active: true, warnings: [], ...result }) },
  });

  it('is asked of the family with what the caller says', () => {
    const requests: ReasoningRequest[] = [];
    const setup: Setup = {
      traits: {
        reasoning: request => {
          requests.push(request);
          return { active: false, warnings: [] };
        },
      },
    };
    planOf({ reasoning: 'high', maxOutputTokens: 9 }, setup);
    planOf(
      {
        reasoning: 'provider-default',
        providerOptions: { bedrock: { reasoningConfig: { budgetTokens: 7 } } },
      },
      setup,
    );
    expect(requests).toEqual([
      { level: 'high', config: undefined, maxOutputTokens: 9 },
      { level: undefined, config: { budgetTokens: 7 }, maxOutputTokens: undefined },
    ]);
  });

  it('becomes fields of the model, effort and warnings', () => {
    const warning = { type: 'other' as const, message: 'Rounded.' };
    const { body, warnings } = planOf(
      {},
      plan({ fields: { thinking: { type: 'on' } }, effort: 'low', warnings: [warning] }),
    );
    expect(body).toMatchObject({
      additionalModelRequestFields: { thinking: { type: 'on' } },
      outputConfig: { effort: 'low' },
    });
    expect(warnings).toEqual([warning]);
  });

  it('adds its budget to the tokens that the caller asked for, or to 4,096', () => {
    const setup = plan({ extraMaxTokens: 1_000 });
    expect(planOf({ maxOutputTokens: 50 }, setup).body.inferenceConfig).toEqual({ maxTokens: 1_050 });
    expect(planOf({}, setup).body.inferenceConfig).toEqual({ maxTokens: 5_096 });
  });

  it('drops what clashes with it, with the family’s reasons', () => {
    const setup = plan({ drops: { temperature: 'It thinks.' }, dropsMaxTokens: 'It thinks hard.' });
    const { body, warnings } = planOf({ temperature: 0.5, maxOutputTokens: 5 }, setup);
    expect(body.inferenceConfig).toBeUndefined();
    expect(warnings).toEqual([
      { type: 'unsupported', feature: 'maxOutputTokens', details: 'It thinks hard.' },
      { type: 'unsupported', feature: 'temperature', details: 'It thinks.' },
    ]);
  });

  it('may refuse to continue an answer', () => {
    const prompt = [
      ...user('Hi'),
      { role: 'assistant' as const, content: [{ type: 'text' as const, text: 'a' }] },
    ];
    const { body } = planOf({ prompt }, plan({ refusesPrefill: 'Not while it thinks.' }));
    expect(body.messages?.at(-1)?.role).toBe('user');
  });
});

describe('fields of the model', () => {
  it('of the caller are laid over all others, arrays joined', () => {
    const { body } = withOptions(
      {
        anthropicBeta: ['one', 'two'],
        additionalModelRequestFields: {
          anthropic_beta: ['two', 'three'],
          thinking: { budget_tokens: 9 },
          top_k: 3,
        },
      },
      {
        traits: {
          reasoning: () => ({
            active: true,
            fields: { thinking: { type: 'enabled', budget_tokens: 5 }, anthropic_beta: ['zero'] },
            warnings: [],
          }),
        },
      },
    );
    expect(body.additionalModelRequestFields).toEqual({
      thinking: { type: 'enabled', budget_tokens: 9 },
      anthropic_beta: ['zero', 'one', 'two', 'three'],
      top_k: 3,
    });
  });

  it('beta flags are left out with a warning where the model has none', () => {
    const traits = { betas: undefined } as Setup['traits'] & object;
    const { body, warnings } = withOptions({ anthropicBeta: ['one'] }, { traits });
    expect(body.additionalModelRequestFields).toBeUndefined();
    expect(warnings).toEqual([
      {
        type: 'unsupported',
        feature: 'anthropicBeta',
        details: 'Models of the family "test" know no beta flags.',
      },
    ]);
  });

  it('paths into the reply are the caller’s and, where there is room, the family’s', () => {
    const traits = { responseFieldPaths: ['/stop_sequence', '/usage'] };
    expect(withOptions({}, { traits }).body.additionalModelResponseFieldPaths).toEqual([
      '/stop_sequence',
      '/usage',
    ]);
    expect(
      withOptions({ additionalModelResponseFieldPaths: ['/usage', '/x'] }, { traits }).body
        .additionalModelResponseFieldPaths,
    ).toEqual(['/usage', '/x', '/stop_sequence']);
    const one = { additionalModelResponseFieldPaths: ['/x'] };
    expect(withOptions(one).body.additionalModelResponseFieldPaths).toEqual(['/x']);
    const ten = Array.from({ length: 10 }, (_, index) => `/${index}`);
    expect(
      withOptions({ additionalModelResponseFieldPaths: ten }, { traits }).body
        .additionalModelResponseFieldPaths,
    ).toEqual(ten);
  });
});

describe('options of the service', () => {
  it('are sent as Converse has them', () => {
    const { body } = withOptions({
      serviceTier: 'priority',
      performanceConfig: { latency: 'optimized' },
      promptVariables: { topic: 'whales', place: { text: 'sea' } },
      requestMetadata: { team: 'search' },
    });
    expect(body).toMatchObject({
      serviceTier: { type: 'priority' },
      performanceConfig: { latency: 'optimized' },
      promptVariables: { topic: { text: 'whales' }, place: { text: 'sea' } },
      requestMetadata: { team: 'search' },
    });
  });

  it('no labels are no member', () => {
    expect(withOptions({ requestMetadata: {} }).body.requestMetadata).toBeUndefined();
  });

  describe('the guardrail', () => {
    const guardrailConfig = {
      guardrailIdentifier: 'abc123',
      guardrailVersion: 'DRAFT',
      trace: 'enabled_full' as const,
      streamProcessingMode: 'async' as const,
    };
    const { streamProcessingMode: _, ...whole } = guardrailConfig;

    it('has its mode of streaming only in a stream', () => {
      expect(withOptions({ guardrailConfig }, { stream: true }).body.guardrailConfig).toEqual(
        guardrailConfig,
      );
      expect(withOptions({ guardrailConfig }).body.guardrailConfig).toEqual(whole);
    });

    it('has none where the stream is made of a whole reply', () => {
      const options: Partial<LanguageModelV4CallOptions> = {
        providerOptions: { bedrock: { guardrailConfig } },
      };
      const setup: Setup = { stream: true, tools: { streaming: false } };
      expect(planOf(options, setup).body.guardrailConfig).toEqual(guardrailConfig);
      expect(planOf({ ...options, tools: [functionTool('look')] }, setup).body.guardrailConfig).toEqual(
        whole,
      );
    });
  });
});

describe('a prompt of Prompt management', () => {
  const setup: Setup = { address: 'prompt-arn' };

  it('is sent its variables, and no message where there is none', () => {
    const { body } = planOf(
      { prompt: user(''), providerOptions: { bedrock: { promptVariables: { topic: 'whales' } } } },
      setup,
    );
    expect(body).toEqual({ promptVariables: { topic: { text: 'whales' } } });
  });

  it('is not sent what it brings itself, with warnings', () => {
    const { body, warnings } = planOf(
      {
        prompt: [{ role: 'system', content: 'Be brief.' }, ...user('Hi')],
        temperature: 0.5,
        tools: [functionTool('look')],
        providerOptions: { bedrock: { additionalModelRequestFields: { top_k: 3 } } },
      },
      setup,
    );
    expect(body).toEqual({ messages: [{ role: 'user', content: [{ text: 'Hi' }] }] });
    expect(warnings.map(warning => 'feature' in warning && warning.feature)).toEqual([
      'tools',
      'system',
      'inferenceConfig',
      'additionalModelRequestFields',
    ]);
  });

  it('is asked for JSON natively, or in the user’s message', () => {
    const responseFormat = { type: 'json' as const, schema: { type: 'object' as const } };
    const native = planOf({ responseFormat }, setup);
    expect(native.body.outputConfig).toBeDefined();
    const byTool = planOf({ responseFormat }, { ...setup, traits: { structuredOutput: [{ mode: 'tool' }] } });
    expect(byTool.body).toEqual({
      messages: [
        { role: 'user', content: [{ text: 'Hi' }, { text: expect.stringContaining('JSON schema') }] },
      ],
    });
    expect(byTool.facts.structuredOutput).toBe('instruction');
  });
});

it('a prompt router is sent everything', () => {
  const { body, warnings } = planOf(
    { temperature: 0.5, tools: [functionTool('look')] },
    { address: 'prompt-router-arn' },
  );
  expect(Object.keys(body)).toEqual(['messages', 'toolConfig', 'inferenceConfig']);
  expect(warnings).toEqual([]);
});
