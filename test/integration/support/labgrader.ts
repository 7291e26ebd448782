import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { waitUntil } from './wait-until.ts';

const PROGRAM = fileURLToPath(new URL('../../../bin/labgrader.mjs', import.meta.url));
const LIMIT_MS = 80_000;

/** `labgrader` as a learner runs it: a process with an environment of its own. */
export class Labgrader {
  stdout = '';
  stderr = '';
  readonly #process: ChildProcess;

  constructor(words: readonly string[], environment: Readonly<Record<string, string>> = {}, cwd = tmpdir()) {
    const path = process.env['PATH'] ?? '';
    this.#process = spawn(process.execPath, [PROGRAM, ...words], {
      cwd,
      env: { PATH: path, HOME: '/nonexistent', ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: LIMIT_MS,
      killSignal: 'SIGKILL',
    });
    this.#process.stdout?.setEncoding('utf8').on('data', (text: string) => (this.stdout += text));
    this.#process.stderr?.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
  }

  /** Waits until standard error holds the words. */
  async says(words: string): Promise<void> {
    await waitUntil(
      `“${words}” on standard error`,
      () => Promise.resolve(this.stderr.includes(words)),
      LIMIT_MS,
    );
  }

  /** Its exit code once it has ended by itself; null when it had to be ended. */
  async end(): Promise<number | null> {
    if (this.#process.exitCode === null && this.#process.signalCode === null)
      await once(this.#process, 'close');
    return this.#process.exitCode;
  }
}
