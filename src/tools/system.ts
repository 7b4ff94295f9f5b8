/**
 * Tools that Bedrock runs itself, in the course of one call. They need the IAM action `bedrock:InvokeTool`, and
 * calls with them can take minutes.
 *
 * @see https://docs.aws.amazon.com/nova/latest/nova2-userguide/using-tools.html
 */
import type { JSONValue } from '@ai-sdk/provider';
import {
  createProviderExecutedToolFactory,
  lazySchema,
  type ProviderExecutedToolFactory,
  zodSchema,
} from '@ai-sdk/provider-utils';
import { z } from 'zod/v4';

/** The result block as Bedrock gives it; the next turn sends it back unchanged. */
export type SystemToolResult = {
  content: Array<{ text?: string | undefined; json?: JSONValue | undefined }>;
  status?: string | undefined;
  type?: string | undefined;
};

type NoArgs = Record<never, never>;

const result = lazySchema(() =>
  zodSchema(
    z.object({
      content: z.array(z.object({ text: z.string().optional(), json: z.custom<JSONValue>().optional() })),
      status: z.string().optional(),
      type: z.string().optional(),
    }),
  ),
);

const groundingInput = lazySchema(() => zodSchema(z.object({ query: z.string().optional() })));
const codeInput = lazySchema(() => zodSchema(z.object({ snippet: z.string().optional() })));

const grounding: ProviderExecutedToolFactory<{ query?: string | undefined }, SystemToolResult, NoArgs> =
  createProviderExecutedToolFactory<{ query?: string | undefined }, SystemToolResult, NoArgs>({
    id: 'bedrock.nova_grounding',
    inputSchema: groundingInput,
    outputSchema: result,
  });

const codeInterpreter: ProviderExecutedToolFactory<
  { snippet?: string | undefined },
  SystemToolResult,
  NoArgs
> = createProviderExecutedToolFactory<{ snippet?: string | undefined }, SystemToolResult, NoArgs>({
  id: 'bedrock.nova_code_interpreter',
  inputSchema: codeInput,
  outputSchema: result,
});

/**
 * Web search: the answer cites pages, which arrive as sources. Name the tool `nova_grounding`.
 * @see https://docs.aws.amazon.com/nova/latest/nova2-userguide/web-grounding.html
 */
export const novaGrounding = (options: Parameters<typeof grounding>[0] = {}): ReturnType<typeof grounding> =>
  grounding(options);

/**
 * Runs Python in a sandbox. Name the tool `nova_code_interpreter`.
 * @see https://docs.aws.amazon.com/nova/latest/nova2-userguide/code-interpreter.html
 */
export const novaCodeInterpreter = (
  options: Parameters<typeof codeInterpreter>[0] = {},
): ReturnType<typeof codeInterpreter> => codeInterpreter(options);
