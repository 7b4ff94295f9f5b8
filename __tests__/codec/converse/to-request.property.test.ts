import { type LanguageModelV4CallOptions, UnsupportedFunctionalityError } from '@ai-sdk/provider';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ConversePlan, toConverseRequest } from '../../../src/codec/converse/to-request.ts';
import type { CachePoint, ContentBlock } from '../../../src/codec/converse/wire.ts';
import type { ChatTraits } from '../../../src/codec/family.ts';
import { claude } from '../../../src/families/claude.ts';
import { chatDefaults } from '../../../src/families/defaults.ts';
import { mistral } from '../../../src/families/mistral.ts';
import { nova } from '../../../src/families/nova.ts';
import { filePart, prompt, toolName, tools } from '../../support/arbitraries.ts';
import { expectValidConverseRequest } from '../../support/aws-schema.ts';
import { capable } from '../../support/converse-plan.ts';

const models: Record<string, ChatTraits> = {
  'a model that can everything': capable,
  'a model that can nothing': {
    ...chatDefaults,
    tools: { ...chatDefaults.tools, unsupported: 'It takes no tools.', choices: [] },
    content: {
      ...chatDefaults.content,
      system: false,
      reasoningReplay: 'never',
      besideToolResult: [],
      refusesPrefill: 'It does not continue.',
    },
    structuredOutput: [],
  },
  'a model that takes nothing beside tool results': {
    ...capable,
    tools: { ...capable.tools, resultStatus: false, choices: ['any'] },
    content: { ...capable.content, besideToolResult: [], toolResultMedia: [], reasoningReplay: 'always' },
    promptCache: { places: ['messages'], minTokens: 3, ttls: ['5m'] },
  },
  'Claude Sonnet 4.5': claude.chat('anthropic.claude-sonnet-4-5-20250929-v1:0'),
  'Nova 2 Lite': nova.chat('amazon.nova-2-lite-v1:0'),
  'Mistral Large': mistral.chat('mistral.mistral-large-2402-v1:0'),
};

const call: fc.Arbitrary<LanguageModelV4CallOptions> = fc.record(
  {
    prompt,
    tools,
    toolChoice: fc.oneof(
      fc.constantFrom({ type: 'auto' as const }, { type: 'none' as const }, { type: 'required' as const }),
      fc.record({ type: fc.constant('tool' as const), toolName }),
    ),
    responseFormat: fc.constantFrom(
      { type: 'text' as const },
      { type: 'json' as const },
      { type: 'json' as const, name: 'ein Ding', schema: { type: 'object' as const, properties: {} } },
    ),
    temperature: fc.double({ min: 0, max: 2, noNaN: true }),
    topK: fc.nat(1000),
    stopSequences: fc.array(fc.string({ maxLength: 3 }), { maxLength: 3 }),
    maxOutputTokens: fc.integer({ min: 1, max: 100_000 }),
    reasoning: fc.constantFrom('none' as const, 'low' as const, 'max' as const),
    providerOptions: fc.record(
      {
        bedrock: fc.record(
          {
            promptCaching: fc.constantFrom('auto' as const, 'off' as const, { ttl: '1h' as const }),
            structuredOutputMode: fc.constantFrom('auto', 'native', 'family', 'tool', 'instruction'),
          },
          { requiredKeys: [] },
        ),
      },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: ['prompt'] },
);

/** Undefined when the model refuses a file of the prompt. */
function plan(options: LanguageModelV4CallOptions, traits: ChatTraits): ConversePlan | undefined {
  try {
    return toConverseRequest({ options, traits, familyName: 'test', address: 'model', stream: true });
  } catch (error) {
    if (UnsupportedFunctionalityError.isInstance(error)) return undefined;
    throw error;
  }
}

describe.each(Object.entries(models))('for any prompt, %s', (_, traits) => {
  it('is sent a body that AWS knows and whose turns alternate', () => {
    fc.assert(
      fc.property(call, options => {
        const before = JSON.stringify(options);
        const planned = plan(options, traits);
        expect(JSON.stringify(options)).toBe(before);
        if (planned !== undefined) expectWellFormed(planned, traits);
      }),
      { numRuns: 150 },
    );
  });
});

it('no file of a supported kind is refused by a model that takes all', () => {
  fc.assert(
    fc.property(filePart, part => {
      const options: LanguageModelV4CallOptions = { prompt: [{ role: 'user', content: [part] }] };
      expect(plan(options, capable)).toBeDefined();
    }),
  );
});

function expectWellFormed({ body, facts }: ConversePlan, traits: ChatTraits): void {
  expectValidConverseRequest(body, 'ConverseStream');
  const messages = body.messages ?? [];
  const roles = messages.map(message => message.role);
  const blocks = messages.flatMap(message => message.content);

  expect(messages.filter(message => message.content.length === 0)).toEqual([]);
  expect(roles.filter((role, index) => role === roles[index - 1])).toEqual([]);
  if (!traits.content.systemBetweenTurns) expect(roles).not.toContain('system');
  if (!traits.content.system) expect(body.system).toBeUndefined();

  for (const message of messages) {
    const kinds = message.content
      .filter(block => !('cachePoint' in block))
      .map(block => 'toolResult' in block);
    // Results before everything else.
    if (message.role === 'user') expect(kinds).toEqual([...kinds].sort((a, b) => Number(b) - Number(a)));
    if (message.role === 'user' && message.content.some(block => 'document' in block)) {
      expect(message.content.some(block => 'text' in block)).toBe(true);
    }
    expectNoBlankText(message.content);
    for (const kind of ['image', 'document', 'video', 'audio'] as const) {
      if (message.role !== 'assistant' || traits.content.assistantMedia?.includes(kind)) continue;
      expect(message.content.filter(block => kind in block)).toEqual([]);
    }
  }

  const callIds = blocks.flatMap(block => ('toolUse' in block ? block.toolUse.toolUseId : []));
  expect(new Set(callIds).size).toBe(callIds.length);
  const usesTools = blocks.some(block => 'toolUse' in block || 'toolResult' in block);
  if (usesTools) expect(body.toolConfig).toBeDefined();
  if (traits.tools.unsupported !== undefined) expect(body.toolConfig).toBeUndefined();

  expectUniqueDocumentNames(blocks);
  expectCachePoints([...(body.toolConfig?.tools ?? []), ...(body.system ?? []), ...blocks], traits);

  const wireNames = (body.toolConfig?.tools ?? []).flatMap(tool =>
    'toolSpec' in tool ? tool.toolSpec.name : [],
  );
  expect(new Set(wireNames).size).toBe(wireNames.length);
  expect(new Set(facts.toolNames.values()).size).toBe(facts.toolNames.size);
}

function expectNoBlankText(content: readonly ContentBlock[]): void {
  const blank = content.filter((block, index) => {
    const between = [content[index - 1], content[index + 1]];
    const kept = between.every(neighbor => neighbor !== undefined && 'reasoningContent' in neighbor);
    return 'text' in block && block.text.trim() === '' && !kept;
  });
  expect(blank).toEqual([]);
}

function expectUniqueDocumentNames(blocks: readonly ContentBlock[]): void {
  const names = blocks
    .flatMap<object>(block => ('toolResult' in block ? block.toolResult.content : [block]))
    .flatMap(block => ('document' in block ? (block.document as { name: string }).name : []));
  expect(new Set(names).size).toBe(names.length);
  for (const name of names) expect(name).toMatch(/^(?! )(?!.* {2})[a-zA-Z0-9 \-()[\]]{1,200}(?<! )$/);
}

function expectCachePoints(blocks: readonly object[], { promptCache }: ChatTraits): void {
  const points = blocks.flatMap(block => ('cachePoint' in block ? (block.cachePoint as CachePoint) : []));
  if (promptCache === undefined) expect(points).toEqual([]);
  expect(points.length).toBeLessThanOrEqual(4);
  const ttls = points.map(point => point.ttl ?? '5m');
  expect(ttls.lastIndexOf('1h')).toBeLessThan(ttls.includes('5m') ? ttls.indexOf('5m') : 4);
  for (const ttl of ttls) expect(['5m', ...(promptCache?.ttls ?? [])]).toContain(ttl);
}
