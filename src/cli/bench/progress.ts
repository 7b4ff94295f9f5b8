import { paintError } from '../output.ts';
import { type CellKey, cellName } from './report.ts';

interface Progress {
  readonly show: (state: { done: number; total: number; cell: CellKey }) => void;
  readonly clear: () => void;
}

const WIDTH = 24;

/**
 * One line that is written over and over, on a terminal only. The progress bar of @clack/prompts would take the
 * keyboard and end the program at Ctrl-C, before anything is reported.
 */
export function progressLine(stream: NodeJS.WriteStream): Progress {
  if (!stream.isTTY) return { show: () => {}, clear: () => {} };
  return {
    show: ({ done, total, cell }) => {
      const filled = Math.floor((done / total) * WIDTH);
      const bar = paintError('cyan', '█'.repeat(filled)) + paintError('dim', '░'.repeat(WIDTH - filled));
      const text = ` ${done}/${total} `;
      const room = stream.columns - WIDTH - text.length - 1;
      stream.write(`\r\x1b[2K${bar}${text}${paintError('dim', cellName(cell).slice(0, Math.max(0, room)))}`);
    },
    clear: () => {
      stream.write('\r\x1b[2K');
    },
  };
}
