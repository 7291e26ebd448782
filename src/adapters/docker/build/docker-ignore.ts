import { posix } from 'node:path';
import type { FileSet } from '../../../core/file-set.ts';
import { textOf } from '../../../core/file-set.ts';
import {
  IgnoreSyntaxError,
  MatchBudget,
  matches,
  parsePattern,
  type IgnorePattern,
} from './ignore-pattern.ts';

/** Patterns that one file may hold. */
const MOST_PATTERNS = 1_000;

/** Characters that one pattern may hold. */
const LONGEST_PATTERN = 1_024;

/**
 * The text that says what stays out of the context: `<Dockerfile>.dockerignore` where there is one, else the
 * context's own `.dockerignore`. `dockerfilePath` is relative to the submission, as is `contextFolder`.
 */
export function ignoreTextOf(files: FileSet, contextFolder: string, dockerfilePath: string): string {
  return (
    textOf(files, `${dockerfilePath}.dockerignore`) ??
    textOf(files, posix.join(contextFolder, '.dockerignore')) ??
    ''
  );
}

/**
 * Removes what a `.dockerignore` names, by the builder's rules: an upload over the Engine API is taken as it
 * is, so nobody else applies them. @throws IgnoreSyntaxError for a pattern that the builder refuses.
 */
export function withoutIgnored(context: FileSet, ignoreText: string, budget = new MatchBudget()): FileSet {
  const patterns = readPatterns(ignoreText);
  if (patterns.length === 0) return context;
  return new Map([...context].filter(([path]) => !isIgnored(patterns, path, budget)));
}

/** The last pattern that matches a path, or a folder it lies in, decides. */
function isIgnored(patterns: readonly IgnorePattern[], path: string, budget: MatchBudget): boolean {
  let ignored = false;
  for (const pattern of patterns) {
    if (pattern.exception === ignored && matches(pattern, path, budget)) ignored = !pattern.exception;
  }
  return ignored;
}

function readPatterns(text: string): IgnorePattern[] {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  const patterns = lines
    // A comment's `#` stands in the first column.
    .filter((line) => !line.startsWith('#'))
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map(readPattern);
  if (patterns.length > MOST_PATTERNS)
    throw new IgnoreSyntaxError(`it has more than ${MOST_PATTERNS} patterns`);
  return patterns;
}

function readPattern(line: string): IgnorePattern {
  const exception = line.startsWith('!');
  const written = exception ? line.slice(1).trim() : line;
  if (written === '') throw new IgnoreSyntaxError('illegal exclusion pattern: "!"');
  if (written.length > LONGEST_PATTERN)
    throw new IgnoreSyntaxError(`a pattern is longer than ${LONGEST_PATTERN} characters`);
  const clean = posix
    .normalize(written)
    .replace(/^\/+(?=.)/, '')
    .replace(/(?<=.)\/+$/, '');
  return parsePattern(clean, exception);
}
