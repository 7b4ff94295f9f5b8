import { readFileSync } from 'node:fs';
import type {
  AmazonBedrockChatModelSettings,
  AmazonBedrockLanguageModelChatOptions,
  AmazonBedrockProviderSettings,
} from '@ai-sdk/amazon-bedrock';
import { createAmazonBedrock } from '@ai-sdk/amazon-bedrock';
import {
  type BedrockLanguageModelOptions,
  type BedrockModelSettings,
  type BedrockProviderSettings,
  createBedrock,
} from 'bedrock-ai-provider';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { hello, jsonResponse, modelAnswering } from '../support/replies.ts';
import { differences, tableRow } from './differences.ts';

const document = readFileSync(new URL('../../docs/migrating.md', import.meta.url), 'utf8');

/** The rows of the table below a heading. */
function tableBelow(heading: string): string[] {
  const [, section = ''] = document.split(`### ${heading}\n`);
  return (section.split('\n### ')[0] ?? '').split('\n').filter(line => line.startsWith('| **'));
}

describe('docs/migrating.md', () => {
  it.each([
    ['fault', 'Where the official request is wrong'],
    ['choice', 'Where it is a choice'],
  ] as const)('has the rows of differences.ts, to the letter: %s', (because, heading) => {
    const rows = differences.filter(row => row.because === because);
    expect(tableBelow(heading)).toEqual(rows.map(tableRow));
  });

  it('names the version of the official package that was compared', () => {
    const manifest = new URL('../../package.json', import.meta.url);
    const { devDependencies } = JSON.parse(readFileSync(manifest, 'utf8')) as {
      devDependencies: Record<string, string>;
    };
    expect(document).toContain(`\`@ai-sdk/amazon-bedrock\` ${devDependencies['@ai-sdk/amazon-bedrock']}`);
  });

  const official = createAmazonBedrock({ region: 'us-east-1' });
  const bedrock = createBedrock();

  it('names every tool of the official package that is not there', () => {
    const missing = Object.keys(official.tools).filter(name => !(name in bedrock.tools));
    expect(missing.filter(name => !document.includes(`\`${name}\``))).toEqual([]);
  });

  it('names every method of the official provider that is not there, or not yet', () => {
    const methods = Object.keys(official).filter(
      name => !['languageModel', 'specificationVersion', 'tools'].includes(name),
    );
    expect(methods.filter(name => !document.includes(`\`${name}\``))).toEqual([]);
  });
});

describe('someone who switches', () => {
  it('keeps settings and options, as far as types can tell', () => {
    expectTypeOf<AmazonBedrockProviderSettings>().toExtend<BedrockProviderSettings>();
    expectTypeOf<AmazonBedrockChatModelSettings>().toExtend<BedrockModelSettings>();
    expectTypeOf<AmazonBedrockLanguageModelChatOptions>().toExtend<BedrockLanguageModelOptions>();
  });

  it('is warned of members of the request that the official package copies from the options', async () => {
    const copied = { inferenceConfig: {}, messages: [], outputConfig: {}, system: [], toolConfig: {} };
    const { model, sent } = modelAnswering(() =>
      jsonResponse({ output: { message: { role: 'assistant', content: [] } }, stopReason: 'end_turn' }),
    );
    const { warnings } = await model.doGenerate({ ...hello, providerOptions: { bedrock: copied } });
    expect(warnings.map(warning => 'feature' in warning && warning.feature)).toEqual(
      Object.keys(copied).map(member => `providerOptions.bedrock.${member}`),
    );
    expect(sent[0]?.body).toHaveProperty('messages.length', 1);
  });
});
