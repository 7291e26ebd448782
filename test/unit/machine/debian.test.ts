import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { debianSource } from '../../../src/machine/debian.ts';

describe("the machine's own Debian archive", () => {
  let etc = '';
  beforeEach(async () => {
    etc = await mkdtemp(join(tmpdir(), 'labgrader-apt-'));
    await mkdir(join(etc, 'sources.list.d'));
  });
  afterEach(async () => {
    await rm(etc, { recursive: true });
  });

  it('is found in a stanza, past those of other archives', async () => {
    const other = 'Types: deb\nURIs: https://elsewhere.example/node\nSuites: x\n';
    const debian =
      '# a comment\nTypes: deb\nURIs: http://mirror.example/debian\nSuites: bookworm\nSigned-By: /k.gpg\n';
    await writeFile(join(etc, 'sources.list.d/all.sources'), `${other}\n${debian}`);

    expect(await debianSource(etc)).toEqual({ uri: 'http://mirror.example/debian', signedBy: '/k.gpg' });
  });

  it('is found in a line with options', async () => {
    const lines =
      '# deb http://old.example/debian x main\ndeb [arch=amd64 signed-by=/k.gpg] http://m.example/debian/ bookworm main\n';
    await writeFile(join(etc, 'sources.list'), lines);

    expect(await debianSource(etc)).toEqual({ uri: 'http://m.example/debian/', signedBy: '/k.gpg' });
  });

  it('is not mistaken for the one of security updates', async () => {
    await writeFile(
      join(etc, 'sources.list'),
      'deb http://m.example/debian-security bookworm-security main\n',
    );

    expect(await debianSource(etc)).toBeNull();
  });
});
