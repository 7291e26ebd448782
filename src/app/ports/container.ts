import type { Exit } from '../../core/exit-code.ts';
import type { HttpAnswer, HttpProbe, PendingRequest } from './prober.ts';

/** A learner's container, seen from outside: by the engine, by the prober, and by the inspector. */
export interface Container {
  readonly service: string;
  /** Milliseconds since the epoch at which the engine was told to start it. */
  readonly startedAtMs: number;
  /** IPv4 address on its first network of the bench, another one maybe after a restart; null where it has no network. */
  readonly address: string | null;

  state(signal: AbortSignal): Promise<ContainerState>;
  /** Resolves when the container isn't running any more; a refused start resolves at once. */
  ended(signal: AbortSignal): Promise<ContainerState>;
  /** The engine's events of this container, oldest first, bounded. */
  events(): readonly ContainerEvent[];
  /** Last lines of both streams, bounded by the limit on log bytes. */
  log(signal: AbortSignal): Promise<LogExcerpt>;
  /** Bytes that the container has written over its image since it was made; volumes and tmpfs don't count. */
  writtenBytes(signal: AbortSignal): Promise<number>;
  /** `docker stop`: the stop signal, the grace period, then SIGKILL. Resolves when it has ended. */
  stop(graceMs: number, signal: AbortSignal): Promise<StopRecord>;
  /** `docker pause`: all its processes stand still at once. False where none runs just now. */
  pause(signal: AbortSignal): Promise<boolean>;
  /** Lets them go on; that it has ended, or is gone, is well. */
  unpause(signal: AbortSignal): Promise<void>;

  // By the prober, from outside of the container's network namespace, over IPv4.
  request(port: number, probe: HttpProbe, signal: AbortSignal): Promise<HttpAnswer>;
  /** Opens a connection and sends all of the request but its last byte, so that the one who took it can be seen. */
  openRequest(port: number, probe: HttpProbe, signal: AbortSignal): Promise<PendingRequest>;

  // By the inspector, from the engine's own process namespace.
  /** The same request from inside of the container's network namespace, to a loopback address. */
  requestInside(address: string, port: number, probe: HttpProbe, signal: AbortSignal): Promise<HttpAnswer>;
  sockets(signal: AbortSignal): Promise<SocketTable>;
  processes(signal: AbortSignal): Promise<readonly ContainerProcess[]>;
  /** Signals processes by host pid. A pid whose start time has changed is left alone. */
  signal(
    targets: readonly ProcessRef[],
    name: 'SIGSTOP' | 'SIGCONT' | 'SIGKILL' | 'SIGTERM',
    signal: AbortSignal,
  ): Promise<void>;
  /** Makes `count` children of nobody in the container's process namespace that end after `lifeMs`. */
  injectOrphans(count: number, lifeMs: number, signal: AbortSignal): Promise<void>;
}

export interface ContainerState extends Exit {
  readonly status: 'refused' | 'created' | 'running' | 'restarting' | 'exited';
  readonly startedAt: string;
  readonly ranForMs: number | null;
  readonly restartCount: number;
  /** Entrypoint and command in exec form, as run. */
  readonly argv: readonly string[];
  readonly health: HealthState | null;
  readonly limits: AskedLimits;
}

/** The limits that the learner asked the engine for, 0 for none: not what a run's own limits clamped them to. */
export interface AskedLimits {
  readonly memoryBytes: number;
  /** In cores; 0.5 is half of one. */
  readonly cpus: number;
}

export interface HealthState {
  readonly status: 'starting' | 'healthy' | 'unhealthy';
  readonly probes: readonly {
    readonly endedAtMs: number;
    readonly exitCode: number;
    readonly output: string;
  }[];
}

export interface ContainerEvent {
  readonly atMs: number;
  readonly action: string;
  readonly exitCode?: number;
}

export interface LogExcerpt {
  readonly lines: readonly string[];
  readonly truncated: boolean;
}

export interface StopRecord {
  readonly exitCode: number | null;
  readonly tookMs: number;
}

export interface SocketTable {
  readonly listening: readonly ListeningSocket[];
  readonly established: readonly EstablishedSocket[];
  readonly waiting: readonly WaitingConnection[];
}

export interface ListeningSocket {
  readonly family: 'ipv4' | 'ipv6';
  /** Dotted or colon form, for example `127.0.0.1`, `0.0.0.0`, `::`. */
  readonly address: string;
  readonly port: number;
  readonly owners: readonly ContainerProcess[];
}

export interface EstablishedSocket {
  readonly localPort: number;
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly owners: readonly ContainerProcess[];
}

/**
 * A connection that the kernel has taken and no process of the container has: whoever opened it may have given up since.
 */
export interface WaitingConnection {
  readonly localPort: number;
}

/** Names one process for good: a pid alone may come back as another process. */
export interface ProcessRef {
  /** Pid in the engine's own namespace. */
  readonly hostPid: number;
  /** Start time in clock ticks since boot. */
  readonly startTicks: number;
}

export interface ContainerProcess extends ProcessRef {
  /** Pid as the container sees it. */
  readonly pid: number;
  readonly parentPid: number;
  /** `R`, `S`, `D`, `T`, `Z` as /proc tells. */
  readonly state: string;
  /** Real, effective, saved and file-system user ids. */
  readonly uids: readonly [number, number, number, number];
  readonly effectiveCapabilities: string;
  readonly name: string;
  /** Empty for a zombie. */
  readonly argv: readonly string[];
  readonly ageMs: number;
}
