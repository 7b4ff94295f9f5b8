/** Settings from the environment: a default model, names for models, retries, a time limit and a log. */
import { generateText } from 'ai';
import { BedrockError, createBedrock } from 'bedrock-ai-provider';
import { createLocalBedrock } from 'bedrock-ai-provider/local';

// As a shell, a container or a .env file sets them.
Object.assign(process.env, {
  BEDROCK_DEFAULT_MODEL: 'smart',
  BEDROCK_ALIASES: 'smart=claude-sonnet,fast=nova-micro',
  BEDROCK_LOG_LEVEL: 'debug',
  BEDROCK_MAX_RETRIES: '2',
  BEDROCK_TIMEOUT_MS: '30000',
});

const local = createLocalBedrock();
// Explicit settings win over the variables. Without `write`, the lines go to stderr.
const bedrock = createBedrock.fromEnv({ ...local.settings, log: { write: line => console.log(line) } });

const { response } = await generateText({
  model: bedrock('default'),
  prompt: 'What is a bridge?',
  maxOutputTokens: 200,
});
console.log('answered by', response.modelId);

// One that fails once, and is sent again after a wait.
local.setFaults([{ error: { name: 'InternalServerException' }, times: 1 }]);
await generateText({ model: bedrock('fast'), prompt: 'Hello!', maxOutputTokens: 100 });

// One that Bedrock does not answer in time.
local.setFaults([{ stallReplyMs: 60_000 }]);
process.env['BEDROCK_TIMEOUT_MS'] = '50';
const impatient = createBedrock.fromEnv({
  ...local.settings,
  log: { level: 'error', write: line => console.log(line) },
});
try {
  await generateText({ model: impatient('default'), prompt: 'Hello?' });
} catch (error) {
  console.log(BedrockError.isInstance(error) ? error.code : error);
}
