import { describe, expect, it } from 'vitest';
import { compileService, noticesOf, planOf, refusalsOf, serviceOf } from './submission.ts';

const VOLUMES = 'volumes: {data: , cache: {driver: local, name: foo, labels: {a: b}, external: false}}\n';
const FILES = { 'src/app.py': '' };

describe('mounts that are taken', () => {
  it('are volumes, anonymous volumes and paths of the project', () => {
    const outcome = compileService(
      'volumes: ["data:/data", "cache:/c:ro,nocopy", /anonymous, "./src:/app/src:ro", ".:/all", "./src/app.py:/x.py"]',
      VOLUMES,
      FILES,
    );

    expect(serviceOf(outcome).mounts).toEqual([
      { kind: 'volume', name: 'data', target: '/data', readOnly: false },
      { kind: 'volume', name: 'cache', target: '/c', readOnly: true },
      { kind: 'anonymous', target: '/anonymous', readOnly: false },
      { kind: 'files', source: 'src', target: '/app/src', readOnly: true },
      { kind: 'files', source: '.', target: '/all', readOnly: false },
      { kind: 'files', source: 'src/app.py', target: '/x.py', readOnly: false },
    ]);
    expect(planOf(outcome).volumes).toEqual(['data', 'cache']);
  });

  it('may be written at length', () => {
    const outcome = compileService(
      `volumes:
  - {type: volume, source: data, target: /data/, read_only: true, volume: {nocopy: true}}
  - {type: bind, source: src, target: /app, bind: {create_host_path: false}}
  - {type: volume, target: /anonymous}
  - {type: tmpfs, target: /t, tmpfs: {size: 10m, mode: 0755}}`,
      VOLUMES,
      FILES,
    );

    expect(serviceOf(outcome)).toMatchObject({
      mounts: [
        { kind: 'volume', name: 'data', target: '/data', readOnly: true },
        { kind: 'files', source: 'src', target: '/app', readOnly: false },
        { kind: 'anonymous', target: '/anonymous', readOnly: false },
      ],
      tmpfs: ['/t:size=10485760,mode=755'],
    });
  });

  it('come with a notice where the project has nothing there', () => {
    expect(noticesOf(compileService('volumes: ["./nothing:/x"]'))).toContain('compose.volumes.empty');
  });
});

describe('mounts that are refused', () => {
  it.each([
    ['"/var/run/docker.sock:/var/run/docker.sock"', 'compose.volumes.docker-socket'],
    ['"../../run/docker.sock:/s"', 'compose.volumes.docker-socket'],
    ['"/:/host"', 'compose.volumes.host-path'],
    ['"/etc:/etc:ro"', 'compose.volumes.host-path'],
    ['"../up:/up"', 'compose.volumes.host-path'],
    ['"./a/../../up:/up"', 'compose.volumes.host-path'],
    ['"~/.ssh:/ssh"', 'compose.volumes.host-path'],
    ['"C:\\\\x:/x"', 'compose.volumes.host-path'],
    ['{type: bind, source: /etc, target: /x}', 'compose.volumes.host-path'],
    ['"nowhere:/x"', 'compose.volumes.undeclared'],
    ['"src/app:/x"', 'compose.volumes.undeclared'],
    ['"data:relative"', 'compose.volumes.target'],
    ['"data:/"', 'compose.volumes.target'],
    ['"data:/proc/sys"', 'compose.volumes.target'],
    ['"data:/x/../sys"', 'compose.volumes.target'],
    ['"./src"', 'compose.volumes.target'],
    ['"./src:/etc/resolv.conf:ro"', 'compose.volumes.engine-file'],
    ['"./src:/etc//hosts"', 'compose.volumes.engine-file'],
    ['"v:/x"', 'compose.volumes.target'],
    ['"data:/x:ro:z"', 'compose.volumes.invalid'],
    ['":/x"', 'compose.volumes.invalid'],
    ['{source: data, target: /x}', 'compose.volumes.invalid'],
    ['{type: npipe, source: a, target: /x}', 'compose.volumes.type'],
    ['{type: image, source: evil, target: /x}', 'compose.volumes.type'],
  ])('%s', (mount, rule) => {
    expect(refusalsOf(compileService(`volumes: [${mount}]`, VOLUMES, FILES))).toEqual([`${rule}@4:15`]);
  });

  it.each([
    ['volumes: {v: {driver_opts: {type: none, o: bind, device: /}}}\n', 'compose.volumes.driver_opts@5:15'],
    ['volumes: {v: {external: true}}\n', 'compose.volumes.external@5:15'],
    ['volumes: {v: {driver: nfs}}\n', 'compose.volumes.driver@5:15'],
    ['volumes: {"a/b": {}}\n', 'compose.volumes.invalid@5:11'],
  ])('%j', (rest, expected) => {
    expect(refusalsOf(compileService('', rest))).toEqual([expected]);
  });
});
