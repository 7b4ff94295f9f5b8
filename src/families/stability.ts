import type { ModelFamily } from '../codec/family.ts';
import { noChat } from './no-chat.ts';

/** Stability AI: models that draw, and services that edit. */
export const stability: ModelFamily = {
  name: 'stability',
  matches: baseModel => baseModel.startsWith('stability.'),
  chat: noChat("Stability AI's models draw: use imageModel"),
  image: (baseModel = 'stability.sd3-5-large-v1:0') => ({
    files: !baseModel.includes('stable-image-core'),
    mask: /-xl-|inpaint|erase-object/.test(baseModel),
    load: async () => (await import('./stability-image.ts')).stabilityImage(baseModel),
  }),
};
