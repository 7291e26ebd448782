import { randomUUID } from 'node:crypto';
import { GraderFault } from '../core/grader-fault.ts';
import { Refusal } from '../core/refusal.ts';
import { type Actor, notFound } from './actor.ts';
import type { Clock } from './ports/clock.ts';
import type { SecretBox } from './ports/forges.ts';
import type { LtiClient, SigningKey } from './ports/lti-client.ts';
import type { LtiKeyRecord, LtiPlatforms } from './ports/lti.ts';

export interface LtiKeyDeps {
  readonly lti: LtiPlatforms;
  readonly ltiClient: LtiClient;
  readonly secrets: SecretBox | null;
  readonly clock: Clock;
}

/** A new key is published for so long before it signs: platforms keep the keys that they know for a while. */
const PUBLISHED_FIRST_MS = 24 * 3_600_000;

/** Makes the first key, if there is none yet. @throws Refusal where nothing can be kept secret */
export async function ensureLtiKey(deps: LtiKeyDeps, actor: Actor): Promise<void> {
  if ((await deps.lti.keys()).length === 0) await addKey(deps, actor, true);
}

/** Makes another key, which signs from a day later. @throws Refusal where nothing can be kept secret */
export async function rotateLtiKey(deps: LtiKeyDeps, actor: Actor): Promise<void> {
  await addKey(deps, actor, (await deps.lti.keys()).length === 0);
}

/** Ends a key; one that signs now can't be ended. @throws Refusal */
export async function removeLtiKey(deps: LtiKeyDeps, actor: Actor, id: string): Promise<void> {
  const now = deps.clock.now();
  if (signing(await deps.lti.keys(), now)?.id === id) {
    throw new Refusal('conflict', 'This key signs what platforms are asked.', {
      rule: 'lti.key',
      wayOut: 'Make another key, and remove this one once the other signs.',
    });
  }
  if (!(await deps.lti.removeKey(id, auditOf(actor, 'lti.key-removed', id), now))) throw notFound('key');
}

/** The key that signs now, opened. @throws GraderFault when there is none, or it can't be opened */
export async function signingKey(deps: Pick<LtiKeyDeps, 'lti' | 'secrets' | 'clock'>): Promise<SigningKey> {
  const key = signing(await deps.lti.keys(), deps.clock.now());
  if (key === undefined || deps.secrets === null)
    throw new GraderFault('there is no key to sign with for platforms');
  return { id: key.id, privateKey: deps.secrets.open(key.sealed, ltiKeyPurpose(key.id)) };
}

/** The newest whose time has come, or the oldest where a clock was put back. */
export function signing(keys: readonly LtiKeyRecord[], now: Date): LtiKeyRecord | undefined {
  return keys.find((key) => key.signsFrom.getTime() <= now.getTime()) ?? keys.at(-1);
}

async function addKey(deps: LtiKeyDeps, actor: Actor, isFirst: boolean): Promise<void> {
  if (deps.secrets === null) {
    throw new Refusal(
      'conflict',
      'No platform can be set up: this installation has no key to keep secrets with.',
      {
        rule: 'lti.secrets-key',
        wayOut: 'Set SECRETS_KEY to 64 hexadecimal digits, for example of `openssl rand -hex 32`.',
      },
    );
  }
  const id = randomUUID();
  const { privateKey, publicKey } = await deps.ltiClient.newKey();
  const now = deps.clock.now();
  const key = {
    id,
    sealed: deps.secrets.seal(privateKey, ltiKeyPurpose(id)),
    publicKey,
    createdAt: now,
    signsFrom: isFirst ? now : new Date(now.getTime() + PUBLISHED_FIRST_MS),
  };
  await deps.lti.addKey(key, isFirst, auditOf(actor, 'lti.key-added', id), now);
}

/** What the private half of a key is sealed for. */
export function ltiKeyPurpose(id: string): string {
  return `lti-key:${id}`;
}

function auditOf(actor: Actor, act: string, id: string) {
  return { actorId: actor.personId, courseId: null, act, subject: `lti-key:${id}`, detail: {} };
}
