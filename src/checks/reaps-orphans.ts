import { z } from 'zod';
import { checkKind } from '../app/ports/check-kind.ts';
import type { ContainerProcess } from '../app/ports/container.ts';
import type { HttpAnswer } from '../app/ports/prober.ts';
import type { Subject } from '../app/ports/subject.ts';
import type { EvidenceOf } from '../core/evidence.ts';
import { failed, passed, plural, processesEvidence, processText, seconds, type Findings } from './outcome.ts';
import { waitFor } from './wait-for.ts';

const Parameters = z.strictObject({
  /** Orphans of each kind in each round. */
  count: z.number().int().min(1).max(20).default(4),
  rounds: z.number().int().min(1).max(4).default(2),
  /** From the making of the orphans until nothing may be left of them. */
  withinMs: z.number().int().min(2000).max(30_000).default(10_000),
  /** The route by which the service makes orphans itself; null where it has none. */
  spawnPath: z.string().startsWith('/').nullable().default('/spawn'),
});
type Parameters = z.infer<typeof Parameters>;

/** How long an injected orphan lives, and after how long none of either kind can be alive any more. */
const LIFE_MS = 500;
const SETTLED_MS = 1_200;
const MOST_POINTS = 120;

interface Round {
  readonly zombies: readonly ContainerProcess[];
  readonly processes: readonly ContainerProcess[];
  readonly refusal?: string;
}

/**
 * Processes that lose their parent are waited for when they end. Orphans are made in two ways: by the service's own
 * route, and from outside, which works whatever the submission made of that route.
 */
export const reapsOrphans = checkKind({
  name: 'reaps-orphans',
  schema: Parameters,
  findings: ['zombies', 'zombies-of-pid-1', 'spawn-failed'],
  needs: 'answer',
  use: 'exclusive',
  async run(subject, parameters, signal) {
    const startedAtMs = Date.now();
    const points: { atMs: number; value: number }[] = [];
    for (let round = 1; round <= parameters.rounds; round++) {
      const seen = await playRound(subject, parameters, points, startedAtMs, signal);
      const outcome = judge(seen, round, parameters, points);
      if (outcome !== null) return outcome;
    }
    const processes = await subject.app.processes(signal);
    const main = mainOf(processes);
    return passed({
      ...lesson(parameters),
      observed: `In ${plural(parameters.rounds, 'round')} every orphan that ended was waited for; no zombie is left. PID 1 is ${main === undefined ? 'unknown' : processText(main)}.`,
      evidence: [series(points), processesEvidence(processes)],
    });
  },
});

async function playRound(
  subject: Subject,
  { count, withinMs, spawnPath }: Parameters,
  points: { atMs: number; value: number }[],
  startedAtMs: number,
  signal: AbortSignal,
): Promise<Round> {
  const refusal = spawnPath === null ? undefined : await spawnBy(subject, spawnPath, count, signal);
  await subject.app.injectOrphans(count, LIFE_MS, signal);
  const madeAtMs = Date.now();
  const round = await waitFor(
    async () => {
      const processes = await subject.app.processes(signal);
      const zombies = processes.filter((process) => process.state === 'Z');
      points.push({ atMs: Date.now() - startedAtMs, value: zombies.length });
      return { zombies, processes };
    },
    // Before that, orphans may still be alive: no zombie would then prove nothing.
    ({ zombies }) => Date.now() - madeAtMs >= SETTLED_MS && zombies.length === 0,
    { withinMs, everyMs: 200 },
    signal,
  );
  return { ...round, ...(refusal !== undefined && { refusal }) };
}

/** Has the service make orphans; returns what it answered where that wasn't as agreed. */
async function spawnBy(
  subject: Subject,
  path: string,
  count: number,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (subject.port === null) return 'no port is published';
  const probe = {
    method: 'POST',
    path,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ count }),
    timeoutMs: 5_000,
  };
  const answer: HttpAnswer = await subject.app.request(subject.port, probe, signal);
  if (!answer.ok) return `no answer (${answer.error})`;
  return answer.status === 200 ? undefined : `status ${answer.status}`;
}

function judge(
  round: Round,
  number: number,
  parameters: Parameters,
  points: readonly { atMs: number; value: number }[],
) {
  const findings = (observed: string): Findings => ({
    ...lesson(parameters),
    observed,
    evidence: [series(points), processesEvidence(round.processes)],
  });
  const [first] = round.zombies;
  if (first === undefined) {
    if (round.refusal === undefined) return null;
    return failed('spawn-failed', findings(`\`POST ${parameters.spawnPath ?? ''}\`: ${round.refusal}.`));
  }
  const parent = round.processes.find((process) => process.pid === first.parentPid);
  const owner = parent === undefined ? `pid ${first.parentPid}` : processText(parent);
  const observed = `Round ${number}: ${plural(round.zombies.length, 'dead child', 'dead children')} (state Z) after ${seconds(parameters.withinMs)}. They belong to ${owner}, which never calls wait() for them.`;
  const finding = first.parentPid === 1 ? 'zombies-of-pid-1' : 'zombies';
  return failed(finding, { ...findings(observed), byTime: 'late' });
}

function lesson({ withinMs }: Parameters): Pick<Findings, 'expected' | 'explanation'> {
  return {
    expected: `Processes that have lost their parent are gone ${seconds(withinMs)} after they were made, whoever made them.`,
    explanation:
      'A process that ends stays in the process table until its parent asks for its exit code. A process without a parent is given to PID 1 of the container, so PID 1 has to wait for children that it never started. An ordinary program does not do that. Each zombie holds one place of the limit on processes, and when they are used up nothing can be started any more.',
  };
}

function mainOf(processes: readonly ContainerProcess[]): ContainerProcess | undefined {
  return processes.find((process) => process.pid === 1);
}

function series(points: readonly { atMs: number; value: number }[]): EvidenceOf<'series'> {
  // Where nothing changes, the points in between tell nothing.
  const telling = points.filter(
    ({ value }, index) => value !== points[index - 1]?.value || value !== points[index + 1]?.value,
  );
  const kept = telling.slice(0, MOST_POINTS);
  return { type: 'series', title: 'Zombies over time', unit: 'zombies', points: kept };
}
