import type Docker from 'dockerode';
import { z } from 'zod';
import { parseBytes } from '../../../src/policy/compose/bytes.ts';

const Texts = z
  .array(z.string())
  .nullish()
  .transform((texts) => texts ?? []);
const Numbers = z
  .number()
  .nullish()
  .transform((value) => value ?? 0);

/** What the Engine's inspect tells of a container, as far as a compose file can govern it. */
const Inspect = z.object({
  Id: z.string(),
  Name: z.string(),
  Image: z.string(),
  Config: z.object({
    Hostname: z.string(),
    User: z.string(),
    Env: Texts,
    Cmd: Texts,
    Entrypoint: Texts,
    WorkingDir: z.string(),
    Labels: z.record(z.string(), z.string()),
    StopSignal: z.string().default(''),
    StopTimeout: z.number().nullish(),
    Healthcheck: z
      .object({ Test: Texts, Interval: Numbers, Timeout: Numbers, Retries: Numbers, StartPeriod: Numbers })
      .optional(),
  }),
  HostConfig: z.object({
    NetworkMode: z.string(),
    Init: z.boolean().nullish(),
    ReadonlyRootfs: z.boolean(),
    Tmpfs: z.record(z.string(), z.string()).nullish(),
    Mounts: z
      .array(
        z.object({
          Type: z.string(),
          Target: z.string(),
          TmpfsOptions: z.object({ SizeBytes: z.number().optional(), Mode: z.number().optional() }).nullish(),
        }),
      )
      .nullish(),
    PortBindings: z
      .record(z.string(), z.array(z.object({ HostIp: z.string(), HostPort: z.string() })).nullable())
      .nullish(),
    Dns: Texts,
    DnsSearch: Texts,
    DnsOptions: Texts,
    SecurityOpt: Texts,
    CapAdd: Texts,
    RestartPolicy: z.object({ Name: z.string(), MaximumRetryCount: z.number() }),
    Memory: z.number(),
    NanoCpus: z.number(),
    CpuQuota: z.number(),
    CpuPeriod: z.number(),
    PidsLimit: Numbers,
    ShmSize: z.number(),
  }),
  Mounts: z.array(
    z.object({ Type: z.string(), Name: z.string().optional(), Destination: z.string(), RW: z.boolean() }),
  ),
  NetworkSettings: z.object({ Networks: z.record(z.string(), z.object({ Aliases: Texts })) }),
});

/** A container in words that are the same whoever made it. */
export type SeenContainer = ReturnType<typeof seenFrom>;

/** `networkName` turns the engine's name of a network into that of the compose file. */
export async function seenContainer(
  container: Docker.Container,
  networkName: (name: string) => string,
): Promise<SeenContainer> {
  return seenFrom(Inspect.parse(await container.inspect()), networkName);
}

function seenFrom(info: z.output<typeof Inspect>, networkName: (name: string) => string) {
  const { Config: config, HostConfig: host } = info;
  const short = info.Id.slice(0, 12);
  const check = config.Healthcheck;
  return {
    image: info.Image,
    entrypoint: config.Entrypoint,
    command: config.Cmd,
    environment: [...config.Env].sort(),
    labels: ownLabels(config.Labels),
    workingDir: config.WorkingDir,
    user: config.User,
    hostname: config.Hostname === short ? '(its id)' : config.Hostname,
    init: host.Init ?? false,
    readOnly: host.ReadonlyRootfs,
    tmpfs: tmpfsOf(host),
    mounts: info.Mounts.filter(({ Type }) => Type !== 'tmpfs')
      .map(({ Type, Name = '', Destination, RW }) => {
        const kind = Type === 'volume' ? (/^[0-9a-f]{64}$/.test(Name) ? 'anonymous' : 'volume') : Type;
        return `${kind} at ${Destination}${RW ? '' : ', read-only'}`;
      })
      .sort(),
    ports: Object.entries(host.PortBindings ?? {})
      .flatMap(([target, bindings]) =>
        (bindings ?? []).map(({ HostIp, HostPort }) => `${HostIp}:${HostPort} to ${target}`),
      )
      .sort(),
    dns: host.Dns,
    dnsSearch: host.DnsSearch,
    dnsOptions: host.DnsOptions,
    networks: networksOf(info, networkName),
    health: {
      test: check?.Test ?? [],
      intervalMs: inMs(check?.Interval),
      timeoutMs: inMs(check?.Timeout),
      startPeriodMs: inMs(check?.StartPeriod),
      retries: check?.Retries ?? 0,
    },
    restart: `${host.RestartPolicy.Name || 'no'}:${host.RestartPolicy.MaximumRetryCount}`,
    stopSignal: config.StopSignal,
    stopSeconds: config.StopTimeout ?? null,
    memoryBytes: host.Memory,
    /** A quota is the same limit in the kernel's terms. */
    nanoCpus: host.NanoCpus || (host.CpuQuota / (host.CpuPeriod || 100_000)) * 1e9,
    pids: host.PidsLimit,
    shmBytes: host.ShmSize,
    /** Those that were asked for by name. */
    capabilities: host.CapAdd.map((name) => name.replace(/^CAP_/, '')).sort(),
    securityOptions: host.SecurityOpt.map((option) => option.replace(/[:=]true$/, '')).sort(),
  };
}

function ownLabels(labels: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(labels).filter(([name]) => !/^(com\.docker\.compose|labgrader)\./.test(name)),
  );
}

function inMs(nanoseconds = 0): number {
  return nanoseconds / 1_000_000;
}

/** Path → its options in one spelling, `size` in bytes. */
function tmpfsOf(host: z.output<typeof Inspect>['HostConfig']): Readonly<Record<string, readonly string[]>> {
  const tmpfs = new Map<string, readonly string[]>();
  for (const [path, options] of Object.entries(host.Tmpfs ?? {})) {
    tmpfs.set(path, options.split(',').filter(Boolean).map(oneSpelling).sort());
  }
  for (const { Type, Target, TmpfsOptions: options } of host.Mounts ?? []) {
    if (Type !== 'tmpfs') continue;
    const size = options?.SizeBytes === undefined ? [] : [`size=${options.SizeBytes}`];
    const mode = options?.Mode === undefined ? [] : [`mode=${options.Mode.toString(8)}`];
    tmpfs.set(Target, [...size, ...mode].sort());
  }
  return Object.fromEntries(tmpfs);
}

function oneSpelling(option: string): string {
  const [name = '', value] = option.split('=');
  return name === 'size' && value !== undefined ? `size=${parseBytes(value) ?? value}` : option;
}

function networksOf(
  info: z.output<typeof Inspect>,
  networkName: (name: string) => string,
): Readonly<Record<string, readonly string[]>> {
  if (info.HostConfig.NetworkMode === 'none') return {};
  const own = new Set([info.Name.slice(1), info.Id.slice(0, 12)]);
  return Object.fromEntries(
    Object.entries(info.NetworkSettings.Networks).map(([name, { Aliases }]) => [
      networkName(name),
      [...new Set(Aliases.filter((alias) => !own.has(alias)))].sort(),
    ]),
  );
}
