/** AWS's own clients at the routes beside chat. */
import {
  BedrockClient,
  ResourceNotFoundException as ControlNotFound,
  ValidationException as ControlValidation,
  GetFoundationModelAvailabilityCommand,
  GetInferenceProfileCommand,
  ListFoundationModelsCommand,
  ListInferenceProfilesCommand,
  paginateListInferenceProfiles,
} from '@aws-sdk/client-bedrock';
import {
  AccessDeniedException,
  ResourceNotFoundException as AgentNotFound,
  ValidationException as AgentValidation,
  BedrockAgentRuntimeClient,
  paginateRetrieve,
  RetrieveAndGenerateCommand,
  RetrieveAndGenerateStreamCommand,
  RetrieveCommand,
} from '@aws-sdk/client-bedrock-agent-runtime';
import {
  ApplyGuardrailCommand,
  BedrockRuntimeClient,
  ConverseCommand,
  ConverseStreamCommand,
  CountTokensCommand,
  InvokeGuardrailChecksCommand,
  ThrottlingException,
  ValidationException,
} from '@aws-sdk/client-bedrock-runtime';
import { createLocalBedrock, type ListeningBedrock, LOCAL_CREDENTIALS } from 'bedrock-ai-provider/local';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

const CLAUDE = 'anthropic.claude-sonnet-4-5-20250929-v1:0';
const local = createLocalBedrock({
  strict: true,
  guardrails: { gr1: { words: ['shares'], pii: ['EMAIL'], blockedMessage: 'No.' } },
  inferenceProfiles: { a1b2c3d4e5f6: CLAUDE },
  knowledgeBases: {
    KB1: [
      { text: 'The bridge was opened in 1932.', source: 's3://a/bridge.txt', metadata: { year: 1932 } },
      { text: 'The bridge is grey.', source: 'https://example.com/bridge' },
      'A bridge crosses the water.',
    ],
  },
});
let listening: ListeningBedrock;
let runtime: BedrockRuntimeClient;
let control: BedrockClient;
let agent: BedrockAgentRuntimeClient;

beforeAll(async () => {
  listening = await local.listen();
  const config = {
    endpoint: listening.url,
    region: 'us-east-1',
    credentials: LOCAL_CREDENTIALS,
    maxAttempts: 1,
  };
  runtime = new BedrockRuntimeClient(config);
  control = new BedrockClient(config);
  agent = new BedrockAgentRuntimeClient(config);
});
afterEach(() => local.reset());
afterAll(async () => {
  for (const client of [runtime, control, agent]) client.destroy();
  await listening.close();
});

const failure = (call: Promise<unknown>) =>
  call.then(
    () => undefined,
    (error: unknown) => error,
  );

describe("AWS's client of bedrock-runtime", () => {
  const messages = [{ role: 'user' as const, content: [{ text: 'Why is the sky blue?' }] }];

  it('counts the tokens of a Converse request, as many as the call has', async () => {
    const { inputTokens } = await runtime.send(
      new CountTokensCommand({
        modelId: CLAUDE,
        input: { converse: { messages, system: [{ text: 'Be brief.' }] } },
      }),
    );
    const { usage } = await runtime.send(
      new ConverseCommand({ modelId: CLAUDE, messages, system: [{ text: 'Be brief.' }] }),
    );
    expect(inputTokens).toBe(usage?.inputTokens);
  });

  it('counts the tokens of a body for InvokeModel', async () => {
    const body = {
      anthropic_version: 'bedrock-2023-05-31',
      max_tokens: 10,
      messages: [{ role: 'user', content: 'Why is the sky blue?' }],
    };
    const input = { invokeModel: { body: new TextEncoder().encode(JSON.stringify(body)) } };
    const { inputTokens } = await runtime.send(new CountTokensCommand({ modelId: CLAUDE, input }));
    const same = await runtime.send(
      new CountTokensCommand({ modelId: CLAUDE, input: { converse: { messages } } }),
    );
    expect(inputTokens).toBe(same.inputTokens);
  });

  it.each([
    ['a profile', `us.${CLAUDE}`, "The provided model doesn't support counting tokens."],
    ['Nova', 'amazon.nova-lite-v1:0', "The provided model doesn't support counting tokens."],
    [
      'a Claude of Mantle',
      'anthropic.claude-opus-4-8',
      "The provided model doesn't support counting tokens.",
    ],
    ['an id that is none', 'does-not-exist-model-v1:0', 'The provided model identifier is invalid.'],
  ])('is told that tokens are not counted for %s', async (_, modelId, message) => {
    const error = await failure(
      runtime.send(new CountTokensCommand({ modelId, input: { converse: { messages } } })),
    );
    expect(error).toBeInstanceOf(ValidationException);
    expect(error).toHaveProperty('message', message);
  });

  it('gets a scripted error for any operation', async () => {
    local.enqueue({ error: { name: 'ThrottlingException' } });
    const call = runtime.send(new CountTokensCommand({ modelId: CLAUDE, input: { converse: { messages } } }));
    expect(await failure(call)).toBeInstanceOf(ThrottlingException);
  });

  it('applies a guardrail', async () => {
    const apply = (text: string, outputScope?: 'FULL') =>
      runtime.send(
        new ApplyGuardrailCommand({
          guardrailIdentifier: 'arn:aws:bedrock:us-east-1:123456789012:guardrail/gr1',
          guardrailVersion: '1',
          source: 'INPUT',
          content: [{ text: { text, qualifiers: ['guard_content'] } }],
          ...(outputScope && { outputScope }),
        }),
      );
    expect(await apply('Good morning')).toMatchObject({ action: 'NONE', outputs: [] });
    expect(await apply('Write to ann@example.com')).toMatchObject({
      action: 'GUARDRAIL_INTERVENED',
      outputs: [{ text: 'Write to {EMAIL}' }],
      assessments: [
        { sensitiveInformationPolicy: { piiEntities: [{ type: 'EMAIL', action: 'ANONYMIZED' }] } },
      ],
      usage: { wordPolicyUnits: 1 },
      guardrailCoverage: { textCharacters: { guarded: 24, total: 24 } },
    });
    expect(await apply('Buy shares', 'FULL')).toMatchObject({
      outputs: [{ text: 'No.' }],
      assessments: [
        {
          wordPolicy: { customWords: [{ match: 'shares', action: 'BLOCKED', detected: true }] },
          sensitiveInformationPolicy: { piiEntities: [{ type: 'EMAIL', action: 'NONE', detected: false }] },
        },
      ],
    });
  });

  it('knows a guardrail that does not exist', async () => {
    const call = runtime.send(
      new ApplyGuardrailCommand({
        guardrailIdentifier: 'gr2',
        guardrailVersion: 'DRAFT',
        source: 'OUTPUT',
        content: [{ text: { text: 'Hi' } }],
      }),
    );
    expect(await failure(call)).toBeInstanceOf(ValidationException);
  });

  it('has its messages checked', async () => {
    const { results, usage } = await runtime.send(
      new InvokeGuardrailChecksCommand({
        messages: [{ role: 'user', content: [{ text: 'You idiot, write to ann@example.com' }] }],
        checks: {
          contentFilter: { categories: [{ category: 'INSULTS' }] },
          promptAttack: { categories: [{ category: 'JAILBREAK' }] },
          sensitiveInformation: { entities: [{ type: 'EMAIL' }] },
        },
      }),
    );
    expect(results).toMatchObject({
      contentFilter: { results: [{ category: 'INSULTS', severityScore: expect.any(Number) }] },
      promptAttack: { results: [{ severityScore: 0 }] },
      sensitiveInformation: { results: [{ type: 'EMAIL', beginOffset: 20, endOffset: 35 }] },
    });
    expect(usage?.promptAttack?.textUnits).toBe(1);
  });

  it('converses behind a guardrail', async () => {
    const guardrailConfig = { guardrailIdentifier: 'gr1', guardrailVersion: '1', trace: 'enabled' as const };
    const ask = {
      modelId: CLAUDE,
      messages: [{ role: 'user' as const, content: [{ text: 'Buy shares?' }] }],
    };
    const whole = await runtime.send(new ConverseCommand({ ...ask, guardrailConfig }));
    expect(whole.stopReason).toBe('guardrail_intervened');
    expect(whole.output?.message?.content).toEqual([{ text: 'No.' }]);
    expect(whole.trace?.guardrail?.inputAssessment?.['gr1']?.wordPolicy?.customWords?.[0]?.match).toBe(
      'shares',
    );
    expect(whole.trace?.guardrail?.actionReason).toBe('Guardrail blocked.');

    const { stream } = await runtime.send(
      new ConverseStreamCommand({
        ...ask,
        guardrailConfig: { ...guardrailConfig, streamProcessingMode: 'sync' },
      }),
    );
    const events = [];
    for await (const event of stream ?? []) events.push(event);
    expect(events.map(event => event.contentBlockDelta?.delta?.text ?? '').join('')).toBe('No.');
    expect(events.find(event => event.messageStop)?.messageStop?.stopReason).toBe('guardrail_intervened');
    expect(events.at(-1)?.metadata?.trace?.guardrail?.inputAssessment).toHaveProperty('gr1');
  });
});

describe("AWS's client of the control plane", () => {
  it('lists models', async () => {
    const { modelSummaries = [] } = await control.send(
      new ListFoundationModelsCommand({ byProvider: 'Anthropic', byInferenceType: 'ON_DEMAND' }),
    );
    expect(modelSummaries.length).toBeGreaterThan(3);
    for (const model of modelSummaries) {
      expect(model).toMatchObject({
        providerName: 'Anthropic',
        modelLifecycle: { status: expect.any(String) },
      });
    }
  });

  it('is told of a filter that is none', async () => {
    const call = control.send(new ListFoundationModelsCommand({ byOutputModality: 'SMELL' as 'TEXT' }));
    expect(await failure(call)).toBeInstanceOf(ControlValidation);
  });

  it('asks whether a model may be called', async () => {
    expect(await control.send(new GetFoundationModelAvailabilityCommand({ modelId: CLAUDE }))).toMatchObject({
      modelId: CLAUDE,
      agreementAvailability: { status: 'AVAILABLE' },
      authorizationStatus: 'AUTHORIZED',
      entitlementAvailability: 'AVAILABLE',
      regionAvailability: 'AVAILABLE',
    });
    const unknown = control.send(new GetFoundationModelAvailabilityCommand({ modelId: 'acme.model-v1' }));
    expect(await failure(unknown)).toBeInstanceOf(ControlValidation);
  });

  it('pages through inference profiles', async () => {
    const ids: (string | undefined)[] = [];
    for await (const page of paginateListInferenceProfiles({ client: control, pageSize: 40 }, {})) {
      expect(page.inferenceProfileSummaries?.length).toBeLessThanOrEqual(40);
      ids.push(...(page.inferenceProfileSummaries ?? []).map(profile => profile.inferenceProfileId));
    }
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toContain(`us.${CLAUDE}`);
    const { inferenceProfileSummaries } = await control.send(
      new ListInferenceProfilesCommand({ typeEquals: 'APPLICATION' }),
    );
    expect(inferenceProfileSummaries).toHaveLength(1);
    expect(inferenceProfileSummaries?.[0]?.createdAt).toBeInstanceOf(Date);
  });

  it('is told of a token that is none', async () => {
    const call = control.send(new ListInferenceProfilesCommand({ nextToken: 'abc.40' }));
    expect(await failure(call)).toBeInstanceOf(ControlValidation);
  });

  it('gets a profile', async () => {
    const arn = 'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/a1b2c3d4e5f6';
    const profile = await control.send(new GetInferenceProfileCommand({ inferenceProfileIdentifier: arn }));
    expect(profile).toMatchObject({
      inferenceProfileArn: arn,
      type: 'APPLICATION',
      models: [{ modelArn: `arn:aws:bedrock:us-east-1::foundation-model/${CLAUDE}` }],
    });
    const missing = control.send(new GetInferenceProfileCommand({ inferenceProfileIdentifier: 'zzz' }));
    expect(await failure(missing)).toBeInstanceOf(ControlNotFound);
  });
});

describe("AWS's client of agent-runtime", () => {
  const question = { retrievalQuery: { text: 'Tell me of the bridge' } };
  const generate = {
    input: { text: 'When was the bridge opened?' },
    retrieveAndGenerateConfiguration: {
      type: 'KNOWLEDGE_BASE' as const,
      knowledgeBaseConfiguration: {
        knowledgeBaseId: 'KB1',
        modelArn: `arn:aws:bedrock:us-east-1::foundation-model/${CLAUDE}`,
      },
    },
  };

  it('retrieves, with a filter', async () => {
    const { retrievalResults } = await agent.send(
      new RetrieveCommand({
        knowledgeBaseId: 'KB1',
        ...question,
        retrievalConfiguration: {
          vectorSearchConfiguration: { filter: { andAll: [{ greaterThan: { key: 'year', value: 1900 } }] } },
        },
      }),
    );
    expect(retrievalResults).toEqual([
      {
        content: { type: 'TEXT', text: 'The bridge was opened in 1932.' },
        location: { type: 'S3', s3Location: { uri: 's3://a/bridge.txt' } },
        metadata: { 'x-amz-bedrock-kb-source-uri': 's3://a/bridge.txt', year: 1932 },
        score: expect.any(Number),
      },
    ]);
  });

  it('pages through results', async () => {
    const texts: (string | undefined)[] = [];
    const input = {
      knowledgeBaseId: 'KB1',
      ...question,
      retrievalConfiguration: { vectorSearchConfiguration: { numberOfResults: 1 } },
    };
    for await (const page of paginateRetrieve({ client: agent }, input)) {
      expect(page.retrievalResults).toHaveLength(1);
      texts.push(...(page.retrievalResults ?? []).map(result => result.content?.text));
    }
    expect(new Set(texts).size).toBe(3);
  });

  it('generates, and goes on in the session', async () => {
    const reply = await agent.send(new RetrieveAndGenerateCommand(generate));
    expect(reply.output?.text).toContain('opened in 1932');
    expect(reply.citations?.[0]?.generatedResponsePart?.textResponsePart?.span).toMatchObject({ start: 0 });
    expect(reply.citations?.[0]?.retrievedReferences?.[0]?.location?.s3Location?.uri).toBe(
      's3://a/bridge.txt',
    );
    const again = await agent.send(
      new RetrieveAndGenerateCommand({ ...generate, sessionId: reply.sessionId }),
    );
    expect(again.sessionId).toBe(reply.sessionId);
  });

  it('generates as a stream', async () => {
    const whole = await agent.send(new RetrieveAndGenerateCommand(generate));
    const reply = await agent.send(new RetrieveAndGenerateStreamCommand(generate));
    expect(reply.sessionId).toMatch(/^[\w-]+$/);
    const events = [];
    for await (const event of reply.stream ?? []) events.push(event);
    expect(events.map(event => event.output?.text ?? '').join('')).toBe(whole.output?.text);
    const citations = events.flatMap(({ citation }) => (citation === undefined ? [] : [citation]));
    expect(citations.map(({ retrievedReferences }) => retrievedReferences)).toEqual(
      whole.citations?.map(({ retrievedReferences }) => retrievedReferences),
    );
  });

  it('knows its errors by their classes', async () => {
    const missing = agent.send(new RetrieveCommand({ knowledgeBaseId: 'KB2', ...question }));
    expect(await failure(missing)).toBeInstanceOf(AgentNotFound);
    const wrong = agent.send(
      new RetrieveCommand({
        knowledgeBaseId: 'KB1',
        ...question,
        retrievalConfiguration: { vectorSearchConfiguration: { numberOfResults: 0 } },
      }),
    );
    expect(await failure(wrong)).toBeInstanceOf(AgentValidation);
  });

  it('may not come with an API key', async () => {
    const response = await fetch(`${listening.url}/retrieveAndGenerate`, {
      method: 'POST',
      headers: { authorization: 'Bearer local-bedrock-api-key' },
      body: JSON.stringify(generate),
    });
    // No client of AWS's sends one.
    expect(response.status).toBe(403);
    expect(response.headers.get('x-amzn-errortype')).toContain(AccessDeniedException.name);
  });
});
