import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadScenarios } from '../../../src/adapters/files/load-scenarios.ts';
import { loadSpecimens } from '../../../src/adapters/files/load-specimens.ts';
import { textOf } from '../../../src/core/file-set.ts';
import { folderWith, KINDS, scenarioFiles } from './scenario-folder.ts';

async function specimensOf(changes: Readonly<Record<string, string | null>>) {
  const folder = await folderWith(scenarioFiles(changes));
  const scenario = (await loadScenarios(folder, KINDS)).get('trial');
  if (!scenario) throw new Error('the scenario was not loaded');
  return loadSpecimens(join(folder, 'trial'), scenario);
}

describe('loadSpecimens', () => {
  it('expects of the starter what the scenario’s own expect.yaml says', async () => {
    const [starter, ...others] = await specimensOf({});

    expect(starter).toMatchObject({ kind: 'starter', expectedVerdict: 'failed', expectedFailures: ['it-lasts'] });
    expect(others).toEqual([]);
  });

  it('lays a solution over the starter, and takes away what it names', async () => {
    const specimens = await specimensOf({
      'trial/solutions/lean/Dockerfile': 'FROM python:3.11-slim\nUSER 1000\n',
      'trial/solutions/lean/solution.yaml': 'title: Less is more\nremove: [extra.txt]\n',
    });

    const solution = specimens.find(({ kind }) => kind === 'solution');
    expect(solution).toMatchObject({ name: 'lean', expectedVerdict: 'passed' });
    expect([...(solution?.files.keys() ?? [])].sort()).toEqual(['Dockerfile', 'src/app.py']);
    expect(textOf(solution?.files ?? new Map(), 'Dockerfile')).toContain('USER 1000');
  });

  it('expects of a wrong fix what its expect.yaml says, which is no part of the submission', async () => {
    const specimens = await specimensOf({
      'trial/wrong/nothing/expect.yaml': 'title: Nothing changed\nverdict: run-failed\nfailed: [it-lasts]\n',
    });

    const wrong = specimens.find(({ kind }) => kind === 'wrong');
    expect(wrong).toMatchObject({ name: 'nothing', expectedVerdict: 'run-failed', expectedFailures: ['it-lasts'] });
    expect(wrong?.files.has('expect.yaml')).toBe(false);
  });

  it.each([
    ['verdict: passed\n', 'verdict'],
    ['verdict: failed\nfailed: [other]\n', 'failed[0]'],
    ['verdict: failed\nfaild: [it-lasts]\n', 'faild'],
  ])('names what is wrong with %j', async (text, where) => {
    const loading = specimensOf({ 'trial/wrong/odd/expect.yaml': text });

    await expect(loading).rejects.toMatchObject({ code: 'scenario-invalid' });
    await expect(loading).rejects.toThrow(`\`${where}\``);
  });
});
