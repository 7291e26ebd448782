import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export interface GitRun {
  readonly code: number | null;
  /** What git wrote for people, with `remote: ` before what the server said. */
  readonly said: string;
  readonly out: string;
}

/** A learner's working copy, and plain git in it. */
export class WorkingCopy implements AsyncDisposable {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async make(): Promise<WorkingCopy> {
    const copy = new WorkingCopy(await mkdtemp(join(tmpdir(), 'labgrader-git-')));
    await copy.must('init', '--quiet', '--initial-branch=main');
    return copy;
  }

  async write(path: string, text: string | Uint8Array): Promise<void> {
    const target = join(this.folder, path);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, text);
  }

  async link(path: string, target: string): Promise<void> {
    await symlink(target, join(this.folder, path));
  }

  /** Commits everything; gives the commit's id. */
  async commit(message = 'work'): Promise<string> {
    await this.must('add', '--all');
    await this.must('commit', '--quiet', '--allow-empty', '-m', message);
    return (await this.must('rev-parse', 'HEAD')).out.trim();
  }

  async must(...args: string[]): Promise<GitRun> {
    const run = await this.git(args);
    if (run.code !== 0) throw new Error(`git ${args.join(' ')}: ${run.code} ${run.said}`);
    return run;
  }

  /** Runs git to its end, at most 20 s; `onSaid` hears what it writes as it comes and may end it. */
  git(args: readonly string[], onSaid?: (said: string, end: () => void) => void): Promise<GitRun> {
    const child = spawn('git', args, {
      cwd: this.folder,
      env: {
        PATH: process.env['PATH'] ?? '',
        HOME: this.folder,
        LC_ALL: 'C.UTF-8',
        GIT_CONFIG_NOSYSTEM: '1',
        GIT_TERMINAL_PROMPT: '0',
        GIT_AUTHOR_NAME: 'Ada',
        GIT_AUTHOR_EMAIL: 'ada@example.edu',
        GIT_COMMITTER_NAME: 'Ada',
        GIT_COMMITTER_EMAIL: 'ada@example.edu',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    const end = (): void => {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    };
    const timer = setTimeout(end, 20_000);
    let said = '';
    let out = '';
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString('utf8');
    });
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString('utf8');
      onSaid?.(said, end);
    });
    return new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => {
        clearTimeout(timer);
        resolve({ code, said, out });
      });
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** Address of the service's own remote, a token in it as any password would be. */
export function remoteUrl(api: string, token: string | null, assignment = 'port-bind'): string {
  const url = new URL(`${api}/git/docker-101/${assignment}`);
  if (token !== null) {
    url.username = 'ada';
    url.password = token;
  }
  return url.toString();
}
