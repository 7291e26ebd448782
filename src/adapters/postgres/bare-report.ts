import { Prisma } from '../../generated/prisma/client.ts';

/** SQL: a report without evidence and build log. */
export const STRIPPED_REPORT = reportWith(
  Prisma.sql`'{"buildLog": []}'::jsonb`,
  Prisma.sql`'{"evidence": []}'::jsonb`,
);

/** SQL: a report of which only verdict, score, times, and what each check came to stay. */
export const BARE_REPORT = reportWith(
  Prisma.sql`'{"summary": "", "policy": [], "notices": [], "buildLog": []}'::jsonb`,
  Prisma.sql`'{"observed": "", "expected": "", "explanation": "", "hint": "", "evidence": []}'::jsonb`,
);

function reportWith(whole: Prisma.Sql, check: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`CASE WHEN jsonb_typeof(run.report->'checks') = 'array' THEN
    run.report || ${whole} || jsonb_build_object('checks', coalesce(
      (SELECT jsonb_agg(item || ${check} ORDER BY place)
       FROM jsonb_array_elements(run.report->'checks') WITH ORDINALITY AS checks(item, place)), '[]'::jsonb))
    ELSE NULL END`;
}
