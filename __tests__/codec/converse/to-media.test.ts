import { type LanguageModelV4FilePart, UnsupportedFunctionalityError } from '@ai-sdk/provider';
import { describe, expect, it } from 'vitest';
import { planOf, pngBase64, pngBytes, type Setup, userBlocks } from '../../support/converse-plan.ts';

type FileInput = Omit<LanguageModelV4FilePart, 'type'>;

const pdf: FileInput = { mediaType: 'application/pdf', data: { type: 'data', data: 'AQID' } };
const text = { type: 'text' as const, text: 'See this.' };

/** The block of a file beside text. */
function blockOf(file: FileInput, setup?: Setup) {
  return userBlocks([text, { type: 'file', ...file }], setup)[1];
}

const s3 = (url: string, originalUrl?: string): FileInput['data'] => ({
  type: 'url',
  url: new URL(url),
  ...(originalUrl === undefined ? {} : { originalUrl }),
});

describe('file data', () => {
  it('bytes become base64', () => {
    expect(blockOf({ mediaType: 'image/png', data: { type: 'data', data: pngBytes } })).toEqual({
      image: { format: 'png', source: { bytes: pngBase64 } },
    });
  });

  it('a string is base64 already and is not encoded again', () => {
    expect(blockOf({ mediaType: 'image/png', data: { type: 'data', data: pngBase64 } })).toEqual({
      image: { format: 'png', source: { bytes: pngBase64 } },
    });
  });

  it.each([
    ['image/webp', { image: { format: 'webp', source: { s3Location: { uri: 's3://bucket/f' } } } }],
    ['video/mp4', { video: { format: 'mp4', source: { s3Location: { uri: 's3://bucket/f' } } } }],
    ['audio/wav', { audio: { format: 'wav', source: { s3Location: { uri: 's3://bucket/f' } } } }],
    [
      'application/pdf',
      { document: { name: 'document-1', format: 'pdf', source: { s3Location: { uri: 's3://bucket/f' } } } },
    ],
  ])('%s can lie in S3', (mediaType, block) => {
    expect(blockOf({ mediaType, data: s3('s3://bucket/f') })).toEqual(block);
  });

  it('an S3 key reaches the service as the caller wrote it', () => {
    const uri = 's3://bucket/my key #1 100%.png';
    expect(
      blockOf({ mediaType: 'image/png', data: s3('s3://bucket/my%20key%20%231%20100%.png', uri) }),
    ).toEqual({
      image: { format: 'png', source: { s3Location: { uri } } },
    });
  });

  it('the owner of the bucket goes with it', () => {
    const block = blockOf({
      mediaType: 'image/png',
      data: s3('s3://bucket/f'),
      providerOptions: { bedrock: { bucketOwner: '123456789012' } },
    });
    expect(block).toEqual({
      image: { format: 'png', source: { s3Location: { uri: 's3://bucket/f', bucketOwner: '123456789012' } } },
    });
  });

  it('a provider reference is an S3 address', () => {
    const data = { type: 'reference' as const, reference: { bedrock: 's3://bucket/f', openai: 'file-1' } };
    expect(blockOf({ mediaType: 'image/png', data })).toEqual({
      image: { format: 'png', source: { s3Location: { uri: 's3://bucket/f' } } },
    });
  });

  it('text of a document goes as text', () => {
    expect(blockOf({ mediaType: 'text/markdown', data: { type: 'text', text: '# Hi' } })).toEqual({
      document: { name: 'document-1', format: 'md', source: { text: '# Hi' } },
    });
  });

  it('passages stand in place of the data', () => {
    const providerOptions = { bedrock: { chunks: ['one', 'two'], citations: { enabled: true } } };
    expect(blockOf({ ...pdf, providerOptions })).toEqual({
      document: {
        name: 'document-1',
        format: 'pdf',
        source: { content: [{ text: 'one' }, { text: 'two' }] },
        citations: { enabled: true },
      },
    });
  });

  it.each<[string, FileInput]>([
    ['bytes', { mediaType: 'image/png', data: { type: 'data', data: new Uint8Array() } }],
    ['base64', { ...pdf, data: { type: 'data', data: '' } }],
    ['text', { mediaType: 'text/plain', data: { type: 'text', text: ' ' } }],
  ])('an empty file of %s is left out with a warning', (_, file) => {
    const { body, warnings } = planOf({
      prompt: [{ role: 'user', content: [text, { type: 'file', filename: 'a.x', ...file }] }],
    });
    expect(body.messages).toEqual([{ role: 'user', content: [{ text: 'See this.' }] }]);
    expect(warnings).toEqual([{ type: 'other', message: 'An empty file (a.x) was left out of the prompt.' }]);
  });
});

describe('documents', () => {
  it('carry what the caller says about them', () => {
    const providerOptions = {
      bedrock: { name: 'Q3_report', context: 'Unaudited', citations: { enabled: true } },
    };
    expect(blockOf({ ...pdf, filename: 'x.pdf', providerOptions })).toEqual({
      document: {
        name: 'Q3-report',
        format: 'pdf',
        source: { bytes: 'AQID' },
        context: 'Unaudited',
        citations: { enabled: true },
      },
    });
  });

  it('are named after the file, and the reader of citations learns both names', () => {
    const { body, facts } = planOf({
      prompt: [{ role: 'user', content: [text, { type: 'file', filename: 'John’s report.pdf', ...pdf }] }],
    });
    expect(body.messages?.[0]?.content[1]).toMatchObject({ document: { name: 'John s report' } });
    expect(facts.documents).toEqual([
      { title: 'John s report', mediaType: 'application/pdf', filename: 'John’s report.pdf' },
    ]);
  });

  it('two files of one name have two names in the request', () => {
    const file = { type: 'file' as const, filename: 'a.pdf', ...pdf };
    const names = userBlocks([text, file, file]).flatMap(block =>
      'document' in block ? block.document.name : [],
    );
    expect(names).toEqual(['a', 'a (2)']);
  });
});

describe('what cannot be sent is an error before the call', () => {
  const errorOf = (file: FileInput, setup?: Setup): Error => {
    try {
      blockOf(file, setup);
    } catch (error) {
      if (UnsupportedFunctionalityError.isInstance(error)) return error;
      throw error;
    }
    throw new Error('no error');
  };

  it('a media type without a format names those that have one', () => {
    const { message } = errorOf({ mediaType: 'application/zip', data: { type: 'data', data: 'AQID' } });
    expect(message).toMatch(
      /^prompt\[0\]\.content\[1\]: Bedrock has no format for files of type application\/zip\./,
    );
    expect(message).toContain('image/png, image/jpeg, image/gif, image/webp, application/pdf');
  });

  it('a URL that is not of S3', () => {
    const { message } = errorOf({ mediaType: 'image/png', data: s3('https://example.com/a.png') });
    expect(message).toMatch(/does not take URL https:.*s3:\/\//);
  });

  it('a reference to another provider’s file', () => {
    const data = { type: 'reference' as const, reference: { openai: 'file-1' } };
    expect(errorOf({ mediaType: 'image/png', data }).message).toMatch(/provider reference.*s3:\/\//);
  });

  it('an image as text', () => {
    expect(errorOf({ mediaType: 'image/png', data: { type: 'text', text: 'a' } }).message).toMatch(
      /image files given as text/,
    );
  });

  it('a kind that the model refuses', () => {
    const setup = { content: { refuses: { image: 'It does not see.' } } };
    expect(errorOf({ mediaType: 'image/png', data: { type: 'data', data: pngBase64 } }, setup).message).toBe(
      'prompt[0].content[1]: It does not see.',
    );
  });
});
