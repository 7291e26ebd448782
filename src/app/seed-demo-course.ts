import type { Scenario } from '../core/scenario-bundle.ts';
import type { CourseRole } from '../core/role.ts';
import type { Assignments } from './ports/assignments.ts';
import type { Clock } from './ports/clock.ts';
import type { Courses } from './ports/courses.ts';
import type { People } from './ports/people.ts';
import type { Scenarios } from './ports/scenarios.ts';
import { hashOfSecret, newSecret } from './secret-token.ts';
import { addSignInLink } from './sign-in.ts';

const COURSE = { id: 'docker-101', title: 'Docker, and how to mend it', timeZone: 'Europe/Zurich' };
const DAY_MS = 86_400_000;

const PEOPLE: readonly { name: string; email: string; role: CourseRole | 'admin'; externalId?: string }[] = [
  { name: 'Ada Lovelace', email: 'ada@example.edu', role: 'learner', externalId: 's-1001' },
  { name: 'Grace Hopper', email: 'grace@example.edu', role: 'learner', externalId: 's-1002' },
  { name: 'Linus Torvalds', email: 'linus@example.edu', role: 'learner', externalId: 's-1003' },
  { name: 'محمد بن موسى الخوارزمي', email: 'alkhwarizmi@example.edu', role: 'learner', externalId: 's-1004' },
  { name: 'Amir Assistant', email: 'amir@example.edu', role: 'assistant' },
  { name: 'Ines Instructor', email: 'ines@example.edu', role: 'instructor' },
  { name: 'Root Admin', email: 'root@example.edu', role: 'admin' },
];
/** Those whose sign-in links are told; the others stand in lists. */
const SHOWN = ['ada@example.edu', 'grace@example.edu', 'ines@example.edu', 'root@example.edu'];

export interface DemoCourse {
  readonly course: string;
  readonly people: readonly { readonly name: string; readonly token: string }[];
  /** An API token of the first learner. */
  readonly submitToken: string;
  readonly assignments: readonly { readonly id: string; readonly scenario: string }[];
}

interface Deps {
  readonly people: People;
  readonly courses: Courses;
  readonly assignments: Assignments;
  readonly scenarios: Scenarios;
  readonly clock: Clock;
}

/** Makes the demo course, or what of it is missing: people, an assignment for each scenario, fresh sign-in links. */
export async function seedDemoCourse(deps: Deps): Promise<DemoCourse> {
  const audit = {
    actorId: null,
    courseId: COURSE.id,
    act: 'demo.seeded',
    subject: `course:${COURSE.id}`,
    detail: {},
  };
  const now = deps.clock.now();
  if ((await deps.courses.find(COURSE.id)) === null) await deps.courses.create(COURSE, audit, now);
  const links: { name: string; token: string }[] = [];
  let submitToken = '';
  for (const { name, email, role, externalId } of PEOPLE) {
    const person = await deps.people.ensure({ name, email, admin: role === 'admin' });
    const isIn = (await deps.courses.member(COURSE.id, person.id)) !== null;
    if (role !== 'admin' && !isIn) {
      const member = { name, email, role, ...(externalId !== undefined && { externalId }) };
      await deps.courses.enrol(COURSE.id, [member], audit, now);
    }
    if (!SHOWN.includes(email)) continue;
    links.push({ name: `${name} (${role})`, token: (await addSignInLink(deps, person.id, null)).secret });
    if (submitToken === '') submitToken = await apiToken(deps, person.id);
  }
  for (const [index, scenario] of deps.scenarios.all().entries()) await assign(deps, scenario, index);
  const assignments = (await deps.assignments.list(COURSE.id)).map(({ slug, scenario }) => ({
    id: slug,
    scenario,
  }));
  return { course: COURSE.id, people: links, submitToken, assignments };
}

async function apiToken(deps: Deps, personId: string): Promise<string> {
  const secret = newSecret('api');
  const expiresAt = new Date(deps.clock.now().getTime() + DAY_MS);
  const scopes = ['read', 'submit'] as const;
  const token = {
    hash: hashOfSecret(secret),
    kind: 'api',
    personId,
    label: 'demo samples',
    scopes,
    expiresAt,
  } as const;
  await deps.people.addToken(token, null, deps.clock.now());
  return secret;
}

/** One a week, in the order of the course; each may be late for a week more. */
async function assign(deps: Deps, scenario: Scenario, index: number): Promise<void> {
  if ((await deps.assignments.find(COURSE.id, scenario.id)) !== null) return;
  const now = deps.clock.now();
  const today = Math.floor(now.getTime() / DAY_MS) * DAY_MS;
  const dueAt = new Date(today + (index + 1) * 7 * DAY_MS + 22 * 3_600_000);
  await deps.assignments.create(
    COURSE.id,
    {
      slug: scenario.id,
      title: scenario.title,
      scenario: scenario.id,
      position: index + 1,
      weight: 1,
      published: true,
      rules: {
        opensAt: new Date(today - DAY_MS),
        dueAt,
        closesAt: new Date(dueAt.getTime() + 7 * DAY_MS),
        attemptLimit: null,
        coolDownSeconds: 0,
        latePolicy: { kind: 'percent-per-day', percent: 10, graceMinutes: 15, maxPercent: 50 },
        counting: 'best',
        feedback: 'full',
      },
    },
    {
      actorId: null,
      courseId: COURSE.id,
      act: 'assignment.created',
      subject: `assignment:${scenario.id}`,
      detail: { by: 'demo' },
    },
    now,
  );
}
