import { z } from 'zod';

/** The part of an image's configuration document that tells what made each layer. */
const Document = z.object({
  history: z
    .array(z.object({ created_by: z.string().default(''), empty_layer: z.boolean().default(false) }))
    .nullish(),
});

/** Longest instruction that is kept. */
const LONGEST = 4_096;

/**
 * The instruction that made each of `count` layers, lowest first, as the history tells; empty where it tells
 * nothing. A history may be absent or shorter than the layers: then its rows belong to the uppermost ones.
 */
export function instructionsOf(configDocument: string, count: number): string[] {
  const history = Document.parse(JSON.parse(configDocument)).history ?? [];
  const rows = history.filter((row) => !row.empty_layer).map((row) => row.created_by.slice(0, LONGEST));
  const told = rows.slice(Math.max(0, rows.length - count));
  return [...Array.from({ length: count - told.length }, () => ''), ...told];
}
