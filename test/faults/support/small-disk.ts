import { mkdtemp, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawn } from 'node:child_process';
import { runCommand } from '../../../src/machine/run-command.ts';
import { withDeathSignal } from '../../../src/machine/services/death-signal.ts';
import { waitUntil } from '../../integration/support/wait-until.ts';
import { type Process, watch } from './processes.ts';

const MIB = 1_048_576;

/**
 * A small file system that processes see which are started `inside`, and nobody else: it is in memory, and gone with the
 * process that holds it, however the test ends. Needs root on Linux.
 */
export class SmallDisk implements AsyncDisposable {
  /** Where those inside see it. */
  readonly path: string;
  /** What a command has to begin with to be run inside. */
  readonly inside: readonly string[];
  readonly #folder: string;
  readonly #holder: Process;
  /** Where it is to be seen from outside. */
  readonly #seen: string;

  private constructor(folder: string, path: string, holder: Process, pid: number) {
    this.#folder = folder;
    this.path = path;
    this.#holder = holder;
    this.#seen = `/proc/${pid}/root${path}`;
    // Whoever enters stands at the root.
    this.inside = ['nsenter', `--mount=/proc/${pid}/ns/mnt`, 'env', '-C', process.cwd()];
  }

  /** Mounts it at a new folder `name` in a folder of its own. */
  static async mount(sizeMiB: number, name: string): Promise<SmallDisk> {
    if (process.platform !== 'linux' || process.getuid?.() !== 0)
      throw new Error('a disk that can be filled takes root on Linux');
    const folder = await mkdtemp(join(tmpdir(), 'labgrader-fault-'));
    const path = join(folder, name);
    const mount = `mkdir "$0" && mount -t tmpfs -o size=${sizeMiB}m,mode=0711 tmpfs "$0" && echo mounted && exec sleep 3600`;
    const script = ['unshare', '--mount', 'sh', '-c', mount, path];
    const [program = '', ...args] = await withDeathSignal('KILL', script);
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const holder = watch(child);
    await waitUntil('a disk is mounted', () => Promise.resolve(holder.output().includes('mounted')));
    return new SmallDisk(folder, path, holder, child.pid ?? 0);
  }

  get folder(): string {
    return this.#folder;
  }

  /** Leaves room for no more than `restBytes`. */
  async fill(restBytes: number): Promise<void> {
    const { bavail, bsize } = await statfs(this.#seen);
    const bytes = String(Math.max(MIB, bavail * bsize - restBytes));
    await runCommand('fallocate', ['-l', bytes, join(this.#seen, 'ballast')], { timeoutMs: 30_000 });
  }

  async makeRoom(): Promise<void> {
    await rm(join(this.#seen, 'ballast'), { force: true });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#holder[Symbol.asyncDispose]();
    await rm(this.#folder, { recursive: true, force: true });
  }
}
