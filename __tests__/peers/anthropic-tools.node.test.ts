import { anthropic } from '@ai-sdk/anthropic';
import type { JSONObject } from '@ai-sdk/provider';
import { asSchema, type FlexibleSchema } from '@ai-sdk/provider-utils';
import { generateText, isStepCount } from 'ai';
import { createBedrockAnthropic } from 'bedrock-ai-provider/anthropic';
import { createLocalBedrock } from 'bedrock-ai-provider/local';
import { describe, expect, it } from 'vitest';

type Factory = (options: object) => Record<string, unknown>;

const ours = createBedrockAnthropic().tools as unknown as Record<string, Factory>;
const theirs = anthropic.tools as unknown as Record<string, Factory>;
const args = { displayWidthPx: 800, displayHeightPx: 600, model: 'claude-opus-4-8', maxUses: 3 };
const execute = async () => 'done';

const schemaOf = async (schema: unknown) =>
  schema === undefined ? undefined : await asSchema(schema as FlexibleSchema).jsonSchema;

describe('the tools of the provider', () => {
  it('are all those of the package', () => {
    expect(Object.keys(ours).toSorted()).toEqual(Object.keys(theirs).toSorted());
  });

  it.each(Object.keys(theirs))('%s is that of the package, before it is loaded', async name => {
    const isRunByServer = theirs[name]?.(args)['isProviderExecuted'] === true;
    const options = isRunByServer ? args : { ...args, execute };
    const [mine, its] = [ours[name]?.(options), theirs[name]?.(options)];
    for (const member of ['type', 'id', 'args', 'isProviderExecuted']) {
      expect(mine?.[member], member).toEqual(its?.[member]);
    }
    expect(mine?.['supportsDeferredResults'] ?? false).toEqual(its?.['supportsDeferredResults'] ?? false);
    expect(mine?.['execute']).toBe(its?.['execute']);
    expect(await schemaOf(mine?.['inputSchema'])).toEqual(await schemaOf(its?.['inputSchema']));
    expect(await schemaOf(mine?.['outputSchema'])).toEqual(await schemaOf(its?.['outputSchema']));
  });

  it('are called by the model and run by the caller, with their input checked by the package', async () => {
    const ran: unknown[] = [];
    const local = createLocalBedrock();
    const provider = createBedrockAnthropic(local.settings);
    const call = (input: JSONObject) => ({
      content: [{ toolUse: { toolUseId: 'tooluse_1', name: 'bash', input } }],
    });
    local.enqueue(call({ command: 'ls' }), 'There is one file.');
    const bash = provider.tools.bash_20250124({
      execute: async ({ command }) => {
        ran.push(command);
        return 'a.txt';
      },
    });
    const ask = () =>
      generateText({
        model: provider('us.anthropic.claude-sonnet-4-5-20250929-v1:0'),
        prompt: 'What files are there?',
        tools: { bash },
        stopWhen: isStepCount(2),
      });
    expect((await ask()).text).toBe('There is one file.');
    expect(ran).toEqual(['ls']);
    local.enqueue(call({ command: 7 }), 'Sorry.');
    const { steps } = await ask();
    expect(steps[0]?.toolCalls[0]).toMatchObject({ invalid: true });
    expect(ran).toHaveLength(1);
  });
});
