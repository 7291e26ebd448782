import { chmod, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadScenarios } from '../../../src/adapters/files/load-scenarios.ts';
import { writeHandout } from '../../../src/adapters/files/write-handout.ts';
import { DECLARATION, folderWith, KINDS, scenarioFiles } from './scenario-folder.ts';

async function scenario() {
  const folder = await folderWith(
    scenarioFiles({
      'trial/starter/run.sh': '#!/bin/sh\n',
      'trial/scenario.yaml': `${DECLARATION}planted:\n  - path: data/dump.bin\n    bytes: 4096\n`,
    }),
  );
  await chmod(join(folder, 'trial/starter/run.sh'), 0o755);
  const loaded = (await loadScenarios(folder, KINDS)).get('trial');
  if (!loaded) throw new Error('the scenario was not loaded');
  return loaded;
}

describe('writeHandout', () => {
  it('writes starter, briefing and planted files', async () => {
    const target = join(await folderWith({}), 'lab');

    const written = await writeHandout(await scenario(), target);

    expect(written).toEqual(['Dockerfile', 'README.md', 'data/dump.bin', 'extra.txt', 'run.sh', 'src/app.py']);
    expect(await readFile(join(target, 'README.md'), 'utf8')).toBe('# Trial\n');
    expect((await stat(join(target, 'data/dump.bin'))).size).toBe(4096);
    expect((await stat(join(target, 'run.sh'))).mode & 0o777).toBe(0o755);
  });

  it('overwrites nothing', async () => {
    const target = await folderWith({ Dockerfile: 'my own work\n' });

    await expect(writeHandout(await scenario(), target)).rejects.toMatchObject({ code: 'conflict' });
    expect(await readFile(join(target, 'Dockerfile'), 'utf8')).toBe('my own work\n');
  });
});
