import { constants } from 'node:os';
import { z } from 'zod';
import type { ContainerProcess, ProcessRef, SocketTable } from '../../../app/ports/container.ts';
import type { HttpAnswer, HttpProbe } from '../../../app/ports/prober.ts';
import type { AgentConnection } from './agent-connection.ts';
import { HttpAnswerSchema } from './http-answer-schema.ts';
import { decodeSockets } from './socket-table.ts';

const QUICK_MS = 10_000;
const MARGIN_MS = 5_000;

const Process = z.object({
  hostPid: z.number(),
  startTicks: z.number(),
  pid: z.number(),
  parentPid: z.number(),
  state: z.string(),
  uids: z.tuple([z.number(), z.number(), z.number(), z.number()]),
  effectiveCapabilities: z.string(),
  name: z.string(),
  argv: z.array(z.string()),
  ageMs: z.number(),
});
const SocketRows = z.array(
  z.object({
    family: z.enum(['tcp', 'tcp6']),
    local: z.string(),
    remote: z.string(),
    state: z.string(),
    owners: z.array(Process),
  }),
);
const Load = z.object({ runnable: z.number(), cores: z.number() });

export type SignalName = 'SIGSTOP' | 'SIGCONT' | 'SIGKILL' | 'SIGTERM';

/** The inspector of one engine, in our words. `hostPid` is the engine's pid of a container's process 1. */
export class Inspector {
  readonly #agent: AgentConnection;

  constructor(agent: AgentConnection) {
    this.#agent = agent;
  }

  get alive(): boolean {
    return this.#agent.alive;
  }

  processes(hostPid: number, signal: AbortSignal): Promise<readonly ContainerProcess[]> {
    return this.#agent.ask('processes', { pid: hostPid }, z.array(Process), QUICK_MS, signal);
  }

  async sockets(hostPid: number, signal: AbortSignal): Promise<SocketTable> {
    return decodeSockets(await this.#agent.ask('sockets', { pid: hostPid }, SocketRows, QUICK_MS, signal));
  }

  /** How many of `targets` were there to be signalled. */
  signal(targets: readonly ProcessRef[], name: SignalName, signal: AbortSignal): Promise<number> {
    const refs = targets.map(({ hostPid, startTicks }) => ({ hostPid, startTicks }));
    const parameters = { targets: refs, number: constants.signals[name] };
    return this.#agent.ask('signal', parameters, z.number(), QUICK_MS, signal);
  }

  async injectOrphans(hostPid: number, count: number, lifeMs: number, signal: AbortSignal): Promise<void> {
    // Named as Python names its parameters.
    await this.#agent.ask(
      'injectOrphans',
      { pid: hostPid, count, life_ms: lifeMs },
      z.number(),
      QUICK_MS,
      signal,
    );
  }

  requestInside(
    hostPid: number,
    address: string,
    port: number,
    probe: HttpProbe,
    signal: AbortSignal,
  ): Promise<HttpAnswer> {
    const timeoutMs = probe.timeoutMs + MARGIN_MS;
    const parameters = { pid: hostPid, address, port, probe };
    return this.#agent.ask('requestInside', parameters, HttpAnswerSchema, timeoutMs, signal);
  }

  /** Holds all builds of the engine together to these limits. Empty where the engine's cgroups aren't to be seen. */
  limitBuilds(memoryBytes: number, processes: number): Promise<readonly string[]> {
    const parameters = { memory_bytes: memoryBytes, processes };
    return this.#agent.ask('limitBuilds', parameters, z.array(z.string()), QUICK_MS);
  }

  /** A number that grows whenever the kernel kills a build step for memory. */
  buildMemoryKills(): Promise<number> {
    return this.#agent.ask('buildMemoryKills', {}, z.number(), QUICK_MS);
  }

  /** Processes of builds that run now, or have not quite ended. */
  buildProcesses(): Promise<number> {
    return this.#agent.ask('buildProcesses', {}, z.number(), QUICK_MS);
  }

  /** Bytes left on the disk of the engine. */
  freeBytes(): Promise<number> {
    return this.#agent.ask('freeBytes', {}, z.number(), QUICK_MS);
  }

  /** Bytes on disk of files without a name that a container's processes hold open. */
  deletedBytes(hostPid: number, signal: AbortSignal): Promise<number> {
    return this.#agent.ask('deletedBytes', { pid: hostPid }, z.number(), QUICK_MS, signal);
  }

  /** Runnable processes and cores of the engine's machine at this moment. */
  load(): Promise<{ readonly runnable: number; readonly cores: number }> {
    return this.#agent.ask('runnable', {}, Load, QUICK_MS);
  }
}
