/** What bodies and replies of embedding models have in common. */
import type { EmbeddingFile } from '../codec/invoke/embedding.ts';

/** Undefined for files that are given by URL. */
export function base64Of(file: EmbeddingFile | undefined): string | undefined {
  return file !== undefined && 'base64' in file.source ? file.source.base64 : undefined;
}

/** @returns undefined for what is no embedding; the numbers themselves are not looked through */
export function vector(value: unknown): number[] | undefined {
  return Array.isArray(value) && typeof value[0] === 'number' ? (value as number[]) : undefined;
}

export function records(value: unknown): Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Members that are there. */
export function given<Members extends Readonly<Record<string, unknown>>>(
  members: Members,
): { [Name in keyof Members]?: Exclude<Members[Name], undefined> } {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as ReturnType<
    typeof given<Members>
  >;
}
