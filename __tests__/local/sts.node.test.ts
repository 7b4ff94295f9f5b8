/** GetCallerIdentity, asked for by AWS's own client of STS. */
import { $Command, AssumeRoleCommand, STSClient, type STSClientConfig } from '@aws-sdk/nested-clients/sts';
import { getEndpointPlugin } from '@smithy/core/endpoints';
import { createLocalBedrock, type ListeningBedrock, LOCAL_CREDENTIALS } from 'bedrock-ai-provider/local';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const local = createLocalBedrock();
let listening: ListeningBedrock;
beforeAll(async () => {
  listening = await local.listen();
});
afterAll(() => listening.close());

/** The client that the credential libraries bring has no such command; its shapes as AWS documents them. */
const namespace = 'com.amazonaws.sts';
const GetCallerIdentityCommand = $Command
  .classBuilder()
  .ep(AssumeRoleCommand.getEndpointParameterInstructions())
  .m((Command, _, config) => [getEndpointPlugin(config as never, Command.getEndpointParameterInstructions())])
  .s('AWSSecurityTokenServiceV20110615', 'GetCallerIdentity', {})
  .n('STSClient', 'GetCallerIdentityCommand')
  .sc([
    9,
    namespace,
    'GetCallerIdentity',
    0,
    [3, namespace, 'GetCallerIdentityRequest', 0, [], []],
    [3, namespace, 'GetCallerIdentityResponse', 0, ['UserId', 'Account', 'Arn'], [0, 0, 0]],
  ])
  .build();

function client(config: Partial<STSClientConfig> = {}): STSClient {
  return new STSClient({
    region: 'us-east-1',
    endpoint: listening.environment['AWS_ENDPOINT_URL_STS'] ?? '',
    credentials: LOCAL_CREDENTIALS,
    maxAttempts: 1,
    ...config,
  });
}

const ask = (sts: STSClient): Promise<unknown> =>
  sts.send(new GetCallerIdentityCommand({}) as unknown as AssumeRoleCommand);

describe("AWS's client of STS at the local Bedrock", () => {
  it('is told who it is', async () => {
    expect(await ask(client())).toMatchObject({
      Account: '123456789012',
      Arn: 'arn:aws:iam::123456789012:user/local',
      UserId: expect.stringMatching(/^AIDA/),
    });
  });

  it.each([
    [
      'a secret that is wrong',
      { credentials: { ...LOCAL_CREDENTIALS, secretAccessKey: 'wrong' } },
      'SignatureDoesNotMatch',
    ],
    [
      'a key that nobody knows',
      { credentials: { accessKeyId: 'AKIANOBODY', secretAccessKey: 'x' } },
      'InvalidClientTokenId',
    ],
    ['another Region', { region: 'eu-west-1' }, 'SignatureDoesNotMatch'],
  ])('is refused for %s', async (_, config, name) => {
    await expect(ask(client(config))).rejects.toMatchObject({ name, $metadata: { httpStatusCode: 403 } });
  });

  it('is told that there are no roles', async () => {
    const role = new AssumeRoleCommand({ RoleArn: 'arn:aws:iam::1:role/r', RoleSessionName: 's' });
    await expect(client().send(role)).rejects.toMatchObject({ name: 'InvalidAction' });
  });

  it('is in the log without its secrets', async () => {
    await ask(client());
    expect(local.requests.at(-1)).toMatchObject({ operation: 'GetCallerIdentity', status: 200 });
  });
});
