import type { ChatBody } from './chat-body.ts';
import { commandR } from './command-r.ts';
import { messages } from './messages.ts';
import { nova } from './nova.ts';
import { openAIChat } from './openai-chat.ts';
import { pegasus } from './pegasus.ts';
import { textBodies } from './text-bodies.ts';

/** Every body in which models chat through InvokeModel; the first that claims a request reads it. */
export const chatBodies: readonly ChatBody[] = [...textBodies, messages, nova, commandR, pegasus, openAIChat];
