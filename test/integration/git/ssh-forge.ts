import { execFile, spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findProgram, freePort } from '../../../src/machine/programs.ts';
import { type Process, watch } from '../../faults/support/processes.ts';
import { waitUntil } from '../support/wait-until.ts';

const run = promisify(execFile);

/** A pair of keys of SSH, as `ssh-keygen` writes them. */
export interface KeyPair {
  readonly privateKey: string;
  readonly publicKey: string;
}

export async function makeKeyPair(): Promise<KeyPair> {
  const folder = await mkdtemp(join(tmpdir(), 'labgrader-keys-'));
  try {
    const path = join(folder, 'key');
    await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'labgrader', '-f', path]);
    return {
      privateKey: await readFile(path, 'utf8'),
      publicKey: (await readFile(`${path}.pub`, 'utf8')).trim(),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A real OpenSSH server on the loopback that gives one key `git upload-pack` and nothing else. */
export class SshForge implements AsyncDisposable {
  readonly folder: string;
  readonly host: string;
  readonly hostKey: string;
  /** The key that it takes. */
  readonly key: KeyPair;
  readonly #server: Process;

  private constructor(folder: string, host: string, keys: { own: KeyPair; taken: KeyPair }, server: Process) {
    this.folder = folder;
    this.host = host;
    this.hostKey = keys.own.publicKey;
    this.key = keys.taken;
    this.#server = server;
  }

  static async start(): Promise<SshForge> {
    const given = process.env['SSHD'];
    const program = given ?? (await findProgram(['sshd'], process.env['PATH'] ?? ''));
    if (program === null)
      throw new Error('There is no sshd here: `npm test` installs one, or apt-get install openssh-server.');
    const folder = await mkdtemp(join(tmpdir(), 'labgrader-ssh-forge-'));
    const keys = { own: await makeKeyPair(), taken: await makeKeyPair() };
    const port = await freePort();
    await writeFile(join(folder, 'host-key'), keys.own.privateKey, { mode: 0o600 });
    const serve = join(folder, 'serve');
    await writeFile(serve, serveScript(folder));
    await chmod(serve, 0o755);
    await mkdir(join(folder, 'git'));
    await writeFile(join(folder, 'taken'), `restrict,command="${serve}" ${keys.taken.publicKey}\n`);
    await writeFile(join(folder, 'config'), configOf(folder, port));
    // What Debian's service makes before it starts the server; only root's server asks for it.
    if (process.getuid?.() === 0) await mkdir('/run/sshd', { recursive: true, mode: 0o755 });
    const server = watch(
      spawn(program, ['-D', '-e', '-f', join(folder, 'config')], { stdio: ['ignore', 'pipe', 'pipe'] }),
    );
    try {
      await waitUntil('sshd answers', () => answers(port), 30_000);
    } catch (error) {
      await server[Symbol.asyncDispose]();
      throw new Error(server.output(), { cause: error });
    }
    return new SshForge(folder, `127.0.0.1:${port}`, keys, server);
  }

  get url(): string {
    return `ssh://${userInfo().username}@${this.host}`;
  }

  /** Makes a bare repository; gives the path to push to. */
  async repository(name: string): Promise<string> {
    const path = join(this.folder, 'git', `${name}.git`);
    await run('git', ['init', '--quiet', '--bare', '--initial-branch=main', path]);
    return path;
  }

  /** The command lines of all processes, as they were while the server served last. */
  commandLines(): Promise<string> {
    return readFile(join(this.folder, 'processes'), 'latin1');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server[Symbol.asyncDispose]();
    await rm(this.folder, { recursive: true, force: true });
  }
}

function serveScript(folder: string): string {
  return `#!/bin/sh
cat /proc/[0-9]*/cmdline > '${folder}/processes' 2>/dev/null
case $SSH_ORIGINAL_COMMAND in
  "git-upload-pack '/"*"'") ;;
  *) echo "not served: $SSH_ORIGINAL_COMMAND" >&2; exit 1 ;;
esac
path=\${SSH_ORIGINAL_COMMAND#*"'"}
exec git upload-pack --strict "${folder}/git\${path%"'"}"
`;
}

function configOf(folder: string, port: number): string {
  return [
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    `HostKey ${folder}/host-key`,
    'PidFile none',
    `AuthorizedKeysFile ${folder}/taken`,
    'StrictModes no',
    'UsePAM no',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'PermitRootLogin prohibit-password',
    'AcceptEnv GIT_PROTOCOL',
    'LogLevel ERROR',
    '',
  ].join('\n');
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const say = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('data', (bytes) => {
      say(bytes.toString('latin1').startsWith('SSH-2.0'));
    });
    socket.once('error', () => {
      say(false);
    });
    socket.setTimeout(2_000, () => {
      say(false);
    });
  });
}
