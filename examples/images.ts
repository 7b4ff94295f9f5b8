/** Images: drawn from words, drawn again, and edited. */
import { generateImage } from 'ai';
import {
  type BedrockImageModelMetadata,
  type BedrockImageModelOptions,
  createBedrock,
} from 'bedrock-ai-provider';
import { createLocalBedrock } from 'bedrock-ai-provider/local';

const bedrock = createBedrock(createLocalBedrock().settings);

const { image } = await generateImage({
  model: bedrock.imageModel('amazon.nova-canvas-v1:0'),
  prompt: 'A lighthouse at dawn',
  size: '1280x720',
  providerOptions: {
    bedrock: { quality: 'premium', style: 'SOFT_DIGITAL_PAINTING' } satisfies BedrockImageModelOptions,
  },
});
console.log(image.mediaType, image.uint8Array.length > 0);

// Models that make one image per request are asked several times, each time with another seed.
const several = await generateImage({
  model: bedrock.imageModel('stability.stable-image-core-v1:1'),
  prompt: 'A lighthouse at dawn',
  aspectRatio: '16:9',
  n: 3,
  seed: 7,
});
const metadata = several.providerMetadata['bedrock'] as BedrockImageModelMetadata;
console.log('seeds:', metadata.images.map(({ seed }) => seed).join(', '));

// An editing service: the image and what is to be replaced in it.
const edited = await generateImage({
  model: bedrock.imageModel('us.stability.stable-image-search-replace-v1:0'),
  prompt: { images: [image.uint8Array], text: 'a sailing ship' },
  providerOptions: {
    bedrock: { searchPrompt: 'the lighthouse', outputFormat: 'png' } satisfies BedrockImageModelOptions,
  },
});
console.log('edited:', edited.images.length);

// Nova Canvas tells the task from the call: files and a mask, or its description, are INPAINTING.
const inpainted = await generateImage({
  model: bedrock.imageModel('amazon.nova-canvas-v1:0'),
  prompt: { images: [image.uint8Array], text: 'a calm sea' },
  providerOptions: { bedrock: { maskPrompt: 'the water' } satisfies BedrockImageModelOptions },
});
console.log('inpainted:', inpainted.images.length);
