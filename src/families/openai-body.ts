import type { InvokeChatTraits } from '../codec/invoke/chat.ts';
import type { Later } from '../codec/later.ts';

interface OwnWays extends Pick<InvokeChatTraits, 'defaultMaxTokens' | 'insteadOfConverse'> {
  /** The word for a choice of any tool. @default 'required' */
  readonly anyTool?: 'required' | 'any';
}

/** The body of OpenAI's Chat Completions, which most families have. */
export function openAIBody({
  anyTool,
  insteadOfConverse,
  ...own
}: OwnWays = {}): Later<InvokeChatTraits, 'insteadOfConverse'> {
  return {
    ...(insteadOfConverse && { insteadOfConverse }),
    load: async () => {
      const { openAIChat } = await import('../codec/invoke/openai-chat.ts');
      return { ...openAIChat(anyTool), ...own };
    },
  };
}
