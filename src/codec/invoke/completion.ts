import type { JSONObject } from '@ai-sdk/provider';
import type { InvokeChatTraits } from './chat.ts';
import type { ReplyWriter } from './reply-writer.ts';

/** What a reply or a chunk of a model says that only writes text. */
export interface Completion {
  readonly text?: string | undefined;
  /** In the model's own words; absent while there is more to come. */
  readonly stopReason?: string | undefined;
  readonly usage?: Parameters<ReplyWriter['addUsage']>[0];
}

/** The reader of replies that are one text, or of chunks that are pieces of it. */
export function completionReader(read: (reply: JSONObject) => Completion): InvokeChatTraits['reader'] {
  return writer => ({
    read(reply) {
      const { text = '', stopReason, usage = {} } = read(reply);
      writer.text(text);
      writer.addUsage(usage);
      if (stopReason !== undefined) writer.stop(stopReason);
    },
  });
}
