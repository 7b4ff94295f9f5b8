import { describe, expect, it } from 'vitest';
import { ask, converse, failureOf, MODEL, openServer, refusal, say, weatherTool } from './support.ts';

const server = openServer();
const user = (...content: unknown[]) => ({ role: 'user', content });
const assistant = (...content: unknown[]) => ({ role: 'assistant', content });
const text = { text: 'Hello' };
const call = (toolUseId: string) => ({ toolUse: { toolUseId, name: 'get_weather', input: {} } });
const result = (toolUseId: string, ...content: unknown[]) => ({
  toolResult: { toolUseId, content: content.length > 0 ? content : [text] },
});
const toolConfig = { tools: [weatherTool] };
const pdf = (name: string) => ({ document: { name, format: 'pdf', source: { bytes: 'AAAA' } } });
const image = { image: { format: 'png', source: { bytes: 'AAAA' } } };
const point = (ttl?: string) => ({ cachePoint: { type: 'default', ...(ttl && { ttl }) } });

describe('the shape of a Converse request', () => {
  it.each<[string, unknown, string]>([
    [
      'no JSON',
      '{"messages": [',
      'Malformed input request: #: the body is not valid JSON, please reformat your input and try again.',
    ],
    [
      'a list',
      [],
      'Malformed input request: #: expected type: JSONObject, found: JSONArray, please reformat your input and try again.',
    ],
    [
      'messages of a wrong type',
      { messages: 'Hi' },
      'Malformed input request: #/messages: expected type: JSONArray, found: String, please reformat your input and try again.',
    ],
    [
      'content that is a text',
      { messages: [{ role: 'user', content: 'Hi' }] },
      'Malformed input request: #/messages/0/content: expected type: JSONArray, found: String, please reformat your input and try again.',
    ],
    [
      'a blob that is no base64',
      { messages: [user(text, { image: { format: 'png', source: { bytes: 'data:image/png' } } })] },
      'Malformed input request: #/messages/0/content/1/image/source/bytes: the value is not valid base64, please reformat your input and try again.',
    ],
    [
      'half a token',
      { ...say('Hi'), inferenceConfig: { maxTokens: 1.5 } },
      'Malformed input request: #/inferenceConfig/maxTokens: expected type: Integer, found: Double, please reformat your input and try again.',
    ],
    [
      'a missing role',
      { messages: [{ content: [text] }] },
      "1 validation error detected: Value null at 'messages.1.member.role' failed to satisfy constraint: Member must not be null",
    ],
    [
      'a role that is none, whose value is not repeated',
      { messages: [{ role: 'tool', content: [text] }] },
      "1 validation error detected: Value at 'messages.1.member.role' failed to satisfy constraint: Member must satisfy enum value set: [user, assistant, system]",
    ],
    [
      'a temperature that is too high',
      { ...say('Hi'), inferenceConfig: { temperature: 2 } },
      "1 validation error detected: Value '2' at 'inferenceConfig.temperature' failed to satisfy constraint: Member must have value less than or equal to 1",
    ],
    [
      'no token to answer with',
      { ...say('Hi'), inferenceConfig: { maxTokens: 0 } },
      "1 validation error detected: Value '0' at 'inferenceConfig.maxTokens' failed to satisfy constraint: Member must have value greater than or equal to 1",
    ],
    [
      'no tools',
      { ...say('Hi'), toolConfig: { tools: [] } },
      "1 validation error detected: Value at 'toolConfig.tools' failed to satisfy constraint: Member must have length greater than or equal to 1",
    ],
    [
      'a tool name and a description',
      {
        ...say('Hi'),
        toolConfig: { tools: [{ toolSpec: { ...weatherTool.toolSpec, name: 'a.b', description: '' } }] },
      },
      "2 validation errors detected: Value 'a.b' at 'toolConfig.tools.1.member.toolSpec.name' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_-]+; Value '' at 'toolConfig.tools.1.member.toolSpec.description' failed to satisfy constraint: Member must have length greater than or equal to 1",
    ],
    [
      'a block of two kinds',
      { messages: [user({ ...text, ...image })] },
      'ContentBlock object at messages.0.content.0 must set one of the following keys: text, image, document, video, audio, toolUse, toolResult, guardContent, cachePoint, reasoningContent, citationsContent, searchResult, toolAddition, toolRemoval.',
    ],
    [
      'a source of no kind',
      { messages: [user({ image: { format: 'png', source: {} } })] },
      'ImageSource object at messages.0.content.0.image.source must set one of the following keys: bytes, s3Location.',
    ],
    [
      'metadata with a wrong character',
      { ...say('Hi'), requestMetadata: { team: 'a\u00e9' } },
      "1 validation error detected: Value 'a\u00e9' at 'requestMetadata.team' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9\\s:_@$#=/+,-.]{0,256}",
    ],
  ])('refuses %s', async (_, body, message) => {
    expect(await refusal(server, body)).toBe(message);
  });

  it('ignores members that it does not know, and logs them', async () => {
    const local = openServer();
    const response = await ask(local, 'converse', {
      ...say('Hi'),
      inferenceConfig: { topK: 5 },
      anthropicBeta: ['x'],
      messages: [user({ ...text, colour: 'red' })],
    });
    expect(response.status).toBe(200);
    expect(local.requests[0]?.unknownMembers).toEqual([
      'messages.0.content.0.colour',
      'inferenceConfig.topK',
      'anthropicBeta',
    ]);
  });

  it('refuses members that it does not know when it is strict', async () => {
    expect(await refusal(openServer({ strict: true }), { ...say('Hi'), inferenceConfig: { topK: 5 } })).toBe(
      'Malformed input request: extraneous keys [inferenceConfig.topK] are not permitted, please reformat your input and try again.',
    );
  });

  it('takes null for a member that is absent', async () => {
    expect((await ask(server, 'converse', { ...say('Hi'), toolConfig: null })).status).toBe(200);
  });

  it('knows streamProcessingMode for streams only', async () => {
    const local = openServer();
    const body = { ...say('Hi'), guardrailConfig: { streamProcessingMode: 'sync' } };
    await ask(local, 'converse', body);
    await (await ask(local, 'converse-stream', body)).arrayBuffer();
    expect(local.requests.map(({ unknownMembers }) => unknownMembers)).toEqual([
      ['guardrailConfig.streamProcessingMode'],
      [],
    ]);
  });
});

describe('the rules of a Converse request', () => {
  it.each<[string, unknown, string]>([
    [
      'nothing',
      {},
      'A conversation must start with a user message. Try again with a conversation that starts with a user message.',
    ],
    [
      'an empty body',
      '',
      'A conversation must start with a user message. Try again with a conversation that starts with a user message.',
    ],
    [
      'an assistant who begins',
      { messages: [assistant(text)] },
      'A conversation must start with a user message. Try again with a conversation that starts with a user message.',
    ],
    [
      'two user messages in a row',
      { messages: [user(text), user(text)] },
      'A conversation must alternate between user and assistant roles. Make sure the conversation alternates between user and assistant roles and try again.',
    ],
    [
      'a message without content',
      { messages: [user(text), assistant(), user(text)] },
      'The content field in the Message object at messages.1 is empty. Add a ContentBlock object to the content field and try again.',
    ],
    [
      'a blank text',
      { messages: [user({ text: '' })] },
      'The text field in the ContentBlock object at messages.0.content.0 is blank. Add text to the text field, and try again.',
    ],
    [
      'nothing but space',
      { messages: [user({ text: ' \n' })] },
      'The model returned the following errors: messages: text content blocks must contain non-whitespace text',
    ],
    [
      'tool content without tools',
      { messages: [user(text), assistant(call('a')), user(result('a'))] },
      'The toolConfig field must be defined when using toolUse and toolResult content blocks.',
    ],
    [
      'more results than calls',
      { toolConfig, messages: [user(text), assistant(call('a')), user(result('a'), result('b'))] },
      'The number of toolResult blocks at messages.2.content exceeds the number of toolUse blocks of previous turn.',
    ],
    [
      'calls without results',
      { toolConfig, messages: [user(text), assistant(call('a'), call('b')), user(result('a'))] },
      'Expected toolResult blocks at messages.2.content for the following Ids: b',
    ],
    [
      'a result with another id',
      { toolConfig, messages: [user(text), assistant(call('a')), user(result('b'))] },
      'Expected toolResult blocks at messages.2.content for the following Ids: a',
    ],
    [
      'a JSON result that is no object',
      { toolConfig, messages: [user(text), assistant(call('a')), user(result('a', { json: [1] }))] },
      'The format of the value at messages.2.content.0.toolResult.content.0.json is invalid. Provide a json object for the field and try again.',
    ],
    [
      'a tool schema of another type',
      {
        ...say('Hi'),
        toolConfig: { tools: [{ toolSpec: { name: 'a', inputSchema: { json: { type: 'string' } } } }] },
      },
      'The value at toolConfig.tools.0.toolSpec.inputSchema.json.type must be one of the following: object.',
    ],
    [
      'a tool twice',
      { ...say('Hi'), toolConfig: { tools: [weatherTool, weatherTool] } },
      'The toolConfig field contains duplicate tool names: get_weather.',
    ],
    [
      'a forced tool that is not there',
      { ...say('Hi'), toolConfig: { tools: [weatherTool], toolChoice: { tool: { name: 'other' } } } },
      'The tool other in toolConfig.toolChoice is not defined in toolConfig.tools.',
    ],
    [
      'a document without text',
      { messages: [user(pdf('a'))] },
      'A text block must be included when using documents.',
    ],
    [
      'six documents',
      { messages: [user(text, ...['a', 'b', 'c', 'd', 'e', 'f'].map(pdf))] },
      "You can't include more than 5 documents in a request.",
    ],
    [
      'two documents of one name',
      { messages: [user(text, pdf('a')), assistant(text), user(text, pdf('a'))] },
      "Messages can't contain duplicate document names.",
    ],
    [
      'a document name with a dot',
      { messages: [user(text, pdf('a.pdf'))] },
      "The document file name can only contain alphanumeric characters, whitespace characters, hyphens, parentheses, and square brackets. The name can't contain more than one consecutive whitespace character. Check that the file name conforms to these restrictions and retry your request.",
    ],
    [
      '21 images',
      { messages: [user(text, ...Array.from({ length: 21 }, () => image))] },
      'The model returned the following errors: messages: too many images: image_count > 20',
    ],
    [
      'five cache points',
      {
        system: [{ text: 'a' }, point()],
        messages: [user(text, point(), text, point(), text, point(), text, point())],
      },
      'The model returned the following errors: A maximum of 4 blocks with cache_control may be provided. Found 5.',
    ],
    [
      'a long cache point behind a short one',
      { messages: [user(text, point(), text, point('1h'))] },
      "The model returned the following errors: a ttl='1h' cache_control block must not come after a ttl='5m' cache_control block.",
    ],
    [
      'an output schema that is no JSON',
      {
        ...say('Hi'),
        outputConfig: { textFormat: { type: 'json_schema', structure: { jsonSchema: { schema: '{' } } } },
      },
      'The value at outputConfig.textFormat.structure.jsonSchema.schema must be a JSON schema in a string.',
    ],
  ])('refuses %s', async (_, body, message) => {
    expect(await refusal(server, body)).toBe(message);
  });

  it.each(['a  b', 'a\tb', 'a\u3000b', 'caf\u00e9'])('refuses the document name %o', async name => {
    expect(await refusal(server, { messages: [user(text, pdf(name))] })).toMatch(
      /^The document file name can only/,
    );
  });

  it.each(['a b', 'a_b', ' (a) [b]-1 '])('accepts the document name %o', async name => {
    expect((await ask(server, 'converse', { messages: [user(text, pdf(name))] })).status).toBe(200);
  });

  it('lets a system message stand between turns, and the results of server tools in the same message', async () => {
    const messages = [
      user(text),
      { role: 'system', content: [text] },
      assistant({ toolUse: { ...call('s').toolUse, type: 'server_tool_use' } }, result('s'), text),
      user(text),
    ];
    expect((await ask(server, 'converse', { messages, toolConfig })).status).toBe(200);
  });

  it('refuses the members that a prompt resource stands for', async () => {
    const prompt = 'arn:aws:bedrock:us-east-1:123456789012:prompt/ABCDEFGHIJ:1';
    expect(await refusal(server, { system: [], inferenceConfig: {} }, prompt)).toBe(
      "The request can't contain inferenceConfig, system when the model identifier is a prompt resource.",
    );
    const { stopReason } = await converse(server, { promptVariables: { city: { text: 'Oslo' } } }, prompt);
    expect(stopReason).toBe('end_turn');
  });
});

describe('models', () => {
  it.each([
    MODEL,
    'anthropic.claude-opus-4-8',
    'us-gov.anthropic.claude-3-haiku-20240307-v1:0',
    'global.amazon.nova-2-lite-v1:0',
    'openai.gpt-oss-120b-1:0',
    'arn:aws:bedrock:us-east-1::foundation-model/meta.llama3-8b-instruct-v1:0',
    'arn:aws-us-gov:bedrock:us-gov-west-1:123456789012:inference-profile/us-gov.anthropic.claude-sonnet-4-5-20250929-v1:0',
    'arn:aws:bedrock:us-east-1:123456789012:provisioned-model/abcdefghijkl',
    'arn:aws:sagemaker:us-east-1:123456789012:endpoint/my-endpoint',
  ])('knows %s', async modelId => {
    expect((await ask(server, 'converse', say('Hi'), { modelId })).status).toBe(200);
  });

  it.each([
    'anthropic.claude-no-such-model',
    'acme.model-1',
    'claude-3-haiku',
    'arn:aws:bedrock:us-east-1::foundation-model/acme.model-1',
    'arn:aws:s3:::bucket',
  ])('does not know %s', async modelId => {
    expect(await failureOf(await ask(server, 'converse', say('Hi'), { modelId }))).toEqual([
      404,
      'ResourceNotFoundException',
      'Could not resolve the foundation model from the provided model identifier.',
    ]);
  });

  it('knows the ones that it is told', async () => {
    const local = openServer({ models: ['mine'] });
    expect((await ask(local, 'converse', say('Hi'), { modelId: 'mine' })).status).toBe(200);
    expect((await ask(local, 'converse', say('Hi'))).status).toBe(404);
    const chosen = openServer({ models: id => id.startsWith('my-') });
    expect((await ask(chosen, 'converse', say('Hi'), { modelId: 'my-model' })).status).toBe(200);
  });
});

describe('routes', () => {
  it.each([
    ['POST', '/model/x/unknown'],
    ['GET', '/model/x/converse'],
    ['POST', `/model/arn:aws:bedrock:us-east-1::foundation-model/x/converse`],
    ['GET', '/'],
  ])('answers %s %s with UnknownOperationException', async (method, path) => {
    const response = await server.fetch(`https://bedrock-runtime.us-east-1.amazonaws.com${path}`, { method });
    expect(await failureOf(response)).toEqual([404, 'UnknownOperationException', 'Unknown operation.']);
  });

  it('gives every reply a request id and a date', async () => {
    const local = openServer();
    for (const body of [say('Hi'), {}]) {
      const { headers } = await ask(local, 'converse', body);
      expect(headers.get('x-amzn-requestid')).toBe(local.requests.at(-1)?.requestId);
      expect(Date.parse(headers.get('date') ?? '')).not.toBeNaN();
    }
  });
});
