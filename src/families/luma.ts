import type { ModelFamily } from '../codec/family.ts';
import { noChat } from './no-chat.ts';

/**
 * Luma Ray.
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-luma.html
 */
export const luma: ModelFamily = {
  name: 'luma',
  matches: baseModel => baseModel.startsWith('luma.'),
  video: () => ({ load: async () => (await import('./luma-video.ts')).lumaVideo }),
  chat: noChat("Luma's models film: use videoModel"),
};
