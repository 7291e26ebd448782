import { randomUUID } from 'node:crypto';
import { GraderFault } from '../core/grader-fault.ts';
import { labFolder } from '../core/lab-folder.ts';
import { Refusal } from '../core/refusal.ts';
import { originOf } from './forge-access.ts';
import { neededSecrets, openForgeSecret } from './forge-secrets.ts';
import type { AssignmentRecord, Assignments } from './ports/assignments.ts';
import type {
  CommitOrigin,
  ForgeReach,
  ForgeRecord,
  Forges,
  RepositoryRecord,
  SecretBox,
} from './ports/forges.ts';
import { sampleDelivery } from './sample-delivery.ts';

export interface ForgeTestStep {
  readonly name: 'secret' | 'delivery' | 'mapping' | 'fetch' | 'status';
  readonly state: 'ok' | 'failed' | 'skipped';
  readonly said: string;
  /** Where to look when it failed. */
  readonly lookAt: string | null;
}

interface Deps {
  readonly forges: Forges;
  readonly assignments: Assignments;
  readonly secrets: SecretBox | null;
  readonly forgeReach: ForgeReach;
  readonly publicUrl: string;
}

const NO_COMMIT = '0123456789'.repeat(4);
const TEST_ID = 'labgrader-test-';
const LAST_DELIVERIES = 50;

/**
 * Tries everything that a push to a forge goes through, step by step: a signed delivery over the service's own front
 * door, whose the repository is, fetching its newest commit, and telling that commit's status. Nothing is submitted.
 */
export async function testForge(
  deps: Deps,
  forge: ForgeRecord,
  webhookPath: string,
  repositoryId: string | null,
  signal: AbortSignal,
): Promise<readonly ForgeTestStep[]> {
  const secrets = neededSecrets(deps.secrets);
  const repositories = await deps.forges.repositories(forge.id);
  const repository =
    repositoryId === null ? repositories[0] : repositories.find((item) => item.id === repositoryId);
  const assignments = await deps.assignments.list(forge.courseId);
  const sent = await sendSample(deps, secrets, forge, webhookPath, repository?.name ?? 'nobody/test', signal);
  if (repository === undefined) {
    const lookAt = 'Map a repository to a learner below, by hand or by a CSV list.';
    return [...sent, failed('mapping', 'No repository is mapped, so every push is ignored.', lookAt)];
  }
  const mapping = ok('mapping', `${repository.name} is ${repository.personName}’s.`);
  let origin: Omit<CommitOrigin, 'commit'>;
  try {
    origin = originOf(secrets, repository);
  } catch (error) {
    return [...sent, mapping, broke('fetch', error, SECRETS)];
  }
  const { step, commit } = await tryFetch(deps, origin, repository, assignments, signal);
  return [...sent, mapping, step, await tryStatus(deps, origin, commit, signal)];
}

const SECRETS = 'SECRETS_KEY of the installation: another one sealed what is stored.';

async function sendSample(
  deps: Deps,
  secrets: SecretBox,
  forge: ForgeRecord,
  path: string,
  repository: string,
  signal: AbortSignal,
): Promise<readonly ForgeTestStep[]> {
  const id = `${TEST_ID}${randomUUID()}`;
  try {
    const sample = { id, secret: openForgeSecret(secrets, forge), repository, commit: NO_COMMIT };
    const { headers, body } = sampleDelivery(forge.kind, sample);
    const status = await deps.forgeReach.deliverToSelf(path, headers, body, signal);
    if (status !== 202) {
      const lookAt = 'The log of the service at this moment: it tells why.';
      return [failed('secret', `The delivery was answered with ${status} and not with 202.`, lookAt)];
    }
  } catch (error) {
    return [broke('secret', error, SECRETS)];
  }
  const all = await deps.forges.deliveries(forge.id, LAST_DELIVERIES);
  const secret = ok('secret', 'Signed with the stored secret, sent to the webhook’s address, and taken.');
  const kept = all.find((item) => item.deliveryId === id);
  if (kept === undefined) {
    const lookAt = 'The log of the service at this moment: it tells why.';
    return [secret, failed('delivery', 'It was taken, but isn’t among the deliveries.', lookAt)];
  }
  const real = all.find((item) => !item.deliveryId.startsWith(TEST_ID));
  return [
    secret,
    real === undefined
      ? failed(
          'delivery',
          'This one is kept, but the forge itself has sent nothing yet.',
          `The forge’s page of the webhook: is its address ${deps.publicUrl}${path}, can the forge reach it, and what was it answered?`,
        )
      : ok('delivery', `Kept as it should be. The forge’s own last one: ${real.note || real.state}`),
  ];
}

async function tryFetch(
  deps: Deps,
  origin: Omit<CommitOrigin, 'commit'>,
  repository: RepositoryRecord,
  assignments: readonly AssignmentRecord[],
  signal: AbortSignal,
): Promise<{ readonly step: ForgeTestStep; readonly commit: string | null }> {
  const { commits } = deps.forgeReach;
  const { branch } = repository.forge;
  const way = origin.ssh === null ? 'HTTPS' : 'SSH';
  try {
    const commit = await commits.head(origin, branch, signal);
    if (commit === null) {
      const lookAt = 'Push once to that branch, or set another one for the forge.';
      return { step: failed('fetch', `There is no branch ${branch} in it.`, lookAt), commit };
    }
    await using fetched = await commits.fetch({ ...origin, commit }, signal);
    const folders: string[] = [];
    for (const assignment of assignments) {
      const folder = labFolder(repository.folders, assignment);
      if (await fetched.hasFolder(folder, signal)) folders.push(folder);
    }
    const said = `Fetched ${commit.slice(0, 10)} of ${branch} over ${way}.`;
    if (folders.length > 0) return { step: ok('fetch', `${said} In it: ${folders.join(', ')}.`), commit };
    const lookAt = 'The folders: labs/<scenario>, unless the mapping says otherwise.';
    return { step: failed('fetch', `${said} No folder of an assignment is in it.`, lookAt), commit };
  } catch (error) {
    const lookAt =
      origin.ssh === null
        ? 'The forge’s address, and its token: may it read this repository?'
        : 'The SSH address, its host keys, and the key: is its public half entered at the forge?';
    return { step: broke('fetch', error, lookAt), commit: null };
  }
}

async function tryStatus(
  deps: Deps,
  origin: Omit<CommitOrigin, 'commit'>,
  commit: string | null,
  signal: AbortSignal,
): Promise<ForgeTestStep> {
  if (origin.credential === null) return skipped('status', 'Without a token, no statuses are told.');
  if (commit === null) return skipped('status', 'There is no commit to tell the status of.');
  const status = {
    state: 'success',
    context: 'labgrader/test-delivery',
    description: 'A test: statuses arrive',
    url: deps.publicUrl,
  } as const;
  try {
    await deps.forgeReach.statuses.post({ ...origin, commit }, status, signal);
    return ok('status', `The commit has the status ${status.context} at the forge now.`);
  } catch (error) {
    return broke('status', error, 'The token: may it write commit statuses?');
  }
}

function ok(name: ForgeTestStep['name'], said: string): ForgeTestStep {
  return { name, state: 'ok', said, lookAt: null };
}

function skipped(name: ForgeTestStep['name'], said: string): ForgeTestStep {
  return { name, state: 'skipped', said, lookAt: null };
}

function failed(name: ForgeTestStep['name'], said: string, lookAt: string): ForgeTestStep {
  return { name, state: 'failed', said, lookAt };
}

/** @throws what is no bad news of the forge's, but a bug */
function broke(name: ForgeTestStep['name'], error: unknown, lookAt: string): ForgeTestStep {
  if (error instanceof Refusal) return failed(name, error.message, error.details.wayOut ?? lookAt);
  if (error instanceof GraderFault) return failed(name, `${error.message}.`, lookAt);
  throw error;
}
