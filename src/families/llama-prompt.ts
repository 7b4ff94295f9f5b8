import type { JSONObject } from '@ai-sdk/provider';
import type { ChatTraits } from '../codec/family.ts';
import type { InvokeChatTraits, OwnRequest } from '../codec/invoke/chat.ts';
import { type Completion, completionReader } from '../codec/invoke/completion.ts';
import { numberOf, textOf } from '../codec/invoke/json-members.ts';
import { bytesOf } from '../codec/invoke/plain-content.ts';
import { type Conversation, promptRules, toConversation } from '../codec/invoke/prompt-template.ts';

interface Template {
  readonly marks: RegExp;
  readonly write: (conversation: Conversation) => string;
}

/** The most that AWS documents. */
const MAX_TOKENS = 2048;

/**
 * Llama's own body: a prompt in the marks of its generation.
 * @param baseModel empty for an import of which only the family is known: those are of Llama 3
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-meta.html
 */
export function llamaPrompt(baseModel: string): InvokeChatTraits {
  const { marks, write } = templateOf(baseModel);
  // How Llama 4 wants images in a prompt is not documented.
  const takesImages = /llama3-2-(?:11|90)b/.test(baseModel);
  return {
    defaultMaxTokens: MAX_TOKENS,
    rules: converse => withoutStop(promptRules(NO_TOOLS, takesImages)(converse)),
    toBody: (request, context) => {
      const { maxTokens, temperature, topP } = request.inferenceConfig ?? {};
      const { request: marked, images } = markImages(request);
      // The marks of images are put in by this package, and those in the texts are broken first.
      const conversation = toConversation(marked, context, marks);
      return {
        prompt: write(conversation).replaceAll(IMAGE_PLACE, '<|image|>'),
        ...(images.length > 0 && { images }),
        ...(maxTokens !== undefined && { max_gen_len: maxTokens }),
        ...(temperature !== undefined && { temperature }),
        ...(topP !== undefined && { top_p: topP }),
      };
    },
    reader: completionReader(read),
  };
}

const NO_TOOLS =
  'Llama’s own body, in which InvokeModel calls it, has no tools; Converse has them from Llama 3.1 on.';

function withoutStop(rules: ChatTraits): ChatTraits {
  return {
    ...rules,
    sampling: {
      ...rules.sampling,
      stopSequences: { to: 'nowhere', reason: 'Llama’s own body has no stop sequences; Converse has them.' },
    },
  };
}

function templateOf(baseModel: string): Template {
  const generation = Number(/llama(\d+)/.exec(baseModel)?.[1] ?? 3);
  if (generation <= 2) return LLAMA_2;
  return generation === 3 ? LLAMA_3 : LLAMA_4;
}

/* --------------------------------------------------------------- templates */

/** https://www.llama.com/docs/model-cards-and-prompt-formats/meta-llama-2/ */
const LLAMA_2: Template = {
  marks: /<\/?s>|\[\/?INST\]|<<\/?SYS>>/g,
  write: ({ system, turns }) => {
    let prompt = '';
    let opening = system === undefined ? '' : `<<SYS>>\n${system}\n<</SYS>>\n\n`;
    for (const [index, { role, text }] of turns.entries()) {
      if (role === 'user') {
        prompt += `<s>[INST] ${opening}${text} [/INST]`;
        opening = '';
      } else prompt += index === turns.length - 1 ? ` ${text}` : ` ${text} </s>`;
    }
    return prompt;
  },
};

/** https://github.com/meta-llama/llama-models/blob/main/models/llama3_1/prompt_format.md */
const LLAMA_3: Template = headed('<|start_header_id|>', '<|end_header_id|>', '<|eot_id|>');

/** https://github.com/meta-llama/llama-models/blob/main/models/llama4/prompt_format.md */
const LLAMA_4: Template = headed('<|header_start|>', '<|header_end|>', '<|eot|>');

function headed(before: string, behind: string, end: string): Template {
  const header = (role: string): string => `${before}${role}${behind}\n\n`;
  return {
    marks: /<\|\w+\|>/g,
    write: ({ system, turns }) => {
      const opening = system === undefined ? '' : `${header('system')}${system}${end}`;
      const said = turns.map(
        ({ role, text }, index) =>
          // An answer that is to be continued has no end yet.
          `${header(role)}${text}${role === 'assistant' && index === turns.length - 1 ? '' : end}`,
      );
      const asks = turns.at(-1)?.role === 'assistant' ? '' : header('assistant');
      return `<|begin_of_text|>${opening}${said.join('')}${asks}`;
    },
  };
}

/* ------------------------------------------------------------------ images */

/** Stands for an image until the texts have lost their marks. Not a character of any text. */
const IMAGE_PLACE = '\uFFFF';

/** Images go into a list, and their marks before the text that they belong to. */
function markImages({ system, messages = [], ...request }: OwnRequest): {
  request: OwnRequest;
  images: string[];
} {
  const images: string[] = [];
  const marked = messages.map(({ role, content }) => {
    const own = content.flatMap(block => ('image' in block ? bytesOf('image', block.image.source) : []));
    images.push(...own);
    const [first, ...others] = content.filter(block => !('image' in block)).map(withoutPlaces);
    const marks = IMAGE_PLACE.repeat(own.length);
    return first !== undefined && 'text' in first
      ? { role, content: [{ text: marks + first.text }, ...others] }
      : { role, content: [...(marks === '' ? [] : [{ text: marks }]), ...(first ? [first, ...others] : [])] };
  });
  return {
    request: { ...request, ...(system && { system: system.map(withoutPlaces) }), messages: marked },
    images,
  };
}

function withoutPlaces<Block extends object>(block: Block | { text: string }): Block | { text: string } {
  return 'text' in block && typeof block.text === 'string'
    ? { text: block.text.replaceAll(IMAGE_PLACE, '') }
    : block;
}

/* ------------------------------------------------------------------- reply */

/** The count of generated tokens runs; that of the prompt is in the first chunk only. */
function read(reply: JSONObject): Completion {
  return {
    text: textOf(reply['generation']),
    stopReason: textOf(reply['stop_reason']),
    usage: {
      inputTokens: numberOf(reply['prompt_token_count']),
      outputTokens: numberOf(reply['generation_token_count']),
    },
  };
}
