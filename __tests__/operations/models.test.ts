import {
  GetFoundationModelAvailabilityRequest$,
  GetInferenceProfileRequest$,
  ListFoundationModelsRequest$,
  ListInferenceProfilesRequest$,
} from '@aws-sdk/client-bedrock';
import { BedrockError } from 'bedrock-ai-provider';
import { describe, expect, it } from 'vitest';
import { schemaFaults } from '../support/aws-schema.ts';
import { errorOf } from '../support/replies.ts';
import { answering, openDoor } from './door.ts';

const ARN = 'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/a1b2c3d4e5f6';
const CLAUDE = 'anthropic.claude-sonnet-4-5-20250929-v1:0';
const inferenceProfiles = { a1b2c3d4e5f6: CLAUDE };

describe('listModels', () => {
  it('lists what there is', async () => {
    const { local, bedrock } = openDoor();
    const models = await bedrock.listModels();
    expect(models.length).toBeGreaterThan(100);
    expect(models.find(({ modelId }) => modelId === CLAUDE)).toEqual({
      modelArn: `arn:aws:bedrock:us-east-1::foundation-model/${CLAUDE}`,
      modelId: CLAUDE,
      modelName: 'Claude Sonnet 4.5',
      providerName: 'Anthropic',
      inputModalities: ['TEXT', 'IMAGE'],
      outputModalities: ['TEXT'],
      responseStreamingSupported: true,
      customizationsSupported: [],
      inferenceTypesSupported: ['INFERENCE_PROFILE'],
      modelLifecycle: { status: 'ACTIVE' },
    });
    expect(local.requests[0]).toMatchObject({
      method: 'GET',
      path: '/foundation-models',
      authentication: 'sigv4',
    });
  });

  it.each([
    [{ byProvider: 'Anthropic' }, 'providerName', 'Anthropic'],
    [{ byOutputModality: 'IMAGE' }, 'outputModalities', ['IMAGE']],
    [{ byInferenceType: 'ON_DEMAND' }, 'inferenceTypesSupported', expect.arrayContaining(['ON_DEMAND'])],
    [{ byProvider: 'Cohere', byOutputModality: 'EMBEDDING' }, 'providerName', 'Cohere'],
  ] as const)('filters by %j', async (filter, member, value) => {
    const { bedrock } = openDoor();
    const models = await bedrock.listModels(filter);
    expect(models.length).toBeGreaterThan(2);
    for (const model of models) expect(model).toHaveProperty(member, value);
  });

  it('sends the filter as AWS names it', async () => {
    const { bedrock, sent } = answering(() => ({ modelSummaries: [] }));
    const filter = {
      byProvider: 'Mistral AI',
      byOutputModality: 'TEXT',
      byInferenceType: 'PROVISIONED',
      byCustomizationType: 'FINE_TUNING',
    } as const;
    await bedrock.listModels({ ...filter, region: 'eu-west-1' });
    expect(Object.fromEntries(sent[0]?.url.searchParams ?? [])).toEqual(filter);
    expect(sent[0]?.url.search).toContain('byProvider=Mistral%20AI');
    expect(sent[0]?.url.host).toBe('bedrock.eu-west-1.amazonaws.com');
    expect(schemaFaults(ListFoundationModelsRequest$, filter)).toEqual([]);
  });

  it.each([
    ['byOutputModality', { byOutputModality: 'VIDEO' }, '"TEXT", "IMAGE", "EMBEDDING", got "VIDEO"'],
    ['byProvider', { byProvider: 'a/b' }, 'the name of a provider'],
  ])('refuses a wrong %s', async (option, filter, why) => {
    const { bedrock, sent } = answering(() => ({ modelSummaries: [] }));
    expect(await errorOf(bedrock.listModels(filter as never))).toMatchObject({
      argument: `listModels.${option}`,
      message: expect.stringContaining(why),
    });
    expect(sent).toEqual([]);
  });

  it('refuses a reply that is no list', async () => {
    const { bedrock } = answering(() => ({ models: [] }));
    const error = await errorOf(bedrock.listModels());
    expect(BedrockError.isInstance(error) && error.code).toBe('InvalidReply');
  });

  it('works with an API key', async () => {
    const { bedrock } = openDoor(
      {},
      { apiKey: 'local-bedrock-api-key', accessKeyId: undefined, secretAccessKey: undefined },
    );
    expect((await bedrock.listModels({ byProvider: 'Cohere' })).length).toBeGreaterThan(0);
  });
});

describe('getModelAvailability', () => {
  it('says that a model may be called, also by its profile', async () => {
    const { local, bedrock } = openDoor();
    const availability = await bedrock.getModelAvailability(`us.${CLAUDE}`);
    expect(availability).toMatchObject({
      available: true,
      modelId: CLAUDE,
      authorizationStatus: 'AUTHORIZED',
    });
    expect(local.requests[0]?.path).toBe(`/foundation-model-availability/${CLAUDE.replace(':', '%3A')}`);
    expect(schemaFaults(GetFoundationModelAvailabilityRequest$, { modelId: CLAUDE })).toEqual([]);
  });

  it.each([
    ['authorizationStatus', 'NOT_AUTHORIZED'],
    ['entitlementAvailability', 'NOT_AVAILABLE'],
    ['regionAvailability', 'NOT_AVAILABLE'],
    ['agreementAvailability', { status: 'PENDING' }],
  ])('says that it may not for its %s', async (member, value) => {
    const { bedrock } = answering(() => ({
      modelId: CLAUDE,
      agreementAvailability: { status: 'AVAILABLE' },
      authorizationStatus: 'AUTHORIZED',
      entitlementAvailability: 'AVAILABLE',
      regionAvailability: 'AVAILABLE',
      [member]: value,
    }));
    expect((await bedrock.getModelAvailability(CLAUDE)).available).toBe(false);
  });

  it('says so of models that the local Bedrock was told not to have', async () => {
    const { bedrock } = openDoor({ models: [] });
    expect((await bedrock.getModelAvailability(CLAUDE)).available).toBe(false);
  });

  it('cannot tell for an ARN that does not', async () => {
    const { bedrock, sent } = answering(() => ({}));
    expect(await errorOf(bedrock.getModelAvailability(ARN))).toMatchObject({ argument: 'modelId' });
    expect(sent).toEqual([]);
  });
});

describe('listInferenceProfiles', () => {
  it('lists those of the Region and of the account', async () => {
    const { bedrock } = openDoor({ inferenceProfiles });
    const profiles = await bedrock.listInferenceProfiles();
    const ids = profiles.map(({ inferenceProfileId }) => inferenceProfileId);
    expect(ids).toContain(`us.${CLAUDE}`);
    expect(ids).toContain(`global.${CLAUDE}`);
    expect(ids).not.toContain(`eu.${CLAUDE}`);
    expect(profiles.at(-1)).toMatchObject({
      inferenceProfileArn: ARN,
      type: 'APPLICATION',
      baseModel: CLAUDE,
    });
  });

  it('filters by type, under the name that AWS has in the query', async () => {
    const { local, bedrock } = openDoor({ inferenceProfiles });
    expect(await bedrock.listInferenceProfiles({ type: 'APPLICATION' })).toHaveLength(1);
    expect(local.requests[0]?.path).toBe('/inference-profiles?type=APPLICATION&maxResults=1000');
    expect(
      schemaFaults(ListInferenceProfilesRequest$, { maxResults: 1000, typeEquals: 'APPLICATION' }),
    ).toEqual([]);
  });

  it('follows the pages, and not for ever', async () => {
    const profile = (id: string) => ({
      inferenceProfileId: id,
      inferenceProfileArn: `arn:aws:bedrock:us-east-1:123456789012:inference-profile/${id}`,
      models: [],
    });
    const { bedrock, sent } = answering((_, count) => ({
      inferenceProfileSummaries: [profile(`p${count}`)],
      nextToken: count < 3 ? `t${count}` : 't2',
    }));
    const profiles = await bedrock.listInferenceProfiles();
    expect(profiles.map(({ inferenceProfileId }) => inferenceProfileId)).toEqual(['p1', 'p2', 'p3']);
    expect(sent.map(({ url }) => url.searchParams.get('nextToken'))).toEqual([null, 't1', 't2']);
  });

  it('follows the pages of the local Bedrock to the same list', async () => {
    const { local, bedrock } = openDoor({ inferenceProfiles });
    const pages: unknown[] = [];
    let nextToken: string | undefined;
    do {
      const query = new URLSearchParams({ maxResults: '30', ...(nextToken && { nextToken }) });
      const reply = await local.fetch(`https://bedrock.us-east-1.amazonaws.com/inference-profiles?${query}`, {
        headers: { authorization: 'Bearer local-bedrock-api-key' },
      });
      const page = (await reply.json()) as { inferenceProfileSummaries: unknown[]; nextToken?: string };
      pages.push(...page.inferenceProfileSummaries);
      ({ nextToken } = page);
    } while (nextToken !== undefined);
    const whole = await bedrock.listInferenceProfiles();
    expect(pages).toEqual(whole.map(({ baseModel: _, ...profile }) => profile));
    expect(pages.length).toBeGreaterThan(60);
  });

  it('refuses another type', async () => {
    const { bedrock } = answering(() => ({}));
    expect(await errorOf(bedrock.listInferenceProfiles({ type: 'MINE' } as never))).toMatchObject({
      argument: 'listInferenceProfiles.type',
    });
  });
});

describe('getInferenceProfile', () => {
  it.each([`us.${CLAUDE}`, ARN, 'a1b2c3d4e5f6'])('tells the model behind %s', async id => {
    const { bedrock } = openDoor({ inferenceProfiles });
    expect(await bedrock.getInferenceProfile(id)).toMatchObject({ baseModel: CLAUDE, status: 'ACTIVE' });
    expect(schemaFaults(GetInferenceProfileRequest$, { inferenceProfileIdentifier: id })).toEqual([]);
  });

  it('goes to the Region of the ARN', async () => {
    const { bedrock, sent } = answering(() => ({ models: [] }));
    await bedrock.getInferenceProfile(ARN.replace('us-east-1', 'eu-west-1'));
    expect(sent[0]?.url.host).toBe('bedrock.eu-west-1.amazonaws.com');
    expect(sent[0]?.headers.get('authorization')).toContain('/eu-west-1/bedrock/aws4_request');
  });

  it('says what does not exist', async () => {
    const { bedrock } = openDoor({ inferenceProfiles });
    const error = await errorOf(bedrock.getInferenceProfile('us.amazon.no-such-model'));
    expect(BedrockError.isInstance(error) && error.code).toBe('ResourceNotFoundException');
  });
});

describe('resolveModel', () => {
  it('gives a model that is opaque its rules', async () => {
    const { local, bedrock } = openDoor({ inferenceProfiles, respond: () => 'Hello.' });
    const settings = await bedrock.resolveModel(ARN);
    expect(settings).toEqual({ baseModel: CLAUDE });
    // Claude takes topK in its own fields; a model that is not known takes none.
    const prompt = [{ role: 'user' as const, content: [{ type: 'text' as const, text: 'Hi' }] }];
    const { warnings } = await bedrock(ARN, settings).doGenerate({ prompt, topK: 5 });
    expect(warnings).toEqual([]);
    expect(local.requests.at(-1)).toMatchObject({
      modelId: ARN,
      body: { additionalModelRequestFields: { top_k: 5 } },
    });
  });

  it.each([`us.${CLAUDE}`, CLAUDE, `arn:aws:bedrock:us-east-1::foundation-model/${CLAUDE}`])(
    'sends nothing for %s, which tells its model',
    async id => {
      const { bedrock, sent } = answering(() => ({}));
      expect(await bedrock.resolveModel(id, { region: 'eu-west-1' })).toEqual({
        baseModel: CLAUDE,
        region: 'eu-west-1',
      });
      expect(sent).toEqual([]);
    },
  );

  it('guesses nothing where there are several models', async () => {
    const { bedrock } = answering(() => ({
      models: [
        { modelArn: `arn:aws:bedrock:us-east-1::foundation-model/${CLAUDE}` },
        { modelArn: 'arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0' },
      ],
    }));
    expect(await errorOf(bedrock.resolveModel(ARN))).toHaveProperty(
      'message',
      expect.stringContaining('set baseModel yourself'),
    );
  });

  it.each(['provisioned-model/abc', 'imported-model/abc', 'prompt-router/abc'])(
    'does not resolve a %s',
    async resource => {
      const { bedrock, sent } = answering(() => ({}));
      const arn = `arn:aws:bedrock:us-east-1:123456789012:${resource}`;
      expect(await errorOf(bedrock.resolveModel(arn))).toMatchObject({ argument: 'modelId' });
      expect(sent).toEqual([]);
    },
  );
});
