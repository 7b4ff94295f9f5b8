import type {
  LanguageModelV4CallOptions,
  LanguageModelV4Message,
  LanguageModelV4Prompt,
} from '@ai-sdk/provider';

/**
 * Gives tools that a model knows by one name only that name, in all of a call, and finds the caller's names again in
 * the reply.
 */
export class ToolNames {
  readonly #callers = new Map<string, string>();
  readonly #models = new Map<string, string>();

  /** @param nameOf the model's name of a tool of a provider, by its id */
  constructor(tools: LanguageModelV4CallOptions['tools'] = [], nameOf: (id: string) => string | undefined) {
    const taken = new Set(tools.map(({ name }) => name));
    for (const tool of tools) {
      const name = tool.type === 'provider' ? nameOf(tool.id) : undefined;
      // The caller may have a tool of that name besides.
      if (name === undefined || taken.has(name)) continue;
      this.#models.set(tool.name, name);
      this.#callers.set(name, tool.name);
    }
  }

  /** A call in the model's names. */
  apply(options: LanguageModelV4CallOptions): LanguageModelV4CallOptions {
    if (this.#models.size === 0) return options;
    const { tools, toolChoice, prompt } = options;
    return {
      ...options,
      prompt: this.#prompt(prompt),
      ...(tools && { tools: tools.map(tool => ({ ...tool, name: this.#model(tool.name) })) }),
      ...(toolChoice?.type === 'tool' && {
        toolChoice: { type: 'tool', toolName: this.#model(toolChoice.toolName) },
      }),
    };
  }

  /** A part of the reply in the caller's names. */
  restore<Part extends { readonly type: string }>(part: Part): Part {
    if (!('toolName' in part) || typeof part.toolName !== 'string') return part;
    const toolName = this.#callers.get(part.toolName);
    return toolName === undefined ? part : { ...part, toolName };
  }

  #model(name: string): string {
    return this.#models.get(name) ?? name;
  }

  #prompt(prompt: LanguageModelV4Prompt): LanguageModelV4Prompt {
    return prompt.map(message => {
      if (typeof message.content === 'string') return message;
      const content = message.content.map(part =>
        'toolName' in part ? { ...part, toolName: this.#model(part.toolName) } : part,
      );
      return { ...message, content } as LanguageModelV4Message;
    });
  }
}
