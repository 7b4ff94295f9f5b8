/**
 * Bodies that AWS answered with 200 through InvokeModel: those that a chat would make are made again from the calls
 * of the AI SDK that they correspond to, and the local Bedrock takes them all, and answers with no member that AWS's
 * replies do not have.
 */
import type {
  JSONObject,
  JSONValue,
  LanguageModelV4CallOptions,
  LanguageModelV4FilePart,
  LanguageModelV4Message,
} from '@ai-sdk/provider';
import { createBedrock } from 'bedrock-ai-provider';
import { describe, expect, it } from 'vitest';
import { ask, chunksOf, openServer } from '../local/support.ts';
import { listShared, readSharedJson, sharedDataMissing } from '../support/shared-data.ts';

// biome-ignore lint/suspicious/noExplicitAny: bodies of a dozen shapes, read by path.
type Json = any;
interface Exchange {
  request: { path: string; headers?: Record<string, string>; body: JSONObject };
  response: { status: number; body?: Json; eventStream?: { events: Array<{ type: string; chunk?: Json }> } };
}

const accepted = (sharedDataMissing ? [] : ['InvokeModel', 'InvokeModelWithResponseStream'])
  .flatMap(operation => listShared(`recorded/${operation}`))
  .filter(path => !/embed/.test(path))
  .map(path => ({ name: path.slice('recorded/'.length), exchange: readSharedJson<Exchange>(path) }))
  .filter(({ exchange: { response } }) => response.status === 200)
  .filter(
    ({ exchange: { response } }) => !response.eventStream?.events.some(({ type }) => type === 'exception'),
  );

const modelIdOf = ({ request }: Exchange) => decodeURIComponent(request.path.split('/')[2] ?? '');

/** Of the models before Claude 3, which take either body, the package uses the other one. */
const chats = accepted.filter(({ exchange }) => {
  const { messages, prompt } = exchange.request.body;
  const isChat = messages !== undefined || /<\|eot_id\|>|<<SYS>>/.test(String(prompt));
  return isChat && !/anthropic\.claude-v2/.test(modelIdOf(exchange));
});

describe.skipIf(sharedDataMissing)(
  `bodies that AWS accepted${sharedDataMissing ? `: ${sharedDataMissing}` : ''}`,
  () => {
    it('are many', () => expect([accepted.length, chats.length]).toEqual([151, 100]));

    it.each(chats.map(({ name, exchange }) => [name, exchange] as const))(
      '%s is what we would send',
      async (_, exchange) => {
        const sent: Json[] = [];
        const bedrock = createBedrock({
          region: 'us-east-1',
          apiKey: 'key',
          fetch: async (_url, init) => {
            sent.push(JSON.parse(await new Response(init?.body).text()));
            return Response.json({});
          },
        });
        const { body } = exchange.request;
        await bedrock.invokeModel(modelIdOf(exchange)).doGenerate(toCall(body));
        expect(comparable(sent[0])).toEqual(comparable(body));
      },
    );
  },
);

/** What the request says, without what is the package's to choose. */
function comparable(body: Json): Json {
  const ids: string[] = [];
  const silent = new Set(['model', 'stream', 'stream_options', 'schemaVersion', '$schema']);
  const names = (id: string) => {
    if (!ids.includes(id)) ids.push(id);
    return ids.indexOf(id);
  };
  const plain = (value: Json, key = ''): Json => {
    if (Array.isArray(value)) {
      return value.length === 0 || (value.length === 1 && isBlank(value[0]))
        ? undefined
        : value.map(item => plain(item));
    }
    if (typeof value === 'object' && value !== null) return plainObject(value);
    if (/^(?:id|tool_use_id|tool_call_id|toolUseId)$/.test(key)) return names(value);
    return value;
  };
  const plainObject = (object: Json): Json => {
    const entries = Object.entries(object)
      .map(([key, value]) => [ALIASES[key] ?? key, value] as const)
      .filter(([key, value]) => !(key === 'ttl' && value === '5m'))
      .filter(
        ([key, value]) => !silent.has(key) && value !== null && !(key === 'is_error' && value === false),
      )
      .filter(([key, value]) => !(key === 'type' && (value === 'custom' || value === 'function')))
      .filter(
        ([key, value]) => !(key === 'strict' && value === false) && !(key === 'tool_choice' && isAuto(value)),
      )
      .map(([key, value]) => [key, plain(value, key)] as const)
      .filter(([, value]) => value !== undefined && value !== '');
    return Object.fromEntries(entries.map(([key, value]) => [key, isTexts(key) ? asTexts(value) : value]));
  };
  return plain({ ...body, ...(body.messages && { messages: neighborsJoined(body.messages) }) });
}

/** Older names that Nova takes as well. */
const ALIASES: Readonly<Record<string, string>> = { max_new_tokens: 'maxTokens', top_p: 'topP' };

const isTexts = (key: string) => key === 'content' || key === 'system';
const isAuto = (value: unknown) => JSON.stringify(value) === '{"type":"auto"}';
const isBlank = (value: unknown) => JSON.stringify(value) === '{"text":""}';

/** Roles alternate; some models let it pass when they do not. */
function neighborsJoined(messages: readonly Json[]): Json[] {
  const joined: Json[] = [];
  for (const message of messages) {
    const last = joined.at(-1);
    if (last?.role === message.role && message.role !== 'tool') {
      last.content = [...asTexts(last.content), ...asTexts(message.content)];
    } else joined.push({ ...message });
  }
  return joined;
}

/** A string stands for a list with one text. */
function asTexts(value: Json): Json {
  return typeof value === 'string' ? [{ type: 'text', text: value }] : value;
}

/* --------------------------------------------------------- back into a call */

function toCall(body: Json): LanguageModelV4CallOptions {
  if (body.anthropic_version !== undefined) return fromMessages(body);
  if (typeof body.prompt === 'string') return fromLlama(body);
  return Array.isArray(body.messages[0].content) ? fromNova(body) : fromOpenAI(body);
}

/** Members that are undefined are not given. */
const call = (options: object): LanguageModelV4CallOptions => JSON.parse(JSON.stringify(options));

const text = (value: string) => ({ type: 'text' as const, text: value });

function fromMessages(body: Json): LanguageModelV4CallOptions {
  const { thinking, tool_choice: choice } = body;
  return call({
    prompt: [
      ...asTexts(body.system ?? []).map((block: Json) => ({
        role: 'system',
        content: block.text,
        providerOptions: cacheOf(block),
      })),
      ...body.messages.flatMap(({ role, content }: Json) => fromMessage(role, asTexts(content))),
    ],
    maxOutputTokens: thinking ? body.max_tokens - thinking.budget_tokens : body.max_tokens,
    temperature: body.temperature,
    topP: body.top_p,
    topK: body.top_k,
    stopSequences: body.stop_sequences,
    tools: body.tools?.map(({ name, description, input_schema: inputSchema }: Json) => ({
      type: 'function',
      name,
      description,
      inputSchema,
    })),
    toolChoice:
      choice?.type === 'tool'
        ? { type: 'tool', toolName: choice.name }
        : choice?.type === 'any'
          ? { type: 'required' }
          : undefined,
    providerOptions: thinking && {
      bedrock: { reasoningConfig: { type: thinking.type, budgetTokens: thinking.budget_tokens } },
    },
  });
}

const cacheOf = (block: Json) => block.cache_control && { bedrock: { cachePoint: true } };

function fromMessage(role: LanguageModelV4Message['role'], blocks: readonly Json[]): object[] {
  if (role === 'system') return blocks.map(block => ({ role, content: block.text }));
  const results = blocks.filter(({ type }) => type === 'tool_result');
  const rest = blocks.filter(({ type }) => type !== 'tool_result');
  return [
    ...(results.length > 0 ? [{ role: 'tool', content: results.map(fromToolResult) }] : []),
    ...(rest.length > 0 ? [{ role, content: rest.map(fromBlock) }] : []),
  ];
}

function fromToolResult({ tool_use_id: toolCallId, content, is_error }: Json): object {
  const value = asTexts(content)
    .map((block: Json) => block.text)
    .join('');
  return {
    type: 'tool-result',
    toolCallId,
    toolName: 'a-tool',
    output: { type: is_error ? 'error-text' : 'text', value },
  };
}

function fromBlock(block: Json): object {
  const providerOptions = cacheOf(block);
  switch (block.type) {
    case 'image': {
      const { media_type: mediaType, data } = block.source;
      return { type: 'file', mediaType, data: { type: 'data', data } } satisfies LanguageModelV4FilePart;
    }
    case 'tool_use':
      return { type: 'tool-call', toolCallId: block.id, toolName: block.name, input: block.input };
    default:
      return { ...text(block.text), providerOptions };
  }
}

function fromNova(body: Json): LanguageModelV4CallOptions {
  const { maxTokens, max_new_tokens, topP, top_p, topK, top_k, temperature, stopSequences } =
    body.inferenceConfig ?? {};
  return call({
    prompt: [
      ...(body.system ?? []).map((block: Json) => ({ role: 'system', content: block.text })),
      ...body.messages.flatMap(({ role, content }: Json) => {
        const results = content.flatMap((block: Json) => block.toolResult ?? []);
        if (results.length > 0) {
          return {
            role: 'tool',
            content: results.map(({ toolUseId: toolCallId, content: [{ json, text: said }] }: Json) => ({
              type: 'tool-result',
              toolCallId,
              toolName: 'a-tool',
              output: json === undefined ? { type: 'text', value: said } : { type: 'json', value: json },
            })),
          };
        }
        return {
          role,
          content: content.map(({ text: said, toolUse }: Json) =>
            toolUse === undefined
              ? text(said)
              : {
                  type: 'tool-call',
                  toolCallId: toolUse.toolUseId,
                  toolName: toolUse.name,
                  input: toolUse.input,
                },
          ),
        };
      }),
    ],
    maxOutputTokens: maxTokens ?? max_new_tokens,
    topP: topP ?? top_p,
    topK: topK ?? top_k,
    temperature,
    stopSequences,
    tools: body.toolConfig?.tools.map(({ toolSpec: { inputSchema, ...spec } }: Json) => ({
      type: 'function',
      ...spec,
      inputSchema: inputSchema.json,
    })),
  });
}

function fromOpenAI(body: Json): LanguageModelV4CallOptions {
  const choice = body.tool_choice?.function?.name;
  return call({
    prompt: body.messages.map(({ role, content, tool_calls, tool_call_id }: Json) => {
      if (role === 'system') return { role, content };
      if (role === 'tool') {
        const output = { type: 'text', value: content };
        return {
          role,
          content: [{ type: 'tool-result', toolCallId: tool_call_id, toolName: 'a-tool', output }],
        };
      }
      const calls = (tool_calls ?? []).map(({ id, function: { name, arguments: json } }: Json) => ({
        type: 'tool-call',
        toolCallId: id,
        toolName: name,
        input: JSON.parse(json),
      }));
      return { role, content: [...(content.length > 0 ? [text(content)] : []), ...calls] };
    }),
    maxOutputTokens: body.max_tokens,
    temperature: body.temperature,
    topP: body.top_p,
    seed: body.seed,
    tools: body.tools?.map(({ function: { name, description, parameters } }: Json) => ({
      type: 'function',
      name,
      description,
      inputSchema: parameters,
    })),
    toolChoice: choice && { type: 'tool', toolName: choice },
  });
}

/** One question, with or without a system prompt, in the marks of Llama 2 or 3. */
function fromLlama({ prompt, max_gen_len, temperature, top_p }: Json): LanguageModelV4CallOptions {
  const marks = prompt.includes('<<SYS>>')
    ? /^<s>\[INST\] <<SYS>>\n(?<system>[\s\S]*)\n<<\/SYS>>\n\n(?<asked>[\s\S]*) \[\/INST\]$/
    : /^<\|begin_of_text\|>(?:<\|start_header_id\|>system<\|end_header_id\|>\n\n(?<system>.*)<\|eot_id\|>)?<\|start_header_id\|>user<\|end_header_id\|>\n\n(?<asked>.*)<\|eot_id\|>/s;
  const { system, asked } = marks.exec(prompt)?.groups ?? {};
  return call({
    prompt: [
      ...(system === undefined ? [] : [{ role: 'system', content: system }]),
      { role: 'user', content: [text(asked ?? '')] },
    ],
    maxOutputTokens: max_gen_len,
    temperature,
    topP: top_p,
  });
}

/* -------------------------------------------------------- the local Bedrock */

/** Places of members, with `*` for the entries of lists and for the objects of others, e.g. `choices.*.message`. */
function placesOf(value: JSONValue | undefined, place = '', places = new Set<string>()): Set<string> {
  if (Array.isArray(value)) for (const item of value) placesOf(item, `${place}.*`, places);
  else if (typeof value === 'object' && value !== null && !/\.(?:input|json|parameters)$/.test(place)) {
    for (const [name, member] of Object.entries(value)) {
      places.add(`${place}.${name}`);
      placesOf(member, `${place}.${name}`, places);
    }
  }
  return places;
}

/** Models whose replies have the same members. */
const shapeOf = (exchange: Exchange) =>
  /(claude-(?:v|instant)|anthropic|nova|titan-t|llama|mistral|command-r|command|j2|jamba|gpt-oss)/.exec(
    modelIdOf(exchange) === 'undefined' ? '' : modelIdOf(exchange),
  )?.[1] ?? 'titan-t';

const known = new Map<string, Set<string>>();
for (const { exchange } of accepted) {
  const { body, eventStream } = exchange.response;
  const key = `${shapeOf(exchange)} ${eventStream === undefined ? 'whole' : 'stream'}`;
  const places = known.get(key) ?? new Set();
  known.set(key, places);
  for (const reply of eventStream?.events.map(({ chunk }) => chunk) ?? [body]) placesOf(reply, '', places);
}

/** Members that AWS documents and that none of the few recordings of the shape has. */
const DOCUMENTED =
  /^\.(?:amazon-bedrock-invocationMetrics\.cache\w+|choices\.\*\.(?:message|delta)\.tool_calls.*|tool_calls.*|message\.usage\.\w+|usage\.\w+|type|response_id|generation_id)$/;

describe.skipIf(sharedDataMissing)(
  `the local Bedrock and bodies that AWS accepted${sharedDataMissing ? `: ${sharedDataMissing}` : ''}`,
  () => {
    const server = openServer({ models: () => true });

    // One recording was made by hand: it has Titan's body, sent to Nova.
    const real = accepted.filter(
      ({ exchange }) => !(/nova/.test(modelIdOf(exchange)) && 'inputText' in exchange.request.body),
    );

    it.each(real.map(({ name, exchange }) => [name, exchange] as const))(
      '%s is accepted, and answered in the same members',
      async (_, exchange) => {
        const { eventStream } = exchange.response;
        const route = eventStream === undefined ? 'invoke' : 'invoke-with-response-stream';
        const response = await ask(server, route, exchange.request.body, { modelId: modelIdOf(exchange) });
        expect(response.status).toBe(200);
        const replies: Json[] =
          eventStream === undefined ? [await response.json()] : await chunksOf(response);
        const places = known.get(`${shapeOf(exchange)} ${eventStream === undefined ? 'whole' : 'stream'}`);
        const invented = replies.flatMap(reply => [...placesOf(reply)]).filter(place => !places?.has(place));
        expect([...new Set(invented)].filter(place => !DOCUMENTED.test(place))).toEqual([]);
        if (eventStream !== undefined) {
          expect(replies.some(reply => reply['amazon-bedrock-invocationMetrics'] !== undefined)).toBe(true);
        } else {
          expect(Number(response.headers.get('x-amzn-bedrock-output-token-count'))).toBeGreaterThan(0);
        }
      },
    );
  },
);
