/**
 * What will be run: the learner's Dockerfile and compose file, compiled through the policy into our own
 * words. Only this ever reaches the engine; no file of a learner is given to a docker or compose command.
 */
export interface Plan {
  readonly services: readonly ServicePlan[];
  /** Name of the service that the scenario grades. */
  readonly graded: string;
  /** Networks that services name; `default` exists where a service names none. */
  readonly networks: readonly string[];
  /** Named volumes, made fresh for each run. */
  readonly volumes: readonly string[];
}

export interface ServicePlan {
  readonly name: string;
  readonly image: ImagePlan;
  readonly entrypoint?: readonly string[];
  readonly command?: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly workingDir?: string;
  readonly user?: string;
  readonly hostname?: string;
  readonly init?: boolean;
  readonly readOnly: boolean;
  readonly tmpfs: readonly string[];
  readonly mounts: readonly MountPlan[];
  readonly ports: readonly PortMapping[];
  readonly dns: readonly string[];
  readonly dnsSearch: readonly string[];
  readonly dnsOptions: readonly string[];
  /** Empty for `network_mode: none`. */
  readonly networks: readonly NetworkMembership[];
  readonly healthcheck?: HealthcheckPlan;
  readonly restart: RestartPolicy;
  readonly stopSignal?: string;
  readonly stopGracePeriodMs?: number;
  /** As the learner asked; the engine adapter clamps them to the run's limits. */
  readonly memoryBytes?: number;
  readonly cpus?: number;
  readonly pids?: number;
  readonly shmBytes?: number;
  readonly dependsOn: readonly Dependency[];
}

export type ImagePlan =
  | { readonly from: 'build'; readonly build: BuildPlan }
  /** An allowed base image run as it is; `reference` is already the local, pinned one. */
  | { readonly from: 'base'; readonly reference: string };

export interface BuildPlan {
  /** Folder of the submission that is the build context; `.` for the whole of it. */
  readonly context: string;
  /** Path of the Dockerfile in the submission, for messages; `inline` for `dockerfile_inline`. */
  readonly dockerfilePath: string;
  /** The Dockerfile as built: directives stripped, base images replaced by local references, lines kept in place. */
  readonly dockerfile: string;
  readonly target?: string;
  readonly args: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
}

export interface PortMapping {
  /** Host port; null where the engine would choose one. */
  readonly published: number | null;
  readonly target: number;
  readonly protocol: 'tcp' | 'udp';
  readonly hostIp?: string;
}

export type MountPlan =
  | { readonly kind: 'volume'; readonly name: string; readonly target: string; readonly readOnly: boolean }
  | { readonly kind: 'anonymous'; readonly target: string; readonly readOnly: boolean }
  /** A path of the submission, copied into the container before it starts: nothing of the host is mounted. */
  | { readonly kind: 'files'; readonly source: string; readonly target: string; readonly readOnly: boolean };

export interface NetworkMembership {
  readonly network: string;
  readonly aliases: readonly string[];
}

/** A health check; absent fields are taken from the image's own, as the engine does. */
export interface HealthcheckPlan {
  readonly test?: readonly string[];
  readonly intervalMs?: number;
  readonly timeoutMs?: number;
  readonly startPeriodMs?: number;
  readonly startIntervalMs?: number;
  readonly retries?: number;
}

export interface RestartPolicy {
  readonly name: 'no' | 'always' | 'on-failure' | 'unless-stopped';
  readonly maximumRetries?: number;
}

export interface Dependency {
  readonly service: string;
  readonly condition: 'service_started' | 'service_healthy' | 'service_completed_successfully';
  readonly required: boolean;
}
