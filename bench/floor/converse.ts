/** The least that makes a call of Converse: the body by `JSON.stringify`, hashes in place, and `JSON.parse` of the reply. */
import { createHmac, hash } from 'node:crypto';
import type { LanguageModelV4CallOptions, LanguageModelV4Message } from '@ai-sdk/provider';

export interface FloorKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

type Headers = Record<string, string>;

/** @returns the headers that prove who calls */
export type Prove = (url: URL, body: string) => Headers;

/** What the fixtures need of it. */
export interface ConverseBody {
  readonly messages: readonly object[];
  readonly system?: readonly object[];
  readonly inferenceConfig: object;
  readonly toolConfig?: { readonly tools: readonly object[] };
}

/** @param fileOf how the bytes of a file stand in the body */
export function converseBody<File>(
  { prompt, tools, maxOutputTokens, temperature }: LanguageModelV4CallOptions,
  fileOf: (bytes: Uint8Array) => File,
): ConverseBody {
  const system = prompt.flatMap(({ role, content }) => (role === 'system' ? [{ text: content }] : []));
  const messages = prompt
    .filter(({ role }) => role !== 'system')
    .map(({ role, content }) => ({ role, content: (content as Content).map(part => block(part, fileOf)) }));
  return {
    messages,
    ...(system.length > 0 && { system }),
    inferenceConfig: { maxTokens: maxOutputTokens, temperature },
    ...(tools && {
      toolConfig: {
        tools: tools.map(tool => {
          if (tool.type !== 'function') throw new Error('The floor has no such tools.');
          const { name, description, inputSchema } = tool;
          return { toolSpec: { name, description, inputSchema: { json: inputSchema } } };
        }),
      },
    }),
  };
}

type Content = Extract<LanguageModelV4Message, { role: 'user' }>['content'];

function block<File>(part: Content[number], fileOf: (bytes: Uint8Array) => File) {
  if (part.type === 'text') return { text: part.text };
  if (part.data.type !== 'data' || typeof part.data.data === 'string')
    throw new Error('The floor has no such files.');
  return {
    image: { format: part.mediaType.slice('image/'.length), source: { bytes: fileOf(part.data.data) } },
  };
}

export function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}

export function byApiKey(apiKey: string): Prove {
  const headers = { authorization: `Bearer ${apiKey}` };
  return () => headers;
}

/** Signature Version 4, with the key of the day made once. */
export function bySignature({ accessKeyId, secretAccessKey }: FloorKeys, region: string): Prove {
  let scope = '';
  let key = Buffer.alloc(0);
  return (url, body) => {
    const time = new Date().toISOString().replace(/[:-]|\.\d{3}/g, '');
    const scopeNow = `${time.slice(0, 8)}/${region}/bedrock/aws4_request`;
    if (scope !== scopeNow) {
      scope = scopeNow;
      key = Buffer.from(`AWS4${secretAccessKey}`);
      for (const text of scope.split('/')) key = createHmac('sha256', key).update(text).digest();
    }
    const path = url.pathname.replaceAll('%', '%25');
    const names = 'content-type;host;x-amz-date';
    const request = `POST\n${path}\n\ncontent-type:application/json\nhost:${url.host}\nx-amz-date:${time}\n\n${names}\n${hash('sha256', body)}`;
    const toSign = `AWS4-HMAC-SHA256\n${time}\n${scope}\n${hash('sha256', request)}`;
    const signature = createHmac('sha256', key).update(toSign).digest('hex');
    return {
      'x-amz-date': time,
      authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`,
    };
  };
}

/** @returns the reply as Converse has it */
export async function floorConverse(
  url: URL,
  options: LanguageModelV4CallOptions,
  prove: Prove,
  // biome-ignore lint/suspicious/noExplicitAny: the floor believes what it is sent
): Promise<any> {
  const body = JSON.stringify(converseBody(options, base64));
  const headers = { 'content-type': 'application/json', ...prove(url, body) };
  const response = await fetch(url.href, { method: 'POST', headers, body });
  return JSON.parse(await response.text());
}
