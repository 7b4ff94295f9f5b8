import type { JSONObject } from '@ai-sdk/provider';
import type { Sides } from '../codec/invoke/image.ts';
import { invalid } from '../codec/invoke/image-form.ts';
import type { VideoImage, VideoPlan, VideoRequest, VideoTraits } from '../codec/invoke/video.ts';
import { checkText, checkVideoRequest, type VideoForm } from '../codec/invoke/video-form.ts';

const MODEL = 'Luma Ray';

const RATIOS = ['1:1', '16:9', '9:16', '4:3', '3:4', '21:9', '9:21'] as const;
const LINES = [540, 720] as const;
const SECONDS = [5, 9] as const;
const IMAGE_SIDES = [512, 4096] as const;

const FORM: VideoForm = {
  model: MODEL,
  options: ['loop', 'resolution'],
  images: {
    formats: ['png', 'jpeg'],
    lastFrame: true,
    s3: false,
    size: {
      words: `${IMAGE_SIDES.join(' to ')}`,
      fits: ({ width, height }) =>
        Math.min(width, height) >= IMAGE_SIDES[0] && Math.max(width, height) <= IMAGE_SIDES[1],
    },
  },
  fps: 'nothing',
};

export const lumaVideo: VideoTraits = { plan: planRay, file: 'output.mp4', mediaType: 'video/mp4' };

function planRay(request: VideoRequest): VideoPlan {
  const { prompt, options, firstFrame, lastFrame } = request;
  const warnings = checkVideoRequest(request, FORM);
  const ratio = ratioOf(request);
  const resolution = resolutionOf(request);
  const duration = durationOf(request);
  const body: JSONObject = {
    prompt: checkText('prompt', prompt, 5000, MODEL),
    ...(ratio !== undefined && { aspect_ratio: ratio }),
    ...(duration !== undefined && { duration }),
    ...(resolution !== undefined && { resolution }),
    ...(options.loop !== undefined && { loop: options.loop }),
    ...((firstFrame ?? lastFrame) !== undefined && {
      keyframes: {
        ...(firstFrame !== undefined && { frame0: toFrame(firstFrame) }),
        ...(lastFrame !== undefined && { frame1: toFrame(lastFrame) }),
      },
    }),
  };
  return { warnings, body: () => body };
}

function ratioOf({ aspectRatio, resolution }: VideoRequest): string | undefined {
  const asked = aspectRatio === undefined || aspectRatio === 'adaptive' ? undefined : aspectRatio;
  const ofSize = resolution === undefined ? undefined : findRatio(resolution);
  if (resolution !== undefined && ofSize === undefined) throw wrongRatio('resolution', resolution, 'x');
  if (asked === undefined) return ofSize;
  const ratio = findRatio(asked);
  if (ratio === undefined) throw wrongRatio('aspectRatio', asked, ':');
  if (ofSize !== undefined && ofSize !== ratio) {
    throw invalid('aspectRatio', `${ratio} contradicts the resolution, which is ${ofSize}`);
  }
  return ratio;
}

/** Sizes are whole pixels, so their ratio is a little off: 540 lines of 21:9 are 1260 wide, and 16:9 may be 854x480. */
function findRatio({ width, height }: Sides): string | undefined {
  return RATIOS.find(ratio => {
    const [across = 1, down = 1] = ratio.split(':').map(Number);
    return Math.abs((width * down) / (height * across) - 1) < 0.01;
  });
}

function wrongRatio(argument: string, { width, height }: Sides, separator: string) {
  return invalid(
    argument,
    `${MODEL} takes the ratios ${RATIOS.join(', ')}, got ${width}${separator}${height}`,
  );
}

function resolutionOf({ resolution, options, optionsPlace }: VideoRequest): string | undefined {
  if (resolution === undefined) return options.resolution;
  const lines = Math.min(resolution.width, resolution.height);
  if (!LINES.some(known => known === lines)) {
    throw invalid(
      'resolution',
      `${MODEL} takes ${LINES.join(' or ')} pixels on the shorter side, got ${resolution.width}x${resolution.height}`,
    );
  }
  const name = `${lines}p`;
  if (options.resolution !== undefined && options.resolution !== name) {
    throw invalid(
      `${optionsPlace}.resolution`,
      `${options.resolution} contradicts the resolution of the call`,
    );
  }
  return name;
}

function durationOf({ duration }: VideoRequest): string | undefined {
  if (duration === undefined) return undefined;
  if (SECONDS.some(seconds => seconds === duration)) return `${duration}s`;
  throw invalid('duration', `${MODEL} takes ${SECONDS.join(' or ')}, got ${duration}`);
}

function toFrame({ format, source }: VideoImage): JSONObject {
  const data = 'base64' in source ? source.base64 : '';
  return { type: 'image', source: { type: 'base64', media_type: `image/${format}`, data } };
}
