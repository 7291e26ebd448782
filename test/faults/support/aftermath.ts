import type Docker from 'dockerode';
import { expect } from 'vitest';
import { LABEL } from '../../../src/adapters/docker/labels.ts';
import { expectNothingLeft, expectOneVerdictEach } from '../../attacks/support/arena.ts';
import { sql } from '../../integration/support/database.ts';
import type { Marked } from './marked.ts';

const REMAINS_MS = 60_000;

/** Everything of these learners that was handed in was graded once, as their only attempt, and counts in full. */
export async function expectGradedOnce(
  databaseUrl: string,
  sent: readonly { readonly id: string }[],
): Promise<void> {
  await expectOneVerdictEach(databaseUrl);
  const rows = await sql(
    databaseUrl,
    `SELECT submission.id, submission.status::text, submission.verdict, submission.score, submission.attempt,
       (SELECT count(*)::int FROM run WHERE run.submission_id = submission.id) AS runs,
       (SELECT count(*)::int FROM audit_entry WHERE act = 'run.recorded' AND subject = 'submission:' || submission.id)
         AS recorded,
       (SELECT count(*)::int FROM submission other WHERE other.person_id = submission.person_id) AS attempts,
       standing.score AS standing
     FROM submission LEFT JOIN standing
       ON standing.person_id = submission.person_id AND standing.assignment_id = submission.assignment_id
     WHERE submission.id = ANY($1::uuid[]) ORDER BY submission.id`,
    [sent.map(({ id }) => id)],
  );
  const right = { status: 'done', verdict: 'passed', score: 100, attempt: 1 };
  const once = { runs: 1, recorded: 1, attempts: 1, standing: 100 };
  const ids = sent.map(({ id }) => id).sort();
  expect(rows).toEqual(ids.map((id) => ({ id, ...right, ...once })));
}

/** Nothing of any run is in the engine or runs on the machine. */
export async function expectCleared(docker: Docker, databaseUrl: string, marked: Marked): Promise<void> {
  await expectNothingLeft(docker, databaseUrl);
  expect(await marked.processes(), 'processes that go on').toEqual([]);
}

/** No bench is there whose worker is gone. For an engine that no other test has left any on. */
export async function expectNoOrphans(docker: Docker): Promise<void> {
  await expect
    .poll(() => orphans(docker), { timeout: REMAINS_MS, interval: 250, message: 'benches without a worker' })
    .toEqual([]);
}

/** Containers and networks of benches on which none of our agents runs. */
async function orphans(docker: Docker): Promise<readonly string[]> {
  const filters = { label: [LABEL.bench] };
  const [containers, networks] = await Promise.all([
    docker.listContainers({ all: true, filters }),
    docker.listNetworks({ filters }),
  ]);
  const benchOf = (labels: Readonly<Record<string, string>> = {}): string => labels[LABEL.bench] ?? '';
  const alive = new Set(
    containers.flatMap(({ Labels, State }) =>
      LABEL.agent in Labels && State === 'running' ? [benchOf(Labels)] : [],
    ),
  );
  return [
    ...containers.map(({ Names, Labels }) => [`container ${Names.join()}`, benchOf(Labels)] as const),
    ...networks.map(({ Name, Labels }) => [`network ${Name}`, benchOf(Labels)] as const),
  ].flatMap(([what, bench]) => (alive.has(bench) ? [] : [what]));
}
