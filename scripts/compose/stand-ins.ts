import { spawn } from 'node:child_process';
import type Docker from 'dockerode';
import { loadBaseImages } from '../../src/machine/base-images/load-base-images.ts';
import { readRecipe } from '../../src/machine/base-images/recipe.ts';
import { SetupProblem } from '../../src/machine/setup-problem.ts';
import { makeNodeImages } from '../../test/docker/support/node-images.ts';
import { PROJECT } from '../steps/project.ts';

/** Images that stand for the official ones, by the variables of docker-compose.yml. */
export interface StandIns extends AsyncDisposable {
  readonly variables: Readonly<Record<string, string>>;
}

interface StandIn {
  readonly variable: string;
  /** Debian packages whose files are put over the bare Debian of a grading base. */
  readonly packages: readonly string[];
  /** Files that no package lists: alternatives are links that a package's script makes. */
  readonly more?: readonly string[];
  readonly entrypoint: readonly string[];
  readonly user?: string;
}

/** What the official postgres image's own entrypoint does of what docker-compose.yml asks of it. */
const POSTGRES = `
set -eu
id postgres >/dev/null 2>&1 || useradd --system --uid 999 --home-dir /var/lib/postgresql --shell /bin/sh postgres
ln -sf /usr/lib/postgresql/*/bin/* /usr/local/bin/
data=/var/lib/postgresql/data/pgdata
mkdir -p /var/run/postgresql "$data" && chown -R postgres /var/run/postgresql /var/lib/postgresql/data
as() { setpriv --reuid=postgres --regid=postgres --init-groups -- "$@"; }
if [ ! -s "$data/PG_VERSION" ]; then
  printf '%s' "$POSTGRES_PASSWORD" >/tmp/password && chown postgres /tmp/password
  as initdb --pgdata="$data" --username="$POSTGRES_USER" --pwfile=/tmp/password --auth=scram-sha-256 --auth-local=trust \\
    --locale=C.UTF-8 >/dev/null
  rm /tmp/password
  echo 'host all all all scram-sha-256' >>"$data/pg_hba.conf"
  as pg_ctl --pgdata="$data" --wait -o '-c listen_addresses=' start >/dev/null
  as createdb --username="$POSTGRES_USER" "$POSTGRES_DB"
  as pg_ctl --pgdata="$data" --wait stop >/dev/null
fi
exec setpriv --reuid=postgres --regid=postgres --init-groups -- postgres -D "$data" -c listen_addresses='*'
`;

const STAND_INS: readonly StandIn[] = [
  {
    variable: 'POSTGRES_IMAGE',
    packages: ['postgresql-15', 'postgresql-client-15', 'libpq5', 'tzdata'],
    entrypoint: ['sh', '-c', POSTGRES],
  },
  { variable: 'REDIS_IMAGE', packages: ['redis-server', 'redis-tools'], entrypoint: [] },
  {
    variable: 'ENGINE_IMAGE',
    packages: ['docker.io', 'docker-cli', 'containerd', 'runc', 'iptables', 'iproute2'],
    more: ['/usr/sbin/iptables', '/usr/sbin/ip6tables'],
    entrypoint: [],
  },
];

/**
 * Makes them out of Debian's packages as this machine has them installed, in a few seconds and without a registry.
 * @throws SetupProblem where this machine is no Debian that has them.
 */
export async function makeStandIns(docker: Docker, signal: AbortSignal): Promise<StandIns> {
  const bases = await loadBaseImages(docker, await readRecipe(`${PROJECT}/bases`), signal);
  const slim = bases.get('python:3.11-slim') ?? '';
  const nodes = await makeNodeImages(docker, slim, PROJECT);
  const made: string[] = [];
  const dispose = async (): Promise<void> => {
    for (const reference of made.splice(0)) await docker.getImage(reference).remove({ force: true });
    await nodes[Symbol.asyncDispose]();
  };
  try {
    const variables: Record<string, string> = { NODE_IMAGE: nodes.node, RUNTIME_IMAGE: nodes.runtime };
    for (const standIn of STAND_INS) {
      const reference = await make(docker, slim, standIn, signal);
      made.push(reference);
      variables[standIn.variable] = reference;
    }
    return { variables, [Symbol.asyncDispose]: dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}

async function make(docker: Docker, base: string, standIn: StandIn, signal: AbortSignal): Promise<string> {
  const container = await docker.createContainer({
    Image: base,
    ...(standIn.entrypoint.length > 0 && { Entrypoint: [...standIn.entrypoint], Cmd: [] }),
  });
  try {
    const files = spawn('sh', ['-c', FILES, 'sh', ...standIn.packages, '--', ...(standIn.more ?? [])], {
      stdio: ['ignore', 'pipe', 'ignore'],
      signal,
    });
    const ended = new Promise<number | null>((resolve, reject) => {
      files.once('error', reject);
      files.once('close', resolve);
    });
    await container.putArchive(files.stdout, { path: '/' });
    if ((await ended) !== 0) {
      throw new SetupProblem(
        `This machine lacks the Debian packages ${standIn.packages.join(', ')}, of which ${standIn.variable} would be made. ` +
          'Where a registry can be reached, set COMPOSE_IMAGES=official.',
      );
    }
    const name = standIn.variable.toLowerCase().replace('_image', '');
    await container.commit({ repo: 'labgrader-test', tag: `${name}-${process.pid}` });
    return `labgrader-test:${name}-${process.pid}`;
  } finally {
    await container.remove({ force: true });
  }
}

/** Packs the packages' files with the libraries that their programs need, links followed, below the merged /usr. */
const FILES = `
packages=
while [ "$1" != -- ]; do packages="$packages $1"; shift; done
shift
list=$(dpkg -L $packages) || exit 1
list=$(printf '%s\\n' $list "$@" | grep -vE '^/usr/share/(doc|man|locale|lintian|bash-completion)/' | sort -u)
files=$(for path in $list; do [ -f "$path" ] && echo "$path"; done)
libraries=$(printf '%s\\n' $files | grep -E '/s?bin/|\\.so' | xargs ldd 2>/dev/null | grep -oE '/[^ )]+' | grep -v ':$' | sort -u)
for path in $files $libraries; do [ -f "$path" ] && echo "\${path#/}"; done | sort -u >/tmp/labgrader-files.$$
tar -c --dereference --hard-dereference --no-recursion --transform 's,^\\(lib\\|lib64\\|bin\\|sbin\\)/,usr/\\1/,' -C / -T /tmp/labgrader-files.$$
code=$?
rm -f /tmp/labgrader-files.$$
exit $code
`;
