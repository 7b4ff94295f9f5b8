import { describe, expect, it } from 'vitest';
import { llama } from '../../src/families/llama.ts';
import { modelsOf } from './family-models.ts';

const LLAMA_2 = 'meta.llama2-70b-chat-v1';
const LLAMA_3 = 'meta.llama3-8b-instruct-v1:0';
const LLAMA_3_1 = 'meta.llama3-1-70b-instruct-v1:0';
const LLAMA_3_2_1B = 'meta.llama3-2-1b-instruct-v1:0';
const LLAMA_3_2_3B = 'meta.llama3-2-3b-instruct-v1:0';
const LLAMA_3_2_11B = 'meta.llama3-2-11b-instruct-v1:0';
const LLAMA_3_2_90B = 'meta.llama3-2-90b-instruct-v1:0';
const LLAMA_4 = 'meta.llama4-maverick-17b-instruct-v1:0';

const MODELS = modelsOf(llama);

describe('Llama', () => {
  it('takes no tools in 2 and 3 and in the small 3.2', () => {
    const without = MODELS.filter(model => llama.chat(model).tools.unsupported !== undefined);
    expect(without).toEqual([LLAMA_2, LLAMA_3, LLAMA_3_2_1B, LLAMA_3_2_3B]);
  });

  it('takes tools only where nothing is streamed, and chooses by itself', () => {
    const { streaming, choices } = llama.chat(LLAMA_4).tools;
    expect([streaming, choices]).toEqual([false, []]);
  });

  it('sees in the big 3.2 and in 4', () => {
    const seeing = MODELS.filter(model => llama.chat(model).content.refuses.image === undefined);
    expect(seeing).toEqual([LLAMA_3_2_11B, LLAMA_3_2_90B, LLAMA_4]);
  });

  it('wants a tool result alone in its message', () => {
    expect(llama.chat(LLAMA_3_1).content.besideToolResult).toEqual([]);
  });

  it('is held to a schema by instruction only', () => {
    for (const model of MODELS) expect(llama.chat(model).structuredOutput).toEqual([]);
  });
});
