import type { SharedV4FileData } from '@ai-sdk/provider';
import { describe, expect, it } from 'vitest';
import { mediaTypeOf, resolveMedia, SUPPORTED_MEDIA_TYPES } from '../../../src/codec/converse/media-types.ts';
import { pngBase64, pngBytes } from '../../support/converse-plan.ts';

const anyData: SharedV4FileData = { type: 'data', data: 'AQID' };
const resolve = (mediaType: string, data: SharedV4FileData = anyData, filename?: string) =>
  resolveMedia({ mediaType, data, filename });

describe('resolveMedia', () => {
  it.each([
    ['image/png', 'image', 'png'],
    ['image/jpg', 'image', 'jpeg'],
    ['IMAGE/WEBP', 'image', 'webp'],
    ['application/pdf', 'document', 'pdf'],
    ['text/csv', 'document', 'csv'],
    ['application/msword', 'document', 'doc'],
    ['application/vnd.openxmlformats-officedocument.wordprocessingml.document', 'document', 'docx'],
    ['application/vnd.ms-excel', 'document', 'xls'],
    ['application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', 'document', 'xlsx'],
    ['text/html', 'document', 'html'],
    ['text/x-markdown', 'document', 'md'],
    ['text/plain; charset=utf-8', 'document', 'txt'],
    ['video/quicktime', 'video', 'mov'],
    ['video/x-matroska', 'video', 'mkv'],
    ['video/3gpp', 'video', 'three_gp'],
    ['audio/mpeg', 'audio', 'mp3'],
    ['audio/x-wav', 'audio', 'wav'],
    ['audio/x-matroska', 'audio', 'mka'],
  ])('knows %s', (mediaType, kind, format) => {
    expect(resolve(mediaType)).toEqual({ kind, format });
  });

  it.each([
    'application/json',
    'application/ld+json',
    'application/xml',
    'text/xml',
    'application/yaml',
    'application/x-yaml',
    'text/javascript',
    'application/typescript',
    'text/x-python',
    'text/tab-separated-values',
  ])('sends %s as plain text, which it is', mediaType => {
    expect(resolve(mediaType)).toEqual({ kind: 'document', format: 'txt' });
  });

  it.each(['image/svg+xml', 'image/bmp', 'application/zip', 'audio/midi', 'model/gltf+json', 'nonsense'])(
    'has no format for %s',
    mediaType => {
      expect(resolve(mediaType)).toBeUndefined();
    },
  );

  it.each(['image', 'image/*', 'image/', 'application/octet-stream', '', '*/*'])(
    'reads the bytes where the media type is %j',
    mediaType => {
      expect(resolve(mediaType, { type: 'data', data: pngBytes })).toEqual({ kind: 'image', format: 'png' });
      expect(resolve(mediaType, { type: 'data', data: pngBase64 })).toEqual({ kind: 'image', format: 'png' });
    },
  );

  it('reads the bytes of a document where the media type says nothing', () => {
    const data: SharedV4FileData = { type: 'data', data: Uint8Array.of(0x25, 0x50, 0x44, 0x46) };
    expect(resolve('application/octet-stream', data)).toEqual({ kind: 'document', format: 'pdf' });
  });

  it('does not take an image for audio', () => {
    expect(resolve('audio/*', { type: 'data', data: pngBytes })).toBeUndefined();
  });

  it.each([
    ['image', 'photo.JPG', { kind: 'image', format: 'jpeg' }],
    ['video', 'clip.mp4', { kind: 'video', format: 'mp4' }],
    ['audio', 'song.mp4', { kind: 'audio', format: 'mp4' }],
    ['application/octet-stream', 'notes.md', { kind: 'document', format: 'md' }],
    ['text/*', 'table.csv', { kind: 'document', format: 'csv' }],
    ['text', 'unknown.log', { kind: 'document', format: 'txt' }],
  ])('reads the file name where %j says too little', (mediaType, filename, media) => {
    expect(resolve(mediaType, anyData, filename)).toEqual(media);
  });

  it('reads the ending of an S3 key', () => {
    const data: SharedV4FileData = { type: 'url', url: new URL('s3://bucket/a/scene.webm') };
    expect(resolve('video/*', data)).toEqual({ kind: 'video', format: 'webm' });
  });

  it('takes text without a type for a text document', () => {
    expect(resolve('', { type: 'text', text: 'Hi' })).toEqual({ kind: 'document', format: 'txt' });
  });

  it('knows the type of a format in a reply', () => {
    expect(mediaTypeOf('audio', 'mp3')).toBe('audio/mpeg');
    expect(mediaTypeOf('document', 'pdf')).toBe('application/pdf');
    expect(mediaTypeOf('image', 'avif')).toBe('image/avif');
    expect(mediaTypeOf('video', undefined)).toBe('video/*');
    expect(mediaTypeOf('document', undefined)).toBe('application/octet-stream');
  });

  it('knows every type that it lists as supported', () => {
    for (const mediaType of SUPPORTED_MEDIA_TYPES) expect(resolve(mediaType)).toBeDefined();
  });
});
