import type { FigureGroup } from './figure.ts';
import { stream } from './stream.ts';

export const groups: readonly FigureGroup[] = [stream];
