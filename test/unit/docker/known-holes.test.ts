import { describe, expect, it } from 'vitest';
import { type EngineParts, holesOf } from '../../../src/adapters/docker/known-holes.ts';

function engine(versions: Readonly<Record<string, string | readonly [string, string]>>): EngineParts {
  return {
    Components: Object.entries(versions).map(([Name, version]) => {
      const [Version, GitCommit] = typeof version === 'string' ? [version, ''] : version;
      return { Name, Version, Details: { GitCommit } };
    }),
  };
}

const states = (parts: EngineParts): string[] =>
  holesOf(parts).map(({ state, message }) => `${state}: ${message.split(' ').slice(0, 2).join(' ')}`);

describe('what is known of an engine’s versions', () => {
  it('is nothing of current ones', () => {
    expect(states(engine({ Engine: '29.5.1', containerd: 'v2.2.0', runc: '1.3.3' }))).toEqual([]);
    expect(
      states(engine({ Engine: '28.0.0', containerd: '1.7.29', runc: ['1.2.8', 'v1.2.8-0-geeb7e60'] })),
    ).toEqual([]);
    expect(states(engine({ runc: '1.5.0' }))).toEqual([]);
  });

  it('names a runc, a BuildKit and a containerd that let a container out', () => {
    const [hole] = holesOf(engine({ runc: ['1.1.11', 'v1.1.11-0-g4bccb38'] }));

    expect(hole).toMatchObject({ state: 'open' });
    expect(hole?.message).toContain('runc 1.1.11 has CVE-2024-21626');
    expect(hole?.message).toContain('mended in 1.1.12');
    expect(states(engine({ runc: '1.1.12' }))).toEqual(['open: runc 1.1.12']);
    expect(states(engine({ runc: '1.3.2' }))).toEqual(['open: runc 1.3.2']);
    expect(states(engine({ Engine: '24.0.9' }))).toEqual(['open: Engine 24.0.9', 'open: Engine 24.0.9']);
    expect(states(engine({ Engine: '25.0.4' }))).toEqual(['open: Engine 25.0.4']);
    expect(states(engine({ containerd: 'v1.4.2' }))).toEqual(['open: containerd v1.4.2']);
  });

  it('takes what comes before a release for older than the release', () => {
    expect(states(engine({ runc: '1.4.0-rc.2' }))).toEqual(['open: runc 1.4.0-rc.2']);
    expect(states(engine({ runc: '1.4.0' }))).toEqual([]);
  });

  it('believes a distribution’s build that is known to carry the fix, and says of others that it can’t tell', () => {
    const debian12 = holesOf(engine({ runc: ['1.1.5+ds1', '1.1.5+ds1-1+deb12u1'] }));

    expect(debian12.map(({ state }) => state)).toEqual(['untold']);
    expect(debian12[0]?.message).not.toContain('CVE-2024-21626');
    expect(debian12[0]?.message).toContain('may have CVE-2025-31133');
    expect(states(engine({ runc: ['1.1.5+ds1', '1.1.5+ds1-1'] }))).toEqual([
      'untold: runc 1.1.5+ds1',
      'untold: runc 1.1.5+ds1',
    ]);
    expect(states(engine({ Engine: ['24.0.7', '24.0.7-0ubuntu2~22.04.1'] }))).toEqual([
      'untold: Engine 24.0.7',
      'untold: Engine 24.0.7',
    ]);
  });

  it('says nothing of what it can’t read', () => {
    expect(holesOf(engine({ runc: 'unknown', Engine: '', 'docker-init': '0.19.0', crun: '1.0.0' }))).toEqual(
      [],
    );
    expect(holesOf({ Components: [] })).toEqual([]);
  });
});
