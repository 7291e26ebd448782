import fc from 'fast-check';
import { extract } from 'tar-stream';
import { describe, expect, it } from 'vitest';
import { contextTar, folderOf, withDockerfile } from '../../../src/adapters/docker/build/context-tar.ts';
import { textFile, textOf, type FileSet } from '../../../src/core/file-set.ts';

describe('the tar of a build context', () => {
  it('names folders before what lies in them, without times and owners', async () => {
    const context: FileSet = new Map([
      ['b/c/run.sh', textFile('#!/bin/sh\n', true)],
      ['a.txt', textFile('a')],
    ]);

    expect(await entriesOf(contextTar(context))).toEqual([
      'file a.txt 644 0:0 0 1',
      'directory b/ 755 0:0 0 0',
      'directory b/c/ 755 0:0 0 0',
      'file b/c/run.sh 755 0:0 0 10',
    ]);
  });

  it('is the same for the same files in any order', async () => {
    const path = fc.array(fc.stringMatching(/^[a-zé]{1,8}$/), { minLength: 1, maxLength: 3 });
    const files = fc.uniqueArray(fc.tuple(path, fc.string(), fc.boolean()), {
      selector: ([names]) => names.join('/'),
      maxLength: 12,
    });
    await fc.assert(
      fc.asyncProperty(files, async (entries) => {
        const set = entries.map(
          ([names, text, executable]) => [names.join('/'), textFile(text, executable)] as const,
        );

        const [one, other] = await Promise.all([
          bytesOf(contextTar(new Map(set))),
          bytesOf(contextTar(new Map([...set].reverse()))),
        ]);

        expect(one.equals(other)).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  it('carries paths longer than a plain header takes', async () => {
    const path = `${'long-folder-name/'.repeat(20)}file`;

    const entries = await entriesOf(contextTar(new Map([[path, textFile('x')]])));

    expect(entries.at(-1)).toBe(`file ${path} 644 0:0 0 1`);
  });
});

describe('the folder of a context', () => {
  const files: FileSet = new Map([
    ['app/a', textFile('1')],
    ['app/b/c', textFile('2')],
    ['apple', textFile('3')],
  ]);

  it('is all for the dot', () => {
    expect(folderOf(files, '.')).toBe(files);
  });

  it('holds its own files by their paths in it', () => {
    expect([...folderOf(files, 'app').keys()]).toEqual(['a', 'b/c']);
  });

  it('gets the compiled Dockerfile in the place of the learner’s own', () => {
    const sent = withDockerfile(
      new Map([['docker/api', textFile('FROM python')]]),
      'docker/api',
      'FROM local',
    );

    expect(sent.dockerfile).toBe('docker/api');
    expect([...sent.files].map(([path]) => [path, textOf(sent.files, path)])).toEqual([
      ['docker/api', 'FROM local'],
    ]);
  });

  it('gets a Dockerfile from elsewhere under a name of its own', () => {
    const sent = withDockerfile(new Map([['Dockerfile', textFile('FROM x')]]), '../Dockerfile', 'FROM local');

    expect(textOf(sent.files, 'Dockerfile')).toBe('FROM x');
    expect(textOf(sent.files, sent.dockerfile)).toBe('FROM local');
  });
});

async function bytesOf(stream: AsyncIterable<unknown>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function entriesOf(stream: AsyncIterable<unknown>): Promise<string[]> {
  const tar = extract();
  tar.end(await bytesOf(stream));
  const entries: string[] = [];
  for await (const { header } of tar) {
    const { type, name, mode, uid, gid, mtime, size } = header;
    entries.push(`${type} ${name} ${mode.toString(8)} ${uid}:${gid} ${mtime.getTime()} ${size}`);
  }
  return entries;
}
