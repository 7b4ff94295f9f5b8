import { BedrockError } from 'bedrock-ai-provider';
import { afterEach, expect, vi } from 'vitest';
import { stubAwsEnvironment } from '../auth/environment.ts';
import { errorOf, hello, jsonResponse, modelAnswering } from '../support/replies.ts';
import { bodyOf, describeRows, NOVA_2, OPUS, send } from './row-tests.ts';

afterEach(() => vi.unstubAllEnvs());

describeRows('behavior', row => {
  row('reasoning xhigh, max', 'are what they say where the model has them', async () => {
    const xhigh = await bodyOf({ reasoning: 'xhigh' }, { modelId: OPUS });
    expect(xhigh.additionalModelRequestFields).toMatchObject({ output_config: { effort: 'xhigh' } });
    const max = await bodyOf({ reasoning: 'max' }, { modelId: OPUS });
    expect(max.additionalModelRequestFields).toMatchObject({ output_config: { effort: 'max' } });
  });

  row('reasoning xhigh, max', 'are the nearest level elsewhere, with a warning', async () => {
    for (const reasoning of ['xhigh', 'max'] as const) {
      const { body, warnings } = await send({ reasoning }, { modelId: NOVA_2 });
      expect(body.additionalModelRequestFields).toEqual({
        reasoningConfig: { type: 'enabled', maxReasoningEffort: 'high' },
      });
      expect(warnings).toMatchObject([{ type: 'compatibility', feature: 'reasoning' }]);
    }
  });

  row('reasoning none', 'switches off what reasons by itself', async () => {
    const body = await bodyOf({ reasoning: 'none' }, { modelId: OPUS });
    expect(body.additionalModelRequestFields).toMatchObject({ thinking: { type: 'disabled' } });
  });

  row('reasoning of open-weight models', 'goes into the model’s own field', async () => {
    const fieldsOf = async (modelId: string) =>
      (await bodyOf({ reasoning: 'high' }, { modelId })).additionalModelRequestFields;
    expect(await fieldsOf('qwen.qwen3-32b-v1:0')).toEqual({ reasoning_config: 'high' });
    expect(await fieldsOf('deepseek.v3-v1:0')).toEqual({ reasoning_config: 'high' });
    expect(await fieldsOf('openai.gpt-oss-120b-1:0')).toEqual({ reasoning_effort: 'high' });
  });

  row(
    'error replies',
    'name the exception, give AWS’s words in either case, and say whether to retry',
    async () => {
      const failureOf = async (status: number, name: string, body: object) => {
        const headers = { 'x-amzn-errortype': `${name}:http://internal.amazon.com/coral/` };
        const { model } = modelAnswering(() => jsonResponse(body, { status, headers }));
        const error = await errorOf(model.doGenerate(hello));
        if (!BedrockError.isInstance(error)) throw error;
        return error;
      };
      const denied = await failureOf(403, 'AccessDeniedException', { Message: 'Not you.' });
      expect(denied).toMatchObject({
        code: 'AccessDeniedException',
        statusCode: 403,
        requestId: '46d2eeeb-6008-434b-8270-93d4b27e2a56',
        isRetryable: false,
        message: expect.stringContaining('Not you.'),
      });
      const modelBroke = { message: 'Broke.', originalStatusCode: 500 };
      expect(await failureOf(424, 'ModelErrorException', modelBroke)).toMatchObject({ isRetryable: true });
      const throttled = await failureOf(429, 'ThrottlingException', { message: 'Slow.' });
      expect(throttled).toMatchObject({ code: 'ThrottlingException', isRetryable: true });
    },
  );

  row('explicit credentials beside AWS_BEARER_TOKEN_BEDROCK', 'win over the environment', async () => {
    stubAwsEnvironment({ AWS_BEARER_TOKEN_BEDROCK: 'env-token' });
    const keys = { apiKey: undefined, accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' };
    const { headers } = await send({}, { provider: keys });
    expect(headers.get('authorization')).toMatch(/^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\//);
  });

  row('AWS_DEFAULT_REGION', 'is the region where nothing else names one', async () => {
    stubAwsEnvironment({ AWS_DEFAULT_REGION: 'eu-north-1' });
    const { url } = await send({}, { provider: { region: undefined } });
    expect(new URL(url).host).toBe('bedrock-runtime.eu-north-1.amazonaws.com');
  });
});
