import { z } from 'zod';
import { DEFAULT_ENGINE_LIMITS } from './core/engine-limits.ts';
import { DEFAULT_INTAKE_LIMITS } from './core/intake-limits.ts';
import type { RetentionPolicy } from './core/retention.ts';

const MIB = 1_048_576;
const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/;
const port = z.coerce.number().int().min(0).max(65_535);
const count = (least: number, most: number) => z.coerce.number().int().min(least).max(most);

/** The environment, by its names; everything has a default but the two addresses. */
const Environment = z.object({
  DATABASE_URL: z.url(),
  REDIS_URL: z.url(),
  /** What everything of this installation in Redis begins with. */
  REDIS_PREFIX: z
    .string()
    .regex(/^[a-z0-9-]{1,40}$/)
    .default('labgrader'),
  HOST: z.string().default('127.0.0.1'),
  PORT: port.default(8080),
  /** Address under which people reach the pages; made of host and port where it is absent. */
  PUBLIC_URL: z.url().optional(),
  /** As Express takes it: `loopback`, or addresses of reverse proxies. */
  TRUST_PROXY: z.string().optional(),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
  DOCKER_HOST: z.string().optional(),
  /** Runs at once in a worker. */
  WORKER_SLOTS: count(1, 64).default(2),
  /** A worker that has not renewed its claim for so long loses the run. */
  LEASE_SECONDS: count(2, 600).default(30),
  /** Faults of the grader after which a run waits for staff. */
  FAULT_LIMIT: count(1, 20).default(3),
  /** How long a worker that is asked to end lets its runs go on. */
  DRAIN_SECONDS: count(0, 1800).default(20),
  BUILD_MEMORY_MIB: count(64, 1_048_576).default(DEFAULT_ENGINE_LIMITS.buildMemoryMiB),
  BUILD_PROCESSES: count(16, 1_000_000).default(DEFAULT_ENGINE_LIMITS.buildProcesses),
  /** What a build may write to disk while it goes on. */
  BUILD_DISK_MIB: count(64, 10_000_000).default(DEFAULT_ENGINE_LIMITS.buildDiskMiB),
  /** Free disk of the engine below which nothing is graded. */
  ENGINE_DISK_FLOOR_MIB: count(0, 10_000_000).default(DEFAULT_ENGINE_LIMITS.diskFloorMiB),
  /** Budget of an engine's build cache on disk. */
  BUILD_CACHE_GIB: count(1, 10_000).default(DEFAULT_ENGINE_LIMITS.buildCacheGiB),
  CONTAINER_RUNTIME: z.string().optional(),
  /** Whether runs are taken over an engine of a version with a known way out of a container. */
  ENGINE_HOLES: z.enum(['refuse', 'warn']).default('refuse'),
  UPLOAD_MIB: count(1, 1024).default(DEFAULT_INTAKE_LIMITS.uploadBytes / MIB),
  UNPACKED_MIB: count(1, 4096).default(DEFAULT_INTAKE_LIMITS.unpackedBytes / MIB),
  /** Where the service's own git repositories lie. */
  GIT_FOLDER: z.string().min(1).default('.data/git'),
  /** One push, packed. */
  PUSH_MIB: count(1, 1024).default(25),
  /** One learner's repository for one assignment. */
  REPOSITORY_MIB: count(1, 100_000).default(100),
  /** 32 bytes in hexadecimal: what credentials of forges are encrypted with. Without it no forge can be set up. */
  SECRETS_KEY: z
    .string()
    .regex(/^[0-9a-f]{64}$/i, '64 hexadecimal digits, for example of `openssl rand -hex 32`')
    .optional(),
  /** Keys of before, comma-separated: nothing new is encrypted with them. See src/rotate-keys.ts. */
  SECRETS_KEYS_OLD: z
    .string()
    .regex(/^(\s*[0-9a-f]{64}\s*(,|$))*$/i, '64 hexadecimal digits each, with commas between')
    .default(''),
  /** Days for which each is kept after a submission; 0 keeps it for ever. */
  KEEP_FILES_DAYS: count(0, 36_500).default(0),
  KEEP_EVIDENCE_DAYS: count(0, 36_500).default(0),
  KEEP_SUBMISSIONS_DAYS: count(0, 36_500).default(0),
  /** Where traces are sent to, by OTLP over HTTP; none are kept without it. */
  OTEL_EXPORTER_OTLP_ENDPOINT: z.union([z.literal(''), z.url()]).default(''),
  /** Whoever brings it as a bearer token may read /metrics; without one, only who asks on this machine itself. */
  METRICS_TOKEN: z
    .string()
    .refine((text) => text === '' || text.length >= 16, '16 characters or more')
    .default(''),
  /** Where a worker answers /healthz, /readyz and /metrics; without a port, nowhere. */
  WORKER_METRICS_HOST: z.string().default('127.0.0.1'),
  WORKER_METRICS_PORT: port.optional(),
  /** `host:port` of forges, comma-separated, that may be reached at private addresses and without TLS. */
  GIT_PRIVATE_HOSTS: z.string().default(''),
  /** The same of learning platforms. */
  LTI_PRIVATE_HOSTS: z.string().default(''),
  /** The institution's provider of OpenID Connect; without it there is no such sign-in. */
  OIDC_ISSUER: z.string().refine(isIssuer, 'an https address; http on this machine alone').default(''),
  OIDC_CLIENT_ID: z.string().max(255).default(''),
  /** Empty for a client that the provider knows by PKCE alone. */
  OIDC_CLIENT_SECRET: z.string().max(4096).default(''),
  /** What the button calls it. */
  OIDC_NAME: z.string().trim().max(60).default(''),
  OIDC_SCOPES: z
    .string()
    .refine(
      (text) => text.split(' ').includes('openid'),
      'words with spaces between them, `openid` among them',
    )
    .default('openid email profile'),
});

export interface Config {
  readonly databaseUrl: string;
  readonly redis: { readonly url: string; readonly prefix: string };
  readonly http: {
    readonly host: string;
    readonly port: number;
    readonly publicUrl: string | null;
    readonly trustProxy: string | false;
  };
  readonly logLevel: string;
  readonly worker: {
    readonly slots: number;
    readonly leaseMs: number;
    readonly faultLimit: number;
    readonly drainMs: number;
  };
  readonly engine: {
    readonly host: string | null;
    readonly runtime: string | null;
    readonly buildMemoryMiB: number;
    readonly buildProcesses: number;
    readonly buildDiskMiB: number;
    readonly diskFloorMiB: number;
    readonly buildCacheGiB: number;
    readonly holes: 'refuse' | 'warn';
  };
  readonly watching: {
    /** Null where only this machine itself may read metrics. */
    readonly metricsToken: string | null;
    /** Where a worker answers who watches over it; null for nowhere. */
    readonly worker: { readonly host: string; readonly port: number } | null;
  };
  readonly intake: typeof DEFAULT_INTAKE_LIMITS;
  readonly git: {
    readonly folder: string;
    readonly pushBytes: number;
    readonly repositoryBytes: number;
    readonly secretsKey: string | null;
    readonly oldSecretsKeys: readonly string[];
    readonly privateHosts: readonly string[];
  };
  readonly lti: { readonly privateHosts: readonly string[] };
  readonly retention: RetentionPolicy;
  /** Base address of an OTLP collector, without a slash at its end. */
  readonly tracesTo: string | null;
  /** Null where people don't sign in by an institution. */
  readonly openid: {
    readonly issuer: string;
    readonly clientId: string;
    readonly clientSecret: string | null;
    readonly name: string;
    readonly scopes: string;
  } | null;
}

/** Empty, https, or http on the loopback; without anything that is no part of an issuer. */
function isIssuer(text: string): boolean {
  if (text === '') return true;
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url?.search !== '' || url.hash !== '' || url.username !== '') return false;
  return url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.test(url.hostname));
}

/** Reads the settings once. @throws Error that names each setting that isn't as it should be */
export function loadConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const parsed = Environment.refine((env) => (env.OIDC_ISSUER === '') === (env.OIDC_CLIENT_ID === ''), {
    path: ['OIDC_CLIENT_ID'],
    error: 'set together with OIDC_ISSUER, or neither of them',
  }).safeParse(environment);
  if (!parsed.success) {
    const lines = parsed.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`);
    throw new Error(`The environment lacks what the service needs:\n${lines.join('\n')}`);
  }
  const env = parsed.data;
  return {
    databaseUrl: env.DATABASE_URL,
    redis: { url: env.REDIS_URL, prefix: env.REDIS_PREFIX },
    http: {
      host: env.HOST,
      port: env.PORT,
      publicUrl: env.PUBLIC_URL?.replace(/\/+$/, '') ?? null,
      trustProxy: env.TRUST_PROXY ?? false,
    },
    logLevel: env.LOG_LEVEL,
    worker: {
      slots: env.WORKER_SLOTS,
      leaseMs: env.LEASE_SECONDS * 1000,
      faultLimit: env.FAULT_LIMIT,
      drainMs: env.DRAIN_SECONDS * 1000,
    },
    engine: {
      host: env.DOCKER_HOST ?? null,
      runtime: env.CONTAINER_RUNTIME ?? null,
      buildMemoryMiB: env.BUILD_MEMORY_MIB,
      buildProcesses: env.BUILD_PROCESSES,
      buildDiskMiB: env.BUILD_DISK_MIB,
      diskFloorMiB: env.ENGINE_DISK_FLOOR_MIB,
      buildCacheGiB: env.BUILD_CACHE_GIB,
      holes: env.ENGINE_HOLES,
    },
    watching: {
      metricsToken: env.METRICS_TOKEN === '' ? null : env.METRICS_TOKEN,
      worker:
        env.WORKER_METRICS_PORT === undefined
          ? null
          : { host: env.WORKER_METRICS_HOST, port: env.WORKER_METRICS_PORT },
    },
    intake: {
      ...DEFAULT_INTAKE_LIMITS,
      uploadBytes: env.UPLOAD_MIB * MIB,
      unpackedBytes: env.UNPACKED_MIB * MIB,
    },
    git: {
      folder: env.GIT_FOLDER,
      pushBytes: env.PUSH_MIB * MIB,
      repositoryBytes: env.REPOSITORY_MIB * MIB,
      secretsKey: env.SECRETS_KEY ?? null,
      oldSecretsKeys: listOf(env.SECRETS_KEYS_OLD),
      privateHosts: listOf(env.GIT_PRIVATE_HOSTS),
    },
    lti: { privateHosts: listOf(env.LTI_PRIVATE_HOSTS) },
    retention: {
      filesDays: daysOf(env.KEEP_FILES_DAYS),
      evidenceDays: daysOf(env.KEEP_EVIDENCE_DAYS),
      submissionsDays: daysOf(env.KEEP_SUBMISSIONS_DAYS),
    },
    tracesTo:
      env.OTEL_EXPORTER_OTLP_ENDPOINT === '' ? null : env.OTEL_EXPORTER_OTLP_ENDPOINT.replace(/\/+$/, ''),
    openid:
      env.OIDC_ISSUER === ''
        ? null
        : {
            issuer: env.OIDC_ISSUER,
            clientId: env.OIDC_CLIENT_ID,
            clientSecret: env.OIDC_CLIENT_SECRET === '' ? null : env.OIDC_CLIENT_SECRET,
            name: env.OIDC_NAME === '' ? new URL(env.OIDC_ISSUER).hostname : env.OIDC_NAME,
            scopes: env.OIDC_SCOPES,
          },
  };
}

function listOf(text: string): string[] {
  return text
    .split(',')
    .map((item) => item.trim().toLowerCase())
    .filter((item) => item !== '');
}

function daysOf(days: number): number | null {
  return days === 0 ? null : days;
}
