import dockerignore from '@balena/dockerignore';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ignoreTextOf, withoutIgnored } from '../../../src/adapters/docker/build/docker-ignore.ts';
import { IgnoreSyntaxError, MatchBudget } from '../../../src/adapters/docker/build/ignore-pattern.ts';
import { textFile, type FileSet } from '../../../src/core/file-set.ts';

const filesOf = (...paths: string[]): FileSet => new Map(paths.map((path) => [path, textFile(path)]));
const kept = (ignoreText: string, ...paths: string[]): string[] => [
  ...withoutIgnored(filesOf(...paths), ignoreText).keys(),
];

describe('.dockerignore', () => {
  it.each([
    ['node_modules', ['node_modules/a/b.js', 'src/node_modules/c.js'], ['src/node_modules/c.js']],
    ['**/node_modules', ['node_modules/a.js', 'src/node_modules/c.js', 'x.js'], ['x.js']],
    ['*.log', ['a.log', 'logs/b.log'], ['logs/b.log']],
    ['**/*.log', ['a.log', 'logs/b.log', 'logs/deep/c.log'], []],
    ['/.env', ['.env', 'a/.env'], ['a/.env']],
    ['./src/', ['src/a.js', 'b.js'], ['b.js']],
    ['src/**', ['src/a.js', 'src/b/c.js', 'b.js'], ['b.js']],
    ['?.js', ['a.js', 'ab.js'], ['ab.js']],
    ['[a-c].js', ['a.js', 'd.js'], ['d.js']],
    ['[^a-c].js', ['a.js', 'd.js'], ['a.js']],
    ['\\*.js', ['*.js', 'a.js'], ['a.js']],
    ['*\n!keep.txt', ['a.txt', 'keep.txt', 'd/keep.txt'], ['keep.txt']],
    ['*\n!src/**', ['a.txt', 'src/a.js'], ['src/a.js']],
    ['!a.txt\na.txt', ['a.txt'], []],
    ['# a.txt\n\n', ['a.txt', '# a.txt'], ['a.txt', '# a.txt']],
    ['\uFEFFa.txt\r\nb.txt\r\n', ['a.txt', 'b.txt', 'c.txt'], ['c.txt']],
    ['.git', ['.git/config', '.gitignore', 'a/.git/config'], ['.gitignore', 'a/.git/config']],
    ['a**b', ['ab', 'acb', 'a/x/b', 'ax/b'], ['acb']],
    ['**b', ['b', 'ab', 'c/ab', 'ab/c', 'bc', 'c'], ['bc', 'c']],
    ['NAME', ['name'], ['name']],
    ['.', ['a'], ['a']],
  ])('%j leaves what the builder would leave', (text, paths, left) => {
    expect(kept(text, ...paths)).toEqual(left);
  });

  it('matches as the reference implementation does', () => {
    const name = fc.constantFrom('a', 'b', 'ab', 'a.js', '.env');
    const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((names) => names.join('/'));
    const part = fc.constantFrom('a', 'b', 'ab', '*', '**', '*.js', '?', 'a*', '.env', '[ab]');
    const pattern = fc
      .tuple(fc.boolean(), fc.array(part, { minLength: 1, maxLength: 4 }))
      .map(([exception, parts]) => `${exception ? '!' : ''}${parts.join('/')}`);
    fc.assert(
      fc.property(
        fc.array(pattern, { minLength: 1, maxLength: 4 }),
        fc.array(path, { maxLength: 8 }),
        (lines, paths) => {
          const reference = dockerignore.default({ ignorecase: false }).add(lines);

          const left = kept(lines.join('\n'), ...paths);

          expect(left).toEqual([...new Set(paths)].filter((each) => !reference.ignores(each)));
        },
      ),
      { numRuns: 500 },
    );
  });

  it.each(['[', 'a[', '[]', 'a\\', '!'])('refuses the pattern %j, as the builder does', (pattern) => {
    expect(() => kept(pattern, 'a')).toThrow(IgnoreSyntaxError);
  });

  it('is done in a moment with a pattern that would keep a regular expression busy for years', () => {
    const name = 'a'.repeat(250);

    expect(kept(`${'*a'.repeat(60)}*b`, name)).toEqual([name]);
  });

  it('gives up on patterns that would take minutes', () => {
    const context = filesOf(...Array.from({ length: 2_000 }, (_, n) => `${'a/'.repeat(100)}${n}`));
    const patterns = Array.from({ length: 900 }, () => `${'**/a/'.repeat(50)}b`).join('\n');

    expect(() => withoutIgnored(context, patterns, new MatchBudget(200_000))).toThrow(/too long to match/);
  });

  it('of the Dockerfile alone goes before that of the context', () => {
    const files: FileSet = new Map([
      ['app/.dockerignore', textFile('context')],
      ['docker/Dockerfile.prod.dockerignore', textFile('own')],
    ]);

    expect(ignoreTextOf(files, 'app', 'docker/Dockerfile.prod')).toBe('own');
    expect(ignoreTextOf(files, 'app', 'docker/Dockerfile')).toBe('context');
    expect(ignoreTextOf(files, '.', 'Dockerfile')).toBe('');
  });
});
