import { z } from 'zod';
import { GraderFault } from '../core/grader-fault.ts';
import { signingKey } from './lti-keys.ts';
import type { SigningKey } from './ports/lti-client.ts';
import type { LtiTelling } from './ports/lti.ts';
import type { OutboxRow } from './ports/outbox.ts';
import { type RosterDeps, readRoster } from './read-roster.ts';
import { type TellAgainDeps, tellAgain } from './tell-again.ts';

export type TellPlatformDeps = RosterDeps & TellAgainDeps;

const Score = z.object({ linkId: z.string(), personId: z.string() });
const Roster = z.object({ contextId: z.string() });

/** Longer than a platform is waited for, times the rows of a batch that are told one after another. */
const LEASE_MS = 5 * 60_000;
const BATCH = 64;
/** Learners of one platform that are told of at once. */
const AT_ONCE = 4;
/** A platform that takes nothing for so long is told no more. */
const GIVE_UP_MS = 14 * 24 * 3_600_000;

/** Tells platforms of scores that changed, and reads rosters that were asked for. True when there may be more. */
export async function tellPlatforms(deps: TellPlatformDeps, signal: AbortSignal): Promise<boolean> {
  const rows = await deps.outbox.claim(['lti.score', 'lti.roster'], deps.clock.now(), LEASE_MS, BATCH);
  if (rows.length === 0) return false;
  const work = new Map<string, OutboxRow[]>();
  // What is told is the state as it is then, so that one telling does for all the rows that ask for it.
  for (const row of rows) {
    const place = `${row.topic} ${JSON.stringify(row.payload)}`;
    work.set(place, [...(work.get(place) ?? []), row]);
  }
  const broken = new Set<string>();
  const queue = [...work.values()];
  const workers = Array.from({ length: AT_ONCE }, async () => {
    for (let same = queue.shift(); same !== undefined; same = queue.shift()) {
      await deliver(deps, same, broken, signal);
    }
  });
  await Promise.all(workers);
  return rows.length === BATCH;
}

async function deliver(
  deps: TellPlatformDeps,
  rows: readonly OutboxRow[],
  broken: Set<string>,
  signal: AbortSignal,
): Promise<void> {
  const [row] = rows;
  if (row === undefined) return;
  try {
    await (row.topic === 'lti.score' ? tell(deps, row, broken, signal) : enrol(deps, row, signal));
  } catch (error) {
    for (const same of rows) await tellAgain(deps, same, error, GIVE_UP_MS);
    return;
  }
  for (const same of rows) await deps.outbox.delivered(same.id, deps.clock.now());
}

/** @throws GraderFault, Refusal while there is something left to tell */
async function tell(
  deps: TellPlatformDeps,
  row: OutboxRow,
  broken: Set<string>,
  signal: AbortSignal,
): Promise<void> {
  const { linkId, personId } = Score.parse(row.payload);
  const telling = await deps.lti.beginTelling(linkId, personId, deps.clock.now());
  if (telling === null) return;
  const words = wordsOf(telling);
  if (telling.told === words || (telling.told === null && telling.score === null)) return;
  const { platform } = telling.link.context;
  // One that didn't answer just now is left alone for the rest of the batch: others wait as well.
  if (broken.has(platform.id)) throw new GraderFault(`${platform.name} failed a moment before`);
  const refused = await post(deps, await signingKey(deps), telling, signal).catch((error: unknown) => {
    broken.add(platform.id);
    throw error;
  });
  if (refused !== null) throw new GraderFault(refused);
  await deps.lti.markTold(linkId, personId, telling.stamp, words, deps.clock.now());
}

function post(
  deps: TellPlatformDeps,
  key: SigningKey,
  telling: LtiTelling,
  signal: AbortSignal,
): Promise<string | null> {
  const { link, lineItemUrl, subject, score, passed, stamp: at } = telling;
  const told = { subject, score, passed, at };
  return deps.ltiClient.tellScore(link.context.platform, key, lineItemUrl, told, signal);
}

async function enrol(deps: TellPlatformDeps, row: OutboxRow, signal: AbortSignal): Promise<void> {
  const { contextId } = Roster.parse(row.payload);
  const context = await deps.lti.context(contextId);
  if (!context?.courseId || context.rosterUrl === null) return;
  await readRoster(deps, context, null, signal);
}

function wordsOf(telling: LtiTelling): string {
  return telling.score === null ? 'none' : `${telling.score} ${telling.passed ? 'passed' : 'not passed'}`;
}
