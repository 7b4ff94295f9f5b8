import { describe, expect, it } from 'vitest';
import { successorOf } from '../../src/catalog/successors.ts';
import { errorOf, hello, modelAnswering } from '../support/replies.ts';
import { readSharedJson, sharedDataMissing } from '../support/shared-data.ts';

interface Catalog {
  models: Record<string, { lifecycle: { status: string } }>;
}

const models = sharedDataMissing ? {} : readSharedJson<Catalog>('bedrock-models.json').models;
const withStatus = (...statuses: string[]) =>
  Object.keys(models).filter(id => statuses.includes(models[id]?.lifecycle.status ?? ''));

/** Lines that Bedrock carries no further, in chat or at all. */
const ended = /^(?:ai21|cohere)\.|nova-reel|nova-2-pro-preview|titan-embed-image/;

describe.skipIf(sharedDataMissing)(`successors (skipped: ${sharedDataMissing})`, () => {
  it.each(withStatus('EOL', 'LEGACY', 'UNLISTED').filter(id => !ended.test(id)))(
    '%s has an active one',
    id => {
      const successor = successorOf(id);
      expect(successor).toBeDefined();
      expect(models[successor as string]?.lifecycle.status).toBe('ACTIVE');
    },
  );
});

describe('the error of a retired model', () => {
  it('names the successor, by the profile through which the region reaches it', async () => {
    const body = { message: 'This model version has reached the end of its life.' };
    const headers = { 'x-amzn-errortype': 'ResourceNotFoundException' };
    const { model } = modelAnswering(() => Response.json(body, { status: 404, headers }), {
      modelId: 'us.anthropic.claude-3-7-sonnet-20250219-v1:0',
    });
    const error = await errorOf(model.doGenerate(hello));
    expect(error).toMatchObject({
      message: expect.stringMatching(/is retired.*us\.anthropic\.claude-sonnet-5/),
    });
  });

  it('names none where none is known', async () => {
    const body = { message: 'This model version has reached the end of its life.' };
    const { model } = modelAnswering(() => Response.json(body, { status: 404 }), {
      modelId: 'cohere.command-r-v1:0',
    });
    const error = await errorOf(model.doGenerate(hello));
    expect(error).toMatchObject({
      message: expect.stringMatching(/is retired; https:.* names its successor/),
    });
  });
});
