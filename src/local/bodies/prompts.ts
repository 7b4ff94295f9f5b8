/** Prompts in the marks of the models, taken apart again. */
import type { ConverseRequest, Message } from '../../codec/converse/wire.ts';

export interface ReadPrompt {
  readonly system?: string | undefined;
  readonly turns: readonly { readonly role: 'user' | 'assistant'; readonly text: string }[];
}

/** `<|start_header_id|>role<|end_header_id|>` of Llama 3, and the same with the other words of Llama 4. */
export function readHeaders(prompt: string): ReadPrompt {
  const turn =
    /<\|(?:start_header_id|header_start)\|>(\w+)<\|(?:end_header_id|header_end)\|>\n\n([\s\S]*?)(?:<\|eot(?:_id)?\|>|$)/g;
  const all = [...prompt.matchAll(turn)].map(([, role = '', text = '']) => ({ role, text }));
  if (all.length === 0) return { turns: [{ role: 'user', text: prompt }] };
  return {
    system: all.find(({ role }) => role === 'system')?.text,
    turns: all.flatMap(({ role, text }) => (role === 'user' || role === 'assistant' ? [{ role, text }] : [])),
  };
}

/** `[INST] … [/INST]` of Llama 2 and Mistral. */
export function readInstructions(prompt: string): ReadPrompt {
  const all = [...prompt.matchAll(/\[INST\]([\s\S]*?)\[\/INST\]([\s\S]*?)(?=<\/s>|\[INST\]|$)/g)];
  if (all.length === 0) return { turns: [{ role: 'user', text: prompt }] };
  const system = /<<SYS>>\n([\s\S]*?)\n<<\/SYS>>\n\n/.exec(prompt);
  return {
    system: system?.[1],
    turns: all.flatMap(([, asked = '', said = '']) => [
      { role: 'user', text: asked.replace(system?.[0] ?? '', '').trim() },
      { role: 'assistant', text: said.trim() },
    ]),
  };
}

/** `<｜User｜>` and `<｜Assistant｜>` of DeepSeek. */
export function readDeepSeek(prompt: string): ReadPrompt {
  const all = [...prompt.matchAll(/<｜(User|Assistant)｜>([\s\S]*?)(?=<｜|$)/g)];
  if (all.length === 0) return { turns: [{ role: 'user', text: prompt }] };
  const system = /^<｜begin▁of▁sentence｜>([\s\S]*?)<｜User｜>/.exec(prompt)?.[1];
  return {
    system: system || undefined,
    turns: all.flatMap(([, role, text = '']) => ({
      role: role === 'User' ? ('user' as const) : ('assistant' as const),
      text: text.replace(/^<think>\n$/, ''),
    })),
  };
}

/** Names at the start of lines, e.g. `Human:` and `Assistant:`; without them the whole prompt is the user's. */
export function readNames(prompt: string, user: string, assistant: string): ReadPrompt {
  const all = [
    ...prompt.matchAll(
      new RegExp(`(?:^|\\n)(${user}|${assistant}):([\\s\\S]*?)(?=\\n(?:${user}|${assistant}):|$)`, 'g'),
    ),
  ];
  const first = all[0];
  if (first === undefined) return { turns: [{ role: 'user', text: prompt }] };
  return {
    system: prompt.slice(0, first.index).trim() || undefined,
    turns: all.map(([, name, text = '']) => ({
      role: name === user ? 'user' : 'assistant',
      text: text.trim(),
    })),
  };
}

/** Paragraphs become blocks of their own, as they were before they were written into one text. */
export function promptToConverse({
  system,
  turns,
}: ReadPrompt): Pick<ConverseRequest, 'system' | 'messages'> {
  const messages = turns.flatMap(({ role, text }): Message[] => {
    const content = text
      .split(/\n\n+/)
      .flatMap(paragraph => (/\S/.test(paragraph) ? [{ text: paragraph }] : []));
    return content.length === 0 ? [] : [{ role, content }];
  });
  return { messages, ...(system !== undefined && { system: [{ text: system }] }) };
}
