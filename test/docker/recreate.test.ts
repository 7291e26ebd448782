import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BenchPool } from '../../src/adapters/docker/bench-pool.ts';
import { textFile } from '../../src/core/file-set.ts';
import { testBases, testEngine, testPool } from './support/engine.ts';
import { bringUp, planOf, runInside, toolboxFiles } from './support/toolbox.ts';

const signal = AbortSignal.timeout(280_000);
const WRITE = `
import os
for folder in ['/named', '/anonymous', '/srv/project/deep', '/layer', '/memory']:
    os.makedirs(folder, exist_ok=True)
    open(folder + '/written', 'w').write('by the first')
open('/srv/project/given', 'w').write('changed')
os.chown('/srv/project/deep/written', 1234, 1234)
`;
const READ = `
import json, os
paths = ['/named/written', '/anonymous/written', '/srv/project/deep/written', '/srv/project/given', '/layer/written', '/memory/written']
print(json.dumps({path: open(path).read() for path in paths if os.path.exists(path)}))
print(os.stat('/srv/project/deep/written').st_uid)
`;

/** Those with the engine that are in use: an answer that nobody reads to its end keeps one for good. */
function connections(): number {
  return process.getActiveResourcesInfo().filter((kind) => kind === 'PipeWrap').length;
}

describe('containers that are made anew', () => {
  let pool: BenchPool;
  let bases: ReadonlyMap<string, string>;

  beforeAll(async () => {
    const docker = testEngine();
    bases = await testBases(docker);
    pool = await testPool(docker, 1);
  });

  afterAll(async () => {
    await pool[Symbol.asyncDispose]();
  });

  it('find named volumes and mounts of the project as they were left, and nothing else', async () => {
    const files = new Map([
      ...toolboxFiles([
        '    volumes: ["named:/named", "/anonymous", "./project:/srv/project"]',
        '    tmpfs: ["/memory"]',
        '    restart: always',
        '    stop_grace_period: 1s',
        'volumes: { named: {} }',
      ]),
      ['project/given', textFile('as submitted')] as const,
    ]);
    await using bench = await pool.take('recreate', signal);
    const stack = await bringUp(bench, files, planOf(files, bases), signal);
    const first = stack.container('api');
    const wrote = await runInside(first, WRITE, signal);
    const open = connections();
    await stack.recreate(signal);
    const openAfter = connections();
    const second = stack.container('api');
    const read = await runInside(second, READ, signal);

    expect(wrote).toMatchObject({ code: 0, err: '' });
    expect(second).not.toBe(first);
    expect(openAfter).toBe(open);
    const [found = '', owner] = read.out.split('\n');
    expect(JSON.parse(found)).toEqual({
      '/named/written': 'by the first',
      '/srv/project/deep/written': 'by the first',
      '/srv/project/given': 'changed',
    });
    expect(owner).toBe('1234');
  });

  it('find a folder of the project that was mounted empty, below folders that the image hasn’t', async () => {
    const files = toolboxFiles(['    volumes: ["./data:/not/in/the/image"]', '    stop_grace_period: 1s']);
    await using bench = await pool.take('recreate-empty', signal);
    const stack = await bringUp(bench, files, planOf(files, bases), signal);
    const make =
      "import os; os.makedirs('/not/in/the/image', exist_ok=True); open('/not/in/the/image/x', 'w').write('kept')";
    await runInside(stack.container('api'), make, signal);
    await stack.recreate(signal);
    const read = await runInside(stack.container('api'), "print(open('/not/in/the/image/x').read())", signal);

    expect(read.out).toBe('kept\n');
  });

  it('leave one generation of containers, and that only until they are taken down', async () => {
    const docker = testEngine();
    const files = toolboxFiles(['    stop_grace_period: 1s']);
    await using bench = await pool.take('recreate-tidy', signal);
    const stack = await bringUp(bench, files, planOf(files, bases), signal);
    const list = () =>
      docker.listContainers({ all: true, filters: { label: ['labgrader.run=recreate-tidy'] } });
    const before = await list();
    await stack.recreate(signal);
    const after = await list();
    await stack.down();

    expect(before).toHaveLength(1);
    expect(after).toHaveLength(1);
    expect(after[0]?.Id).not.toBe(before[0]?.Id);
    expect(await list()).toEqual([]);
  });
});
