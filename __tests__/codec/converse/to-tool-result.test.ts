import type { LanguageModelV4ToolResultOutput } from '@ai-sdk/provider';
import { describe, expect, it } from 'vitest';
import type { ContentBlock, ToolResultBlock } from '../../../src/codec/converse/wire.ts';
import { planOf, pngBase64, type Setup, toolMessages, user } from '../../support/converse-plan.ts';

type Output = LanguageModelV4ToolResultOutput;
type ContentOutput = Extract<Output, { type: 'content' }>;

function blocks(output: Output, setup?: Setup): ContentBlock[] {
  return toolMessages(output, setup).at(-1)?.content ?? [];
}

function resultOf(output: Output, setup?: Setup): ToolResultBlock | undefined {
  return blocks(output, setup).flatMap(block => ('toolResult' in block ? block.toolResult : []))[0];
}

const contentOf = (output: Output, setup?: Setup) => resultOf(output, setup)?.content;
const content = (...value: ContentOutput['value']): Output => ({ type: 'content', value });

const png = {
  type: 'file' as const,
  mediaType: 'image/png',
  data: { type: 'data' as const, data: pngBase64 },
};
const pngBlock = { image: { format: 'png', source: { bytes: pngBase64 } } };

describe('the result of a tool', () => {
  it.each<[Output, object]>([
    [{ type: 'text', value: 'Sunny' }, { text: 'Sunny' }],
    [{ type: 'json', value: { celsius: 21 } }, { json: { celsius: 21 } }],
    [{ type: 'json', value: [1, 2] }, { text: '[1,2]' }],
    [{ type: 'json', value: 'Sunny' }, { text: 'Sunny' }],
    [{ type: 'json', value: 21 }, { text: '21' }],
    [{ type: 'json', value: null }, { text: 'null' }],
  ])('%j is sent as what Bedrock takes', (output, block) => {
    expect(resultOf(output)).toEqual({ toolUseId: 'call-1', content: [block] });
  });

  it.each<[Output, object]>([
    [{ type: 'error-text', value: 'Broken' }, { text: 'Broken' }],
    [{ type: 'error-json', value: { code: 7 } }, { json: { code: 7 } }],
    [{ type: 'execution-denied', reason: 'Not now' }, { text: 'Not now' }],
    [{ type: 'execution-denied' }, { text: 'The user did not allow this call.' }],
  ])('%j is marked as an error', (output, block) => {
    expect(resultOf(output)).toEqual({ toolUseId: 'call-1', content: [block], status: 'error' });
  });

  it('says in words that it is an error where the model does not know the mark', () => {
    expect(resultOf({ type: 'error-text', value: 'Broken' }, { tools: { resultStatus: false } })).toEqual({
      toolUseId: 'call-1',
      content: [{ text: 'The tool failed:' }, { text: 'Broken' }],
    });
  });

  it.each<Output>([
    { type: 'text', value: '' },
    { type: 'json', value: ' ' },
    { type: 'content', value: [] },
  ])('says so where it is empty (%j)', output => {
    expect(contentOf(output)).toEqual([{ text: 'The tool returned nothing.' }]);
  });

  it('holds text and files', () => {
    expect(contentOf(content({ type: 'text', text: 'Look:' }, png))).toEqual([{ text: 'Look:' }, pngBlock]);
  });

  it('holds documents with their options, and the reader of citations learns of them', () => {
    const document = {
      type: 'file' as const,
      mediaType: 'text/plain',
      data: { type: 'text' as const, text: 'Hi' },
      filename: 'note.txt',
      providerOptions: { bedrock: { citations: { enabled: true } } },
    };
    const output = content(document);
    expect(contentOf(output)).toEqual([
      { document: { name: 'note', format: 'txt', source: { text: 'Hi' }, citations: { enabled: true } } },
    ]);
  });

  it('holds search results and JSON among other content', () => {
    const searchResult = {
      source: 's',
      title: 't',
      content: [{ text: 'found' }],
      citations: { enabled: true },
    };
    const output = content(
      { type: 'custom', providerOptions: { bedrock: { searchResult } } },
      { type: 'custom', providerOptions: { bedrock: { json: { a: 1 } } } },
    );
    expect(contentOf(output)).toEqual([{ searchResult }, { json: { a: 1 } }]);
    const part = { type: 'tool-result' as const, toolCallId: 'c', toolName: 'look', output };
    expect(planOf({ prompt: [{ role: 'tool', content: [part] }] }).facts.searchResults).toEqual([
      { title: 't', source: 's' },
    ]);
  });

  it('leaves out other custom content with a warning', () => {
    const { warnings } = planOf({
      prompt: [
        {
          role: 'tool',
          content: [
            { type: 'tool-result', toolCallId: 'c', toolName: 'look', output: content({ type: 'custom' }) },
          ],
        },
      ],
    });
    expect(warnings).toMatchObject([{ type: 'unsupported', feature: 'custom tool result content' }]);
  });
});

describe('files that the model does not take inside a result', () => {
  const setup: Setup = { content: { toolResultMedia: [] } };

  it('stand behind it, with a line that says where they are from', () => {
    expect(blocks(content({ type: 'text', text: 'Look:' }, png), setup)).toEqual([
      { toolResult: { toolUseId: 'call-1', content: [{ text: 'Look:' }] } },
      { text: 'From the result of the tool "look":' },
      pngBlock,
    ]);
  });

  it('leave word in a result that has nothing else', () => {
    expect(contentOf(content(png), setup)).toEqual([{ text: 'The result follows below.' }]);
  });

  it('include all audio, which Converse has no room for in results', () => {
    const audio = { ...png, mediaType: 'audio/wav' };
    expect(blocks(content(audio))).toMatchObject([
      { toolResult: {} },
      { text: 'From the result of the tool "look":' },
      { audio: { format: 'wav' } },
    ]);
  });

  it('stand behind the results of all tools', () => {
    const part = (id: string) => ({
      type: 'tool-result' as const,
      toolCallId: id,
      toolName: id,
      output: content(png),
    });
    const { body } = planOf({ prompt: [{ role: 'tool', content: [part('a'), part('b')] }] }, setup);
    expect(body.messages?.[0]?.content.map(block => Object.keys(block)[0])).toEqual([
      'toolResult',
      'toolResult',
      'text',
      'image',
      'text',
      'image',
    ]);
  });

  it('have a message of their own where nothing may stand beside results', () => {
    const { body, warnings } = planOf(
      {
        prompt: [
          {
            role: 'tool',
            content: [{ type: 'tool-result', toolCallId: 'c', toolName: 'look', output: content(png) }],
          },
        ],
      },
      { content: { toolResultMedia: [], besideToolResult: [] } },
    );
    expect(body.messages).toEqual([
      {
        role: 'user',
        content: [{ toolResult: { toolUseId: 'c', content: [{ text: 'The result follows below.' }] } }],
      },
      { role: 'assistant', content: [{ text: 'I have the results.' }] },
      { role: 'user', content: [{ text: 'From the result of the tool "look":' }, pngBlock] },
    ]);
    expect(warnings).toMatchObject([{ type: 'compatibility', feature: 'content beside tool results' }]);
  });
});

describe('for a model without tools', () => {
  it('results become text, with their files', () => {
    const setup: Setup = { tools: { unsupported: 'It takes no tools.' } };
    const custom = { type: 'custom' as const, providerOptions: { bedrock: { json: { a: 1 } } } };
    expect(blocks(content(custom, png), setup)).toEqual([
      { text: 'Result of the tool "look":' },
      { text: '{"a":1}' },
      { text: 'From the result of the tool "look":' },
      pngBlock,
    ]);
  });

  it('one warning says so for the whole history', () => {
    const call = { type: 'tool-call' as const, toolCallId: 'c', toolName: 'look', input: {} };
    const { body, warnings } = planOf(
      { prompt: [...user('Hi'), { role: 'assistant', content: [call, call] }, ...user('Go on')] },
      { tools: { unsupported: 'It takes no tools.' } },
    );
    expect(body.toolConfig).toBeUndefined();
    expect(warnings).toEqual([
      {
        type: 'compatibility',
        feature: 'tool history',
        details: 'It takes no tools. Earlier calls and results are sent as text.',
      },
    ]);
  });
});
