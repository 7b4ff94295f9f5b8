import type { LanguageModelV4CallOptions, LanguageModelV4Prompt } from '@ai-sdk/provider';
import { describe, expect, it } from 'vitest';
import type { Tool } from '../../../src/codec/converse/wire.ts';
import { functionTool, planOf, type Setup, user } from '../../support/converse-plan.ts';

const grounding = {
  type: 'provider' as const,
  id: 'bedrock.nova_grounding' as const,
  name: 'search',
  args: {},
};
const bash = { type: 'provider' as const, id: 'anthropic.bash_20250124' as const, name: 'shell', args: {} };
const look = functionTool('look');
const schema = { type: 'object' as const, properties: {} };

const specOf = (tool: LanguageModelV4CallOptions['tools'], setup?: Setup) =>
  planOf({ tools: tool }, setup).body.toolConfig?.tools.flatMap(entry =>
    'toolSpec' in entry ? entry.toolSpec : [],
  )[0];

describe('function tools', () => {
  it('are declared with name, description and schema', () => {
    expect(planOf({ tools: [functionTool('look', { description: 'Looks.' })] }).body.toolConfig).toEqual({
      tools: [{ toolSpec: { name: 'look', description: 'Looks.', inputSchema: { json: schema } } }],
    });
  });

  it.each(['', ' '])('have no description when it is blank (%j)', description => {
    expect(specOf([functionTool('look', { description })])).not.toHaveProperty('description');
  });

  it('have an object at the top of their schema, without the name of the dialect', () => {
    const inputSchema = { $schema: 'http://json-schema.org/draft-07/schema#', anyOf: [schema] };
    expect(specOf([functionTool('look', { inputSchema })])?.inputSchema).toEqual({
      json: { type: 'object', anyOf: [schema] },
    });
  });

  it('have the type at the top also where their schema only inherits it, which JSON does not show', () => {
    const inputSchema = Object.assign(Object.create({ type: 'object', toJSON: () => 'nothing' }), {
      properties: {},
    });
    const tool = specOf([functionTool('look', { inputSchema })]);
    expect(JSON.parse(JSON.stringify(tool?.inputSchema))).toEqual({
      json: { type: 'object', properties: {} },
    });
  });

  it('keep names apart and lead back to the caller’s', () => {
    const { body, facts } = planOf({ tools: [functionTool('a.b'), functionTool('a_b')] });
    expect(body.toolConfig?.tools).toMatchObject([
      { toolSpec: { name: 'a_b_2' } },
      { toolSpec: { name: 'a_b' } },
    ]);
    expect(facts.toolNames.get('a_b_2')).toBe('a.b');
  });

  it('with examples of their input say how to give them', () => {
    const tool = functionTool('look', { inputExamples: [{ input: { a: 1 } }] });
    expect(planOf({ tools: [tool] }).warnings).toMatchObject([
      { type: 'unsupported', feature: 'inputExamples' },
    ]);
  });

  it('are left out with a warning for a model without tools', () => {
    const { body, warnings } = planOf({ tools: [look] }, { tools: { unsupported: 'It takes no tools.' } });
    expect(body.toolConfig).toBeUndefined();
    expect(warnings).toEqual([{ type: 'unsupported', feature: 'tools', details: 'It takes no tools.' }]);
  });

  it.each<[string, Partial<LanguageModelV4CallOptions>]>([
    ['there are none', { tools: [] }],
    ['none may be called', { tools: [look], toolChoice: { type: 'none' } }],
  ])('are no cause for a warning where %s', (_, options) => {
    expect(planOf(options, { tools: { unsupported: 'It takes no tools.' } }).warnings).toEqual([]);
  });
});

describe('strict tools', () => {
  const strict = functionTool('look', { strict: true });

  it('are sent as such, with the schema that strictness asks for', () => {
    const adaptSchema = () => ({ type: 'object', additionalProperties: false });
    expect(specOf([strict], { tools: { strictSchema: { adaptSchema } } })).toEqual({
      name: 'look',
      strict: true,
      inputSchema: { json: { type: 'object', additionalProperties: false } },
    });
  });

  it('keep their schema when they are said not to be strict', () => {
    const setup: Setup = { tools: { strictSchema: { adaptSchema: () => ({}) } } };
    expect(specOf([functionTool('look', { strict: false })], setup)).toEqual({
      name: 'look',
      strict: false,
      inputSchema: { json: schema },
    });
  });

  it.each<[string, Setup, string]>([
    [
      'the model does not know it',
      { tools: { strict: false } },
      'The model does not know strict tools. The tool "look" is not strict.',
    ],
    [
      'the schema does not allow it',
      { tools: { strictSchema: { refusesSchema: () => 'The schema is recursive.' } } },
      'The schema is recursive. The tool "look" is not strict.',
    ],
  ])('are not strict where %s', (_, setup, details) => {
    const { body, warnings } = planOf({ tools: [strict] }, setup);
    expect(body.toolConfig?.tools).toEqual([{ toolSpec: { name: 'look', inputSchema: { json: schema } } }]);
    expect(warnings).toEqual([{ type: 'unsupported', feature: 'strict', details }]);
  });
});

describe('provider tools', () => {
  it('of Bedrock are system tools', () => {
    const { body, facts } = planOf({ tools: [grounding] });
    expect(body.toolConfig).toEqual({ tools: [{ systemTool: { name: 'nova_grounding' } }] });
    expect(facts.serverTools).toEqual(new Set(['nova_grounding']));
    expect(facts.toolNames.get('nova_grounding')).toBe('search');
  });

  it('of the model’s maker go into its own fields, with their arguments', () => {
    const { body, facts } = planOf({ tools: [{ ...bash, args: { restart: true } }, look] });
    expect(body.additionalModelRequestFields).toEqual({
      tools: [{ type: 'bash_20250124', name: 'bash', restart: true }],
      anthropic_beta: ['b'],
    });
    expect(body.toolConfig?.tools).toMatchObject([{ toolSpec: { name: 'look' } }]);
    expect(facts.toolNames.get('bash')).toBe('shell');
  });

  it('keep their name from function tools', () => {
    const { facts } = planOf({ tools: [functionTool('bash'), bash] });
    expect([facts.toolNames.get('bash'), facts.toolNames.get('bash_2')]).toEqual(['shell', 'bash']);
  });

  it.each(['openai.web_search', 'bedrock.unheard_of', 'anthropic.web_search_20250305'] as const)(
    'that the model does not take (%s) are left out with a warning',
    id => {
      const { body, warnings } = planOf({ tools: [{ ...grounding, id }] });
      expect(body.toolConfig).toBeUndefined();
      expect(warnings).toEqual([
        {
          type: 'unsupported',
          feature: `tool ${id}`,
          details: 'Models of the family "test" do not take this tool.',
        },
      ]);
    },
  );
});

describe('tool choice', () => {
  const choose = (
    toolChoice: LanguageModelV4CallOptions['toolChoice'],
    tools: LanguageModelV4CallOptions['tools'] = [look, functionTool('other')],
    setup?: Setup,
  ) => planOf({ tools, toolChoice }, setup);
  const required = { type: 'required' as const };
  const lookOnly = { type: 'tool' as const, toolName: 'look' };

  it('`auto` is the service’s default and not sent', () => {
    expect(choose({ type: 'auto' }).body.toolConfig).not.toHaveProperty('toolChoice');
  });

  it('`required` is any', () => {
    expect(choose(required).body.toolConfig?.toolChoice).toEqual({ any: {} });
  });

  it('a tool is named as it goes over the wire', () => {
    const { body } = choose({ type: 'tool', toolName: 'look up' }, [functionTool('look up')]);
    expect(body.toolConfig?.toolChoice).toEqual({ tool: { name: 'look_up' } });
  });

  it('`none` sends no tools', () => {
    expect(choose({ type: 'none' }).body.toolConfig).toBeUndefined();
  });

  it('says nothing without tools', () => {
    const { body, warnings } = planOf({ toolChoice: required });
    expect(body.toolConfig).toBeUndefined();
    expect(warnings).toEqual([]);
  });

  it('of one tool is any of that tool alone, where the model knows only any', () => {
    const { body, warnings } = choose(lookOnly, undefined, { tools: { choices: ['any'] } });
    expect(body.toolConfig).toMatchObject({
      tools: [{ toolSpec: { name: 'look' } }],
      toolChoice: { any: {} },
    });
    expect(warnings).toEqual([]);
  });

  it('`required` of a single tool names it, where the model knows only that', () => {
    const { body } = choose(required, [look], { tools: { choices: ['tool'] } });
    expect(body.toolConfig?.toolChoice).toEqual({ tool: { name: 'look' } });
  });

  it.each<[string, typeof required | typeof lookOnly, LanguageModelV4CallOptions['tools'], Setup, string]>([
    [
      'the model knows none',
      required,
      [look],
      { tools: { choices: [], choiceReason: 'It chooses itself.' } },
      'It chooses itself.',
    ],
    [
      'the model knows none, not by name either',
      lookOnly,
      [look],
      { tools: { choices: [] } },
      'Models of the family "test" do not take this tool choice.',
    ],
    [
      'the model only takes one by name and there are several',
      required,
      [look, functionTool('other')],
      { tools: { choices: ['tool'] } },
      'Models of the family "test" do not take this tool choice.',
    ],
    [
      'it reasons',
      lookOnly,
      [look],
      {
        traits: {
          reasoning: () => ({ active: true, refusesForcedTool: 'Not while it thinks.', warnings: [] }),
        },
      },
      'Not while it thinks.',
    ],
    ['Bedrock runs them all', required, [grounding], {}, 'A tool that Bedrock runs cannot be forced.'],
    [
      'Bedrock runs it',
      { type: 'tool', toolName: 'search' },
      [grounding, look],
      {},
      'A tool that Bedrock runs cannot be forced.',
    ],
  ])('falls back to auto where %s', (_, toolChoice, tools, setup, reason) => {
    const { body, warnings } = choose(toolChoice, tools, setup);
    expect(body.toolConfig).toBeDefined();
    expect(body.toolConfig).not.toHaveProperty('toolChoice');
    expect(warnings).toEqual([
      {
        type: 'unsupported',
        feature: 'toolChoice',
        details: `${reason} The model is free to call a tool or not.`,
      },
    ]);
  });

  it.each([
    [required, [bash], { type: 'any' }],
    [{ type: 'tool' as const, toolName: 'shell' }, [bash, look], { type: 'tool', name: 'bash' }],
  ])('among the model maker’s tools goes into the model’s fields (%j)', (toolChoice, tools, tool_choice) => {
    const { body } = choose(toolChoice, tools);
    expect(body.additionalModelRequestFields).toMatchObject({ tool_choice });
    expect(body.toolConfig?.toolChoice).toBeUndefined();
  });
});

describe('a history with tools that are not offered now', () => {
  const history = (toolName: string, providerExecuted = false): LanguageModelV4Prompt => [
    ...user('Hi'),
    {
      role: 'assistant',
      content: [
        {
          type: 'tool-call',
          toolCallId: 'c',
          toolName,
          input: {},
          ...(providerExecuted ? { providerExecuted } : {}),
        },
      ],
    },
    {
      role: 'tool',
      content: [{ type: 'tool-result', toolCallId: 'c', toolName, output: { type: 'text', value: 'a' } }],
    },
  ];
  const outOfUse = (name: string): Tool => ({
    toolSpec: {
      name,
      description: 'Part of the conversation so far. Out of use now: do not call it.',
      inputSchema: { json: { type: 'object' } },
    },
  });

  it('stays whole: the tools it calls are declared as out of use', () => {
    const { body, warnings } = planOf({ prompt: history('look') });
    expect(body.toolConfig).toEqual({ tools: [outOfUse('look')] });
    expect(body.messages).toHaveLength(3);
    expect(warnings).toEqual([]);
  });

  it('stays whole under the choice `none`, by the same names', () => {
    const { body } = planOf({
      prompt: history('look up'),
      tools: [functionTool('look up'), functionTool('other')],
      toolChoice: { type: 'none' },
    });
    expect(body.toolConfig).toEqual({ tools: [outOfUse('look_up')] });
  });

  it('declares nothing more when there are tools', () => {
    const { body } = planOf({ prompt: history('gone'), tools: [look] });
    expect(body.toolConfig?.tools).toMatchObject([{ toolSpec: { name: 'look' } }]);
  });

  it('declares a tool of Bedrock’s as what it is', () => {
    const { body, facts } = planOf({ prompt: history('nova_grounding', true) });
    expect(body.toolConfig).toEqual({ tools: [{ systemTool: { name: 'nova_grounding' } }] });
    expect(facts.serverTools).toEqual(new Set(['nova_grounding']));
    expect(facts.toolNames.has('nova_grounding')).toBe(false);
  });

  it('does not declare twice what stands among the model’s own fields', () => {
    const { body } = planOf({ prompt: history('shell'), tools: [bash] });
    expect(body.toolConfig).toEqual({ tools: [outOfUse('no_tool')] });
  });
});
