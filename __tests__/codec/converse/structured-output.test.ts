import type { JSONObject, LanguageModelV4CallOptions } from '@ai-sdk/provider';
import { describe, expect, it } from 'vitest';
import type { BedrockLanguageModelOptions } from '../../../src/codec/converse/options.ts';
import type { ChatTraits, ReasoningPlan, StructuredOutputMode } from '../../../src/codec/family.ts';
import { functionTool, planOf, type Setup } from '../../support/converse-plan.ts';

const schema = { type: 'object' as const, properties: { a: { type: 'number' as const } }, required: ['a'] };
const json = { type: 'json' as const, schema, name: 'a thing', description: 'One thing.' };
const look = functionTool('look');

const modes = (...structuredOutput: StructuredOutputMode[]): Setup => ({ traits: { structuredOutput } });
const reasoning = (plan: Partial<ReasoningPlan>): ChatTraits['reasoning'] => {
  return () => ({ active: true, warnings: [], ...plan });
};

function ask(
  setup: Setup,
  options: Partial<LanguageModelV4CallOptions> = {},
  mode?: BedrockLanguageModelOptions['structuredOutputMode'],
) {
  const providerOptions = mode === undefined ? {} : { bedrock: { structuredOutputMode: mode } };
  return planOf({ responseFormat: json, providerOptions, ...options }, setup);
}

const instructionOf = ({ body }: ReturnType<typeof ask>) =>
  (body.system ?? []).flatMap(block => ('text' in block ? block.text : [])).at(-1);

describe('native structured output', () => {
  it('is the text format, its schema a string', () => {
    const { body, facts } = ask(modes({ mode: 'native' }));
    expect(body.outputConfig).toEqual({
      textFormat: {
        type: 'json_schema',
        structure: {
          jsonSchema: { schema: JSON.stringify(schema), name: 'a_thing', description: 'One thing.' },
        },
      },
    });
    expect(facts).toMatchObject({ structuredOutput: 'native', jsonTool: undefined });
  });

  it('has a name also where the caller gives none, and no empty description', () => {
    const responseFormat = { type: 'json' as const, schema, description: '' };
    const { body } = ask(modes({ mode: 'native' }), { responseFormat });
    expect(body.outputConfig?.textFormat?.structure.jsonSchema).toEqual({
      schema: JSON.stringify(schema),
      name: 'response',
    });
  });

  it('has the schema as the family wants it, without the name of the dialect', () => {
    const seen: JSONObject[] = [];
    const adaptSchema = (given: JSONObject) => {
      seen.push(given);
      return { adapted: true };
    };
    const responseFormat = {
      ...json,
      schema: { $schema: 'http://json-schema.org/draft-07/schema#', ...schema },
    };
    const { body } = ask(modes({ mode: 'native', adaptSchema }), { responseFormat });
    expect(seen).toEqual([schema]);
    expect(body.outputConfig?.textFormat?.structure.jsonSchema.schema).toBe('{"adapted":true}');
  });

  it('stands beside tools, whatever the choice, and beside effort', () => {
    const { body } = ask(
      { traits: { structuredOutput: [{ mode: 'native' }], reasoning: reasoning({ effort: 'low' }) } },
      { tools: [look], toolChoice: { type: 'required' } },
    );
    expect(body.toolConfig).toMatchObject({ tools: [{}], toolChoice: { any: {} } });
    expect(body.outputConfig).toMatchObject({ textFormat: { type: 'json_schema' }, effort: 'low' });
  });
});

describe('structured output by the family’s own field', () => {
  it('sends the schema and name there', () => {
    const fields = (given: JSONObject, name: string) => ({ response_format: { name, schema: given } });
    const { body, facts } = ask(modes({ mode: 'family', fields }));
    expect(body.additionalModelRequestFields).toEqual({ response_format: { name: 'a_thing', schema } });
    expect(facts.structuredOutput).toBe('family');
  });
});

describe('structured output by tool', () => {
  const tool = modes({ mode: 'tool' });
  const jsonTool = { toolSpec: { name: 'json', description: 'One thing.', inputSchema: { json: schema } } };

  it('forces a tool whose input is the answer', () => {
    const { body, facts } = ask(tool);
    expect(body.toolConfig).toEqual({ tools: [jsonTool], toolChoice: { tool: { name: 'json' } } });
    expect(facts).toMatchObject({ structuredOutput: 'tool', jsonTool: 'json' });
    expect(facts.toolNames.has('json')).toBe(false);
  });

  it('forces any where the model knows no other choice', () => {
    const { body } = ask({ ...tool, tools: { choices: ['any'] } });
    expect(body.toolConfig?.toolChoice).toEqual({ any: {} });
  });

  it('stands beside the caller’s tools, any of which may come first', () => {
    const { body } = ask(tool, { tools: [look] });
    expect(body.toolConfig).toMatchObject({
      tools: [{ toolSpec: { name: 'look' } }, jsonTool],
      toolChoice: { any: {} },
    });
  });

  it('has a name that no tool of the caller has', () => {
    const { body, facts } = ask(tool, { tools: [functionTool('json')] });
    expect(body.toolConfig?.tools).toMatchObject([
      { toolSpec: { name: 'json' } },
      { toolSpec: { name: 'json_2' } },
    ]);
    expect(facts.jsonTool).toBe('json_2');
  });

  it('stands alone under the choice `none`', () => {
    const { body } = ask(tool, { tools: [look], toolChoice: { type: 'none' } });
    expect(body.toolConfig).toEqual({ tools: [jsonTool], toolChoice: { tool: { name: 'json' } } });
  });

  it('gives way to a tool that the caller forces', () => {
    const { body, facts } = ask(tool, { tools: [look], toolChoice: { type: 'tool', toolName: 'look' } });
    expect(body.toolConfig).toMatchObject({
      tools: [{ toolSpec: { name: 'look' } }],
      toolChoice: { tool: { name: 'look' } },
    });
    expect(facts.jsonTool).toBeUndefined();
  });
});

describe('structured output by instruction', () => {
  it('puts the schema at the end of the system prompt, with a warning', () => {
    const plan = ask(modes(), {
      prompt: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: [{ type: 'text', text: 'Hi' }] },
      ],
    });
    expect(plan.body.system?.[0]).toEqual({ text: 'Be brief.' });
    expect(instructionOf(plan)).toMatch(/a thing: One thing\..*JSON schema:\n\{"type":"object"/s);
    expect(plan.facts.structuredOutput).toBe('instruction');
    expect(plan.warnings).toMatchObject([{ type: 'compatibility', feature: 'responseFormat' }]);
  });

  it('is all there is for JSON without a schema', () => {
    const plan = ask(modes({ mode: 'native' }), { responseFormat: { type: 'json' } });
    expect(plan.body.outputConfig).toBeUndefined();
    expect(instructionOf(plan)).toMatch(/single JSON value/);
    expect(plan.warnings).toEqual([]);
  });

  it('goes to the user message for a model without a system prompt', () => {
    const { body } = ask({ ...modes(), content: { system: false } });
    expect(body.system).toBeUndefined();
    expect(body.messages?.[0]?.content).toMatchObject([
      { text: expect.stringContaining('JSON schema') },
      { text: 'Hi' },
    ]);
  });
});

describe('the mode', () => {
  const native: StructuredOutputMode = { mode: 'native' };
  const picky: StructuredOutputMode = { mode: 'native', refusesSchema: () => 'The schema is recursive.' };
  const modeOf = (...args: Parameters<typeof ask>) => ask(...args).facts.structuredOutput;

  it('is undefined when no JSON is asked for', () => {
    expect(planOf({ responseFormat: { type: 'text' } }).facts.structuredOutput).toBeUndefined();
    expect(planOf({}).facts.structuredOutput).toBeUndefined();
  });

  it.each<[string, Setup, Partial<LanguageModelV4CallOptions>, string]>([
    ['the family’s first', modes(native, { mode: 'tool' }), {}, 'native'],
    ['the next where the schema does not fit the first', modes(picky, { mode: 'tool' }), {}, 'tool'],
    [
      'no tool while a tool cannot be forced',
      {
        traits: {
          structuredOutput: [{ mode: 'tool' }, native],
          reasoning: reasoning({ refusesForcedTool: 'Not while it thinks.' }),
        },
      },
      {},
      'native',
    ],
    [
      'no tool beside others where the model does not know «any»',
      { ...modes({ mode: 'tool' }), tools: { choices: ['tool'] } },
      { tools: [look] },
      'instruction',
    ],
    [
      'no tool where none can be forced',
      { ...modes({ mode: 'tool' }), tools: { choices: [] } },
      {},
      'instruction',
    ],
    [
      'no tool for a schema that is no object',
      modes({ mode: 'tool' }),
      { responseFormat: { type: 'json', schema: { type: 'array' } } },
      'instruction',
    ],
    [
      'no tool for a model without tools',
      { ...modes({ mode: 'tool' }), tools: { unsupported: 'No tools.' } },
      {},
      'instruction',
    ],
  ])('is %s', (_, setup, options, mode) => {
    expect(modeOf(setup, options)).toBe(mode);
  });

  it.each([
    ['native', 'native'],
    ['outputFormat', 'native'],
    ['tool', 'tool'],
    ['jsonTool', 'tool'],
    ['instruction', 'instruction'],
  ] as const)('is %s when the caller says so, listed by the family or not', (wished, mode) => {
    const plan = ask(modes(), {}, wished);
    expect(plan.facts.structuredOutput).toBe(mode);
    expect(plan.warnings).toEqual([]);
  });

  it('`outputFormat` is the family’s own field where that is what it has', () => {
    expect(modeOf(modes({ mode: 'tool' }, { mode: 'family', fields: () => ({}) }), {}, 'outputFormat')).toBe(
      'family',
    );
  });

  it.each<[string, Setup, BedrockLanguageModelOptions['structuredOutputMode'], string]>([
    [
      'the family has no field of its own',
      modes(native),
      'family',
      'Models of the family "test" have no such mode.',
    ],
    ['the schema does not fit it', modes(picky, { mode: 'tool' }), 'native', 'The schema is recursive.'],
    [
      'a tool cannot be forced',
      { traits: { structuredOutput: [native], reasoning: reasoning({ refusesForcedTool: 'Not now.' }) } },
      'tool',
      'Not now.',
    ],
  ])('is another than wished, with a warning, where %s', (_, setup, wished, reason) => {
    const { facts, warnings } = ask(setup, {}, wished);
    expect(facts.structuredOutput).not.toBe(wished);
    expect(warnings).toEqual([
      {
        type: 'compatibility',
        feature: 'structuredOutputMode',
        details: `${reason} Another mode is used instead of "${wished}".`,
      },
    ]);
  });

  it('comes from the settings where the call says nothing', () => {
    const setup: Setup = { ...modes(native), defaults: { structuredOutputMode: 'tool' } };
    expect(modeOf(setup)).toBe('tool');
    expect(modeOf(setup, {}, 'native')).toBe('native');
  });
});
