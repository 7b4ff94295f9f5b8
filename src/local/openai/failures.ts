/** Errors as OpenAI's and Anthropic's APIs answer them. */
import type { JSONObject } from '@ai-sdk/provider';
import { type AwsError, replyHeaders } from '../aws-error.ts';

/** By AWS's name: the type of both APIs, and OpenAI's code. Others are failures of the server. */
const TYPES: Readonly<Record<string, readonly [type: string, code?: string]>> = {
  AccessDeniedException: ['permission_error'],
  ExpiredTokenException: ['authentication_error'],
  IncompleteSignatureException: ['authentication_error'],
  InvalidSignatureException: ['authentication_error'],
  MissingAuthenticationTokenException: ['authentication_error'],
  ResourceNotFoundException: ['not_found_error'],
  ServiceQuotaExceededException: ['invalid_request_error'],
  ThrottlingException: ['rate_limit_error', 'rate_limit_exceeded'],
  UnrecognizedClientException: ['authentication_error'],
  ValidationException: ['invalid_request_error'],
};

export function openAIError(name: string, message: string): JSONObject {
  const [type, code = null] = TYPES[name] ?? ['server_error'];
  return { message, type, param: null, code };
}

export function anthropicError(name: string, message: string): JSONObject {
  const [type] = TYPES[name] ?? [name === 'ServiceUnavailableException' ? 'overloaded_error' : 'api_error'];
  return { type: 'error', error: { type, message } };
}

export function openAIFailure(error: AwsError, requestId: string): Response {
  return failureResponse(error, requestId, { error: openAIError(error.name, error.message) });
}

export function anthropicFailure(error: AwsError, requestId: string): Response {
  return failureResponse(error, requestId, anthropicError(error.name, error.message));
}

function failureResponse({ status, headers }: AwsError, requestId: string, body: JSONObject): Response {
  return Response.json(body, { status, headers: { ...replyHeaders(requestId), ...headers } });
}
