import type Docker from 'dockerode';
import { z } from 'zod';
import type {
  AskedLimits,
  Container,
  ContainerEvent,
  ContainerProcess,
  ContainerState,
  LogExcerpt,
  ProcessRef,
  SocketTable,
  StopRecord,
} from '../../app/ports/container.ts';
import type { HttpAnswer, HttpProbe, PendingRequest } from '../../app/ports/prober.ts';
import type { Inspector, SignalName } from './agents/inspector.ts';
import type { Prober } from './agents/prober.ts';
import { readLog } from './container-log.ts';
import { stateOf } from './container-state.ts';
import type { CurrentAddress } from './current-address.ts';
import { engineCall } from './engine.ts';
import type { EventLog } from './event-log.ts';
import { FirstProcess } from './first-process.ts';

/** An event may be lost with the stream; the state is looked at this often besides. */
const LOOK_AGAIN_MS = 1_000;

/** What a process that was killed by SIGKILL exits with. */
const KILLED = 137;

/** The engine leaves the size out where nothing was written. */
const Measured = z.object({ SizeRw: z.number().default(0) });

export interface ContainerTools {
  readonly events: EventLog;
  readonly prober: Prober;
  readonly inspector: Inspector;
  readonly logBytes: number;
}

/** A learner's container that the engine has created. */
export class DockerContainer implements Container {
  readonly service: string;
  readonly startedAtMs: number;
  readonly #address: CurrentAddress;
  readonly #container: Docker.Container;
  readonly #tools: ContainerTools;
  readonly #limits: AskedLimits;
  readonly #first: FirstProcess;
  #startedAt = '';
  /** The start whose end needs no word of the kernel: it was asked for already, or we killed it. */
  #memoryAskedOf = '';

  constructor(
    service: string,
    container: Docker.Container,
    started: { readonly atMs: number; readonly address: CurrentAddress; readonly limits: AskedLimits },
    tools: ContainerTools,
  ) {
    this.service = service;
    this.startedAtMs = started.atMs;
    this.#address = started.address;
    this.#container = container;
    this.#tools = tools;
    this.#limits = started.limits;
    this.#first = new FirstProcess(service, {
      inspect: async () => (await engineCall('inspect', container.inspect())).State.Pid,
      canAnswer: () => tools.inspector.alive,
      now: () => performance.now(),
    });
  }

  get address(): string | null {
    return this.#address.known;
  }

  async state(signal: AbortSignal): Promise<ContainerState> {
    signal.throwIfAborted();
    const askedAtMs = performance.now();
    const info = await engineCall('inspect', this.#container.inspect());
    this.#first.see(info.State.Pid, askedAtMs);
    const state = stateOf(info, this.#limits);
    this.#startedAt = state.startedAt;
    if (state.oomKilled || state.exitCode !== KILLED) return state;
    return { ...state, oomKilled: await this.#endedByMemory(state.startedAt, signal) };
  }

  async ended(signal: AbortSignal): Promise<ContainerState> {
    for (;;) {
      const event = this.#nextEvent('die', signal);
      const state = await this.state(signal);
      if (state.status !== 'running' && state.status !== 'created') return state;
      const died = await event;
      if (died) {
        const after = await this.state(signal);
        // With a restart policy it may run again already; it has ended all the same.
        const status = after.status === 'running' ? 'restarting' : after.status;
        return { ...after, status, exitCode: died.exitCode ?? after.exitCode };
      }
    }
  }

  events(): readonly ContainerEvent[] {
    return this.#tools.events.of(this.#container.id);
  }

  log(signal: AbortSignal): Promise<LogExcerpt> {
    signal.throwIfAborted();
    return readLog(this.#container, this.#tools.logBytes);
  }

  async writtenBytes(signal: AbortSignal): Promise<number> {
    signal.throwIfAborted();
    // `size` isn't in the types, though dockerode passes it on to the engine.
    const options = { abortSignal: signal, size: true };
    const measured = await engineCall('inspect', this.#container.inspect(options));
    return Measured.parse(measured).SizeRw;
  }

  async stop(graceMs: number, signal: AbortSignal): Promise<StopRecord> {
    this.#first.forget();
    const began = performance.now();
    const stopping = this.#container.stop({ t: Math.ceil(graceMs / 1000), abortSignal: signal });
    await engineCall('stop', stopping.catch(ignoreNotModified), graceMs + 60_000);
    const tookMs = performance.now() - began;
    return { exitCode: (await this.state(signal)).exitCode, tookMs };
  }

  async pause(signal: AbortSignal): Promise<boolean> {
    const pausing = this.#container.pause({ abortSignal: signal }).then(() => true);
    return engineCall(
      'pause',
      pausing.catch(async (error: unknown) => {
        if ((await this.state(signal)).status !== 'running') return false;
        throw error;
      }),
    );
  }

  async unpause(signal: AbortSignal): Promise<void> {
    const going = this.#container.unpause({ abortSignal: signal });
    await engineCall(
      'unpause',
      going.catch(async (error: unknown) => {
        if ((await this.state(signal)).status === 'running') throw error;
      }),
    );
  }

  async request(port: number, probe: HttpProbe, signal: AbortSignal): Promise<HttpAnswer> {
    const address = await this.#address.now();
    return address === null ? NO_NETWORK : this.#tools.prober.request(address, port, probe, signal);
  }

  async openRequest(port: number, probe: HttpProbe, signal: AbortSignal): Promise<PendingRequest> {
    const address = await this.#address.now();
    if (address === null) return answered(NO_NETWORK);
    const opened = await this.#tools.prober.open(address, port, probe, signal);
    return 'finish' in opened ? opened : answered(opened);
  }

  requestInside(address: string, port: number, probe: HttpProbe, signal: AbortSignal): Promise<HttpAnswer> {
    return this.#first.ask(
      (pid) => this.#tools.inspector.requestInside(pid, address, port, probe, signal),
      signal,
    );
  }

  sockets(signal: AbortSignal): Promise<SocketTable> {
    return this.#first.ask((pid) => this.#tools.inspector.sockets(pid, signal), signal);
  }

  processes(signal: AbortSignal): Promise<readonly ContainerProcess[]> {
    return this.#first.ask((pid) => this.#tools.inspector.processes(pid, signal), signal);
  }

  async signal(targets: readonly ProcessRef[], name: SignalName, signal: AbortSignal): Promise<void> {
    this.#first.forget();
    if (name === 'SIGKILL') this.#memoryAskedOf = this.#startedAt;
    await this.#tools.inspector.signal(targets, name, signal);
    this.#first.forget();
  }

  injectOrphans(count: number, lifeMs: number, signal: AbortSignal): Promise<void> {
    return this.#first.ask((pid) => this.#tools.inspector.injectOrphans(pid, count, lifeMs, signal), signal);
  }

  /**
   * Did the kernel end it for memory? It tells the engine so by another way than the end itself, and may do it later.
   * Waited for once a start: an end without that word stays without.
   */
  async #endedByMemory(startedAt: string, signal: AbortSignal): Promise<boolean> {
    const since = Date.parse(startedAt);
    const told = (): boolean => this.events().some(({ action, atMs }) => action === 'oom' && atMs >= since);
    if (told() || this.#memoryAskedOf === startedAt) return told();
    this.#memoryAskedOf = startedAt;
    return (await this.#nextEvent('oom', signal)) !== undefined || told();
  }

  /** Resolves with the next such event, or with undefined when it is time to look again. */
  #nextEvent(action: string, signal: AbortSignal): Promise<ContainerEvent | undefined> {
    return new Promise((resolve) => {
      const done = (event: ContainerEvent | undefined): void => {
        clearTimeout(timer);
        stop();
        signal.removeEventListener('abort', abort);
        resolve(event);
      };
      const abort = (): void => {
        done(undefined);
      };
      const timer = setTimeout(abort, LOOK_AGAIN_MS);
      const stop = this.#tools.events.listen(this.#container.id, (event) => {
        if (event.action === action) done(event);
      });
      signal.addEventListener('abort', abort, { once: true });
    });
  }
}

const NO_NETWORK: HttpAnswer = {
  ok: false,
  error: 'unreachable',
  detail: 'the container is on no network',
  tookMs: 0,
};

/** A request that needs no finishing: it has its answer. */
function answered(answer: HttpAnswer): PendingRequest {
  return {
    localAddress: '',
    localPort: 0,
    finish: () => Promise.resolve(answer),
    abandon: () => Promise.resolve(),
  };
}

function ignoreNotModified(error: unknown): void {
  // 304: it had ended already.
  if (error instanceof Error && 'statusCode' in error && error.statusCode === 304) return;
  throw error;
}
