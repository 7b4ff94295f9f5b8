import type { LanguageModelV4CallOptions, LanguageModelV4Prompt } from '@ai-sdk/provider';
import { describe, expect, it } from 'vitest';
import type { ConversePlan } from '../../../src/codec/converse/to-request.ts';
import type { ConverseRequest } from '../../../src/codec/converse/wire.ts';
import type { PromptCacheTraits } from '../../../src/codec/family.ts';
import { functionTool, planOf, type Setup } from '../../support/converse-plan.ts';

const point = (ttl?: '5m' | '1h') => ({
  providerOptions: { bedrock: { cachePoint: ttl === undefined ? true : { type: 'default' as const, ttl } } },
});
const traits = (promptCache: Partial<PromptCacheTraits>): Setup => ({
  traits: {
    promptCache: {
      places: ['tools', 'system', 'messages'],
      minTokens: 0,
      ttls: ['5m', '1h'],
      ...promptCache,
    },
  },
});
const text = (value: string, options = {}) => ({ type: 'text' as const, text: value, ...options });

/** A request as a line: blocks by their first letters, points as `|` with their lifetime. */
function outline({ toolConfig, system, messages }: ConverseRequest): string {
  const lists: object[][] = [
    toolConfig?.tools ?? [],
    system ?? [],
    ...(messages ?? []).map(({ content }) => content),
  ];
  return lists
    .filter(blocks => blocks.length > 0)
    .map(blocks => blocks.map(sign).join(''))
    .join(' ');
}

function sign(block: object): string {
  if ('cachePoint' in block) return `|${(block.cachePoint as { ttl?: string }).ttl ?? ''}`;
  if ('text' in block) return String(block.text).slice(0, 1);
  return Object.keys(block)[0]?.slice(0, 5) ?? '';
}

describe('points that the caller sets', () => {
  it('stand behind tools, system messages, parts and messages', () => {
    const { body, warnings } = planOf({
      tools: [functionTool('a', point()), functionTool('b')],
      prompt: [
        { role: 'system', content: 's', ...point() },
        { role: 'user', content: [text('u', point()), text('v')] },
        { role: 'assistant', content: [text('a')], ...point() },
        { role: 'user', content: [text('w')] },
      ],
    });
    expect(outline(body)).toBe('toolS|toolS s| u|v a| w');
    expect(warnings).toEqual([]);
  });

  it('stand behind tool results, also when the tool’s output asks for it', () => {
    const result = (id: string, rest: object) => ({
      type: 'tool-result' as const,
      toolCallId: id,
      toolName: 'look',
      output: { type: 'text' as const, value: 'a' },
      ...rest,
    });
    const content = { type: 'content' as const, value: [{ ...text('a'), ...point() }] };
    const { body } = planOf({
      prompt: [
        {
          role: 'tool',
          content: [result('a', point()), result('b', {}), result('c', { output: content }), result('d', {})],
          ...point('1h'),
        },
      ],
    });
    expect(outline({ messages: body.messages })).toBe('toolR|toolRtoolR|toolR|');
  });

  it('may have a lifetime', () => {
    const { body } = planOf({
      prompt: [{ role: 'user', content: [text('u', point('1h')), text('v', point('5m'))] }],
    });
    expect(outline(body)).toBe('u|1hv|5m');
  });

  it('of a part and its message are one, with the longer lifetime', () => {
    const { body } = planOf({ prompt: [{ role: 'user', content: [text('u', point())], ...point('1h') }] });
    expect(outline(body)).toBe('u|1h');
  });

  it('set to false are none', () => {
    const off = { providerOptions: { bedrock: { cachePoint: false } } };
    expect(outline(planOf({ prompt: [{ role: 'user', content: [text('u', off)] }] }).body)).toBe('u');
  });

  it('with nothing before them, or behind reasoning, are left out', () => {
    const reasoning = {
      type: 'reasoning' as const,
      text: 'r',
      providerOptions: { bedrock: { signature: 's' } },
    };
    const { body } = planOf({
      prompt: [
        { role: 'user', content: [text(' ', point()), text('u')] },
        { role: 'assistant', content: [reasoning], ...point() },
        { role: 'user', content: [text('v')] },
      ],
    });
    expect(outline(body)).toBe('u reaso v');
  });

  it('beyond four leave the stable ones and the latest, with a warning', () => {
    const turn = (value: string): LanguageModelV4Prompt => [
      { role: 'user', content: [text(value, point())] },
      { role: 'assistant', content: [text('a')] },
    ];
    const { body, warnings } = planOf({
      tools: [functionTool('a', point()), functionTool('b', point())],
      prompt: [
        { role: 'system', content: 's', ...point() },
        ...turn('1'),
        ...turn('2'),
        ...turn('3'),
        { role: 'user', content: [text('4')] },
      ],
    });
    expect(outline(body)).toBe('toolStoolS| s| 1 a 2| a 3| a 4');
    expect(warnings).toMatchObject([{ type: 'compatibility', feature: 'cachePoint' }]);
  });

  it('of an hour become five minutes behind one of five minutes, with a warning', () => {
    const { body, warnings } = planOf({
      tools: [functionTool('a', point())],
      prompt: [
        { role: 'system', content: 's', ...point('1h') },
        { role: 'user', content: [text('u')] },
      ],
    });
    expect(outline(body)).toBe('toolS| s| u');
    expect(warnings).toMatchObject([{ type: 'compatibility', feature: 'cachePoint.ttl' }]);
  });
});

describe('points that the model does not know', () => {
  const prompt: LanguageModelV4Prompt = [
    { role: 'system', content: 's', ...point('1h') },
    { role: 'user', content: [text('u', point('1h'))] },
  ];
  const plan = (promptCache: PromptCacheTraits | undefined): ConversePlan =>
    planOf({ prompt }, { traits: { promptCache } as Setup['traits'] & object });

  it('are left out with one warning', () => {
    const { body, warnings } = plan(undefined);
    expect(outline(body)).toBe('s u');
    expect(warnings).toEqual([
      {
        type: 'unsupported',
        feature: 'cachePoint',
        details: 'Models of the family "test" have no cache points.',
      },
    ]);
  });

  it('in one place are left out there', () => {
    const { body, warnings } = plan({ places: ['system'], minTokens: 0, ttls: ['1h'] });
    expect(outline(body)).toBe('s|1h u');
    expect(warnings).toEqual([
      {
        type: 'unsupported',
        feature: 'cachePoint',
        details: 'Models of the family "test" have no cache points in messages.',
      },
    ]);
  });

  it('for that long live as long as the model’s default', () => {
    const { body, warnings } = plan({ places: ['system', 'messages'], minTokens: 0, ttls: ['5m'] });
    expect(outline(body)).toBe('s| u|');
    expect(warnings).toMatchObject([{ type: 'unsupported', feature: 'cachePoint.ttl' }]);
  });

  it('of a system prompt count as those of messages where it is sent as user text', () => {
    const setup = traits({ places: ['messages'] });
    expect(outline(planOf({ prompt }, { ...setup, content: { system: false } }).body)).toBe('s|1hu|1h');
  });
});

describe('automatic points', () => {
  const conversation: LanguageModelV4Prompt = [
    { role: 'system', content: 's' },
    { role: 'user', content: [text('1')] },
    { role: 'assistant', content: [text('a')] },
    { role: 'user', content: [text('2')] },
    { role: 'assistant', content: [text('b')] },
    { role: 'user', content: [text('3')] },
  ];
  const tools = [functionTool('a')];
  const auto = (
    options: Partial<LanguageModelV4CallOptions>,
    setup?: Setup,
    promptCaching: string | object = 'auto',
  ) => {
    const plan = planOf(
      { tools, prompt: conversation, providerOptions: { bedrock: { promptCaching } as never }, ...options },
      setup,
    );
    expect(plan.warnings).toEqual([]);
    return outline(plan.body);
  };

  it('are not placed unless asked for', () => {
    expect(outline(planOf({ tools, prompt: conversation }).body)).toBe('toolS s 1 a 2 b 3');
    expect(auto({}, {}, 'off')).toBe('toolS s 1 a 2 b 3');
  });

  it('stand behind the tools, the system prompt and the last two user turns', () => {
    expect(auto({})).toBe('toolS| s| 1 a 2| b 3|');
  });

  it('can live for an hour', () => {
    expect(auto({}, {}, { ttl: '1h' })).toBe('toolS|1h s|1h 1 a 2|1h b 3|1h');
  });

  it('live as long as the model’s default where it does not know the lifetime', () => {
    expect(auto({}, traits({ ttls: ['5m'] }), { ttl: '1h' })).toBe('toolS| s| 1 a 2| b 3|');
  });

  it('stand only where the model takes them', () => {
    expect(auto({}, traits({ places: ['system', 'messages'] }))).toBe('toolS s| 1 a 2| b 3|');
  });

  it('are none for a model without them', () => {
    expect(auto({}, { traits: { promptCache: undefined } as Setup['traits'] & object })).toBe(
      'toolS s 1 a 2 b 3',
    );
  });

  it('are none where it is not known from what size on they pay', () => {
    expect(auto({}, traits({ minTokens: Number.POSITIVE_INFINITY }))).toBe('toolS s 1 a 2 b 3');
  });

  it('stand only behind as many tokens as the model caches', () => {
    const long = { role: 'system' as const, content: 'x'.repeat(4_000) };
    const setup = traits({ minTokens: 1_000 });
    expect(auto({}, setup)).toBe('toolS s 1 a 2 b 3');
    expect(auto({ prompt: [long, ...conversation.slice(1)] }, setup)).toBe('toolS x| 1 a 2| b 3|');
  });

  it.each(['image/png', 'video/mp4', 'audio/wav', 'text/plain'])('count a file of %s', mediaType => {
    const file = {
      type: 'file' as const,
      mediaType,
      data: { type: 'data' as const, data: 'iVBORw0KGgo=' },
    };
    expect(
      auto({ prompt: [{ role: 'user', content: [text('f'), file] }] }, traits({ minTokens: 1_000 })),
    ).toMatch(/^toolS f\w+\|$/);
  });

  it('count results of tools', () => {
    const setup = traits({ minTokens: 1_000 });
    const output = { type: 'text' as const, value: 'x'.repeat(4_000) };
    const result = { type: 'tool-result' as const, toolCallId: 'c', toolName: 'a', output };
    expect(auto({ prompt: [{ role: 'tool', content: [result] }] }, setup)).toBe('toolS toolR|');
  });

  it('count a turn of tool results as a user turn', () => {
    const result = {
      type: 'tool-result' as const,
      toolCallId: 'c',
      toolName: 'a',
      output: { type: 'text' as const, value: 'x' },
    };
    const prompt: LanguageModelV4Prompt = [
      { role: 'user', content: [text('1')] },
      { role: 'assistant', content: [{ type: 'tool-call', toolCallId: 'c', toolName: 'a', input: {} }] },
      { role: 'tool', content: [result] },
    ];
    expect(auto({ prompt })).toBe('toolS| 1| toolU toolR|');
  });

  it('come on top of the caller’s, behind the last of them, up to four in all', () => {
    const marked = (...indexes: number[]) =>
      conversation.map((message, index) => (indexes.includes(index) ? { ...message, ...point() } : message));
    expect(auto({ prompt: marked(0) })).toBe('toolS s| 1 a 2| b 3|');
    expect(auto({ prompt: marked(0, 1, 2) })).toBe('toolS s| 1| a| 2 b 3|');
    expect(auto({ prompt: marked(0, 1, 2, 3) })).toBe('toolS s| 1| a| 2| b 3');
    expect(auto({ prompt: marked(5) })).toBe('toolS s 1 a 2 b 3|');
  });

  it('do not outlive the caller’s before them', () => {
    const short = [{ ...functionTool('a'), ...point() }];
    expect(auto({ tools: short }, {}, { ttl: '1h' })).toBe('toolS| s| 1 a 2| b 3|');
    const long = [{ ...functionTool('a'), ...point('1h') }];
    expect(auto({ tools: long }, {}, { ttl: '1h' })).toBe('toolS|1h s|1h 1 a 2|1h b 3|1h');
  });

  it('do not outlive the last of several points in one place', () => {
    const both = [
      { ...functionTool('a'), ...point('1h') },
      { ...functionTool('b'), ...point('5m') },
    ];
    expect(auto({ tools: both }, {}, { ttl: '1h' })).toBe('toolS|1htoolS|5m s 1 a 2| b 3|');
  });

  it('come from the settings where the call says nothing', () => {
    const setup: Setup = { defaults: { promptCaching: 'auto' } };
    expect(outline(planOf({ tools, prompt: conversation }, setup).body)).toBe('toolS| s| 1 a 2| b 3|');
    expect(auto({}, setup, 'off')).toBe('toolS s 1 a 2 b 3');
  });
});
