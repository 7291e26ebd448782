import { z } from 'zod';

/** Where a fact was seen from, in the reachability table. */
const Reach = z.enum([
  'answered',
  'other-answer',
  'refused',
  'reset',
  'timeout',
  'not-published',
  'not-tried',
]);

const LogEvidence = z.object({
  type: z.literal('log'),
  title: z.string(),
  lines: z.array(z.string()),
  /** Lines or bytes were left out: only the last ones are shown. */
  truncated: z.boolean(),
});

const ExitEvidence = z.object({
  type: z.literal('exit'),
  exitCode: z.number().nullable(),
  meaning: z.string(),
  oomKilled: z.boolean(),
  /** The command as the engine ran it: entrypoint and command in exec form. */
  argv: z.array(z.string()),
  ranForMs: z.number().nullable(),
});

const TimelineEvidence = z.object({
  type: z.literal('timeline'),
  title: z.string(),
  events: z.array(z.object({ atMs: z.number(), what: z.string() })),
});

const ReachabilityEvidence = z.object({
  type: z.literal('reachability'),
  rows: z.array(z.object({ from: z.string(), address: z.string(), reach: Reach, detail: z.string() })),
});

const SocketsEvidence = z.object({
  type: z.literal('sockets'),
  rows: z.array(
    z.object({
      address: z.string(),
      port: z.number(),
      family: z.enum(['ipv4', 'ipv6']),
      owners: z.array(z.object({ pid: z.number(), argv: z.string() })),
      reachableFromOutside: z.boolean(),
    }),
  ),
});

const HttpEvidence = z.object({
  type: z.literal('http'),
  exchanges: z.array(
    z.object({
      request: z.string(),
      expected: z.string(),
      observed: z.string(),
      body: z.string(),
      ok: z.boolean(),
    }),
  ),
});

const ProcessesEvidence = z.object({
  type: z.literal('processes'),
  title: z.string(),
  rows: z.array(
    z.object({
      pid: z.number(),
      parentPid: z.number(),
      state: z.string(),
      user: z.number(),
      name: z.string(),
      argv: z.string(),
      ageMs: z.number(),
    }),
  ),
});

const SeriesEvidence = z.object({
  type: z.literal('series'),
  title: z.string(),
  unit: z.string(),
  points: z.array(z.object({ atMs: z.number(), value: z.number() })),
});

const LayersEvidence = z.object({
  type: z.literal('layers'),
  layers: z.array(
    z.object({
      instruction: z.string(),
      line: z.number().nullable(),
      bytes: z.number(),
      wastedBytes: z.number(),
      fromBase: z.boolean(),
    }),
  ),
  folders: z.array(z.object({ path: z.string(), bytes: z.number() })),
  findings: z.array(
    z.object({
      path: z.string(),
      what: z.string(),
      bytes: z.number(),
      line: z.number().nullable(),
      instruction: z.string(),
    }),
  ),
  totalBytes: z.number(),
  baseBytes: z.number(),
  /** The most that the whole image may hold; 0 where the check that shows it is without a limit on bytes. */
  limitBytes: z.number(),
});

const BuildGridEvidence = z.object({
  type: z.literal('build-grid'),
  builds: z.array(z.string()),
  steps: z.array(
    z.object({
      name: z.string(),
      line: z.number().nullable(),
      cells: z.array(z.enum(['cached', 'ran', 'absent'])),
      note: z.string(),
    }),
  ),
});

const DnsEvidence = z.object({
  type: z.literal('dns'),
  resolvers: z.array(z.object({ via: z.string(), address: z.string(), answers: z.boolean() })),
  queries: z.array(
    z.object({
      atMs: z.number(),
      server: z.string(),
      name: z.string(),
      recordType: z.string(),
      answer: z.string(),
    }),
  ),
});

const HealthEvidence = z.object({
  type: z.literal('health'),
  probes: z.array(
    z.object({ atMs: z.number(), exitCode: z.number(), output: z.string(), status: z.string() }),
  ),
});

/** A bounded, redacted record of what was observed. Each type has one drawing and one text form. */
export const Evidence = z.discriminatedUnion('type', [
  LogEvidence,
  ExitEvidence,
  TimelineEvidence,
  ReachabilityEvidence,
  SocketsEvidence,
  HttpEvidence,
  ProcessesEvidence,
  SeriesEvidence,
  LayersEvidence,
  BuildGridEvidence,
  DnsEvidence,
  HealthEvidence,
]);
export type Evidence = z.infer<typeof Evidence>;
export type EvidenceOf<T extends Evidence['type']> = Extract<Evidence, { type: T }>;
