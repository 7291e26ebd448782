import { Refusal } from '../core/refusal.ts';
import type { Actor } from './actor.ts';
import { sealAccess } from './forge-access.ts';
import { neededSecrets } from './forge-secrets.ts';
import type { Clock } from './ports/clock.ts';
import type { Courses } from './ports/courses.ts';
import type { ForgeRecord, Forges, SecretBox } from './ports/forges.ts';

/** Whose work a repository holds; what is absent of its access stays as it is. */
export interface Mapping {
  readonly name: string;
  /** Address of a person of the course. */
  readonly person: string;
  readonly folders: Readonly<Record<string, string>>;
  readonly credential?: string | null | undefined;
  readonly sshKey?: string | null | undefined;
}

interface Deps {
  readonly forges: Forges;
  readonly courses: Courses;
  readonly secrets: SecretBox | null;
  readonly clock: Clock;
}

/** Says whose work repositories hold; those that aren't named stay as they are. @throws Refusal for who isn't there */
export async function mapRepositories(
  deps: Deps,
  actor: Actor,
  forge: ForgeRecord,
  mappings: readonly Mapping[],
): Promise<void> {
  const people = await peopleOf(deps, forge.courseId);
  const secrets = neededSecrets(deps.secrets);
  const repositories = mappings.map(({ name, person, folders, ...given }) => {
    const personId = people.get(person);
    if (personId === undefined) {
      throw new Refusal('request-invalid', `\`${person}\` isn’t in the course.`, {
        rule: 'forge.person',
        wayOut: 'Enrol them first.',
      });
    }
    return { name, personId, folders, ...sealAccess(secrets, forge.id, name, given) };
  });
  const named = mappings.slice(0, 20).map(({ name, person, folders }) => ({ name, person, folders }));
  const audit = {
    actorId: actor.personId,
    courseId: forge.courseId,
    act: 'forge.mapped',
    subject: `forge:${forge.id}`,
    detail: { repositories: named, count: mappings.length },
  };
  await deps.forges.map(forge.id, repositories, audit, deps.clock.now());
}

/** Ids of a course's people by their addresses. */
export async function peopleOf(
  deps: Pick<Deps, 'courses'>,
  courseId: string,
): Promise<ReadonlyMap<string, string>> {
  const members = await deps.courses.members(courseId);
  return new Map(members.map((member) => [member.email, member.id]));
}
