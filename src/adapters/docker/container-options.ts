import type Docker from 'dockerode';
import { CONTAINER_CAPABILITIES } from '../../core/container-capabilities.ts';
import type { HealthcheckPlan, MountPlan, Plan, ServicePlan } from '../../core/plan.ts';
import type { Limits } from '../../core/scenario.ts';
import { LABEL } from './labels.ts';
import { projectMount } from './project-volume.ts';

const MIB = 1_048_576;
const NANO_CPUS = 1_000_000_000;
const NS_PER_MS = 1_000_000;
/**
 * A learner's own health check is asked this often, whatever it or the image declares: only its answers are graded.
 * With Docker's defaults (30 s, three times) a probe that hangs would take a minute and a half to be noticed.
 */
const HEALTH_INTERVAL_MS = 1_000;
const HEALTH_TIMEOUT_MS = 4_000;
const HEALTH_RETRIES = 2;
/** A process can't write a file bigger than this. */
const FILE_BYTES = 1024 * MIB;
const OPEN_FILES = 4096;
/** Docker's own default when a container is stopped. */
const DEFAULT_GRACE_MS = 10_000;
const LONGEST_GRACE_MS = 30_000;

/** Where a service is put. */
export interface Placement {
  readonly bench: string;
  readonly run: string;
  /** Local reference or id of the image. */
  readonly image: string;
  readonly name: string;
  readonly limits: Limits;
  /** The first network of the service, as the plan and as the engine names it; undefined for none. */
  readonly network?: { readonly planned: string; readonly name: string };
  /** Engine volume a plan's named volume is. */
  readonly volumes: ReadonlyMap<string, string>;
  /** Engine volume that a folder of the project is. */
  readonly projectVolumes: ReadonlyMap<string, string>;
  /** The resolver that a container without `dns` is given. */
  readonly resolver: string;
  /** Laid over what the plan's environment says. */
  readonly environment: Readonly<Record<string, string>>;
  /** An operator's runtime, for example `runsc`. */
  readonly runtime?: string;
}

/** The Engine's create options for a service of a plan: the plan's words clamped to the run's limits. */
export function containerOptions(service: ServicePlan, place: Placement): Docker.ContainerCreateOptions {
  const memory = Math.min(service.memoryBytes ?? Infinity, place.limits.memoryMiB * MIB);
  const { restart } = service;
  return {
    name: place.name,
    Image: place.image,
    ...(service.entrypoint && { Entrypoint: [...service.entrypoint] }),
    ...(service.command && { Cmd: [...service.command] }),
    Env: Object.entries({ ...service.environment, ...place.environment }).map(
      ([name, value]) => `${name}=${value}`,
    ),
    Labels: { ...service.labels, [LABEL.bench]: place.bench, [LABEL.run]: place.run },
    ...(service.workingDir !== undefined && { WorkingDir: service.workingDir }),
    ...(service.user !== undefined && { User: service.user }),
    ...(service.hostname !== undefined && { Hostname: service.hostname }),
    ...(service.stopSignal !== undefined && { StopSignal: service.stopSignal }),
    StopTimeout: Math.ceil(graceMs(service) / 1000),
    Healthcheck: healthcheck(service.healthcheck),
    HostConfig: {
      NetworkMode: place.network?.name ?? 'none',
      CapDrop: ['ALL'],
      CapAdd: CONTAINER_CAPABILITIES,
      SecurityOpt: ['no-new-privileges'],
      ...(place.runtime !== undefined && { Runtime: place.runtime }),
      Memory: memory,
      // No swap: what is over the limit is killed, and the verdict says memory.
      MemorySwap: memory,
      NanoCpus: Math.round(Math.min(service.cpus ?? Infinity, place.limits.cpus) * NANO_CPUS),
      PidsLimit: Math.min(service.pids ?? Infinity, place.limits.processes),
      ...(service.shmBytes !== undefined && { ShmSize: Math.min(service.shmBytes, 64 * MIB) }),
      Ulimits: [
        { Name: 'core', Soft: 0, Hard: 0 },
        { Name: 'fsize', Soft: FILE_BYTES, Hard: FILE_BYTES },
        { Name: 'nofile', Soft: OPEN_FILES, Hard: OPEN_FILES },
      ],
      LogConfig: logConfig(place.limits),
      ...(service.init !== undefined && { Init: service.init }),
      ReadonlyRootfs: service.readOnly && !hasFileMounts(service, place),
      Tmpfs: Object.fromEntries(service.tmpfs.map(tmpfsOf)),
      Mounts: service.mounts.flatMap((mount) => mountOf(mount, place)),
      RestartPolicy: {
        Name: restart.name,
        ...(restart.maximumRetries !== undefined && { MaximumRetryCount: restart.maximumRetries }),
      },
      Dns: service.dns.length > 0 ? [...service.dns] : [place.resolver],
      DnsSearch: [...service.dnsSearch],
      DnsOptions: [...service.dnsOptions],
    },
    ...(place.network && {
      NetworkingConfig: {
        EndpointsConfig: { [place.network.name]: { Aliases: aliasesOn(service, place.network.planned) } },
      },
    }),
  };
}

/** How long a service may take to end after its stop signal, in milliseconds. */
export function graceMs({ stopGracePeriodMs }: Pick<ServicePlan, 'stopGracePeriodMs'>): number {
  return Math.min(stopGracePeriodMs ?? DEFAULT_GRACE_MS, LONGEST_GRACE_MS);
}

/** The networks of the plan that a service is on, the graded service's first one first. */
export function orderedNetworks(service: ServicePlan, plan: Plan): readonly string[] {
  const main = mainNetwork(plan);
  const names = service.networks.map(({ network }) => network);
  return main !== undefined && names.includes(main)
    ? [main, ...names.filter((name) => name !== main)]
    : names;
}

/** The network by which the prober reaches the graded service: its first one. */
export function mainNetwork(plan: Plan): string | undefined {
  return plan.services.find(({ name }) => name === plan.graded)?.networks[0]?.network;
}

/** Names by which a service is found on a network of the plan: its own and those it declares. */
export function aliasesOn(service: ServicePlan, network: string): string[] {
  return [
    service.name,
    ...(service.networks.find((membership) => membership.network === network)?.aliases ?? []),
  ];
}

function healthcheck(plan: HealthcheckPlan | undefined): Docker.ContainerCreateOptions['Healthcheck'] {
  const test = plan?.test;
  return {
    ...(test && { Test: [...test] }),
    Interval: HEALTH_INTERVAL_MS * NS_PER_MS,
    StartInterval: HEALTH_INTERVAL_MS * NS_PER_MS,
    Timeout: Math.min(plan?.timeoutMs ?? Infinity, HEALTH_TIMEOUT_MS) * NS_PER_MS,
    ...(plan?.startPeriodMs !== undefined && { StartPeriod: plan.startPeriodMs * NS_PER_MS }),
    Retries: HEALTH_RETRIES,
  };
}

/** Two files, so that right after a flood made the engine begin a new one there is still more than the limit to read. */
function logConfig({ logBytes }: Limits): { Type: string; Config: Record<string, string> } {
  return { Type: 'json-file', Config: { 'max-size': String(logBytes * 2), 'max-file': '2' } };
}

function tmpfsOf(text: string): [string, string] {
  const at = text.indexOf(':');
  return at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

function mountOf(mount: MountPlan, place: Placement): Docker.MountSettings[] {
  if (mount.kind === 'files') {
    const volume = place.projectVolumes.get(mount.source);
    return volume === undefined ? [] : [projectMount(volume, mount.target, mount.readOnly)];
  }
  const volume = mount.kind === 'volume' ? place.volumes.get(mount.name) : undefined;
  return [
    {
      Type: 'volume',
      Source: volume ?? '',
      Target: mount.target,
      ReadOnly: mount.readOnly,
      VolumeOptions: {
        NoCopy: false,
        Labels: { [LABEL.run]: place.run },
        DriverConfig: { Name: 'local', Options: {} },
      },
    },
  ];
}

/** The engine copies a file into a container only where its root isn't read-only, so such a root is left writable. */
function hasFileMounts(service: ServicePlan, { projectVolumes }: Placement): boolean {
  return service.mounts.some((mount) => mount.kind === 'files' && !projectVolumes.has(mount.source));
}
