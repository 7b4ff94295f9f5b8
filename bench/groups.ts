import { concurrency } from './concurrency.ts';
import { embeddings } from './embeddings.ts';
import type { FigureGroup } from './figure.ts';
import { latency } from './latency.ts';
import { request } from './request.ts';
import { size } from './size.ts';
import { stream } from './stream.ts';

export const groups: readonly FigureGroup[] = [stream, request, latency, embeddings, concurrency, size];
