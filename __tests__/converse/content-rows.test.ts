import type {
  JSONObject,
  LanguageModelV4FilePart,
  LanguageModelV4Message,
  LanguageModelV4Prompt,
} from '@ai-sdk/provider';
import { Message$ } from '@aws-sdk/client-bedrock-runtime';
import { type ContentTraits, chatDefaults, type ModelFamily } from 'bedrock-ai-provider';
import { expect, it } from 'vitest';
import type { ConverseRequest } from '../../src/codec/converse/wire.ts';
import { membersIn, membersOf } from '../support/aws-members.ts';
import {
  assistantBlocks,
  bedrockOptions,
  bodyOf,
  describeRows,
  NOVA,
  NOVA_2,
  OPUS,
  PNG,
  resultBlocks,
  send,
  sentBodies,
  toolPrompt,
  UNKNOWN,
  user,
  userBlocks,
} from './row-tests.ts';

type FileData = LanguageModelV4FilePart['data'];

const bytes = (data: string | Uint8Array = PNG): FileData => ({ type: 'data', data });
const s3 = (uri: string): FileData => ({ type: 'url', url: new URL(uri), originalUrl: uri });

function file(mediaType: string, data: FileData = bytes(), rest = {}): LanguageModelV4FilePart {
  return { type: 'file', mediaType, data, ...rest };
}

const text = (content: string, bedrock?: JSONObject) => ({
  type: 'text' as const,
  text: content,
  ...(bedrock && bedrockOptions(bedrock)),
});

/** A family of the user's own, for the unknown model. */
const acme = (content: Partial<ContentTraits>): ModelFamily => ({
  name: 'acme',
  matches: model => model.startsWith('acme.'),
  chat: () => ({ ...chatDefaults, content: { ...chatDefaults.content, ...content } }),
});

/** A question, an answer, and what comes between it and the next question. */
const conversation = (between: LanguageModelV4Prompt): LanguageModelV4Prompt => [
  ...user('Hi'),
  { role: 'assistant', content: [{ type: 'text', text: 'Hello.' }] },
  ...between,
  ...user('Go on'),
];

const rolesOf = ({ messages = [] }: ConverseRequest) => messages.map(({ role }) => role);

describeRows('content', row => {
  /* ------------------------------------------------------------------- roles */

  row('role user, assistant', 'alternate, and tool results are the user’s', async () => {
    const body = await bodyOf({ prompt: [...toolPrompt({ type: 'text', value: 'It.' }), ...user('And?')] });
    expect(rolesOf(body)).toEqual(['user', 'assistant', 'user']);
  });

  row('role system', 'stands between turns where the model takes it', async () => {
    const prompt = conversation([{ role: 'system', content: 'Be brief from now on.' }]);
    const { body, warnings } = await send({ prompt }, { modelId: OPUS });
    expect(body.messages?.slice(2)).toEqual([
      { role: 'system', content: [{ text: 'Be brief from now on.' }] },
      { role: 'user', content: [{ text: 'Go on' }] },
    ]);
    expect(warnings).toEqual([]);
  });

  row('role system', 'is user text with a warning where it does not', async () => {
    const prompt = conversation([{ role: 'system', content: 'Be brief from now on.' }]);
    const { body, warnings } = await send({ prompt });
    expect(body.messages?.[2]).toEqual({
      role: 'user',
      content: [{ text: 'Be brief from now on.' }, { text: 'Go on' }],
    });
    expect(warnings).toMatchObject([{ type: 'compatibility', feature: 'system messages between turns' }]);
  });

  row(
    'toolAddition{tool{type, name, serverName}}, toolRemoval{tool}',
    'stand in a system message',
    async () => {
      const options = bedrockOptions({
        toolAddition: [{ type: 'mcp', name: 'look!', serverName: 'eyes' }],
        toolRemoval: [{ name: 'see' }],
      });
      const body = await bodyOf(
        {
          prompt: conversation([{ role: 'system', content: '', ...options }]),
          tools: ['look!', 'see'].map(name => ({ type: 'function', name, inputSchema: { type: 'object' } })),
        },
        { modelId: OPUS },
      );
      expect(body.messages?.[2]).toEqual({
        role: 'system',
        content: [
          { toolAddition: { tool: { type: 'mcp', name: 'look_', serverName: 'eyes' } } },
          { toolRemoval: { tool: { name: 'see' } } },
        ],
      });
    },
  );

  row(
    'toolAddition{tool{type, name, serverName}}, toolRemoval{tool}',
    'are a warning elsewhere',
    async () => {
      const options = bedrockOptions({ toolRemoval: [{ name: 'see' }] });
      const { warnings } = await send({
        prompt: conversation([{ role: 'system', content: 'x', ...options }]),
      });
      expect(warnings).toContainEqual(
        expect.objectContaining({ type: 'unsupported', feature: 'toolAddition' }),
      );
    },
  );

  /* -------------------------------------------------------------------- text */

  row('text', 'is sent as it is', async () => {
    expect(await userBlocks([text('Hi '), text('there')])).toEqual([{ text: 'Hi ' }, { text: 'there' }]);
  });

  row('text', 'is left out where it is blank, which Bedrock refuses', async () => {
    expect(await userBlocks([text(' \n'), text('Hi')])).toEqual([{ text: 'Hi' }]);
  });

  /* ------------------------------------------------------------------- files */

  row('image{format, source.bytes}', 'is an image file', async () => {
    expect(await userBlocks([file('image/webp')])).toEqual([
      { image: { format: 'webp', source: { bytes: PNG } } },
    ]);
  });

  row(
    'image{format, source.bytes}',
    'takes bytes as well as base64, and tells the format from them',
    async () => {
      const png = Uint8Array.from(atob(PNG), char => char.charCodeAt(0));
      expect(await userBlocks([file('image/*', bytes(png))])).toEqual([
        { image: { format: 'png', source: { bytes: PNG } } },
      ]);
    },
  );

  row('image.source.s3Location.uri', 'is the URL as the caller wrote it', async () => {
    const uri = 's3://bucket/my key#1.png';
    expect(await userBlocks([file('image/png', s3(uri))])).toEqual([
      { image: { format: 'png', source: { s3Location: { uri } } } },
    ]);
  });

  row('s3Location.bucketOwner (image, video, document, audio)', 'is the option of the file', async () => {
    const options = bedrockOptions({ bucketOwner: '123456789012' });
    const uri = 's3://bucket/key';
    const blocks = await userBlocks(
      [
        text('See'),
        ...['image/png', 'video/mp4', 'application/pdf', 'audio/wav'].map(type =>
          file(type, s3(uri), options),
        ),
      ],
      { modelId: UNKNOWN },
    );
    const source = { s3Location: { uri, bucketOwner: '123456789012' } };
    expect(blocks?.slice(1)).toEqual([
      { image: { format: 'png', source } },
      { video: { format: 'mp4', source } },
      { document: { format: 'pdf', name: 'document-1', source } },
      { audio: { format: 'wav', source } },
    ]);
  });

  row('image.error, audio.error{message}', 'says nothing to the model and is not sent back', async () => {
    const block = { image: { format: 'png', error: { message: 'No.' } } };
    expect(
      await assistantBlocks([
        text('Sorry.'),
        { type: 'custom', kind: 'bedrock.image', ...bedrockOptions({ block }) },
      ]),
    ).toEqual([{ text: 'Sorry.' }]);
  });

  row('document{name, format, source.bytes}', 'is a document file', async () => {
    const report = file('application/pdf', bytes('JVBERg=='), { filename: 'report.pdf' });
    expect(await userBlocks([text('Read'), report])).toEqual([
      { text: 'Read' },
      { document: { name: 'report', format: 'pdf', source: { bytes: 'JVBERg==' } } },
    ]);
  });

  row(
    'document{name, format, source.bytes}',
    'is text for types that Converse has no format for',
    async () => {
      const blocks = await userBlocks([text('Read'), file('application/json', bytes('e30='))]);
      expect(blocks?.[1]).toMatchObject({ document: { format: 'txt' } });
    },
  );

  row('document.name', 'is made valid, and unique in the request', async () => {
    const named = (filename: string) => file('text/plain', bytes('YQ=='), { filename });
    const blocks = await userBlocks([text('Read'), named('a_b\u3000c.txt'), named('a_b\u3000c.txt')]);
    expect(blocks?.slice(1)).toMatchObject([
      { document: { name: 'a-b c' } },
      { document: { name: 'a-b c (2)' } },
    ]);
  });

  row('document.name', 'is the option, where it is given', async () => {
    const blocks = await userBlocks([
      text('Read'),
      file('text/plain', bytes('YQ=='), { filename: 'x.txt', ...bedrockOptions({ name: 'The facts' }) }),
    ]);
    expect(blocks?.[1]).toMatchObject({ document: { name: 'The facts' } });
  });

  row('document.source.text', 'is a file given as text', async () => {
    const blocks = await userBlocks([text('Read'), file('text/markdown', { type: 'text', text: '# Hi' })]);
    expect(blocks?.[1]).toEqual({ document: { name: 'document-1', format: 'md', source: { text: '# Hi' } } });
  });

  row('document.source.content[{text}]', 'are the chunks that are cited as wholes', async () => {
    const options = bedrockOptions({ chunks: ['one', 'two'] });
    const blocks = await userBlocks([
      text('Read'),
      file('text/plain', { type: 'text', text: 'one two' }, options),
    ]);
    expect(blocks?.[1]).toMatchObject({
      document: { source: { content: [{ text: 'one' }, { text: 'two' }] } },
    });
  });

  row('document.source.s3Location', 'is an s3:// URL', async () => {
    const blocks = await userBlocks([text('Read'), file('application/pdf', s3('s3://bucket/a.pdf'))]);
    expect(blocks?.[1]).toMatchObject({ document: { source: { s3Location: { uri: 's3://bucket/a.pdf' } } } });
  });

  row('document.context', 'is the option of the file', async () => {
    const options = bedrockOptions({ context: 'Of last year' });
    const blocks = await userBlocks([text('Read'), file('application/pdf', bytes('JVBERg=='), options)]);
    expect(blocks?.[1]).toMatchObject({ document: { context: 'Of last year' } });
  });

  row('document.citations.enabled', 'is the option of the file', async () => {
    const options = bedrockOptions({ citations: { enabled: true } });
    const blocks = await userBlocks([text('Read'), file('application/pdf', bytes('JVBERg=='), options)]);
    expect(blocks?.[1]).toMatchObject({ document: { citations: { enabled: true } } });
  });

  row('video{format, source{bytes, s3Location}}', 'is a video file', async () => {
    const blocks = await userBlocks(
      [file('video/3gpp', bytes('AAAA')), file('video/mp4', s3('s3://bucket/a.mp4'))],
      { modelId: NOVA },
    );
    expect(blocks).toEqual([
      { video: { format: 'three_gp', source: { bytes: 'AAAA' } } },
      { video: { format: 'mp4', source: { s3Location: { uri: 's3://bucket/a.mp4' } } } },
    ]);
  });

  row('audio{format, source{bytes, s3Location}}', 'is an audio file', async () => {
    const blocks = await userBlocks(
      [file('audio/mpeg', bytes('AAAA')), file('audio/x-flac', s3('s3://bucket/a.flac'))],
      { modelId: 'mistral.voxtral-small-24b-2507' },
    );
    expect(blocks).toEqual([
      { audio: { format: 'mp3', source: { bytes: 'AAAA' } } },
      { audio: { format: 'flac', source: { s3Location: { uri: 's3://bucket/a.flac' } } } },
    ]);
  });

  /* ------------------------------------------------------- guardrail, caching */

  row('guardContent.text{text, qualifiers}', 'takes the place of the text', async () => {
    const options = { guardContent: true, guardContentQualifiers: ['query', 'guard_content'] };
    expect(await userBlocks([text('Hi', options)])).toEqual([
      { guardContent: { text: { text: 'Hi', qualifiers: ['query', 'guard_content'] } } },
    ]);
  });

  row('guardContent.image{format png, jpeg}', 'takes the place of the image', async () => {
    const blocks = await userBlocks([file('image/jpeg', bytes(), bedrockOptions({ guardContent: true }))]);
    expect(blocks).toEqual([{ guardContent: { image: { format: 'jpeg', source: { bytes: PNG } } } }]);
  });

  row('guardContent.image{format png, jpeg}', 'is a warning for other images', async () => {
    const prompt = user(file('image/gif', bytes('R0lGODlh'), bedrockOptions({ guardContent: true })));
    const { body, warnings } = await send({ prompt });
    expect(body.messages?.[0]?.content).toMatchObject([{ image: { format: 'gif' } }]);
    expect(warnings).toMatchObject([{ type: 'unsupported', feature: 'guardContent' }]);
  });

  row('cachePoint{type, ttl} in messages', 'stands behind its part', async () => {
    const point = { cachePoint: { type: 'default', ttl: '1h' } };
    expect(await userBlocks([text('Long', point), text('Hi')])).toEqual([
      { text: 'Long' },
      point,
      { text: 'Hi' },
    ]);
  });

  row('cachePoint{type, ttl} in messages', 'stands behind its message', async () => {
    const prompt = user('Long').map(message => ({ ...message, ...bedrockOptions({ cachePoint: true }) }));
    const { messages } = await bodyOf({ prompt });
    expect(messages?.[0]?.content).toEqual([{ text: 'Long' }, { cachePoint: { type: 'default' } }]);
  });

  row('cachePoint{type, ttl} in messages', 'is placed automatically when asked, where it pays', async () => {
    const long = 'word '.repeat(2_000);
    const prompt: LanguageModelV4Prompt = [{ role: 'system', content: long }, ...user('Hi')];
    const options = { prompt, ...bedrockOptions({ promptCaching: 'auto' }) };
    const point = { cachePoint: { type: 'default' } };
    const { system, messages } = await bodyOf(options);
    expect([system?.[1], messages?.[0]?.content[1]]).toEqual([point, point]);
    const short = await bodyOf({ ...options, prompt: user('Hi') });
    expect(short.messages?.[0]?.content).toEqual([{ text: 'Hi' }]);
  });

  /* --------------------------------------------------------------- reasoning */

  row('reasoningContent.reasoningText{text, signature}', 'comes back with its signature', async () => {
    const reasoning = { type: 'reasoning' as const, text: 'Hm. ', ...bedrockOptions({ signature: 'c2ln' }) };
    expect(await assistantBlocks([reasoning, text('Yes.')])).toEqual([
      { reasoningContent: { reasoningText: { text: 'Hm. ', signature: 'c2ln' } } },
      { text: 'Yes.' },
    ]);
  });

  row(
    'reasoningContent.reasoningText{text, signature}',
    'is left out unsigned, where the model refuses it',
    async () => {
      expect(await assistantBlocks([{ type: 'reasoning', text: 'Hm.' }, text('Yes.')])).toEqual([
        { text: 'Yes.' },
      ]);
    },
  );

  row('reasoningContent.redactedContent', 'comes back as the bytes that came', async () => {
    const reasoning = { type: 'reasoning' as const, text: '', ...bedrockOptions({ redactedData: 'AQID' }) };
    expect(await assistantBlocks([reasoning, text('Yes.')])).toEqual([
      { reasoningContent: { redactedContent: 'AQID' } },
      { text: 'Yes.' },
    ]);
  });

  row(
    'reasoningContent.redactedReasoning.data',
    'of other histories goes into the API’s member',
    async () => {
      const providerOptions = { amazonBedrock: { redactedData: 'AQID' } };
      expect(await assistantBlocks([{ type: 'reasoning', text: '', providerOptions }, text('Yes.')])).toEqual(
        [{ reasoningContent: { redactedContent: 'AQID' } }, { text: 'Yes.' }],
      );
    },
  );

  /* ------------------------------------------------------------------- tools */

  row('toolUse{toolUseId, name, input}', 'is an earlier call', async () => {
    const { messages } = await bodyOf({ prompt: toolPrompt({ type: 'text', value: 'It.' }) });
    expect(messages?.[1]?.content).toEqual([
      { toolUse: { toolUseId: 'call-1', name: 'look', input: { at: 'it' } } },
    ]);
  });

  row('toolUse{toolUseId, name, input}', 'has an id of the shape that the model wants', async () => {
    const prompt = toolPrompt({ type: 'text', value: 'It.' });
    const { messages } = await bodyOf({ prompt }, { modelId: 'mistral.mistral-large-2407-v1:0' });
    const [call, result] = [messages?.[1]?.content[0], messages?.[2]?.content[0]];
    const id = call && 'toolUse' in call ? call.toolUse.toolUseId : '';
    expect(id).toMatch(/^[a-zA-Z0-9]{9}$/);
    expect(result).toMatchObject({ toolResult: { toolUseId: id } });
  });

  const groundingCall = {
    type: 'tool-call' as const,
    toolCallId: 'c',
    toolName: 'nova_grounding',
    input: { query: 'x' },
    providerExecuted: true,
  };
  const groundingResult = {
    type: 'tool-result' as const,
    toolCallId: 'c',
    toolName: 'nova_grounding',
    output: {
      type: 'json' as const,
      value: { content: [{ text: '[HIDDEN]' }], status: 'success', type: 'nova_grounding_result' },
    },
  };

  row('toolUse.type', 'is server_tool_use for what Bedrock ran', async () => {
    const blocks = await assistantBlocks([groundingCall, groundingResult], { modelId: NOVA_2 });
    expect(blocks?.[0]).toEqual({
      toolUse: { toolUseId: 'c', name: 'nova_grounding', input: { query: 'x' }, type: 'server_tool_use' },
    });
  });

  row('toolResult.type', 'stands in the assistant message with the rest of the block', async () => {
    const blocks = await assistantBlocks([groundingCall, groundingResult], { modelId: NOVA_2 });
    expect(blocks?.[1]).toEqual({
      toolResult: {
        toolUseId: 'c',
        content: [{ text: '[HIDDEN]' }],
        status: 'success',
        type: 'nova_grounding_result',
      },
    });
  });

  row('toolResult{toolUseId, content[]}', 'stands first in the user’s message', async () => {
    const prompt = [...toolPrompt({ type: 'text', value: 'It.' }), ...user('And?')];
    const { messages } = await bodyOf({ prompt });
    expect(messages?.[2]?.content).toEqual([
      { toolResult: { toolUseId: 'call-1', content: [{ text: 'It.' }] } },
      { text: 'And?' },
    ]);
  });

  row('toolResult.status', 'is error for errors and denials', async () => {
    expect(await resultBlocks({ type: 'error-text', value: 'Broken' })).toMatchObject([
      { toolResult: { content: [{ text: 'Broken' }], status: 'error' } },
    ]);
    expect(await resultBlocks({ type: 'error-json', value: { code: 1 } })).toMatchObject([
      { toolResult: { content: [{ json: { code: 1 } }], status: 'error' } },
    ]);
    expect(await resultBlocks({ type: 'execution-denied', reason: 'No.' })).toMatchObject([
      { toolResult: { content: [{ text: 'No.' }], status: 'error' } },
    ]);
  });

  row('toolResult.content[]{text, image, document, video}', 'are the items of the output', async () => {
    const output = {
      type: 'content' as const,
      value: [text('Look:'), file('image/png'), file('application/pdf', bytes('JVBERg=='))],
    };
    expect(await resultBlocks(output)).toMatchObject([
      {
        toolResult: {
          content: [{ text: 'Look:' }, { image: { format: 'png' } }, { document: { format: 'pdf' } }],
        },
      },
    ]);
  });

  row(
    'toolResult.content[]{text, image, document, video}',
    'take a video of a user’s own family',
    async () => {
      const output = { type: 'content' as const, value: [file('video/mp4', bytes('AAAA'))] };
      expect(
        await resultBlocks(output, {
          modelId: UNKNOWN,
          provider: { families: [acme({ toolResultMedia: ['video'] })] },
        }),
      ).toMatchObject([{ toolResult: { content: [{ video: { format: 'mp4' } }] } }]);
    },
  );

  row(
    'toolResult.content[]{text, image, document, video}',
    'follow the result where the model refuses them',
    async () => {
      const output = { type: 'content' as const, value: [file('image/png')] };
      expect(await resultBlocks(output, { modelId: UNKNOWN })).toMatchObject([
        { toolResult: { toolUseId: 'call-1' } },
        { text: 'From the result of the tool "look":' },
        { image: { format: 'png' } },
      ]);
    },
  );

  row('toolResult.content[].json', 'is an output that is an object', async () => {
    expect(await resultBlocks({ type: 'json', value: { celsius: 7 } })).toMatchObject([
      { toolResult: { content: [{ json: { celsius: 7 } }] } },
    ]);
  });

  row('toolResult.content[].json', 'is text for anything else, which Bedrock refuses', async () => {
    expect(await resultBlocks({ type: 'json', value: [1, 2] })).toMatchObject([
      { toolResult: { content: [{ text: '[1,2]' }] } },
    ]);
  });

  row('toolResult.content[].json', 'is a custom item among others', async () => {
    const item = { type: 'custom' as const, ...bedrockOptions({ json: { celsius: 7 } }) };
    expect(await resultBlocks({ type: 'content', value: [text('Now:'), item] })).toMatchObject([
      { toolResult: { content: [{ text: 'Now:' }, { json: { celsius: 7 } }] } },
    ]);
  });

  const searchResult = { source: 'https://example.com', title: 'A page', citations: { enabled: true } };

  row('toolResult.content[].searchResult', 'is a custom item', async () => {
    const whole = { ...searchResult, content: [{ text: 'Found.' }] };
    const item = { type: 'custom' as const, ...bedrockOptions({ searchResult: whole }) };
    expect(await resultBlocks({ type: 'content', value: [item] })).toMatchObject([
      { toolResult: { content: [{ searchResult: whole }] } },
    ]);
  });

  row(
    'searchResult{source, title, content[{text}], citations.enabled}',
    'is a marked text part',
    async () => {
      expect(await userBlocks([text('Found.', { searchResult }), text('So?')])).toEqual([
        { searchResult: { ...searchResult, content: [{ text: 'Found.' }] } },
        { text: 'So?' },
      ]);
    },
  );

  /* ------------------------------------------------------------------ replay */

  row('citationsContent{content[], citations[]}', 'is an earlier answer with its citations', async () => {
    const locations = [
      { web: { url: 'https://example.com', domain: 'example.com' } },
      { documentChar: { documentIndex: 0, start: 1, end: 2 } },
      { documentPage: { documentIndex: 0, start: 1, end: 2 } },
      { documentChunk: { documentIndex: 0, start: 1, end: 2 } },
      { searchResultLocation: { searchResultIndex: 0, start: 1, end: 2 } },
    ];
    const citations = locations.map(location => ({
      title: 'facts',
      source: 'where',
      sourceContent: [{ text: 'It is.' }],
      location,
    }));
    expect(await assistantBlocks([text('It is.', { citations })])).toEqual([
      { citationsContent: { content: [{ text: 'It is.' }], citations } },
    ]);
  });

  const stored = { image: { format: 'png', source: { s3Location: { uri: 's3://bucket/made.png' } } } };
  const drawn: Extract<LanguageModelV4Message, { role: 'assistant' }>['content'] = [
    text('Here:'),
    file('image/png'),
    { type: 'custom', kind: 'bedrock.image', ...bedrockOptions({ block: stored }) },
  ];
  const image = { image: { format: 'png', source: { bytes: PNG } } };

  row('assistant file and custom parts', 'are sent back as the blocks they came from', async () => {
    const provider = { families: [acme({ assistantMedia: ['image'] })] };
    const blocks = await assistantBlocks(drawn, { modelId: UNKNOWN, provider });
    expect(blocks).toEqual([{ text: 'Here:' }, image, stored]);
  });

  row(
    'assistant file and custom parts',
    'go to the user’s next message where the model takes none',
    async () => {
      const { messages } = await bodyOf(
        { prompt: [...user('Draw'), { role: 'assistant', content: drawn }, ...user('Go on')] },
        { modelId: UNKNOWN, provider: { families: [acme({ assistantMedia: [] })] } },
      );
      expect(messages?.slice(1)).toEqual([
        { role: 'assistant', content: [{ text: 'Here:' }] },
        {
          role: 'user',
          content: [{ text: 'From the answer before:' }, image, stored, { text: 'Go on' }],
        },
      ]);
    },
  );

  row('assistant file and custom parts', 'of other providers are left out', async () => {
    expect(await assistantBlocks([text('Yes.'), { type: 'custom', kind: 'openai.compaction' }])).toEqual([
      { text: 'Yes.' },
    ]);
  });

  row('assistant reasoning-file parts', 'are left out with a warning', async () => {
    const part = {
      type: 'reasoning-file' as const,
      mediaType: 'image/png',
      data: { type: 'data' as const, data: PNG },
    };
    const prompt: LanguageModelV4Prompt = [
      ...user('Hi'),
      { role: 'assistant', content: [text('Yes.'), part] },
      ...user('Go on'),
    ];
    const { body, warnings } = await send({ prompt });
    expect(body.messages?.[1]?.content).toEqual([{ text: 'Yes.' }]);
    expect(warnings).toMatchObject([{ type: 'unsupported', feature: 'reasoning files' }]);
  });

  row('tool history without active tools', 'declares what the history calls', async () => {
    const body = await bodyOf({ prompt: toolPrompt({ type: 'text', value: 'It.' }) });
    expect(body.toolConfig?.tools).toMatchObject([{ toolSpec: { name: 'look' } }]);
    expect(body.toolConfig).not.toHaveProperty('toolChoice');
    expect(body.messages).toHaveLength(3);
  });

  row('tool-approval-response parts', 'leave no trace in the request', async () => {
    const prompt = toolPrompt({ type: 'text', value: 'It.' });
    const approval = { type: 'tool-approval-response' as const, approvalId: 'a', approved: true };
    const [, , results] = prompt;
    if (results?.role !== 'tool') throw new Error('no tool message');
    const approved = await bodyOf({
      prompt: [...prompt.slice(0, 2), { ...results, content: [approval, ...results.content] }],
    });
    expect(approved).toEqual(await bodyOf({ prompt }));
  });
});

it('the tests of the content send every member that AWS has in messages', () => {
  // What went wrong with an output, which nobody sends.
  const forbidden = new Set(['ImageBlock.error', 'AudioBlock.error', 'ErrorBlock.message']);
  const sent = new Set(
    sentBodies.flatMap(body =>
      ((body as ConverseRequest).messages ?? []).flatMap(m => [...membersIn(Message$, m)]),
    ),
  );
  expect([...membersOf(Message$)].filter(member => !sent.has(member) && !forbidden.has(member))).toEqual([]);
});
