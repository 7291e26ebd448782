import { z } from 'zod';
import type { Prisma } from '../../generated/prisma/client.ts';

const Json: z.ZodType<Prisma.InputJsonValue | null> = z.json();

/**
 * A value as Postgres can keep it: what JSON can't say is dropped, and characters that it refuses are replaced.
 */
export function storableJson(value: unknown): Prisma.InputJsonValue | null {
  const text = JSON.stringify(value, (_key, item: unknown) =>
    typeof item === 'string' ? storableText(item) : item,
  );
  return Json.parse(JSON.parse(text));
}

/** Replaces NUL and halves of surrogate pairs, which a learner's log may hold and Postgres refuses, by U+FFFD. */
export function storableText(text: string): string {
  return text.replace(/\0|[\uD800-\uDFFF]/gu, '\uFFFD');
}
