/** For models whose body is a text: a conversation written down in the model's own marks. */
import type { ChatTraits } from '../family.ts';
import type { BodyContext, OwnRequest } from './chat.ts';
import { plainText } from './plain-content.ts';

export interface Turn {
  readonly role: 'user' | 'assistant';
  readonly text: string;
}

export interface Conversation {
  readonly system: string | undefined;
  /** Roles alternate, beginning with the user's. One of the assistant at the end is to be continued. */
  readonly turns: readonly Turn[];
}

/**
 * @param marks the model's own marks. A text that holds them could end its turn and speak as somebody else, so they
 * are broken by a space, with a warning.
 */
export function toConversation(request: OwnRequest, context: BodyContext, marks?: RegExp): Conversation {
  const clean = (text: string): string => (marks === undefined ? text : breakMarks(text, marks, context));
  const system = clean(plainText(request.system ?? []));
  return {
    system: system === '' ? undefined : system,
    turns: (request.messages ?? []).map(({ role, content }) => ({
      role: role === 'assistant' ? role : 'user',
      text: clean(plainText(content)),
    })),
  };
}

function breakMarks(text: string, marks: RegExp, context: BodyContext): string {
  const broken = text.replace(marks, mark => `${mark.slice(0, 1)} ${mark.slice(1)}`);
  if (broken !== text) {
    context.compatibility(
      'marks of the prompt',
      'A text holds marks by which the model tells who speaks; they were broken by a space.',
    );
  }
  return broken;
}

/** For models that complete a text and know no marks: who says what, as in a play. */
export function toTranscript(
  request: OwnRequest,
  context: BodyContext,
  names: Record<Turn['role'], string>,
): string {
  const { system, turns } = toConversation(request, context);
  const [only] = turns;
  if (turns.length === 1 && only?.role === 'user') return [system, only.text].filter(Boolean).join('\n\n');
  const lines = turns.map(({ role, text }) => `${names[role]}: ${text}`);
  if (turns.at(-1)?.role !== 'assistant') lines.push(`${names.assistant}:`);
  return [system, ...lines].filter(Boolean).join('\n\n');
}

/**
 * The rules of a body that is a text.
 * @param noTools why there are no tools, and what to do instead: a whole sentence
 */
export function promptRules(noTools: string, takesImages = false): (converse: ChatTraits) => ChatTraits {
  const noMedia = 'The model’s own body, in which InvokeModel calls it, is a text; use Converse for files.';
  return ({ promptCache: _, betas: __, ...converse }) => {
    const { providerTools: ___, ...tools } = converse.tools;
    const { besideToolResult: ____, ...content } = converse.content;
    return {
      ...converse,
      structuredOutput: [],
      tools: { ...tools, unsupported: noTools, choices: [], strict: false, systemTools: [] },
      content: {
        ...content,
        refuses: {
          ...content.refuses,
          ...(!takesImages && { image: content.refuses.image ?? noMedia }),
          video: content.refuses.video ?? noMedia,
          audio: content.refuses.audio ?? noMedia,
        },
        toolResultMedia: [],
        systemBetweenTurns: false,
        reasoningReplay: 'never',
        citationsReplay: false,
      },
    };
  };
}
