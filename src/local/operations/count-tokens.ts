/**
 * CountTokens, and Anthropic's `count_tokens` of bedrock-mantle for the models that CountTokens does not count.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/count-tokens.html
 */
import type { JSONValue } from '@ai-sdk/provider';
import type { ConverseRequest } from '../../codec/converse/wire.ts';
import { AwsError, replyHeaders, validationError } from '../aws-error.ts';
import { isObject } from '../json-schema-check.ts';
import { listedModels } from '../listing.ts';
import { countedMessagesShape } from '../messages/shapes.ts';
import { messagesToConverse } from '../messages/to-converse.ts';
import type { MessagesRequest } from '../messages/wire.ts';
import { countPrompt } from '../responder/usage.ts';
import { countTokensShape } from '../validation/converse-shapes.ts';
import { messagesError } from '../validation/messages-words.ts';
import { serviceError } from '../validation/service-words.ts';
import { compare } from '../validation/shape.ts';
import { noteUnknownMembers, scriptedFreely } from './answer.ts';
import { type Backend, type Call, type Operation, readJson } from './operation.ts';

export const countTokens: Operation = {
  name: 'CountTokens',
  method: 'POST',
  path: '/model/:modelId/count-tokens',
  async handle(call, backend) {
    const body = readJson(call);
    const findings = compare(countTokensShape, body);
    const shapeError = serviceError(findings);
    if (shapeError !== undefined) throw shapeError;
    noteUnknownMembers(findings, call, backend);
    checkCountable(call, backend);
    const response = await scriptedFreely(call, backend, body);
    if (response !== undefined) return response;
    const { input } = body as unknown as {
      input: { converse?: ConverseRequest; invokeModel?: { body: string } };
    };
    const request = input.converse ?? fromInvokeModel(input.invokeModel?.body ?? '');
    return Response.json({ inputTokens: countPrompt(request) }, { headers: replyHeaders(call.requestId) });
  },
};

function checkCountable({ modelId }: Call, backend: Backend): void {
  // Not ResourceNotFoundException, as Converse answers.
  if (!backend.modelExists(modelId)) throw validationError('The provided model identifier is invalid.');
  if (!/^anthropic\./.test(modelId) || isCountedOnMantle(modelId)) {
    throw validationError("The provided model doesn't support counting tokens.");
  }
}

function isCountedOnMantle(modelId: string): boolean {
  return listedModels().some(({ id, isCountedOnMantle: counted }) => counted && id === modelId);
}

/** A Messages body in base64: only Claude's tokens are counted. */
function fromInvokeModel(base64: string): ConverseRequest {
  const text = new TextDecoder().decode(Uint8Array.from(atob(base64), char => char.charCodeAt(0)));
  const body = parse(text);
  if (!isObject(body) || body['anthropic_version'] === undefined) {
    throw validationError('The body is no JSON object with "anthropic_version".');
  }
  return messagesToConverse(body as unknown as MessagesRequest);
}

function parse(text: string): JSONValue {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

export const mantleCountTokens: Operation = {
  name: 'MantleCountTokens',
  method: 'POST',
  path: '/anthropic/v1/messages/count_tokens',
  services: ['bedrock-mantle'],
  async handle(call, backend) {
    const body = readJson(call);
    const findings = compare(countedMessagesShape, body);
    const shapeError = messagesError(findings);
    if (shapeError !== undefined) throw shapeError;
    noteUnknownMembers(findings, call, backend);
    const request = body as unknown as MessagesRequest & { model: string };
    call.entry.modelId = request.model;
    if (!/^anthropic\./.test(request.model) || !backend.modelExists(request.model)) {
      throw new AwsError('ResourceNotFoundException', `The model ${request.model} does not exist.`);
    }
    const response = await scriptedFreely({ ...call, modelId: request.model }, backend, body);
    if (response !== undefined) return response;
    return Response.json(
      { input_tokens: countPrompt(messagesToConverse(request)) },
      { headers: replyHeaders(call.requestId) },
    );
  },
};
