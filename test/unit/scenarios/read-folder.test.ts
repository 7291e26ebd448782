import { mkdir, symlink, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readFolder } from '../../../src/adapters/files/read-folder.ts';
import { folderWith } from './scenario-folder.ts';

describe('readFolder', () => {
  it('takes the project and leaves out what lies beside it', async () => {
    const folder = await folderWith({
      Dockerfile: 'FROM scratch\n',
      'src/app.py': '',
      '.git/config': '[core]',
      '.venv/bin/python': '',
      'src/__pycache__/app.pyc': '',
      '.DS_Store': '',
      'src/._app.py': '',
    });

    const { files, leftOut } = await readFolder(folder);

    expect([...files.keys()]).toEqual(['Dockerfile', 'src/app.py']);
    expect(leftOut.map(({ path }) => path)).toEqual(['.git', '.venv', 'src/__pycache__']);
  });

  it('follows no link, whether to a file or to a folder', async () => {
    const folder = await folderWith({ Dockerfile: 'FROM scratch\n' });
    await symlink('/etc/passwd', join(folder, 'passwd'));
    await symlink('/etc', join(folder, 'etc'));

    const { files, leftOut } = await readFolder(folder);

    expect([...files.keys()]).toEqual(['Dockerfile']);
    expect(leftOut).toEqual([
      { path: 'etc', why: 'links are not followed' },
      { path: 'passwd', why: 'links are not followed' },
    ]);
  });

  it.each([
    ['archive.entries', { files: 1, totalBytes: 1000, depth: 5 }],
    ['archive.unpacked-bytes', { files: 9, totalBytes: 3, depth: 5 }],
    ['archive.depth', { files: 9, totalBytes: 1000, depth: 1 }],
  ])('keeps the limit %s', async (rule, limits) => {
    const folder = await folderWith({ a: 'aa', b: 'bb', 'c/d/e': '' });

    await expect(readFolder(folder, limits)).rejects.toMatchObject({
      code: 'archive-too-large',
      details: { rule },
    });
  });

  it('reads nothing of a file that is too large', async () => {
    const folder = await folderWith({ hole: '' });
    await truncate(join(folder, 'hole'), 2 ** 40);

    await expect(readFolder(folder)).rejects.toMatchObject({ code: 'archive-too-large' });
  });

  it('refuses a name that no archive could carry', async () => {
    const folder = await folderWith({ 'a\\b': '' });

    await expect(readFolder(folder)).rejects.toMatchObject({ code: 'archive-invalid' });
  });

  it('says that there is no such folder', async () => {
    const folder = await folderWith({ file: '' });
    await mkdir(join(folder, 'empty'));

    await expect(readFolder(join(folder, 'none'))).rejects.toMatchObject({ code: 'not-found' });
    await expect(readFolder(join(folder, 'file'))).rejects.toMatchObject({ code: 'not-found' });
    expect((await readFolder(join(folder, 'empty'))).files.size).toBe(0);
  });
});
