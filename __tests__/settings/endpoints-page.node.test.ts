/** Every recipe of docs/endpoints.md, taken from the page and run; the page says where its call goes. */
import { readFileSync } from 'node:fs';
import type { LanguageModelV4 } from '@ai-sdk/provider';
import { createBedrock } from 'bedrock-ai-provider';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type AwsService, acceptsApiKeys, configuredEndpoint } from '../../src/settings/endpoints.ts';
import { stubAwsEnvironment } from '../auth/environment.ts';
import { errorOf, hello } from '../support/replies.ts';

const page = readFileSync(new URL('../../docs/endpoints.md', import.meta.url), 'utf8');

const services = [...page.matchAll(/^\| `([\w-]+)`.*? \| `(\w+)` \| `(\w+)` \| (yes|no) \|$/gm)].map(
  ([, name, setting = '', variable = '', apiKeys]) => ({
    name: name as AwsService,
    setting,
    variable,
    apiKeys,
  }),
);

const recipes = page
  .split(/^### /m)
  .slice(1)
  .map(section => {
    const text = section.split(/^## /m)[0] ?? '';
    return {
      heading: text.slice(0, text.indexOf('\n')),
      variables: [...text.matchAll(/^export (\w+)=(.*)$/gm)].map(([, name = '', value = '']) => [
        name,
        value,
      ]),
      code: /^```ts\n([\s\S]*?)^```$/m.exec(text)?.[1] ?? '',
      address: /^Goes to `([^`]+)`/m.exec(text)?.[1] ?? '',
    };
  });

beforeEach(() => stubAwsEnvironment({ AWS_BEARER_TOKEN_BEDROCK: 'key' }));
afterEach(() => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
});

describe('docs/endpoints.md', () => {
  it('has recipes', () => {
    expect(recipes.length).toBeGreaterThan(8);
  });

  it('has all services', () => {
    expect(services).toHaveLength(8);
  });

  it.each(services)('is right about $name', ({ name, setting, variable, apiKeys }) => {
    vi.stubEnv(variable, 'https://of-the-variable.example.com');
    expect(configuredEndpoint(name, {})).toBe('https://of-the-variable.example.com');
    const endpoints = { [setting]: 'https://of-the-setting.example.com' };
    expect(configuredEndpoint(name, { endpoints })).toBe('https://of-the-setting.example.com');
    expect(acceptsApiKeys(name)).toBe(apiKeys === 'yes');
  });

  it.each(recipes)('is right about: $heading', async ({ variables, code, address }) => {
    for (const [name = '', value] of variables) vi.stubEnv(name, value);
    const urls: string[] = [];
    vi.stubGlobal('fetch', async (url: string) => {
      urls.push(url);
      return new Response('', { status: 400 });
    });
    const model: LanguageModelV4 = new Function('createBedrock', `${code}\nreturn model;`)(createBedrock);
    await errorOf(model.doGenerate(hello));
    expect(address).toMatch(/^https?:/);
    expect(urls).toEqual([expect.stringMatching(/\/model\/.*\/converse$/)]);
    expect(urls[0]?.startsWith(`${address.replace(/\/model\/$/, '')}/model/`)).toBe(true);
  });
});
