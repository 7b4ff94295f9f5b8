import {
  bash_20241022,
  bash_20250124,
  computer_20241022,
  computer_20250124,
  computer_20251124,
  memory_20250818,
  textEditor_20241022,
  textEditor_20250124,
  textEditor_20250429,
  textEditor_20250728,
} from './anthropic.ts';
import { novaCodeInterpreter, novaGrounding } from './system.ts';

/** What `bedrock.tools` offers. */
export interface BedrockTools {
  readonly bash_20241022: typeof bash_20241022;
  readonly bash_20250124: typeof bash_20250124;
  readonly computer_20241022: typeof computer_20241022;
  readonly computer_20250124: typeof computer_20250124;
  readonly computer_20251124: typeof computer_20251124;
  readonly memory_20250818: typeof memory_20250818;
  readonly textEditor_20241022: typeof textEditor_20241022;
  readonly textEditor_20250124: typeof textEditor_20250124;
  readonly textEditor_20250429: typeof textEditor_20250429;
  readonly textEditor_20250728: typeof textEditor_20250728;
  readonly novaCodeInterpreter: typeof novaCodeInterpreter;
  readonly novaGrounding: typeof novaGrounding;
}

/** Tools that the caller runs (Anthropic's) and tools that Bedrock runs itself (Nova's). */
export const tools: BedrockTools = {
  bash_20241022,
  bash_20250124,
  computer_20241022,
  computer_20250124,
  computer_20251124,
  memory_20250818,
  textEditor_20241022,
  textEditor_20250124,
  textEditor_20250429,
  textEditor_20250728,
  novaCodeInterpreter,
  novaGrounding,
};
