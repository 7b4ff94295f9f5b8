/** From a call's options to a request that is signed, and from the reply to the result. */
import { isDeepStrictEqual } from 'node:util';
import type { LanguageModelV4, LanguageModelV4CallOptions } from '@ai-sdk/provider';
import type { ConverseCommandInput } from '@aws-sdk/client-bedrock-runtime';
import type { HttpRequest } from '@smithy/core/transport';
import { verifySignature } from '../src/local/auth/sigv4.ts';
import type { Contestant, Figure, FigureGroup } from './figure.ts';
import { measuring } from './figure.ts';
import { imagePrompt, longHistory, manyTools, smallRequest } from './fixtures/prompts.ts';
import {
  base64,
  byApiKey,
  bySignature,
  type ConverseBody,
  converseBody,
  floorConverse,
} from './floor/converse.ts';
import {
  API_KEY,
  MODEL_ID,
  officialWith,
  oursWith,
  type ProviderSettings,
  REGION,
  SDK_BY_API_KEY,
} from './readers.ts';

type Identity = 'SigV4' | 'bearer';

/** What came of a call. */
interface Answer {
  readonly text: string | undefined;
  readonly outputTokens: number | undefined;
  readonly stopReason: string | undefined;
}

type Call = () => Promise<Answer>;

/** Calls that are made in an iteration: what is shorter than the clock of CPU time is precise is made more often. */
interface Plan {
  readonly identity: Identity;
  readonly options: () => LanguageModelV4CallOptions;
  readonly calls: number;
}

const KEYS = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
};
const SEED = 8;

export const request: FigureGroup = {
  name: 'request',
  figures: [
    figure('small', 'small request, SigV4', 2.5, { identity: 'SigV4', options: smallRequest, calls: 100 }),
    figure('bearer', 'small request, bearer', 2, { identity: 'bearer', options: smallRequest, calls: 100 }),
    figure('history', '200-message history, SigV4', 1.25, {
      identity: 'SigV4',
      options: () => longHistory(SEED),
      calls: 20,
    }),
    figure('tools', '50 tools, SigV4', 1.3, { identity: 'SigV4', options: () => manyTools(SEED), calls: 20 }),
    figure('image', '4 MiB image in the prompt, SigV4', 0.8, {
      identity: 'SigV4',
      options: () => imagePrompt(SEED),
      calls: 1,
    }),
  ],
};

function figure(name: string, title: string, atMost: number, plan: Plan): Figure {
  return {
    name,
    title,
    baseline: 'floor',
    // Calls of microseconds take thousands until all of their code is compiled.
    warmUpMs: 2_000,
    metrics: [{ of: 'cpuPerCall', compared: 'ratio', unit: 'µs', atMost }],
    contestants: {
      floor: () => calling(plan, floor),
      ours: () =>
        calling(plan, async (options, identity) =>
          generate((await oursWith(settingsOf(identity))).languageModel(MODEL_ID), options),
        ),
      official: () =>
        calling(plan, async (options, identity) =>
          generate((await officialWith(settingsOf(identity))).languageModel(MODEL_ID), options),
        ),
      'AWS SDK': () => calling(plan, awsSdk),
    },
  };
}

async function calling(
  { identity, options: optionsOf, calls }: Plan,
  callerOf: (options: LanguageModelV4CallOptions, identity: Identity) => Promise<Call>,
): Promise<Contestant> {
  const options = optionsOf();
  globalThis.fetch = answer;
  const call = await callerOf(options, identity);
  const verifier = new Verifier(options, identity);
  const run = async (): Promise<Answer[]> => {
    const answers: Answer[] = [];
    for (let left = calls; left > 0; left--) answers.push(await call());
    return answers;
  };
  const { iterate } = measuring(run, answers => verifier.verify(answers));
  return {
    async iterate() {
      const { cpu = Number.NaN } = await iterate();
      return { cpuPerCall: (cpu * 1000) / calls };
    },
  };
}

/* -------------------------------------------------------------- contestants */

async function floor(options: LanguageModelV4CallOptions, identity: Identity): Promise<Call> {
  const url = new URL(
    `https://bedrock-runtime.${REGION}.amazonaws.com/model/${encodeURIComponent(MODEL_ID)}/converse`,
  );
  const prove = identity === 'SigV4' ? bySignature(KEYS, REGION) : byApiKey(API_KEY);
  return async () => {
    const { output, usage, stopReason } = await floorConverse(url, options, prove);
    return { text: output.message.content[0].text, outputTokens: usage.outputTokens, stopReason };
  };
}

function settingsOf(identity: Identity): ProviderSettings {
  return identity === 'SigV4' ? KEYS : {};
}

function generate(model: LanguageModelV4, options: LanguageModelV4CallOptions): Call {
  return async () => {
    const { content, usage, finishReason } = await model.doGenerate(options);
    const [first] = content;
    return {
      text: first?.type === 'text' ? first.text : undefined,
      outputTokens: usage.outputTokens.total,
      stopReason: finishReason.raw,
    };
  };
}

async function awsSdk(options: LanguageModelV4CallOptions, identity: Identity): Promise<Call> {
  const { BedrockRuntimeClient, ConverseCommand } = await import('@aws-sdk/client-bedrock-runtime');
  const { HttpResponse } = await import('@smithy/core/transport');
  const client = new BedrockRuntimeClient({
    ...(identity === 'SigV4' ? { region: REGION, credentials: KEYS } : SDK_BY_API_KEY),
    requestHandler: {
      handle: async ({ hostname, path, headers, body }: HttpRequest) => {
        sent.push({ url: `https://${hostname}${path}`, headers, body });
        const reply = new Response(REPLY, { headers: REPLY_HEADERS });
        const response = { statusCode: 200, headers: REPLY_HEADERS, body: reply.body };
        return { response: new HttpResponse(response) };
      },
    },
  });
  const input = { ...converseBody(options, bytes => bytes), modelId: MODEL_ID } as ConverseCommandInput;
  return async () => {
    const { output, usage, stopReason } = await client.send(new ConverseCommand(input));
    const text = output?.message?.content?.[0]?.text;
    return { text, outputTokens: usage?.outputTokens, stopReason };
  };
}

/* --------------------------------------------------------- the other end */

interface Sent {
  readonly url: string;
  readonly headers: NonNullable<RequestInit['headers']>;
  readonly body: Uint8Array;
}

const TEXT =
  'Good morning! I am well, thank you, and ready to help: what would you like to talk about today?';
const OUTPUT_TOKENS = 24;
const REPLY = new TextEncoder().encode(
  JSON.stringify({
    metrics: { latencyMs: 551 },
    output: { message: { content: [{ text: TEXT }], role: 'assistant' } },
    stopReason: 'end_turn',
    usage: { inputTokens: 21, outputTokens: OUTPUT_TOKENS, totalTokens: 21 + OUTPUT_TOKENS },
  }),
);
const REPLY_HEADERS = {
  'content-type': 'application/json',
  'x-amzn-requestid': '46d2eeeb-6008-434b-8270-93d4b27e2a56',
};

/** Of the iteration that runs. */
let sent: Sent[] = [];

/** The global `fetch` of the process: one given as a setting is handed the body in the form that is easy to read. */
const answer: typeof fetch = async (url, { headers = {}, body } = {}) => {
  // Text has to become bytes before it goes out.
  const bytes = typeof body === 'string' ? Buffer.from(body) : (body as Uint8Array);
  sent.push({ url: String(url), headers, body: bytes });
  return new Response(REPLY, { headers: REPLY_HEADERS });
};

class Verifier {
  readonly #expected: ConverseBody;
  readonly #identity: Identity;
  #last: { readonly body: Buffer; readonly headers: string } | undefined;

  constructor(options: LanguageModelV4CallOptions, identity: Identity) {
    this.#expected = JSON.parse(JSON.stringify(converseBody(options, base64)));
    this.#identity = identity;
  }

  /** @throws where one of the requests or replies is wrong */
  async verify(answers: readonly Answer[]): Promise<undefined> {
    const requests = sent;
    sent = [];
    if (requests.length !== answers.length) throw new Error(`${requests.length} requests were sent.`);
    for (const { text, outputTokens, stopReason } of answers) {
      if (text !== TEXT || outputTokens !== OUTPUT_TOKENS || stopReason !== 'end_turn') {
        throw new Error(`The reply was read as '${text}', ${outputTokens} tokens, ${stopReason}.`);
      }
    }
    for (const request of requests) await this.#verify(request);
  }

  /** What is the same to the last byte as a request that was right, is right. */
  async #verify({ url, headers, body: sent }: Sent): Promise<void> {
    const body = Buffer.from(sent.buffer, sent.byteOffset, sent.byteLength);
    const known = `${url}\n${JSON.stringify([...new Headers(headers)])}`;
    const isSameBody = this.#last?.body.equals(body) === true;
    if (!isSameBody) this.#verifyBody(body);
    if (!isSameBody || this.#last?.headers !== known) {
      await this.#verifyIdentity(new URL(url), new Headers(headers), new Uint8Array(body));
    }
    this.#last = { body, headers: known };
  }

  #verifyBody(body: Buffer): void {
    const { messages, system, inferenceConfig, toolConfig } = JSON.parse(body.toString()) as ConverseBody;
    // That tools are chosen freely goes without saying, and that there is no system prompt; some say so.
    const found = {
      messages,
      system: system?.length === 0 ? undefined : system,
      inferenceConfig,
      toolConfig: toolConfig && { tools: toolConfig.tools },
    };
    const expected = { toolConfig: undefined, system: undefined, ...this.#expected };
    if (!isDeepStrictEqual(found, expected))
      throw new Error(`The body is ${JSON.stringify(found).slice(0, 500)}.`);
  }

  async #verifyIdentity(url: URL, headers: Headers, body: Uint8Array<ArrayBuffer>): Promise<void> {
    const authorization = headers.get('authorization') ?? '';
    if (this.#identity === 'bearer') {
      if (authorization !== `Bearer ${API_KEY}`) throw new Error('It has not the API key.');
      return;
    }
    const request = { method: 'POST', url, headers, body };
    const expected = { credentials: [KEYS], region: REGION, service: 'bedrock', now: new Date() };
    await verifySignature(request, authorization, expected);
  }
}
