import type { JSONObject, LanguageModelV4CallOptions, LanguageModelV4GenerateResult } from '@ai-sdk/provider';
import { ConverseResponse$ } from '@aws-sdk/client-bedrock-runtime';
import type { BedrockLanguageModelMetadata } from 'bedrock-ai-provider';
import { expect, it } from 'vitest';
import { membersIn, membersOf } from '../support/aws-members.ts';
import { hello, jsonResponse, modelAnswering } from '../support/replies.ts';
import { bedrockOptions, CLAUDE, describeRows, NOVA_2, PNG, type Target, user } from './row-tests.ts';

const replies: object[] = [];

/** The result of a call that is answered with this body. */
async function resultOf(
  body: object,
  options: Partial<LanguageModelV4CallOptions> = {},
  target: Target = {},
): Promise<LanguageModelV4GenerateResult> {
  replies.push(body);
  const { model } = modelAnswering(() => jsonResponse(body), {
    ...target,
    provider: { generateId: () => 'made-up' },
  });
  return model.doGenerate({ ...hello, ...options });
}

const replyOf = (...content: object[]) => ({
  output: { message: { role: 'assistant', content } },
  stopReason: 'end_turn',
});

const contentOf = async (...blocks: object[]) => (await resultOf(replyOf(...blocks))).content;

/** `providerMetadata.bedrock` of a reply with these members beside its content. */
async function metadataOf(members: object): Promise<BedrockLanguageModelMetadata | undefined> {
  const { providerMetadata } = await resultOf({ ...replyOf({ text: 'Hi' }), ...members });
  return providerMetadata?.['bedrock'];
}

describeRows('response', row => {
  /* ----------------------------------------------------------------- content */

  row('output.message.role', 'says nothing that is not known', async () => {
    expect(await resultOf(replyOf({ text: 'Hi' }))).not.toHaveProperty('role');
  });

  row('content[].text', 'is text, block by block', async () => {
    expect(await contentOf({ text: 'Hello' }, { text: ' there' })).toEqual([
      { type: 'text', text: 'Hello' },
      { type: 'text', text: ' there' },
    ]);
  });

  row(
    'content[].reasoningContent{reasoningText, redactedContent}',
    'is reasoning with its proof',
    async () => {
      expect(
        await contentOf(
          { reasoningContent: { reasoningText: { text: 'Hm.', signature: 'c2ln' } } },
          { reasoningContent: { redactedContent: 'AQID' } },
        ),
      ).toEqual([
        { type: 'reasoning', text: 'Hm.', providerMetadata: { bedrock: { signature: 'c2ln' } } },
        { type: 'reasoning', text: '', providerMetadata: { bedrock: { redactedData: 'AQID' } } },
      ]);
    },
  );

  row('content[].toolUse{toolUseId, name, input}', 'is a call of the caller’s tool', async () => {
    const { content, finishReason } = await resultOf({
      ...replyOf({ toolUse: { toolUseId: 't', name: 'look', input: { at: 'it' } } }),
      stopReason: 'tool_use',
    });
    expect(content).toEqual([{ type: 'tool-call', toolCallId: 't', toolName: 'look', input: '{"at":"it"}' }]);
    expect(finishReason).toEqual({ unified: 'tool-calls', raw: 'tool_use' });
  });

  row('content[].toolUse{toolUseId, name, input}', 'has the name that the caller gave the tool', async () => {
    const { content } = await resultOf(
      replyOf({ toolUse: { toolUseId: 't', name: 'look_it_up_', input: {} } }),
      { tools: [{ type: 'function', name: 'look it up!', inputSchema: { type: 'object' } }] },
    );
    expect(content).toMatchObject([{ toolName: 'look it up!' }]);
  });

  const serverCall = { toolUseId: 't', name: 'nova_grounding', input: { query: 'x' } };

  row('content[].toolUse.type', 'says that Bedrock ran the tool', async () => {
    const { content, finishReason } = await resultOf(
      replyOf({ toolUse: { ...serverCall, type: 'server_tool_use' } }),
    );
    expect(content).toMatchObject([{ type: 'tool-call', providerExecuted: true, dynamic: true }]);
    expect(finishReason.unified).toBe('stop');
  });

  row('content[].toolUse.type', 'is made up for by the name, where a reply leaves it out', async () => {
    const { content } = await resultOf(
      replyOf({ toolUse: serverCall }),
      { tools: [{ type: 'provider', id: 'bedrock.nova_grounding', name: 'nova_grounding', args: {} }] },
      { modelId: NOVA_2 },
    );
    expect(content).toMatchObject([{ type: 'tool-call', providerExecuted: true }]);
  });

  row('content[].toolResult', 'is the result of a tool that Bedrock ran, whole', async () => {
    const source = { bytes: PNG };
    const result = {
      content: [
        { json: { stdOut: '2' } },
        { image: { format: 'png', source } },
        { document: { format: 'pdf', name: 'report', source } },
        { video: { format: 'mp4', source } },
        { searchResult: { source: 's', title: 't', content: [{ text: 'x' }] } },
      ],
      status: 'success',
      type: 'nova_code_interpreter_result',
    };
    const content = await contentOf(
      { toolUse: { toolUseId: 't', name: 'nova_code_interpreter', input: {}, type: 'server_tool_use' } },
      { toolResult: { toolUseId: 't', ...result } },
    );
    expect(content[1]).toEqual({
      type: 'tool-result',
      toolCallId: 't',
      toolName: 'nova_code_interpreter',
      dynamic: true,
      result,
    });
  });

  row('content[].toolResult', 'without a call is kept as what it is', async () => {
    const content = await contentOf({ toolResult: { toolUseId: 't', content: [{ text: 'x' }] } });
    expect(content).toMatchObject([{ type: 'custom', kind: 'bedrock.unknown' }]);
  });

  row('content[].toolResult', 'is an error where its status says so', async () => {
    const content = await contentOf(
      { toolUse: { ...serverCall, type: 'server_tool_use' } },
      { toolResult: { toolUseId: 't', content: [{ text: 'x' }], status: 'error' } },
    );
    expect(content[1]).toMatchObject({ type: 'tool-result', isError: true });
  });

  /* --------------------------------------------------------------- citations */

  const citation = {
    title: 'facts',
    source: 'Facts of 1993',
    sourceContent: [{ text: 'Ruby is ' }, { text: 'from 1993.' }],
    location: { documentPage: { documentIndex: 0, start: 2, end: 3 } },
  };
  const cited = {
    citationsContent: { content: [{ text: 'It is from ' }, { text: '1993.' }], citations: [citation] },
  };

  row('content[].citationsContent.content[].text', 'is text', async () => {
    expect(await contentOf(cited)).toContainEqual(
      expect.objectContaining({ type: 'text', text: 'It is from 1993.' }),
    );
  });

  row(
    'content[].citationsContent.citations[]{title, source, sourceContent[].text}',
    'are sources, and stand at the text that they support',
    async () => {
      const content = await contentOf(cited);
      const source = {
        type: 'source',
        sourceType: 'document',
        id: 'made-up',
        title: 'facts',
        mediaType: 'application/octet-stream',
        providerMetadata: { bedrock: { citation } },
      };
      expect(content).toContainEqual(source);
      expect(content).toContainEqual({
        type: 'text',
        text: 'It is from 1993.',
        citations: [{ source, startIndex: 0, endIndex: 16, citedText: 'Ruby is from 1993.' }],
        providerMetadata: { bedrock: { citations: [citation] } },
      });
    },
  );

  row(
    'content[].citationsContent.citations[]{title, source, sourceContent[].text}',
    'without text are kept for the next turn',
    async () => {
      const block = { citationsContent: { citations: [citation] } };
      expect(await contentOf({ text: 'Yes.' }, block)).toContainEqual({
        type: 'custom',
        kind: 'bedrock.citations',
        providerMetadata: { bedrock: { block } },
      });
    },
  );

  row(
    'citation.location{web, documentChar, documentPage, documentChunk, searchResultLocation}',
    'tells what is cited',
    async () => {
      const prompt = user(
        'Read',
        {
          type: 'file',
          mediaType: 'application/pdf',
          filename: 'facts.pdf',
          data: { type: 'data', data: 'JVBERg==' },
          ...bedrockOptions({ citations: { enabled: true } }),
        },
        {
          type: 'text',
          text: 'Found.',
          ...bedrockOptions({ searchResult: { source: 'https://example.com/found', title: 'A page' } }),
        },
      );
      const sourceAt = async (location: object) => {
        const block = { citationsContent: { content: [{ text: 'x' }], citations: [{ location }] } };
        const { content } = await resultOf(replyOf(block), { prompt });
        return content.find(part => part.type === 'source');
      };
      const place = { start: 1, end: 2 };
      const web = { url: 'https://example.com/a', domain: 'example.com' };
      expect(await sourceAt({ web })).toMatchObject({
        sourceType: 'url',
        url: web.url,
        title: 'example.com',
      });
      for (const kind of ['documentChar', 'documentPage', 'documentChunk']) {
        expect(await sourceAt({ [kind]: { documentIndex: 0, ...place } })).toMatchObject({
          sourceType: 'document',
          title: 'facts',
          mediaType: 'application/pdf',
          filename: 'facts.pdf',
        });
      }
      expect(await sourceAt({ searchResultLocation: { searchResultIndex: 0, ...place } })).toMatchObject({
        sourceType: 'url',
        url: 'https://example.com/found',
        title: 'A page',
      });
    },
  );

  /* ------------------------------------------------------------------- media */

  row('content[].image{format, source}', 'is a file', async () => {
    expect(await contentOf({ image: { format: 'jpeg', source: { bytes: PNG } } })).toEqual([
      { type: 'file', mediaType: 'image/jpeg', data: { type: 'data', data: PNG } },
    ]);
  });

  row('content[].image{format, source}', 'in S3, or failed, is kept as the block it is', async () => {
    const stored = {
      image: { format: 'png', source: { s3Location: { uri: 's3://b/k', bucketOwner: '1' } } },
    };
    const failed = { image: { format: 'png', source: { bytes: '' }, error: { message: 'No.' } } };
    expect(await contentOf(stored)).toEqual([
      { type: 'custom', kind: 'bedrock.image', providerMetadata: { bedrock: { block: stored } } },
    ]);
    expect(await contentOf(failed)).toMatchObject([
      {
        type: 'custom',
        kind: 'bedrock.image',
        providerMetadata: { bedrock: { block: { image: { format: 'png', error: { message: 'No.' } } } } },
      },
    ]);
  });

  row('content[].audio, video, document', 'are files', async () => {
    const source = { bytes: 'AAAA' };
    expect(
      await contentOf(
        { audio: { format: 'mp3', source } },
        { video: { format: 'three_gp', source } },
        { document: { format: 'pdf', name: 'report', source } },
      ),
    ).toEqual([
      { type: 'file', mediaType: 'audio/mpeg', data: { type: 'data', data: 'AAAA' } },
      { type: 'file', mediaType: 'video/3gpp', data: { type: 'data', data: 'AAAA' } },
      {
        type: 'file',
        mediaType: 'application/pdf',
        data: { type: 'data', data: 'AAAA' },
        providerMetadata: { bedrock: { name: 'report' } },
      },
    ]);
  });

  row('content[].audio, video, document', 'without bytes are kept as the blocks they are', async () => {
    const blocks = [
      { audio: { format: 'mp3', source: { s3Location: { uri: 's3://b/k' } }, error: { message: 'No.' } } },
      { video: { format: 'mp4', source: { s3Location: { uri: 's3://b/k' } } } },
      {
        document: {
          format: 'txt',
          name: 'n',
          source: { text: 'x' },
          context: 'c',
          citations: { enabled: true },
        },
      },
      { document: { format: 'txt', name: 'n', source: { content: [{ text: 'x' }] } } },
      { document: { format: 'txt', name: 'n', source: { s3Location: { uri: 's3://b/k' } } } },
    ];
    expect(await contentOf(...blocks)).toEqual(
      blocks.map(block => ({
        type: 'custom',
        kind: `bedrock.${Object.keys(block)[0]}`,
        providerMetadata: { bedrock: { block } },
      })),
    );
  });

  row('content[].searchResult', 'is kept as the block it is', async () => {
    const block = {
      searchResult: { source: 's', title: 't', content: [{ text: 'x' }], citations: { enabled: true } },
    };
    expect(await contentOf(block)).toEqual([
      { type: 'custom', kind: 'bedrock.searchResult', providerMetadata: { bedrock: { block } } },
    ]);
  });

  row('content[] of an unknown kind', 'is kept and disturbs nothing', async () => {
    expect(await contentOf({ hologram: { x: 1 } }, { text: 'Hi' })).toEqual([
      {
        type: 'custom',
        kind: 'bedrock.unknown',
        providerMetadata: { bedrock: { block: { start: {}, deltas: [{ hologram: { x: 1 } }] } } },
      },
      { type: 'text', text: 'Hi' },
    ]);
  });

  /* ------------------------------------------------------------ finish, usage */

  row('stopReason', 'is mapped, and there as AWS says it', async () => {
    const reasons = {
      end_turn: 'stop',
      stop_sequence: 'stop',
      max_tokens: 'length',
      model_context_window_exceeded: 'length',
      guardrail_intervened: 'content-filter',
      content_filtered: 'content-filter',
      malformed_model_output: 'error',
      malformed_tool_use: 'error',
      something_new: 'other',
    };
    for (const [stopReason, unified] of Object.entries(reasons)) {
      const { finishReason } = await resultOf({ ...replyOf({ text: 'Hi' }), stopReason });
      expect(finishReason).toEqual({ unified, raw: stopReason });
    }
  });

  const usage = {
    inputTokens: 10,
    outputTokens: 5,
    totalTokens: 135,
    cacheReadInputTokens: 100,
    cacheWriteInputTokens: 20,
    cacheDetails: [
      { ttl: '1h', inputTokens: 15 },
      { ttl: '5m', inputTokens: 5 },
    ],
    serverToolUsage: {},
  };

  row(
    'usage{inputTokens, outputTokens, cacheReadInputTokens, cacheWriteInputTokens}',
    'counts cached tokens into the input',
    async () => {
      const result = await resultOf({ ...replyOf({ text: 'Hi' }), usage });
      expect(result.usage).toMatchObject({
        inputTokens: { total: 130, noCache: 10, cacheRead: 100, cacheWrite: 20 },
        outputTokens: { total: 5 },
      });
    },
  );

  row('usage.totalTokens', 'is in the raw usage', async () => {
    expect((await resultOf({ ...replyOf(), usage })).usage.raw).toMatchObject({ totalTokens: 135 });
  });

  row('usage.serverToolUsage and other unmodelled members', 'are in the raw usage', async () => {
    expect((await resultOf({ ...replyOf(), usage })).usage.raw).toEqual(usage);
  });

  row(
    'usage.cacheDetails[]{ttl, inputTokens}',
    'tell cache writes of an hour from those of five minutes',
    async () => {
      expect(await metadataOf({ usage })).toMatchObject({ usage: { cacheDetails: usage.cacheDetails } });
    },
  );

  row('reasoning tokens', 'are those that the model’s own reply counts', async () => {
    const result = await resultOf({
      ...replyOf({ text: 'Hi' }),
      usage,
      additionalModelResponseFields: { usage: { output_tokens_details: { thinking_tokens: 3 } } },
    });
    expect(result.usage.outputTokens).toEqual({ total: 5, text: 2, reasoning: 3 });
  });

  /* ---------------------------------------------------------------- metadata */

  row('metrics.latencyMs', 'is in the metadata', async () => {
    expect(await metadataOf({ metrics: { latencyMs: 7 } })).toEqual({ metrics: { latencyMs: 7 } });
  });

  row('additionalModelResponseFields', 'are in the metadata, with the stop sequence', async () => {
    const additionalModelResponseFields = { foo: 1, stop_sequence: '##' };
    expect(await metadataOf({ additionalModelResponseFields })).toEqual({
      additionalModelResponseFields,
      stopSequence: '##',
    });
  });

  row(
    'trace.guardrail{modelOutput[], inputAssessment{}, outputAssessments{}, actionReason}',
    'is in the metadata',
    async () => {
      const guardrail = {
        modelOutput: ['Something bad'],
        inputAssessment: { g1: {} },
        outputAssessments: { g1: [{}] },
        actionReason: 'Guardrail blocked.',
      };
      const metadata = await metadataOf({ stopReason: 'guardrail_intervened', trace: { guardrail } });
      expect(metadata?.trace?.guardrail).toEqual(guardrail);
    },
  );

  row(
    'trace.guardrail assessment{topicPolicy, contentPolicy, wordPolicy, sensitiveInformationPolicy, contextualGroundingPolicy, automatedReasoningPolicy, invocationMetrics, appliedGuardrailDetails}',
    'is in the metadata, each member of it',
    async () => {
      const metadata = await metadataOf({ trace: { guardrail: { inputAssessment: { g1: assessment } } } });
      const found = metadata?.trace?.guardrail?.inputAssessment?.['g1'];
      expect(found).toEqual(assessment);
      expect(found?.topicPolicy?.topics?.[0]?.action).toBe('BLOCKED');
      expect(found?.invocationMetrics?.usage?.['topicPolicyUnits']).toBe(1);
    },
  );

  row('trace.promptRouter.invokedModelId', 'is the model of the response', async () => {
    const invokedModelId = 'arn:aws:bedrock:us-east-1::foundation-model/meta.llama3-1-8b-instruct-v1:0';
    const result = await resultOf({
      ...replyOf({ text: 'Hi' }),
      trace: { promptRouter: { invokedModelId } },
    });
    expect(result.response?.modelId).toBe(invokedModelId);
    expect(result.providerMetadata?.['bedrock']).toEqual({ trace: { promptRouter: { invokedModelId } } });
  });

  row('performanceConfig.latency, serviceTier.type', 'are in the metadata', async () => {
    const members = { performanceConfig: { latency: 'optimized' }, serviceTier: { type: 'flex' } };
    expect(await metadataOf(members)).toEqual(members);
  });

  row('URL of the request', 'is there for telemetry', async () => {
    const { request } = await resultOf(replyOf({ text: 'Hi' }));
    expect(request?.url).toBe(
      `https://bedrock-runtime.us-east-1.amazonaws.com/model/${encodeURIComponent(CLAUDE)}/converse`,
    );
  });

  row('body and headers of the reply', 'are there as they came', async () => {
    const body = replyOf({ text: 'Hi' });
    const { response } = await resultOf(body);
    expect(response).toMatchObject({
      id: '46d2eeeb-6008-434b-8270-93d4b27e2a56',
      timestamp: new Date('2026-08-19T14:36:11Z'),
      headers: { 'content-type': 'application/json' },
      body,
    });
  });
});

/* One of everything that a guardrail can find. */

const found = { action: 'BLOCKED', detected: true };
const statements = [{ logic: 'a', naturalLanguage: 'A.' }];
const translation = {
  premises: statements,
  claims: statements,
  untranslatedPremises: [{ text: 'b' }],
  untranslatedClaims: [{ text: 'c' }],
  confidence: 0.9,
};
const logicWarning = { type: 'ALWAYS_TRUE', premises: statements, claims: statements };
const rules = [{ identifier: 'r', policyVersionArn: 'arn' }];

const assessment: JSONObject = {
  topicPolicy: { topics: [{ name: 'money', type: 'DENY', ...found }] },
  contentPolicy: { filters: [{ type: 'HATE', confidence: 'LOW', filterStrength: 'HIGH', ...found }] },
  wordPolicy: {
    customWords: [{ match: 'bad', ...found }],
    managedWordLists: [{ match: 'bad', type: 'PROFANITY', ...found }],
  },
  sensitiveInformationPolicy: {
    piiEntities: [{ match: 'me@example.com', type: 'EMAIL', ...found }],
    regexes: [{ name: 'n', match: 'm', regex: 'm+', ...found }],
  },
  contextualGroundingPolicy: { filters: [{ type: 'GROUNDING', threshold: 0.5, score: 0.1, ...found }] },
  automatedReasoningPolicy: {
    findings: [
      { valid: { translation, claimsTrueScenario: { statements }, supportingRules: rules, logicWarning } },
      { invalid: { translation, contradictingRules: rules, logicWarning } },
      {
        satisfiable: {
          translation,
          claimsTrueScenario: { statements },
          claimsFalseScenario: { statements },
          logicWarning,
        },
      },
      { impossible: { translation, contradictingRules: rules, logicWarning } },
      {
        translationAmbiguous: {
          options: [{ translations: [translation] }],
          differenceScenarios: [{ statements }],
        },
      },
      { tooComplex: {} },
      { noTranslations: {} },
    ],
  },
  invocationMetrics: {
    guardrailProcessingLatency: 5,
    usage: {
      topicPolicyUnits: 1,
      contentPolicyUnits: 1,
      wordPolicyUnits: 1,
      sensitiveInformationPolicyUnits: 1,
      sensitiveInformationPolicyFreeUnits: 1,
      contextualGroundingPolicyUnits: 1,
      contentPolicyImageUnits: 1,
      automatedReasoningPolicyUnits: 1,
      automatedReasoningPolicies: 1,
    },
    guardrailCoverage: { textCharacters: { guarded: 1, total: 2 }, images: { guarded: 1, total: 2 } },
  },
  appliedGuardrailDetails: {
    guardrailId: 'g1',
    guardrailVersion: '1',
    guardrailArn: 'arn',
    guardrailOrigin: ['REQUEST'],
    guardrailOwnership: 'SELF',
  },
};

it('the tests of the reply answer with every member that AWS has', () => {
  // What stands in requests only.
  const inRequests = /^(ContentBlock\.)?(guardContent|cachePoint|toolAddition|toolRemoval)$/;
  const shapesOfRequests =
    /^(GuardrailConverse\w+|CachePointBlock|ToolAdditionBlock|ToolRemovalBlock|ToolReference)\./;
  const answered = new Set(replies.flatMap(reply => [...membersIn(ConverseResponse$, reply)]));
  const missing = [...membersOf(ConverseResponse$)].filter(
    member => !answered.has(member) && !inRequests.test(member) && !shapesOfRequests.test(member),
  );
  expect(missing).toEqual([]);
});
