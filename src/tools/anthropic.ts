/**
 * Tools that Claude is trained on and the caller runs: the model knows their inputs, so no schema is sent.
 * They go into `additionalModelRequestFields.tools`, with the beta that turns them on; which model takes which
 * is the family's to know.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-anthropic-claude-messages-tool-use.html
 */
import {
  createProviderDefinedToolFactory,
  lazySchema,
  type ProviderDefinedToolFactory,
  zodSchema,
} from '@ai-sdk/provider-utils';
import { z } from 'zod/v4';

export type BashInput = {
  /** The command to run; absent when the shell is to be restarted. */
  command?: string | undefined;
  restart?: boolean | undefined;
};

export type ComputerInput = {
  /** What to do, e.g. `screenshot`, `left_click`, `type`; newer versions of the tool know more actions. */
  action: string;
  /** x and y in pixels from the top left. */
  coordinate?: number[] | undefined;
  start_coordinate?: number[] | undefined;
  text?: string | undefined;
  /** Seconds. */
  duration?: number | undefined;
  scroll_amount?: number | undefined;
  scroll_direction?: 'up' | 'down' | 'left' | 'right' | undefined;
  /** x and y of two corners, for `zoom`. */
  region?: number[] | undefined;
};

export type TextEditorInput = {
  command: 'view' | 'create' | 'str_replace' | 'insert' | 'undo_edit';
  path: string;
  file_text?: string | undefined;
  old_str?: string | undefined;
  new_str?: string | undefined;
  insert_text?: string | undefined;
  insert_line?: number | undefined;
  view_range?: number[] | undefined;
};

export type MemoryInput = {
  command: 'view' | 'create' | 'str_replace' | 'insert' | 'delete' | 'rename';
  path?: string | undefined;
  old_path?: string | undefined;
  new_path?: string | undefined;
  file_text?: string | undefined;
  old_str?: string | undefined;
  new_str?: string | undefined;
  insert_text?: string | undefined;
  insert_line?: number | undefined;
  view_range?: number[] | undefined;
};

/** Size of the screen that the model sees and clicks on, in pixels. */
export type ComputerArgs = {
  displayWidthPx: number;
  displayHeightPx: number;
  /** X11 display. */
  displayNumber?: number | undefined;
};

export type ZoomableComputerArgs = ComputerArgs & {
  /** Lets the model look at a part of the screen more closely. */
  enableZoom?: boolean | undefined;
};

export type TextEditorArgs = {
  /** Most characters of a file that the model is shown. */
  maxCharacters?: number | undefined;
};

type NoArgs = Record<never, never>;

const numbers = () => z.array(z.number()).optional();
const text = () => z.string().optional();

const bashInput = lazySchema(() => zodSchema(z.object({ command: text(), restart: z.boolean().optional() })));

const computerInput = lazySchema(() =>
  zodSchema(
    z.object({
      action: z.string(),
      coordinate: numbers(),
      start_coordinate: numbers(),
      text: text(),
      duration: z.number().optional(),
      scroll_amount: z.number().optional(),
      scroll_direction: z.enum(['up', 'down', 'left', 'right']).optional(),
      region: numbers(),
    }),
  ),
);

const textEditorInput = lazySchema(() =>
  zodSchema(
    z.object({
      command: z.enum(['view', 'create', 'str_replace', 'insert', 'undo_edit']),
      path: z.string(),
      file_text: text(),
      old_str: text(),
      new_str: text(),
      insert_text: text(),
      insert_line: z.number().optional(),
      view_range: numbers(),
    }),
  ),
);

const memoryInput = lazySchema(() =>
  zodSchema(
    z.object({
      command: z.enum(['view', 'create', 'str_replace', 'insert', 'delete', 'rename']),
      path: text(),
      old_path: text(),
      new_path: text(),
      file_text: text(),
      old_str: text(),
      new_str: text(),
      insert_text: text(),
      insert_line: z.number().optional(),
      view_range: numbers(),
    }),
  ),
);

function bash(version: string): ProviderDefinedToolFactory<BashInput, NoArgs> {
  return createProviderDefinedToolFactory<BashInput, NoArgs>({
    id: `anthropic.bash_${version}`,
    inputSchema: bashInput,
  });
}

function computer<Args extends ComputerArgs>(
  version: string,
): ProviderDefinedToolFactory<ComputerInput, Args> {
  return createProviderDefinedToolFactory<ComputerInput, Args>({
    id: `anthropic.computer_${version}`,
    inputSchema: computerInput,
  });
}

function textEditor<Args extends object>(version: string): ProviderDefinedToolFactory<TextEditorInput, Args> {
  return createProviderDefinedToolFactory<TextEditorInput, Args>({
    id: `anthropic.text_editor_${version}`,
    inputSchema: textEditorInput,
  });
}

/** A shell. */
export const bash_20241022: ProviderDefinedToolFactory<BashInput, NoArgs> = bash('20241022');
/** A shell; Claude 3.7 and later. */
export const bash_20250124: ProviderDefinedToolFactory<BashInput, NoArgs> = bash('20250124');

/** Mouse, keyboard and screen. */
export const computer_20241022: ProviderDefinedToolFactory<ComputerInput, ComputerArgs> =
  computer('20241022');
/** Mouse, keyboard and screen; Claude 3.7 to 4.5. */
export const computer_20250124: ProviderDefinedToolFactory<ComputerInput, ComputerArgs> =
  computer('20250124');
/** Mouse, keyboard and screen with zoom; Opus 4.5 and later. */
export const computer_20251124: ProviderDefinedToolFactory<ComputerInput, ZoomableComputerArgs> =
  computer('20251124');

/** Views and edits files. Name the tool `str_replace_editor`. */
export const textEditor_20241022: ProviderDefinedToolFactory<TextEditorInput, NoArgs> =
  textEditor('20241022');
/** Views and edits files; Claude 3.7. Name the tool `str_replace_editor`. */
export const textEditor_20250124: ProviderDefinedToolFactory<TextEditorInput, NoArgs> =
  textEditor('20250124');
/** Views and edits files; Claude 4. Name the tool `str_replace_based_edit_tool`. */
export const textEditor_20250429: ProviderDefinedToolFactory<TextEditorInput, NoArgs> =
  textEditor('20250429');
/** Views and edits files; Claude 4 and later. Name the tool `str_replace_based_edit_tool`. */
export const textEditor_20250728: ProviderDefinedToolFactory<TextEditorInput, TextEditorArgs> =
  textEditor('20250728');

/** Files that outlast the conversation; Claude Sonnet 4.5 and later. Name the tool `memory`. */
export const memory_20250818: ProviderDefinedToolFactory<MemoryInput, NoArgs> =
  createProviderDefinedToolFactory<MemoryInput, NoArgs>({
    id: 'anthropic.memory_20250818',
    inputSchema: memoryInput,
  });
