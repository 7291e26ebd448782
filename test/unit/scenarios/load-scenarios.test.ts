import { describe, expect, it } from 'vitest';
import { loadScenarios } from '../../../src/adapters/files/load-scenarios.ts';
import { textOf } from '../../../src/core/file-set.ts';
import { DECLARATION, folderWith, KINDS, scenarioFiles } from './scenario-folder.ts';

async function load(changes: Readonly<Record<string, string | null>> = {}) {
  const scenarios = await loadScenarios(await folderWith(scenarioFiles(changes)), KINDS);
  const scenario = scenarios.get('trial');
  if (!scenario) throw new Error('the scenario was not loaded');
  return scenario;
}

function declared(from: string, to: string): Record<string, string> {
  const text = DECLARATION.replace(from, to);
  if (text === DECLARATION) throw new Error(`the declaration has no ${from}`);
  return { 'trial/scenario.yaml': text };
}

describe('loadScenarios', () => {
  it('lays the starter over the shared layers', async () => {
    const { starter, briefing } = await load();

    expect([...starter.keys()].sort()).toEqual(['Dockerfile', 'extra.txt', 'src/app.py']);
    expect(textOf(starter, 'Dockerfile')).toBe('FROM python:3.11-slim\n');
    expect(briefing).toBe('# Trial\n');
  });

  it('gives equal scenarios equal digests, and another one whatever decides a verdict', async () => {
    const { digest } = await load();

    expect((await load()).digest).toBe(digest);
    expect((await load({ 'trial/README.md': '# Other words\n' })).digest).toBe(digest);
    expect((await load({ '_service/src/app.py': 'print("other")\n' })).digest).not.toBe(digest);
    expect((await load({ 'trial/starter/extra.txt': 'other' })).digest).not.toBe(digest);
    expect((await load(declared('seconds: 5', 'seconds: 6'))).digest).not.toBe(digest);
  });

  it('leaves out litter and compiled Python', async () => {
    const { starter } = await load({
      'trial/starter/.DS_Store': 'x',
      'trial/starter/__MACOSX/._Dockerfile': 'x',
      '_service/src/__pycache__/app.pyc': 'x',
    });

    expect(starter.size).toBe(3);
  });

  it.each([
    ['an unknown key', 'summary:', 'sumary:', 'trial/scenario.yaml:3: `sumary`'],
    ['a value of the wrong type', 'points: 100', 'points: many', 'trial/scenario.yaml:9: `checks[0].points`'],
    ['points that do not add up', 'points: 100', 'points: 90', 'trial/scenario.yaml:5: `checks`'],
    ['a missing default hint', 'default:', 'exited:', 'trial/scenario.yaml:10: `checks[0].hints`'],
    ['a hint that nothing selects', 'default:', 'exitd: Look.\n      default:', 'trial/scenario.yaml:11: `checks[0].hints.exitd`'],
    ['an unknown kind', 'kind: lasts', 'kind: endures', 'trial/scenario.yaml:7: `checks[0].kind`'],
    ['an unknown parameter', 'seconds: 5', 'second: 5', 'trial/scenario.yaml:13: `checks[0].with.second`'],
    ['a parameter out of range', 'seconds: 5', 'seconds: 500', 'trial/scenario.yaml:13: `checks[0].with.seconds`'],
    ['an id that is not its folder’s', 'id: trial', 'id: other', 'trial/scenario.yaml:1: `id`'],
    ['a layer that is not there', 'part: D.9', 'part: D.9\nlayers: [_service, _other]', 'trial/scenario.yaml:5: `layers[1]`'],
    ['text that is no YAML', 'id: trial', 'id: [trial', 'trial/scenario.yaml'],
    ['a key that stands twice', 'part: D.9', 'part: D.9\npart: D.8', 'trial/scenario.yaml:5'],
  ])('names file, line and path of %s', async (_what, from, to, where) => {
    const loading = load(declared(from, to));

    await expect(loading).rejects.toMatchObject({ code: 'scenario-invalid' });
    await expect(loading).rejects.toThrow(where);
  });

  it.each(['trial/scenario.yaml', 'trial/README.md'])('says that %s is missing', async (path) => {
    const loading = load({ [path]: null });

    await expect(loading).rejects.toMatchObject({ code: 'scenario-invalid' });
    await expect(loading).rejects.toThrow(path);
  });
});
