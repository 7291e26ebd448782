import { COURSE, type ServiceUnderLoad } from '../load/service-under-load.ts';
import { LABS, type LabBudget } from '../lab-figures.ts';

/**
 * Labs as a class submits them, in turn. Without `production`: nearly all of its time is a health check's own pace, and
 * so long that a few of them would decide the whole.
 */
export const MIXED_LABS: readonly LabBudget[] = LABS.filter(({ lab }) => lab !== 'production');

/** Gives the course an assignment for each of the mixed labs, named as the lab. */
export async function assignMixedLabs(service: ServiceUnderLoad): Promise<void> {
  // The course comes with its people.
  await service.people(0);
  await service.sql(
    `INSERT INTO assignment (id, course_id, slug, title, scenario, position, late_policy)
     SELECT gen_random_uuid(), $1, lab, lab, lab, 1, '{"kind":"none"}' FROM unnest($2::text[]) lab
     ON CONFLICT DO NOTHING`,
    [COURSE, MIXED_LABS.map(({ lab }) => lab)],
  );
}
