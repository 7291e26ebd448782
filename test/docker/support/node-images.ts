import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type Docker from 'dockerode';
import { pack } from 'tar-stream';

/** Debian's own images stand for the two that the Dockerfile names, since a test has no registry and builds no network. */
export interface NodeImages extends AsyncDisposable {
  /** Has Node, and an `npm` whose `ci` gives the packages of this project. */
  readonly node: string;
  /** A bare Debian, with something by the name of git. */
  readonly runtime: string;
}

const LABEL = { 'labgrader.test': `node-images-${process.pid}` };
const NPM = `#!/bin/sh
# Stands for npm: a build has no network, and this project's packages are here already.
set -e
case $1 in
  ci) ln -s /opt/packages/node_modules node_modules ;;
  run) PATH=$PWD/node_modules/.bin:$PATH exec sh -c "$(node -p "require('./package.json').scripts['$2']")" ;;
esac
`;
/** Python and its packages make no part of a bare Debian. */
const STRIP = `
rm -rf /usr/lib/python3* /usr/local/lib/python3* /usr/lib/x86_64-linux-gnu/libpython* /usr/bin/*python* /opt/labgrader
rm -rf /usr/share/python* /usr/local/bin/* /var/lib/apt/lists/*
printf '#!/bin/sh\\nexit 1\\n' >/usr/bin/git && chmod 755 /usr/bin/git
test -s /etc/ssl/certs/ca-certificates.crt || { mkdir -p /etc/ssl/certs && echo none >/etc/ssl/certs/ca-certificates.crt; }
`;

/** Makes both out of a grading base image and this machine's own Node. */
export async function makeNodeImages(docker: Docker, base: string, project: string): Promise<NodeImages> {
  if (process.platform !== 'linux') {
    throw new Error('This test puts the Node that runs it into an image, which takes a Node for Linux.');
  }
  const made: string[] = [];
  const dispose = async (): Promise<void> => {
    for (const id of made) await docker.getImage(id).remove({ force: true });
  };
  try {
    const node = await nodeImage(docker, base, project);
    made.push(node);
    const runtime = await runtimeImage(docker, base);
    made.push(runtime);
    return { node, runtime, [Symbol.asyncDispose]: dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}

async function nodeImage(docker: Docker, base: string, project: string): Promise<string> {
  const container = await docker.createContainer({ Image: base, Labels: LABEL });
  try {
    const folders = pack();
    folders.entry({ name: 'opt/packages', type: 'directory' });
    folders.entry({ name: 'usr/local/bin/npm', mode: 0o755 }, NPM);
    folders.finalize();
    await container.putArchive(await buffer(folders), { path: '/' });
    await put(
      container,
      '/usr/local/bin',
      tarOf('--dereference', '--transform', 's,.*,node,', '-C', '/', process.execPath.slice(1)),
    );
    await put(container, '/opt/packages', tarOf('-C', project, 'node_modules'));
    return await commit(container, 'node');
  } finally {
    await container.remove({ force: true });
  }
}

async function runtimeImage(docker: Docker, base: string): Promise<string> {
  const container = await docker.createContainer({ Image: base, Cmd: ['sh', '-c', STRIP], Labels: LABEL });
  try {
    await container.start();
    await container.wait();
    const name = `labgrader-test:runtime-${process.pid}`;
    const [repo, tag] = name.split(':');
    const changes = 'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
    const imported = await docker.importImage(await container.export(), { repo, tag, changes });
    for await (const _ of imported) {
      // Its end says that the image is there.
    }
    return name;
  } finally {
    await container.remove({ force: true });
  }
}

function tarOf(...words: readonly string[]): Readable {
  return spawn('tar', ['-c', ...words], { stdio: ['ignore', 'pipe', 'ignore'] }).stdout;
}

async function put(container: Docker.Container, path: string, archive: Readable): Promise<void> {
  await container.putArchive(archive, { path });
}

async function commit(container: Docker.Container, tag: string): Promise<string> {
  const name = { repo: 'labgrader-test', tag: `${tag}-${process.pid}` };
  await container.commit(name);
  return `${name.repo}:${name.tag}`;
}
