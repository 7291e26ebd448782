import { backOffMs } from '../core/back-off.ts';
import { digestOf } from '../core/file-set.ts';
import type { IntakeLimits } from '../core/intake-limits.ts';
import { labFolder } from '../core/lab-folder.ts';
import { Refusal } from '../core/refusal.ts';
import type { Actor } from './actor.ts';
import type { DeliveriesInWork } from './deliveries-in-work.ts';
import { originOf } from './forge-access.ts';
import type { AssignmentRecord } from './ports/assignments.ts';
import type { Courses } from './ports/courses.ts';
import type {
  CommitSource,
  DeliveryRecord,
  FetchedCommit,
  Forges,
  RepositoryRecord,
  SecretBox,
} from './ports/forges.ts';
import type { People } from './ports/people.ts';
import type { SubmissionRecord } from './ports/submissions.ts';
import { plainLine } from './push-lines.ts';
import { openSubmission, submit } from './submit.ts';
import { troubleOf } from './tell-again.ts';

type SubmitDeps = Parameters<typeof submit>[0];

export interface WebhookWorkDeps extends SubmitDeps {
  readonly forges: Forges;
  readonly courses: Courses;
  readonly people: People;
  readonly commits: CommitSource;
  readonly secrets: SecretBox;
  readonly intake: IntakeLimits;
  /** Hears of each try that failed for no fault of the push. Must not throw. */
  readonly onFailedDelivery: (delivery: DeliveryRecord, error: unknown) => void;
}

/** Longer than a fetch and all that follows may take. */
const LEASE_MS = 5 * 60_000;
/** A commit that can't be fetched for so long isn't asked for any more. */
const GIVE_UP_MS = 3 * 24 * 3_600_000;

/** Begins to work on the deliveries that are due, as many as there is room for. */
export async function workOnWebhooks(
  deps: WebhookWorkDeps,
  inWork: DeliveriesInWork,
  signal: AbortSignal,
): Promise<void> {
  await inWork.begin(
    (except) => deps.forges.claimDelivery(deps.clock.now(), LEASE_MS, except),
    (delivery) => workOn(deps, delivery, signal),
  );
}

async function workOn(deps: WebhookWorkDeps, delivery: DeliveryRecord, signal: AbortSignal): Promise<void> {
  try {
    const note = await submitDelivered(deps, delivery, signal);
    await deps.forges.endDelivery(delivery.id, 'done', note);
  } catch (error) {
    if (error instanceof Refusal)
      await deps.forges.endDelivery(delivery.id, 'failed', plainLine(teaching(error)));
    else await retry(deps, delivery, error);
  }
}

function teaching({ message, details }: Refusal): string {
  return details.wayOut === undefined ? message : `${message} ${details.wayOut}`;
}

async function retry(deps: WebhookWorkDeps, delivery: DeliveryRecord, error: unknown): Promise<void> {
  const why = troubleOf(error);
  deps.onFailedDelivery(delivery, error);
  const now = deps.clock.now().getTime();
  if (now - delivery.receivedAt.getTime() > GIVE_UP_MS) {
    await deps.forges.endDelivery(delivery.id, 'failed', `Given up after ${delivery.tries} tries: ${why}.`);
    return;
  }
  const dueAt = new Date(now + backOffMs(delivery.tries - 1));
  await deps.forges.retryDelivery(delivery.id, dueAt, `Try ${delivery.tries}: ${why}.`);
}

async function submitDelivered(
  deps: WebhookWorkDeps,
  delivery: DeliveryRecord,
  signal: AbortSignal,
): Promise<string> {
  const { repositoryId, commit } = delivery;
  const repository = repositoryId === null ? null : await deps.forges.repository(repositoryId);
  if (repository === null || commit === null) return 'The repository is nobody’s any more.';
  const { forge } = repository;
  const actor = await actorOf(deps, repository);
  const origin = { ...originOf(deps.secrets, repository), commit };
  await using fetched = await deps.commits.fetch(origin, signal);
  // What comes late must not take the place of what was pushed after it.
  if (await deps.forges.isOvertaken(delivery))
    return 'A newer push of this repository was taken before this one.';
  const notes: string[] = [];
  for (const assignment of await deps.assignments.list(forge.courseId)) {
    const folder = labFolder(repository.folders, assignment);
    if (!(await fetched.hasFolder(folder, signal))) continue;
    const came = { repository, assignment, folder, commit, receivedAt: delivery.receivedAt };
    notes.push(`${assignment.slug}: ${await submitFolder(deps, actor, came, fetched, signal)}`);
  }
  return notes.length === 0 ? 'No folder of an assignment is in it.' : plainLine(notes.join('; '));
}

interface Came {
  readonly repository: RepositoryRecord;
  readonly assignment: AssignmentRecord;
  readonly folder: string;
  readonly commit: string;
  readonly receivedAt: Date;
}

async function submitFolder(
  deps: WebhookWorkDeps,
  actor: Actor,
  came: Came,
  fetched: FetchedCommit,
  signal: AbortSignal,
): Promise<string> {
  const { assignment, repository, commit } = came;
  try {
    const opened = await openSubmission(deps, actor, assignment.courseId, assignment.slug);
    const ticket = { ...opened, at: came.receivedAt };
    const files = await fetched.files(came.folder, deps.intake, signal);
    const digest = digestOf(files);
    if (digest === digestOf(ticket.scenario.starter)) return 'still as it was handed out';
    const key = `git:${commit}`;
    const [latest] = await deps.submissions.list({
      assignmentId: assignment.id,
      personId: actor.personId,
      limit: 1,
    });
    if (latest?.digest === digest && (await isDealtWith(deps, latest))) return 'nothing changed';
    const { submissionId } = await submit(deps, actor, ticket, files, 'git', key);
    await deps.forges.link(submissionId, repository.id, commit, deps.clock.now());
    return 'submitted';
  } catch (error) {
    // What one folder is refused for is no matter of the others.
    if (error instanceof Refusal) return `not taken: ${error.message}`;
    throw error;
  }
}

/** A fault in the middle may leave a submission that its commit isn't linked to yet; it comes again by its key. */
async function isDealtWith(deps: WebhookWorkDeps, latest: SubmissionRecord): Promise<boolean> {
  return latest.source !== 'git' || (await deps.forges.commitOf(latest.id)) !== null;
}

/** The learner, with nothing but the right to submit to the forge's course. @throws Refusal for who may not */
async function actorOf(deps: WebhookWorkDeps, repository: RepositoryRecord): Promise<Actor> {
  const { courseId } = repository.forge;
  const [member, person] = await Promise.all([
    deps.courses.member(courseId, repository.personId),
    deps.people.find(repository.personId),
  ]);
  if (member === null) {
    throw new Refusal('forbidden', 'Whose repository it is isn’t in the course any more.', {
      rule: 'access.role',
    });
  }
  if (person !== null && person.blockedAt !== null) {
    throw new Refusal('forbidden', `${member.name}, whose repository it is, is blocked.`, {
      rule: 'access.blocked',
      wayOut: 'An admin blocked them and can let them in again; push once more then.',
    });
  }
  return {
    personId: member.id,
    name: member.name,
    email: member.email,
    admin: false,
    scopes: ['submit'],
    roles: new Map([[courseId, member.role]]),
  };
}
