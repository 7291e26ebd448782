import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { withoutIgnored } from '../../src/adapters/docker/build/docker-ignore.ts';
import { IgnoreSyntaxError } from '../../src/adapters/docker/build/ignore-pattern.ts';
import { textFile, type FileEntry, type FileSet } from '../../src/core/file-set.ts';
import { testEngine } from './support/engine.ts';
import { filesAt } from './support/files-at.ts';
import { composeFor } from './support/real-compose.ts';

const DOCKERFILE = 'FROM scratch\nCOPY . /context/\nCMD ["none"]\n';
const PATHS = [
  'a',
  'ab',
  'a.js',
  '.env',
  'b/a',
  'b/a.js',
  'b/.env',
  'b/ab/a',
  'b/ab/a.js',
  'b/b/b',
  'c d',
  'é',
  '[x]',
  'x*',
  '#a',
  '!a',
] as const;

/** Patterns that people write, and those at the edges of the rules. */
const WRITTEN = [
  '*\n!b\nb/a',
  '**/a\n!b/ab/a',
  '*\n!b/ab',
  'b\n!b/a',
  '**\n!**/*.js',
  'b/**\n!b/ab/**',
  '.*\n!.dockerignore',
  '/b/',
  './b/../a',
  'b/*/a',
  '**/ab/**',
  '*/*.js\n!b/a.js',
  '  a  \n\t\n#a',
  '\\#a',
  '\\!a',
  '\\[x\\]',
  'x\\*',
  '[[]x]',
  'c d\n!c*',
  '?',
  '[^a]',
  'b/[a-a]*',
  '**b',
  'a**',
  'B',
  'é',
  '..',
  '../a',
  '/',
  '.',
  '!a',
  '*\n!a\n*.js',
  'a\r\n.env\r\n',
  '\uFEFFa',
];

/** Lines put together by chance, the same at every run; what the builder takes for no pattern has a test of its own. */
function byChance(count: number): string[] {
  const part = fc.constantFrom(
    'a',
    'ab',
    'b',
    '*',
    '**',
    '*.js',
    '?',
    '[ab]',
    '[^b]',
    '.',
    '..',
    '.env',
    'x\\*',
    'a*b',
    '**b',
  );
  const line = fc
    .tuple(fc.constantFrom('', '', '!', '/', '! '), fc.array(part, { minLength: 1, maxLength: 3 }))
    .map(([before, parts]) => `${before}${parts.join('/')}`);
  const text = fc.array(line, { minLength: 1, maxLength: 4 }).map((lines) => lines.join('\n'));
  return fc.sample(text, { numRuns: count, seed: 20_260 });
}

describe('.dockerignore', () => {
  it('leaves what a real build leaves, for patterns as they are written and by chance', async () => {
    const texts = [...WRITTEN, ...byChance(20)].filter((text) => isTaken(text));
    const files = new Map<string, FileEntry>(
      texts.flatMap((text, at) =>
        [...contextOf(text)].map(([path, file]) => [`c${at}/${path}`, file] as const),
      ),
    );
    const services = texts.map((_, at) => `  s${at}:\n    build: ./c${at}\n`).join('');
    files.set('compose.yaml', textFile(`services:\n${services}`));

    await using project = await composeFor(testEngine(), files, 'create', AbortSignal.timeout(280_000));

    for (const [at, text] of texts.entries()) {
      const container = project.services.get(`s${at}`)?.container;
      const really = container && (await filesAt(container, '/context'));
      const kept = [...withoutIgnored(contextOf(text), text)];
      const left = kept
        .map(([path, { bytes }]) => `context/${path}: ${new TextDecoder().decode(bytes)}`)
        .sort();
      expect.soft({ text, left }).toEqual({ text, left: really });
    }
  }, 300_000);
});

function contextOf(text: string): FileSet {
  const paths: readonly string[] = PATHS;
  return new Map([
    ...paths.map((path) => [path, textFile(path)] as const),
    ['Dockerfile', textFile(DOCKERFILE)],
    ['.dockerignore', textFile(text)],
  ]);
}

function isTaken(text: string): boolean {
  try {
    withoutIgnored(contextOf(text), text);
    return true;
  } catch (error) {
    if (error instanceof IgnoreSyntaxError) return false;
    throw error;
  }
}
