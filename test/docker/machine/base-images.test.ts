import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadBaseImages } from '../../../src/machine/base-images/load-base-images.ts';
import { BASES, readRecipe } from '../../../src/machine/base-images/recipe.ts';
import { connect } from '../../../src/machine/services/private-engine.ts';

const docker = connect(process.env['DOCKER_HOST'] ?? 'unix:///var/run/docker.sock');
const recipe = await readRecipe(join(import.meta.dirname, '../../../bases'));

const LAB_PACKAGES =
  'pip install --no-cache-dir fastapi uvicorn gunicorn && apt-get update -qq && ' +
  'apt-get install -y --no-install-recommends tini dumb-init curl && ' +
  'python -c "import fastapi, uvicorn; print(\'imported\')" && tini --version && curl --version';

describe.each(BASES)('the grading base image of %s', (base) => {
  it('installs what the labs ask for without a network', async () => {
    const image = (await loadBaseImages(docker, recipe)).get(base) ?? '';

    expect(await run(image, LAB_PACKAGES)).toMatch(/imported\s+tini version[^]*curl \d/);
  });
});

// The full one has the same files and more.
describe('the grading base image of python:3.11-slim', () => {
  let image = '';
  beforeAll(async () => {
    image = (await loadBaseImages(docker, recipe)).get('python:3.11-slim') ?? '';
  });

  it('holds a package that no lab asks for, in two versions', async () => {
    const output = await run(
      image,
      'pip install -q gradermark==1.0.0 && python -c "import gradermark as g; print(\'first\', g.__version__)" && ' +
        'pip install -q --upgrade gradermark && python -c "import gradermark as g; print(\'then\', g.__version__)"',
    );

    expect(output).toMatch(/first 1\.0\.0[^]*then 1\.1\.0/);
  });

  it('lets a later stage copy what pip installed, by prefix, by folder and by virtual environment', async () => {
    const output = await run(
      image,
      'pip install -q --prefix=/install fastapi && ls -d /install/lib/python3.11/site-packages/fastapi && ' +
        'pip install -q fastapi && ls -d /usr/local/lib/python3.11/site-packages/fastapi && ' +
        'python -m venv /venv && /venv/bin/pip install -q fastapi && /venv/bin/python -c "import fastapi; print(\'venv\')"',
    );

    expect(output).toMatch(/\/install\/lib[^]*\/usr\/local\/lib[^]*venv/);
  });

  it('compiles a native module once there is a compiler', async () => {
    const output = await run(
      image,
      'apt-get update -qq && apt-get install -y -qq --no-install-recommends gcc libc6-dev >/dev/null && ' +
        "printf '#include <Python.h>\\nint answer(void) { return 42; }\\n' >a.c && " +
        'gcc -shared -fPIC -I$(python -c "import sysconfig; print(sysconfig.get_path(\'include\'))") a.c -o a.so && ' +
        "python -c \"import ctypes; print('answer', ctypes.CDLL('./a.so').answer())\"",
    );

    expect(output).toContain('answer 42');
  });
});

describe('the grading base images', () => {
  it('are several hundred megabytes apart, as the official ones are', async () => {
    const images = await loadBaseImages(docker, recipe);
    const size = async (base: string) => (await docker.getImage(images.get(base) ?? '').inspect()).Size / 1e6;

    expect((await size('python:3.11')) - (await size('python:3.11-slim'))).toBeGreaterThan(300);
  });
});

/** Output of a shell command in a container without a network; throws with it when the command fails. */
async function run(image: string, command: string): Promise<string> {
  const container = await docker.createContainer({
    Image: image,
    Cmd: ['sh', '-euc', command],
    Tty: true,
    Labels: { 'labgrader.test': 'base-images' },
    HostConfig: { NetworkMode: 'none' },
  });
  try {
    await container.start();
    const end: unknown = await container.wait();
    const output = (await container.logs({ stdout: true, stderr: true })).toString('utf8');
    if (!JSON.stringify(end).includes('"StatusCode":0')) throw new Error(output.slice(-2000));
    return output;
  } finally {
    await container.remove({ force: true });
  }
}
