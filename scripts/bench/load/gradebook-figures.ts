import { type Figure, type Times, spreadOf } from '../measure.ts';
import { COURSE, type ServiceUnderLoad } from './service-under-load.ts';

const LEARNERS = 1_000;
const READS = 15;
const MOST_MS = 100;

/** Gradebook and statistics of 1,000 learners × 10 assignments, with 100,000 and then a million submissions. */
export async function gradebookFigures(service: ServiceUnderLoad): Promise<readonly Figure[]> {
  const { instructor } = await service.people(LEARNERS);
  await service.sql(
    `INSERT INTO file_tree (digest, blob, file_count, total_bytes) VALUES ('bench', '', 0, 0) ON CONFLICT DO NOTHING`,
  );
  await service.sql(
    `INSERT INTO check_outcome (digest, checks)
     SELECT 'bench-' || number, jsonb_agg(jsonb_build_object('id', 'check-' || item, 'title', 'Check ' || item, 'failed', number & (1 << item) > 0))
     FROM generate_series(0, 31) number, generate_series(0, 4) item GROUP BY number ON CONFLICT DO NOTHING`,
  );
  const figures: Figure[] = [];
  let attempts = 0;
  for (const each of [10, 100]) {
    await grow(service, attempts + 1, each);
    attempts = each;
    const total = (LEARNERS * 10 * each).toLocaleString('en');
    for (const [what, path] of [
      ['gradebook', `/courses/${COURSE}/gradebook`],
      ['statistics of an assignment', `/courses/${COURSE}/assignments/port-bind/statistics`],
    ] as const) {
      const times = await readTimes(`${service.url}/api/v1${path}`, instructor);
      figures.push({
        name: `${what}, ${LEARNERS.toLocaleString('en')} × 10 with ${total} submissions`,
        value: times.median,
        text: `${times.median.toFixed(0)} ms`,
        detail: `half of the reads in ${times.low.toFixed(0)}–${times.high.toFixed(0)} ms`,
        target: { text: `≤ ${MOST_MS} ms`, met: times.median <= MOST_MS },
      });
    }
  }
  return figures;
}

/** Everybody's attempts at everything, from number `from` to `to`, graded, and the standings that follow. */
async function grow(service: ServiceUnderLoad, from: number, to: number): Promise<void> {
  // A few learners at a time: a statement must not take all of the memory, nor too long.
  for (let part = 0; part < 10; part++) {
    await service.sql(
      `INSERT INTO submission (id, assignment_id, person_id, attempt, digest, source, submitted_at, status, verdict, score, outcome)
       SELECT gen_random_uuid(), assignment.id, enrolment.person_id, number, 'bench', 'files', now() - number * interval '1 minute', 'done',
              CASE WHEN number % 7 = 0 THEN 'passed' ELSE 'failed' END, CASE WHEN number % 7 = 0 THEN 100 ELSE number % 100 END,
              'bench-' || (number % 32)
       FROM assignment JOIN enrolment ON enrolment.course_id = assignment.course_id AND enrolment.role = 'learner'
       CROSS JOIN generate_series($2::int, $3::int) number
       WHERE assignment.course_id = $1 AND abs(hashtext(enrolment.person_id::text)) % 10 = $4::int`,
      [COURSE, from, to, part],
    );
  }
  await service.sql(
    `INSERT INTO standing (assignment_id, person_id, status, score, raw_score, attempts_used, counting_submission_id, first_pass_at, first_pass_attempts)
     SELECT assignment_id, person_id, 'passed', 100, 100, count(*), (array_agg(id))[1], min(submitted_at), 7
     FROM submission GROUP BY assignment_id, person_id
     ON CONFLICT (assignment_id, person_id) DO UPDATE SET attempts_used = excluded.attempts_used`,
  );
  // What Postgres does by itself within a minute.
  await service.sql('VACUUM ANALYZE submission');
  await service.sql('VACUUM ANALYZE standing');
}

async function readTimes(url: string, token: string): Promise<Times> {
  const times: number[] = [];
  for (let read = -3; read < READS; read++) {
    const began = performance.now();
    const answer = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
    await answer.arrayBuffer();
    if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
    if (read >= 0) times.push(performance.now() - began);
  }
  return spreadOf(times);
}
