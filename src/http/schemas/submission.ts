import { z } from 'zod';
import { Report } from '../../core/report.ts';
import { Phase, RunEvent } from '../../core/run-event.ts';
import { Verdict } from '../../core/verdict.ts';
import { KEPT, Kept } from './kept.ts';
import { Instant, ItemRef, PersonRef, SAMPLE, Uuid } from './field-types.ts';
import { withExample } from './with-example.ts';

export const SubmissionStatus = z.enum(['queued', 'running', 'done', 'cancelled', 'superseded', 'fault']);
export type SubmissionStatus = z.infer<typeof SubmissionStatus>;

export const SubmittedFiles = withExample(
  z.strictObject({
    /** Path → text; null removes a file of the starter. */
    files: z.record(z.string(), z.string().nullable()),
  }),
  { files: { 'src/app.py': 'app.run(host="0.0.0.0", port=8000)\n', 'notes.txt': null } },
);

const Links = z.object({ self: z.string(), events: z.string(), page: z.string() });

const LINKS = {
  self: `/api/v1/submissions/${SAMPLE.submission}`,
  events: `/api/v1/submissions/${SAMPLE.submission}/events`,
  page: `https://labs.example.edu/submissions/${SAMPLE.submission}`,
};

export const Accepted = withExample(
  z.object({
    id: Uuid,
    attempt: z.number().int(),
    status: SubmissionStatus,
    /** Place in the queue, from 1; null once it isn't waiting. */
    position: z.number().int().nullable(),
    expectedWaitSeconds: z.number().nullable(),
    links: Links,
  }),
  { id: SAMPLE.submission, attempt: 3, status: 'queued', position: 2, expectedWaitSeconds: 4, links: LINKS },
);
export type Accepted = z.infer<typeof Accepted>;

export const SubmissionSummary = z.object({
  id: Uuid,
  attempt: z.number().int(),
  person: PersonRef,
  submittedAt: Instant,
  late: z.boolean(),
  status: SubmissionStatus,
  verdict: Verdict.nullable(),
  score: z.number().nullable(),
  counts: z.boolean(),
  digest: z.string(),
  source: z.enum(['archive', 'files', 'git']),
});
export type SubmissionSummary = z.infer<typeof SubmissionSummary>;

const SUMMARY: SubmissionSummary = {
  id: SAMPLE.submission,
  attempt: 3,
  person: SAMPLE.ada,
  submittedAt: '2026-11-25T01:10:00.000Z',
  late: false,
  status: 'done',
  verdict: 'failed',
  score: 50,
  counts: true,
  digest: SAMPLE.digest,
  source: 'archive',
};

export const SubmissionPage = withExample(
  z.object({
    submissions: z.array(SubmissionSummary),
    next: z.string().nullable(),
  }),
  { submissions: [SUMMARY], next: null },
);

export const RunSummary = z.object({
  id: Uuid,
  kind: z.enum(['first', 'regrade', 'probe']),
  state: SubmissionStatus,
  verdict: Verdict.nullable(),
  score: z.number().nullable(),
  queuedAt: Instant,
  startedAt: Instant.nullable(),
  finishedAt: Instant.nullable(),
  worker: z.string().nullable(),
  engine: z.string().nullable(),
  tries: z.number().int(),
  counts: z.boolean(),
  regradeSet: Uuid.nullable(),
});
export type RunSummary = z.infer<typeof RunSummary>;

const RUN: z.infer<typeof RunSummary> = {
  id: SAMPLE.run,
  kind: 'first',
  state: 'done',
  verdict: 'failed',
  score: 50,
  queuedAt: '2026-11-25T01:10:00.000Z',
  startedAt: '2026-11-25T01:10:01.200Z',
  finishedAt: '2026-11-25T01:10:02.100Z',
  worker: 'worker-1',
  engine: '26.1.5',
  tries: 1,
  counts: true,
  regradeSet: null,
};

const REPORT: Report = {
  scenario: 'port-bind',
  scenarioDigest: SAMPLE.digest,
  verdict: 'failed',
  score: 50,
  summary: 'localhost:8000 leads to nobody: the service listens on the loopback of its container.',
  checks: [
    {
      id: 'answers',
      kind: 'published-http',
      title: 'localhost:8000 leads to the service',
      status: 'failed',
      points: 0,
      maxPoints: 50,
      required: true,
      finding: 'loopback-only',
      observed: 'the service listens at 127.0.0.1:8000; from outside the container: no answer (refused)',
      expected: 'localhost:8000 leads to this build’s own answer to GET /version',
      explanation:
        'The engine forwards to the container’s own address, but the socket is bound to 127.0.0.1.',
      hint: 'The table of sockets shows the address that the process is bound to.',
      evidence: [
        {
          type: 'sockets',
          rows: [
            {
              address: '127.0.0.1',
              port: 8000,
              family: 'ipv4',
              owners: [{ pid: 1, argv: 'python src/app.py' }],
              reachableFromOutside: false,
            },
          ],
        },
      ],
      durationMs: 182,
    },
  ],
  policy: [],
  notices: [],
  buildLog: [],
  timings: { building: 310, total: 780 },
  engine: '26.1.5',
};

export const Submission = withExample(
  SubmissionSummary.extend({
    course: ItemRef,
    assignment: ItemRef,
    phase: Phase,
    position: z.number().int().nullable(),
    expectedWaitSeconds: z.number().nullable(),
    lateByMs: z.number(),
    report: Report.nullable(),
    feedback: z.enum(['full', 'messages', 'verdict']),
    /** For staff. */
    fault: z.string().nullable(),
    previous: z
      .object({
        id: Uuid,
        attempt: z.number().int(),
        verdict: Verdict.nullable(),
        score: z.number().nullable(),
      })
      .nullable(),
    /** Against the previous attempt, or the starter. */
    changes: z
      .object({ added: z.array(z.string()), changed: z.array(z.string()), removed: z.array(z.string()) })
      .nullable(),
    runs: z.array(RunSummary),
    kept: z.object({ files: Kept, evidence: Kept, submission: Kept }),
    canCancel: z.boolean(),
    canRegrade: z.boolean(),
    links: Links,
  }),
  {
    ...SUMMARY,
    course: SAMPLE.course,
    assignment: SAMPLE.assignment,
    phase: 'done',
    position: null,
    expectedWaitSeconds: null,
    lateByMs: 0,
    report: REPORT,
    feedback: 'full',
    fault: null,
    previous: { id: SAMPLE.run, attempt: 2, verdict: 'run-failed', score: 0 },
    changes: { added: [], changed: ['src/app.py'], removed: [] },
    runs: [RUN],
    kept: { files: KEPT, evidence: KEPT, submission: { ...KEPT, until: null } },
    canCancel: false,
    canRegrade: false,
    links: LINKS,
  },
);
export type Submission = z.infer<typeof Submission>;

/** First event of the stream of a submission. */
export const SubmissionSnapshot = z.object({ submission: Submission, events: z.array(RunEvent) });
export type SubmissionSnapshot = z.infer<typeof SubmissionSnapshot>;

export const FileList = withExample(
  z.object({
    files: z.array(
      z.object({
        path: z.string(),
        bytes: z.number().int(),
        executable: z.boolean(),
        /** Null for binary and for large files. */
        text: z.string().nullable(),
      }),
    ),
  }),
  { files: [{ path: 'Dockerfile', bytes: 412, executable: false, text: 'FROM python:3.11-slim\n…' }] },
);
export type FileList = z.infer<typeof FileList>;

export const RunDetail = withExample(
  RunSummary.extend({
    submission: SubmissionSummary,
    report: Report.nullable(),
    fault: z.string().nullable(),
    scenario: z.string(),
    scenarioDigest: z.string(),
  }),
  {
    ...RUN,
    submission: SUMMARY,
    report: REPORT,
    fault: null,
    scenario: REPORT.scenario,
    scenarioDigest: SAMPLE.digest,
  },
);
export type RunDetail = z.infer<typeof RunDetail>;
