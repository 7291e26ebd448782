import { z } from 'zod';
import type { Prisma } from '../../generated/prisma/client.ts';

const Json: z.ZodType<Prisma.InputJsonValue | null> = z.json();

/**
 * A value as Postgres can keep it: what JSON can't say is dropped, and characters that it refuses are replaced.
 */
export function storableJson(value: unknown): Prisma.InputJsonValue | null {
  return Json.parse(JSON.parse(storableJsonText(value)));
}

/** The same as text, for a statement by hand. */
export function storableJsonText(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) =>
    typeof item === 'string' ? storableText(item) : item,
  );
}

/** Replaces NUL and halves of surrogate pairs, which a learner's log may hold and Postgres refuses, by U+FFFD. */
export function storableText(text: string): string {
  return text.replace(/\0|[\uD800-\uDFFF]/gu, '\uFFFD');
}
