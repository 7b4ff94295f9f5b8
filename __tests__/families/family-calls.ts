/**
 * What calls of a family's models become on the wire, through the public door. Every request is valid by AWS's
 * schemas and taken by the local Bedrock (`door.ts`), and carries only what the model's rules allow
 * (`within-traits.ts`); what the caller asked for and is not in it has a warning with a reason, and nothing else
 * has.
 */
import {
  type JSONObject,
  type JSONValue,
  type LanguageModelV4CallOptions,
  type LanguageModelV4FilePart,
  type LanguageModelV4Prompt,
  type SharedV4Warning,
  UnsupportedFunctionalityError,
} from '@ai-sdk/provider';
import { describe, expect, it } from 'vitest';
import type { ContentBlock, ConverseRequest } from '../../src/codec/converse/wire.ts';
import {
  type ChatTraits,
  type MediaKind,
  type ReasoningLevel,
  SAMPLING_OPTIONS,
  type SamplingOption,
} from '../../src/codec/family.ts';
import { functionTool, pngBytes, user } from '../support/converse-plan.ts';
import { errorOf } from '../support/replies.ts';
import { type Door, openDoor, type Taken } from './door.ts';
import { REASONING_LEVELS, ruleSets, visibleButReasoning } from './family-contract.ts';
import type { FamilyFacts } from './family-models.ts';
import { expectWithinTraits, mediaKind } from './within-traits.ts';

const QUESTION = 'What is the weather in Oslo?';

export function describeCalls(facts: FamilyFacts): void {
  // Models that Converse does not serve are called through InvokeModel: `invoke-calls.ts`.
  const served = ({ baseModel }: { baseModel: string | undefined }) =>
    facts.family.invokeChat?.(baseModel)?.insteadOfConverse !== 'always';
  for (const { title, baseModel, traits } of ruleSets(facts, visibleButReasoning).filter(served)) {
    describe(`${facts.family.name}: ${title}`, () => {
      const door = openDoor(facts.family, baseModel);
      describePrompts(door, traits);
      describeMedia(door, traits);
      describeSettings(door, traits);
      describeStructuredOutput(door, traits);
      describeTools(door, traits);
    });
  }
  for (const { title, baseModel, traits } of ruleSets(facts).filter(served)) {
    describe(`${facts.family.name}: reasoning of ${title}`, () => {
      describeReasoning(openDoor(facts.family, baseModel), traits);
    });
  }
}

/* ----------------------------------------------------------------- prompts */

function describePrompts(door: Door, traits: ChatTraits): void {
  const { content, tools } = traits;

  it('answers a question, whole and streamed', async () => {
    for (const taken of await both(door, { prompt: user(QUESTION) })) {
      expect(taken.body.messages).toEqual([{ role: 'user', content: [{ text: QUESTION }] }]);
      expectWithinTraits(taken.body, traits);
      expectWarnings(taken, []);
      expect(taken.content).toMatchObject([{ type: 'text', text: expect.stringMatching(/\S/) }]);
      expect(taken.finishReason.unified).toBe('stop');
    }
  });

  it('takes a system prompt, or says that it becomes the user’s text', async () => {
    const prompt: LanguageModelV4Prompt = [{ role: 'system', content: 'Be brief.' }, ...user(QUESTION)];
    const taken = await door.generate({ prompt });
    expectWithinTraits(taken.body, traits);
    expectWarnings(taken, content.system ? [] : ['system']);
    expect(textsOf(taken.body)).toEqual(['Be brief.', QUESTION]);
  });

  it('takes a system message between turns, or says that it becomes the user’s text', async () => {
    const prompt: LanguageModelV4Prompt = [
      ...user('Hi'),
      { role: 'assistant', content: [{ type: 'text', text: 'Hello.' }] },
      ...user(QUESTION),
      { role: 'system', content: 'In Celsius.' },
    ];
    const taken = await door.generate({ prompt });
    expectWithinTraits(taken.body, traits);
    expectWarnings(taken, content.systemBetweenTurns ? [] : ['system messages between turns']);
    expect(textsOf(taken.body)).toEqual(['Hi', 'Hello.', QUESTION, 'In Celsius.']);
  });

  it('continues an assistant message, or says that it is asked to', async () => {
    const prompt: LanguageModelV4Prompt = [
      ...user(QUESTION),
      { role: 'assistant', content: [{ type: 'text', text: 'The weather is' }] },
    ];
    const taken = await door.generate({ prompt });
    expectWithinTraits(taken.body, traits);
    const refused = content.refusesPrefill !== undefined;
    expectWarnings(taken, refused ? ['assistant message at the end'] : []);
    expect(taken.body.messages).toHaveLength(refused ? 3 : 2);
  });

  it('takes a conversation with reasoning, citations, two tool calls and their results', async () => {
    for (const taken of await both(door, { prompt: conversation })) {
      expectWithinTraits(taken.body, traits);
      expectWarnings(taken, tools.unsupported === undefined ? [] : ['tool history']);
      expect(textsOf(taken.body)).toEqual(
        expect.arrayContaining([QUESTION, 'Rain in Oslo.', 'And in Rome?']),
      );
      const replayed = content.reasoningReplay === 'never' ? 0 : content.reasoningReplay === 'always' ? 2 : 1;
      expect(blocksOf(taken.body, 'reasoningContent')).toHaveLength(replayed);
      const ids = blocksOf(taken.body, 'toolUse').map(block =>
        'toolUse' in block ? block.toolUse.toolUseId : '',
      );
      expect(new Set(ids).size).toBe(tools.unsupported === undefined ? 2 : 0);
    }
  });

  it('takes a question right behind a tool result, in the same message or in one of its own', async () => {
    const taken = await door.generate({ prompt: [...conversation.slice(0, 3), ...user('In Celsius.')] });
    expectWithinTraits(taken.body, traits);
    const apart = tools.unsupported === undefined && content.besideToolResult?.includes('text') === false;
    const others = tools.unsupported === undefined ? [] : ['tool history'];
    expectWarnings(taken, apart ? ['content beside tool results', ...others] : others);
  });

  it('marks a failed tool', async () => {
    const failed = { type: 'error-text', value: 'No such city.' } as const;
    const taken = await door.generate({ prompt: withResults(failed, failed) });
    expectWithinTraits(taken.body, traits);
    const [result] = blocksOf(taken.body, 'toolResult');
    if (result === undefined) expect(tools.unsupported).toBeDefined();
    else expect(JSON.stringify(result)).toMatch(tools.resultStatus === false ? /failed/ : /"status":"error"/);
  });
}

type ToolOutput = Extract<
  Extract<LanguageModelV4Prompt[number], { role: 'tool' }>['content'][number],
  { type: 'tool-result' }
>['output'];

/** Ids as some models give them: counted from zero, and with characters that others refuse. */
function withResults(first: ToolOutput, second: ToolOutput): LanguageModelV4Prompt {
  return [
    ...user(QUESTION),
    {
      role: 'assistant',
      content: [
        { type: 'reasoning', text: 'I look.', providerOptions: { bedrock: { signature: 'c2lnbmVk' } } },
        { type: 'reasoning', text: 'I look twice.' },
        {
          type: 'tool-call',
          toolCallId: 'functions.weather:0',
          toolName: 'weather',
          input: { city: 'Oslo' },
        },
        { type: 'tool-call', toolCallId: 'call ü 2', toolName: 'weather', input: { city: 'Bergen' } },
      ],
    },
    {
      role: 'tool',
      content: [
        { type: 'tool-result', toolCallId: 'functions.weather:0', toolName: 'weather', output: first },
        { type: 'tool-result', toolCallId: 'call ü 2', toolName: 'weather', output: second },
      ],
    },
  ];
}

const conversation: LanguageModelV4Prompt = [
  ...withResults({ type: 'json', value: { sky: 'rain' } }, { type: 'text', value: 'Snow.' }),
  {
    role: 'assistant',
    content: [
      {
        type: 'text',
        text: 'Rain in Oslo.',
        providerOptions: {
          bedrock: { citations: [{ title: 'Met', location: { web: { url: 'https://example.com' } } }] },
        },
      },
    ],
  },
  ...user('And in Rome?'),
];

/* ------------------------------------------------------------------- media */

const FILES: Readonly<Record<MediaKind, LanguageModelV4FilePart>> = {
  image: { type: 'file', mediaType: 'image/png', data: { type: 'data', data: pngBytes } },
  document: {
    type: 'file',
    mediaType: 'application/pdf',
    filename: 'report.pdf',
    data: { type: 'data', data: 'JVBERi0=' },
  },
  video: { type: 'file', mediaType: 'video/mp4', data: { type: 'data', data: 'AAAAHA==' } },
  audio: { type: 'file', mediaType: 'audio/mpeg', data: { type: 'data', data: 'SUQz' } },
};

function describeMedia(door: Door, traits: ChatTraits): void {
  const { content, tools } = traits;
  const kinds = Object.entries(FILES) as Array<[MediaKind, LanguageModelV4FilePart]>;

  it('takes files in the prompt, or refuses them before anything is sent', async () => {
    for (const [kind, file] of kinds) {
      const prompt: LanguageModelV4Prompt = [
        { role: 'user', content: [{ type: 'text', text: 'What is it?' }, file] },
      ];
      if (content.refuses[kind] !== undefined) await expectRefusal(door, prompt, content.refuses[kind]);
      else {
        const taken = await door.generate({ prompt });
        expectWithinTraits(taken.body, traits);
        expectWarnings(taken, []);
        expect(mediaOf(taken.body)).toEqual([kind]);
      }
    }
  });

  it('takes files in a tool result or behind it, or refuses them before anything is sent', async () => {
    for (const [kind, file] of kinds) {
      const output: ToolOutput = { type: 'content', value: [{ type: 'text', text: 'Here.' }, file] };
      const prompt = withResults(output, { type: 'text', value: 'Nothing.' });
      if (content.refuses[kind] !== undefined) await expectRefusal(door, prompt, content.refuses[kind]);
      else {
        const taken = await door.generate({ prompt });
        expectWithinTraits(taken.body, traits);
        expect(mediaOf(taken.body)).toEqual([kind]);
        const beside = content.besideToolResult;
        const apart =
          !content.toolResultMedia.includes(kind) &&
          beside !== undefined &&
          !(beside.includes('text') && beside.includes(kind));
        if (tools.unsupported !== undefined) expectWarnings(taken, ['tool history']);
        else expectWarnings(taken, apart ? ['content beside tool results'] : []);
      }
    }
  });
}

async function expectRefusal(door: Door, prompt: LanguageModelV4Prompt, sentence: string): Promise<void> {
  for (const call of [door.generate, door.stream]) {
    const error = await errorOf(call({ prompt }));
    expect(UnsupportedFunctionalityError.isInstance(error)).toBe(true);
    expect(String(error)).toContain(sentence);
  }
  expect(door.arrived).toBe(0);
}

/* ---------------------------------------------------------------- settings */

const VALUES = {
  temperature: 0.5,
  topP: 0.8,
  topK: 40,
  seed: 7,
  presencePenalty: 0.5,
  frequencyPenalty: 0.25,
  stopSequences: ['STOP!'],
} as const satisfies Record<SamplingOption, JSONValue>;

const ALL_SAMPLING = { ...VALUES, stopSequences: [...VALUES.stopSequences] };

function describeSettings(door: Door, traits: ChatTraits): void {
  const { sampling, samplingConflicts } = traits;
  const possible = SAMPLING_OPTIONS.filter(option => sampling[option].to !== 'nowhere');

  it('sends the sampling options that go together, and says why not the others', async () => {
    const taken = await door.stream({ prompt: user(QUESTION), ...ALL_SAMPLING, maxOutputTokens: 77 });
    const beaten = samplingConflicts.filter(({ keep }) => possible.includes(keep)).map(({ drop }) => drop);
    const sent = possible.filter(option => !beaten.includes(option));
    expect(sentSampling(taken.body, traits)).toEqual(sent);
    expectWarnings(
      taken,
      SAMPLING_OPTIONS.filter(option => !sent.includes(option)),
    );
    expectWithinTraits(taken.body, traits, samplingFields(traits, sent));
    expect(taken.body.inferenceConfig?.maxTokens).toBe(77);
  });

  for (const { drop } of samplingConflicts) {
    it(`sends ${drop} alone, which does not go with others`, async () => {
      const taken = await door.generate({ prompt: user(QUESTION), [drop]: ALL_SAMPLING[drop] });
      const sent = possible.filter(option => option === drop);
      expect(sentSampling(taken.body, traits)).toEqual(sent);
      expectWarnings(taken, sent.length > 0 ? [] : [drop]);
    });
  }

  it('keeps numbers within the range of the model, and says so', async () => {
    // One of two that do not go together is not there to be kept.
    const beaten = samplingConflicts.map(({ drop }) => drop);
    const ranged = SAMPLING_OPTIONS.flatMap(option => {
      const rule = sampling[option];
      const range = rule.to === 'nowhere' ? undefined : rule.range;
      return range === undefined || beaten.includes(option) ? [] : [{ option, rule, range }];
    });
    for (const [side, step] of [
      [0, -1],
      [1, 1],
    ] as const) {
      const beyond = ranged.map(({ option, range }) => [option, range[side] + step] as const);
      const taken = await door.generate({ prompt: user(QUESTION), ...Object.fromEntries(beyond) });
      expectWarnings(
        taken,
        ranged.map(({ option }) => option),
      );
      const common = ranged.filter(({ rule }) => rule.to === 'inferenceConfig');
      expect(taken.body.inferenceConfig ?? {}).toEqual(
        Object.fromEntries(common.map(({ option, range }) => [option, range[side]])),
      );
      expect(taken.body.additionalModelRequestFields ?? {}).toEqual(
        merge(
          ...ranged.map(({ rule, range }) =>
            rule.to === 'additionalModelRequestFields' ? rule.fields(range[side]) : {},
          ),
        ),
      );
    }
  });

  if (possible.includes('stopSequences')) {
    it('stops at a stop sequence, and says at which where it is told', async () => {
      const options = { prompt: user('Say Bergen.'), stopSequences: ['Bergen'] };
      const isTold = traits.responseFieldPaths.includes('/stop_sequence');
      for (const taken of await both(door, options)) {
        expect(taken.finishReason).toEqual({ unified: 'stop', raw: 'stop_sequence' });
        expect(taken.metadata['stopSequence']).toBe(isTold ? 'Bergen' : undefined);
      }
    });
  }

  it('takes beta flags, or says that it knows none', async () => {
    const providerOptions = { bedrock: { anthropicBeta: ['a-flag-2026-01-01'] } };
    const taken = await door.generate({ prompt: user(QUESTION), providerOptions });
    expectWithinTraits(taken.body, traits, traits.betas?.(['a-flag-2026-01-01']) ?? {});
    expectWarnings(taken, traits.betas === undefined ? ['anthropicBeta'] : []);
  });

  it('takes cache points where it can, and says where not', async () => {
    const providerOptions = { bedrock: { cachePoint: { type: 'default' } } };
    const taken = await door.generate({
      tools: [functionTool('weather', { providerOptions })],
      prompt: [
        { role: 'system', content: 'Be brief.', providerOptions },
        { role: 'user', content: [{ type: 'text', text: QUESTION }], providerOptions },
      ],
    });
    const { content, promptCache, tools } = traits;
    const takesTools = tools.unsupported === undefined;
    const wanted = [
      ...(takesTools ? (['tools'] as const) : []),
      content.system ? ('system' as const) : ('messages' as const),
      'messages' as const,
    ];
    const placed = wanted.filter(place => promptCache?.places.includes(place));
    expect(cachePointsOf(taken.body)).toBe(placed.length);
    expectWithinTraits(taken.body, traits);
    expectWarnings(taken, [
      ...(placed.length < wanted.length ? ['cachePoint'] : []),
      ...(content.system ? [] : ['system']),
      ...(takesTools ? [] : ['tools']),
    ]);
  });
}

/** The options that stand in a request with their value of `VALUES`. */
function sentSampling(body: ConverseRequest, { sampling }: ChatTraits): SamplingOption[] {
  const own: JSONObject = body.additionalModelRequestFields ?? {};
  const common: Readonly<Record<string, unknown>> = { ...body.inferenceConfig };
  return SAMPLING_OPTIONS.filter(option => {
    const rule = sampling[option];
    if (rule.to === 'additionalModelRequestFields') return contains(own, rule.fields(ALL_SAMPLING[option]));
    return JSON.stringify(common[option]) === JSON.stringify(VALUES[option]);
  });
}

function samplingFields({ sampling }: ChatTraits, options: readonly SamplingOption[]): JSONObject {
  return merge(
    ...options.map(option => {
      const rule = sampling[option];
      return rule.to === 'additionalModelRequestFields' ? rule.fields(ALL_SAMPLING[option]) : {};
    }),
  );
}

/* --------------------------------------------------------------- reasoning */

function describeReasoning(door: Door, traits: ChatTraits): void {
  const plan = (level: ReasoningLevel, maxOutputTokens?: number) =>
    traits.reasoning({ level, config: undefined, maxOutputTokens });

  it('sends each level of reasoning, or says why not', async () => {
    for (const level of REASONING_LEVELS) {
      const { fields, effort, warnings, dropsMaxTokens, extraMaxTokens = 0 } = plan(level, 1000);
      const taken = await door.generate({ prompt: user(QUESTION), reasoning: level, maxOutputTokens: 1000 });
      expectWithinTraits(taken.body, traits, fields);
      expect(taken.body.outputConfig?.effort).toBe(effort);
      expect(taken.body.inferenceConfig?.maxTokens).toBe(
        dropsMaxTokens === undefined ? 1000 + extraMaxTokens : undefined,
      );
      expectWarnings(taken, [
        ...warnings.map(featureOf),
        ...(dropsMaxTokens === undefined ? [] : ['maxOutputTokens']),
      ]);
      const asked = fields !== undefined || effort !== undefined;
      if (level !== 'none' && !asked) expectWarnings(taken, ['reasoning']);
    }
  });

  it('says which sampling options go without while it reasons', async () => {
    const { fields = {}, drops = {}, warnings } = plan('high');
    const options = { prompt: user(QUESTION), reasoning: 'high' as const, ...ALL_SAMPLING };
    const taken = await door.stream(options);
    const sent = sentSampling(taken.body, traits);
    expect(sent.filter(option => drops[option] !== undefined)).toEqual([]);
    expectWarnings(taken, [
      ...warnings.map(featureOf),
      ...SAMPLING_OPTIONS.filter(option => !sent.includes(option)),
    ]);
    expectWithinTraits(taken.body, traits, merge(samplingFields(traits, sent), fields));
  });

  it('sends explicit wishes to reason, or says why not', async () => {
    const configs = [
      { type: 'enabled', budgetTokens: 2000 },
      { type: 'adaptive', maxReasoningEffort: 'low', display: 'summarized' },
      { type: 'disabled' },
    ] as const;
    for (const config of configs) {
      const { fields, effort, warnings } = traits.reasoning({
        level: undefined,
        config,
        maxOutputTokens: undefined,
      });
      const providerOptions = { bedrock: { reasoningConfig: config } };
      const taken = await door.generate({ prompt: user(QUESTION), providerOptions });
      expectWithinTraits(taken.body, traits, fields);
      expect(taken.body.outputConfig?.effort).toBe(effort);
      expectWarnings(taken, warnings.map(featureOf));
    }
  });

  it('continues no assistant message while it reasons, where it cannot', async () => {
    const { fields, refusesPrefill = traits.content.refusesPrefill, warnings } = plan('low');
    const prompt: LanguageModelV4Prompt = [
      ...user(QUESTION),
      { role: 'assistant', content: [{ type: 'text', text: 'The weather is' }] },
    ];
    const taken = await door.generate({ prompt, reasoning: 'low' });
    expectWithinTraits(taken.body, traits, fields);
    expectWarnings(taken, [
      ...warnings.map(featureOf),
      ...(refusesPrefill === undefined ? [] : ['assistant message at the end']),
    ]);
    expect(taken.body.messages?.at(-1)?.role).toBe(refusesPrefill === undefined ? 'assistant' : 'user');
  });

  it('is held to a schema while it reasons, without a forced tool where that does not work', async () => {
    const { fields, refusesForcedTool, warnings } = plan('high');
    const taken = await door.generate({ ...ask(PERSON), reasoning: 'high' });
    const mode = taken.metadata['structuredOutput'];
    if (refusesForcedTool !== undefined) expect(mode).not.toBe('tool');
    expectMode(taken, traits, { fields });
    expectWarnings(taken, [...warningsOfMode(mode, traits), ...warnings.map(featureOf)]);
  });

  it('is made to call no tool while it reasons, where it cannot be', async () => {
    const { fields, refusesForcedTool, warnings } = plan('high');
    const { choices, unsupported } = traits.tools;
    const taken = await door.stream({
      prompt: user(QUESTION),
      tools: [weather],
      toolChoice: { type: 'required' },
      reasoning: 'high',
    });
    const forced = choices.length > 0 && refusesForcedTool === undefined;
    expect(taken.body.toolConfig?.toolChoice !== undefined).toBe(forced);
    expectWithinTraits(taken.body, traits, fields);
    const refused = unsupported !== undefined ? ['tools'] : ['toolChoice'];
    expectWarnings(taken, [...warnings.map(featureOf), ...(forced ? [] : refused)]);
  });
}

/* ------------------------------------------------------- structured output */

const PERSON = {
  type: 'object',
  properties: { name: { type: 'string' }, age: { type: 'integer', minimum: 0 } },
  required: ['name', 'age'],
  additionalProperties: false,
} as const;

/** No decoder of Bedrock's can hold an answer to it. */
const TREE = {
  type: 'object',
  properties: { children: { type: 'array', items: { $ref: '#' } } },
  required: ['children'],
  additionalProperties: false,
} as const;

function ask(schema: typeof PERSON | typeof TREE): LanguageModelV4CallOptions {
  return { prompt: user('Who is it?'), responseFormat: { type: 'json', name: 'person', schema } };
}

function warningsOfMode(mode: unknown, { content }: ChatTraits): string[] {
  return mode === 'instruction' ? ['responseFormat', ...(content.system ? [] : ['system'])] : [];
}

function describeStructuredOutput(door: Door, traits: ChatTraits): void {
  const { structuredOutput, tools, content } = traits;
  const [best] = structuredOutput;
  const warningsOf = (mode: unknown) => warningsOfMode(mode, traits);

  it('is held to a schema in the best way that it has, whole and streamed', async () => {
    for (const taken of await both(door, ask(PERSON))) {
      expect(taken.metadata['structuredOutput']).toBe(best?.mode ?? 'instruction');
      expectMode(taken, traits);
      expectWarnings(taken, warningsOf(best?.mode ?? 'instruction'));
      if (best !== undefined) {
        expect(taken.finishReason.unified).toBe('stop');
        expect(taken.content).toHaveLength(1);
        const [answer] = taken.content;
        const person = JSON.parse(answer?.type === 'text' ? answer.text : '');
        expect([typeof person.name, Number.isInteger(person.age)]).toEqual(['string', true]);
      }
    }
  });

  it('is held to a schema that its best way cannot enforce in another way', async () => {
    const taken = await door.generate(ask(TREE));
    const mode = taken.metadata['structuredOutput'];
    expect(['native', 'family'].filter(strict => strict === mode && best && 'refusesSchema' in best)).toEqual(
      [],
    );
    expectMode(taken, traits, { schema: TREE });
    expectWarnings(taken, warningsOf(mode));
  });

  it('is held to a schema beside tools', async () => {
    const beside = await door.stream({ ...ask(PERSON), tools: [weather] });
    expectMode(beside, traits);
    expectWarnings(beside, [
      ...warningsOf(beside.metadata['structuredOutput']),
      ...(tools.unsupported === undefined ? [] : ['tools']),
    ]);
  });

  it('is held to a schema in the way that the caller names', async () => {
    for (const mode of ['tool', 'instruction'] as const) {
      const providerOptions = { bedrock: { structuredOutputMode: mode } };
      const taken = await door.generate({ ...ask(PERSON), providerOptions });
      if (mode === 'instruction') expect(taken.metadata['structuredOutput']).toBe('instruction');
      expectMode(taken, traits);
      const used = taken.metadata['structuredOutput'];
      expectWarnings(taken, [
        ...(used === mode ? [] : ['structuredOutputMode', ...warningsOf(used)]),
        ...(mode === 'instruction' && !content.system ? ['system'] : []),
      ]);
    }
  });
}

/** The request has what the mode in the reply's metadata stands for, and of the others nothing. */
function expectMode(
  { body, metadata }: Taken,
  traits: ChatTraits,
  expected: { schema?: object; fields?: JSONObject | undefined } = {},
): void {
  const { schema = PERSON, fields = {} } = expected;
  const mode = metadata['structuredOutput'];
  expect(['instruction', ...traits.structuredOutput.map(known => known.mode)]).toContain(mode);
  const specs = body.toolConfig?.tools.flatMap(tool => ('toolSpec' in tool ? tool.toolSpec.name : [])) ?? [];
  const family = traits.structuredOutput.find(known => known.mode === 'family');
  expect({
    native: body.outputConfig?.textFormat !== undefined,
    tool: specs.includes('json') && body.toolConfig?.toolChoice !== undefined,
    instruction: textsOf(body).some(text => text.includes('valid against this JSON schema')),
  }).toEqual({
    native: mode === 'native',
    tool: mode === 'tool',
    instruction: mode === 'instruction',
  });
  const own = mode === 'family' ? family?.fields(schema as JSONObject, 'person') : undefined;
  expectWithinTraits(body, traits, merge(own ?? {}, fields));
}

/* ------------------------------------------------------------------- tools */

const weather = functionTool('weather', {
  description: 'The weather in a city',
  inputSchema: {
    type: 'object',
    properties: { city: { type: 'string' } },
    required: ['city'],
    additionalProperties: false,
  },
});
const stock = functionTool('stock', { description: 'The price of a share' });

function describeTools(door: Door, traits: ChatTraits): void {
  const { unsupported, choices, streaming, strict, systemTools, providerTools } = traits.tools;
  const missing = unsupported === undefined ? [] : ['tools'];

  it('calls tools, whole and streamed, or says that it takes none', async () => {
    for (const taken of await both(door, { prompt: user(QUESTION), tools: [weather, stock] })) {
      expectWithinTraits(taken.body, traits);
      expectWarnings(taken, missing);
      expect(taken.body.toolConfig?.toolChoice).toBeUndefined();
      if (unsupported === undefined) expectCall(taken, 'weather');
    }
  });

  it('streams with tools only where the model does', async () => {
    const taken = await door.stream({ prompt: user(QUESTION), tools: [weather] });
    expect(taken.operation).toBe(streaming || unsupported !== undefined ? 'ConverseStream' : 'Converse');
    expect((await door.stream({ prompt: user(QUESTION) })).operation).toBe('ConverseStream');
  });

  it('is made to call some tool, or says that it cannot be', async () => {
    const options: LanguageModelV4CallOptions = {
      prompt: user('Hello'),
      tools: [weather, stock],
      toolChoice: { type: 'required' },
    };
    for (const taken of await both(door, options)) {
      expectWithinTraits(taken.body, traits);
      const forced = unsupported === undefined && choices.includes('any');
      expectWarnings(taken, unsupported !== undefined ? missing : forced ? [] : ['toolChoice']);
      expect(taken.body.toolConfig?.toolChoice).toEqual(forced ? { any: {} } : undefined);
      if (forced) expect(taken.finishReason.unified).toBe('tool-calls');
    }
  });

  it('is made to call a certain tool, or says that it cannot be', async () => {
    const options: LanguageModelV4CallOptions = {
      prompt: user('Hello'),
      tools: [weather, stock],
      toolChoice: { type: 'tool', toolName: 'stock' },
    };
    for (const taken of await both(door, options)) {
      expectWithinTraits(taken.body, traits);
      const forced = unsupported === undefined && choices.length > 0;
      expectWarnings(taken, unsupported !== undefined ? missing : forced ? [] : ['toolChoice']);
      if (forced) expectCall(taken, 'stock');
      else expect(taken.body.toolConfig?.toolChoice).toBeUndefined();
    }
  });

  it('is offered no tool when the caller wants none called', async () => {
    const options = { tools: [weather], toolChoice: { type: 'none' as const } };
    const taken = await door.generate({ prompt: user(QUESTION), ...options });
    expectWarnings(taken, []);
    expect(taken.body.toolConfig).toBeUndefined();
    // Unless the history calls one: the service takes no call of a tool that is not declared.
    const later = await door.generate({ prompt: conversation, ...options });
    expectWithinTraits(later.body, traits);
    expectWarnings(later, unsupported === undefined ? [] : ['tool history']);
  });

  it('takes strict tools, or says that it does not', async () => {
    const taken = await door.generate({ prompt: user(QUESTION), tools: [{ ...weather, strict: true }] });
    expectWithinTraits(taken.body, traits);
    expectWarnings(taken, unsupported !== undefined ? missing : strict ? [] : ['strict']);
    expect(JSON.stringify(taken.body).includes('"strict":true')).toBe(strict);
  });

  it('takes the tools of its maker and of Bedrock, or says that it does not', async () => {
    const bash = { type: 'provider', id: 'anthropic.bash_20250124', name: 'shell', args: {} } as const;
    const plan = providerTools?.tool(bash);
    const ofMaker = await door.generate({ prompt: user(QUESTION), tools: [bash] });
    expectWithinTraits(ofMaker.body, traits, plan?.fields);
    expectWarnings(
      ofMaker,
      unsupported !== undefined ? missing : plan ? [] : ['tool anthropic.bash_20250124'],
    );

    for (const name of [...systemTools, 'nova_unheard_of']) {
      const tool = { type: 'provider', id: `bedrock.${name}`, name: 'helper', args: {} } as const;
      const taken = await door.generate({ prompt: user(QUESTION), tools: [tool] });
      const known = systemTools.includes(name);
      expectWithinTraits(taken.body, traits);
      expectWarnings(taken, unsupported !== undefined ? missing : known ? [] : [`tool bedrock.${name}`]);
      expect(taken.body.toolConfig).toEqual(known ? { tools: [{ systemTool: { name } }] } : undefined);
    }
  });
}

function expectCall({ content, finishReason }: Taken, toolName: string): void {
  expect(content).toContainEqual(expect.objectContaining({ type: 'tool-call', toolName }));
  expect(finishReason.unified).toBe('tool-calls');
}

/* ----------------------------------------------------------------- helpers */

async function both(door: Door, options: LanguageModelV4CallOptions): Promise<Taken[]> {
  return [await door.generate(options), await door.stream(options)];
}

/** Warnings of exactly these features, each with words on why. */
function expectWarnings({ warnings }: Taken, features: readonly string[]): void {
  expect(new Set(warnings.map(featureOf))).toEqual(new Set(features));
  for (const warning of warnings) {
    expect('details' in warning ? warning.details : undefined).toMatch(/\S+\s+\S+\s+\S+/);
  }
}

function featureOf(warning: SharedV4Warning): string {
  return 'feature' in warning ? warning.feature : warning.type;
}

function blocksOf(body: ConverseRequest, member: string): ContentBlock[] {
  return (body.messages ?? []).flatMap(({ content }) => content.filter(block => member in block));
}

/** All text of a request, in order. */
function textsOf({ system = [], messages = [] }: ConverseRequest): string[] {
  const blocks: object[] = [...system, ...messages.flatMap(({ content }) => content)];
  return blocks.flatMap(block => {
    const cited =
      'citationsContent' in block ? (block.citationsContent as { content?: object[] }).content : [];
    return [block, ...(cited ?? [])].flatMap(each =>
      'text' in each && typeof each.text === 'string' ? each.text : [],
    );
  });
}

/** The kinds of the media of a request, in tool results or beside them. */
function mediaOf({ messages = [] }: ConverseRequest): MediaKind[] {
  const blocks: object[] = messages.flatMap(({ content }) => content);
  const inside = blocks.flatMap(block =>
    'toolResult' in block ? (block.toolResult as { content: object[] }).content : [],
  );
  return [...blocks, ...inside].flatMap(block => mediaKind(block) ?? []);
}

function cachePointsOf(body: ConverseRequest): number {
  return JSON.stringify(body).split('"cachePoint":').length - 1;
}

function merge(...layers: readonly JSONObject[]): JSONObject {
  const merged: JSONObject = {};
  for (const [name, value] of layers.flatMap(layer => Object.entries(layer))) {
    const known = merged[name];
    if (Array.isArray(known) && Array.isArray(value)) merged[name] = [...known, ...value];
    else merged[name] = isObject(known) && isObject(value) ? merge(known, value) : value;
  }
  return merged;
}

function contains(whole: JSONObject, part: JSONObject): boolean {
  return Object.entries(part).every(([name, value]) => {
    const found = whole[name];
    return isObject(value) && isObject(found)
      ? contains(found, value)
      : JSON.stringify(found) === JSON.stringify(value);
  });
}

function isObject(value: JSONValue | undefined): value is JSONObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
