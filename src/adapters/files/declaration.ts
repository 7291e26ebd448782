import { readFile } from 'node:fs/promises';
import { isMap, isScalar, LineCounter, parseDocument, type Document } from 'yaml';
import type { z } from 'zod';
import { Refusal } from '../../core/refusal.ts';

const MOST_ISSUES = 5;

/** A YAML file of a scenario, with the lines that its values stand on. */
export interface Declaration {
  /** Path for messages, as an author of scenarios names it: `dns/scenario.yaml`. */
  readonly file: string;
  readonly value: unknown;
  lineOf(path: readonly PropertyKey[]): number;
}

/** Why a value isn't taken: where it stands, and what was wrong. */
export interface Issue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** @throws Refusal `scenario-invalid` where it isn't YAML. */
export async function readDeclaration(path: string, file: string): Promise<Declaration> {
  const lines = new LineCounter();
  const document = parseDocument(await readText(path, file), { lineCounter: lines, prettyErrors: false });
  const [error] = document.errors;
  if (error) {
    const { line } = lines.linePos(error.pos[0]);
    throw new Refusal('scenario-invalid', `${file}:${line}: not YAML: ${error.message}`, { file, line });
  }
  const value: unknown = document.toJS({ maxAliasCount: 50 });
  return { file, value, lineOf: (issuePath) => lineOf(document, lines, issuePath) };
}

/** @throws Refusal `scenario-invalid` that names the file, the path in it and the line of each issue. */
export function parseDeclaration<T>(declaration: Declaration, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(declaration.value);
  if (parsed.success) return parsed.data;
  throw invalid(declaration, issuesOf(parsed.error));
}

/** `under`: where the value that was parsed stands in the declaration. */
export function issuesOf(error: z.ZodError, under: readonly PropertyKey[] = []): Issue[] {
  return error.issues.map((issue) => {
    // An unknown key is best shown where it stands, not where its mapping begins.
    const key = issue.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [];
    return { path: [...under, ...issue.path, ...key], message: issue.message };
  });
}

export function invalid(declaration: Declaration, issues: readonly Issue[]): Refusal {
  const { file } = declaration;
  const told = issues
    .slice(0, MOST_ISSUES)
    .map((issue) => `${file}:${declaration.lineOf(issue.path)}: ${pathText(issue.path)}${issue.message}`);
  const more = issues.length > MOST_ISSUES ? [`and ${issues.length - MOST_ISSUES} more`] : [];
  const line = declaration.lineOf(issues[0]?.path ?? []);
  return new Refusal('scenario-invalid', [...told, ...more].join('\n'), { file, line });
}

async function readText(path: string, file: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Refusal('scenario-invalid', `${file} can't be read: ${why}`, { file });
  }
}

/** Line of the value at `path`, or of the nearest mapping or list around it that exists. Counts from 1. */
function lineOf(document: Document.Parsed, lines: LineCounter, path: readonly PropertyKey[]): number {
  for (let length = path.length; length > 0; length--) {
    const parent: unknown =
      length === 1 ? document.contents : document.getIn(path.slice(0, length - 1), true);
    const key = path[length - 1];
    const offset = isMap(parent)
      ? parent.items.map((item) => item.key).find((node) => isScalar(node) && node.value === key)
      : document.getIn(path.slice(0, length), true);
    const start = startOf(offset);
    if (start !== undefined) return lines.linePos(start).line;
  }
  return 1;
}

function startOf(node: unknown): number | undefined {
  if (typeof node !== 'object' || node === null || !('range' in node)) return undefined;
  const range: unknown = node.range;
  const start: unknown = Array.isArray(range) ? range[0] : undefined;
  return typeof start === 'number' ? start : undefined;
}

function pathText(path: readonly PropertyKey[]): string {
  if (path.length === 0) return '';
  const words = path.map((part, index) =>
    typeof part === 'number' ? `[${part}]` : `${index === 0 ? '' : '.'}${String(part)}`,
  );
  return `\`${words.join('')}\`: `;
}
