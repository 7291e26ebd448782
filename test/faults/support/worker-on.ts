import type { Config } from '../../../src/config.ts';
import { freePort } from '../../../src/machine/programs.ts';
import { waitUntil } from '../../integration/support/wait-until.ts';
import { type Process, startProcess } from './processes.ts';

const READY_MS = 120_000;

/** The real worker as a process of its own, on an engine of its own. */
export interface WorkerOn extends Process {
  /** As it calls itself in what it records. */
  readonly id: string;
  /** What it says of itself: its `/readyz`, with the HTTP status. */
  readiness(): Promise<{ readonly status: number; readonly text: string }>;
  /** Waits until it takes runs. */
  untilReady(): Promise<void>;
}

/** Starts `src/worker.ts` with one slot on the engine at `engine` and waits until it has proved itself. */
export async function startWorkerOn(
  engine: string,
  config: Config,
  drainSeconds = 120,
  more: Readonly<Record<string, string>> = {},
): Promise<WorkerOn> {
  const port = await freePort();
  const environment = {
    DOCKER_HOST: engine,
    WORKER_SLOTS: '1',
    DRAIN_SECONDS: String(drainSeconds),
    WORKER_METRICS_PORT: String(port),
    // The engines of a test machine are what its distribution brings.
    ENGINE_HOLES: 'warn',
    ...more,
  };
  const running = await startProcess('src/worker.ts', config, environment, (output) => idIn(output) !== '');
  const worker: WorkerOn = {
    ...running,
    id: idIn(running.output()),
    async readiness() {
      const answer = await fetch(`http://127.0.0.1:${port}/readyz`, { signal: AbortSignal.timeout(20_000) });
      return { status: answer.status, text: await answer.text() };
    },
    async untilReady() {
      await waitUntil(
        `worker ${worker.id} takes runs`,
        async () => (await worker.readiness().catch(() => null))?.status === 200,
        READY_MS,
        200,
      );
    },
  };
  try {
    await worker.untilReady();
  } catch (error) {
    await running[Symbol.asyncDispose]();
    throw new Error(running.output().slice(-3_000), { cause: error });
  }
  return worker;
}

/** The name that stands in its line of having started. */
function idIn(output: string): string {
  const line = output.split('\n').find((each) => each.includes('"taking runs"')) ?? '';
  return /"worker":"([^"]+)"/.exec(line)?.[1] ?? '';
}
