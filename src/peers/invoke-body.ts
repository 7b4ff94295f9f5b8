import { type JSONObject, type JSONValue, UnsupportedFunctionalityError } from '@ai-sdk/provider';
import type { MessagesTraits } from '../codec/peers.ts';
import { isObject } from './dialect.ts';

const STREAMED_INPUT = 'fine-grained-tool-streaming-2025-05-14';

/**
 * A body of Anthropic's Messages API as InvokeModel takes it: the model and whether to stream are in the path, betas
 * are in the body.
 *
 * @param betas of the `anthropic-beta` header
 * @throws UnsupportedFunctionalityError for message threads, which only Anthropic's own API keeps
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-anthropic-claude-messages-request-response.html
 */
export function toInvokeBody(body: JSONObject, betas: readonly string[], traits: MessagesTraits): JSONObject {
  const { model: _, stream: __, thread, thinking, tools, ...rest } = body;
  if (thread != null) {
    throw new UnsupportedFunctionalityError({
      functionality: 'thread',
      message: 'Message threads are kept by Anthropic’s own API only, and not by Bedrock.',
    });
  }
  const needed = new Set(betas.flatMap(traits.betas));
  const converted = Array.isArray(tools) ? tools.map(tool => toInvokeTool(tool, needed, traits)) : undefined;
  return {
    anthropic_version: 'bedrock-2023-05-31',
    ...rest,
    ...(thinking != null && { thinking: toInvokeThinking(thinking) }),
    ...(converted && { tools: converted }),
    ...(needed.size > 0 && { anthropic_beta: [...needed] }),
  };
}

function toInvokeTool(tool: JSONValue, betas: Set<string>, { toolBetas }: MessagesTraits): JSONValue {
  if (!isObject(tool)) return tool;
  // Bedrock refuses the member and knows the beta, which does the same for all tools.
  const { eager_input_streaming: isStreamed, ...rest } = tool;
  if (isStreamed === true) betas.add(STREAMED_INPUT);
  if (typeof rest['type'] === 'string') for (const beta of toolBetas(rest['type'])) betas.add(beta);
  return rest;
}

/** Some Regions take Anthropic's name of the member as well, others refuse it. */
function toInvokeThinking(thinking: JSONValue): JSONValue {
  const binding = isObject(thinking) ? thinking['block_binding'] : undefined;
  if (!isObject(thinking) || !isObject(binding)) return thinking;
  const { prefix_mismatch_behavior: behavior, ...rest } = binding;
  return {
    ...thinking,
    block_binding: behavior === undefined ? rest : { ...rest, mismatch_behavior: behavior },
  };
}
