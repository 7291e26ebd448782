import type { Untold } from '../../app/ports/outbox.ts';
import { Prisma } from '../../generated/prisma/client.ts';
import type { Database } from './database.ts';

/** What was given up is shown for so long: no newer telling takes its place. */
const SHOWN_MS = 30 * 24 * 3_600_000;

interface Row {
  readonly receiver: string;
  readonly waiting: number;
  readonly given_up: number;
  readonly since: Date;
  readonly said: string;
}

/** SQL: what is told of all that one receiver doesn't take. */
const SUMMED_UP = Prisma.sql`
      count(*) FILTER (WHERE given_up_at IS NULL)::int AS waiting,
      count(*) FILTER (WHERE given_up_at IS NOT NULL)::int AS given_up,
      min(outbox.created_at) AS since,
      (array_agg(trouble ORDER BY coalesce(given_up_at, due_at) DESC))[1] AS said`;

/** What forges of a course don't take, by the id of the forge. */
export async function untoldForges(
  db: Database,
  courseId: string,
  now: Date,
): Promise<ReadonlyMap<string, Untold>> {
  const rows = await db.$queryRaw<Row[]>`
    SELECT forge.id AS receiver, ${SUMMED_UP}
    FROM outbox
      JOIN forge_submission ON submission_id = (payload->>'submissionId')::uuid
      JOIN forge_repository ON forge_repository.id = repository_id
      JOIN forge ON forge.id = forge_id
    WHERE topic = 'commit.status' AND ${notTaken(courseId, now)}
    GROUP BY forge.id`;
  return byReceiver(rows);
}

/** What platforms don't take of a course, scores and rosters, by the id of their own course. */
export async function untoldPlatforms(
  db: Database,
  courseId: string,
  now: Date,
): Promise<ReadonlyMap<string, Untold>> {
  const rows = await db.$queryRaw<Row[]>`
    SELECT lti_context.id AS receiver, ${SUMMED_UP}
    FROM outbox
      LEFT JOIN lti_link ON lti_link.id = (payload->>'linkId')::uuid
      JOIN lti_context ON lti_context.id = coalesce(lti_link.context_id, (payload->>'contextId')::uuid)
    WHERE topic IN ('lti.score', 'lti.roster') AND ${notTaken(courseId, now)}
    GROUP BY lti_context.id`;
  return byReceiver(rows);
}

function byReceiver(rows: readonly Row[]): ReadonlyMap<string, Untold> {
  return new Map(
    rows.map(({ receiver, waiting, given_up: givenUp, since, said }) => [
      receiver,
      { waiting, givenUp, since, said },
    ]),
  );
}

/** SQL: rows of the outbox that nobody took, of the receivers of a course. */
function notTaken(courseId: string, now: Date): Prisma.Sql {
  const shownFrom = new Date(now.getTime() - SHOWN_MS);
  return Prisma.sql`trouble IS NOT NULL AND delivered_at IS NULL
      AND (given_up_at IS NULL OR given_up_at > ${shownFrom}) AND course_id = ${courseId}`;
}
