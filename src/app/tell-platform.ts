import { z } from 'zod';
import { backOffMs } from '../core/back-off.ts';
import { signingKey } from './lti-keys.ts';
import type { SigningKey } from './ports/lti-client.ts';
import type { LtiTelling } from './ports/lti.ts';
import type { Outbox, OutboxRow } from './ports/outbox.ts';
import { type RosterDeps, readRoster } from './read-roster.ts';

export interface TellPlatformDeps extends RosterDeps {
  readonly outbox: Outbox;
}

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
  const done = await (
    row.topic === 'lti.score' ? tell(deps, row, broken, signal) : enrol(deps, row, signal)
  ).catch(() => false);
  for (const same of rows) await settle(deps, same, done);
}

async function settle(deps: TellPlatformDeps, row: OutboxRow, done: boolean): Promise<void> {
  const now = deps.clock.now();
  if (done || now.getTime() - row.createdAt.getTime() > GIVE_UP_MS) {
    await deps.outbox.delivered(row.id, now);
    return;
  }
  await deps.outbox.again(row.id, new Date(now.getTime() + backOffMs(row.tries)));
}

/** True when nothing is left to tell. */
async function tell(
  deps: TellPlatformDeps,
  row: OutboxRow,
  broken: Set<string>,
  signal: AbortSignal,
): Promise<boolean> {
  const { linkId, personId } = Score.parse(row.payload);
  const telling = await deps.lti.beginTelling(linkId, personId, deps.clock.now());
  if (telling === null) return true;
  const words = wordsOf(telling);
  if (telling.told === words || (telling.told === null && telling.score === null)) return true;
  const { platform } = telling.link.context;
  // One that didn't answer just now is left alone for the rest of the batch: others wait as well.
  if (broken.has(platform.id)) return false;
  try {
    if (!(await post(deps, await signingKey(deps), telling, signal))) return false;
  } catch (error) {
    broken.add(platform.id);
    throw error;
  }
  await deps.lti.markTold(linkId, personId, telling.stamp, words, deps.clock.now());
  return true;
}

function post(
  deps: TellPlatformDeps,
  key: SigningKey,
  telling: LtiTelling,
  signal: AbortSignal,
): Promise<boolean> {
  const { link, lineItemUrl, subject, score, passed, stamp: at } = telling;
  const told = { subject, score, passed, at };
  return deps.ltiClient.tellScore(link.context.platform, key, lineItemUrl, told, signal);
}

async function enrol(deps: TellPlatformDeps, row: OutboxRow, signal: AbortSignal): Promise<boolean> {
  const { contextId } = Roster.parse(row.payload);
  const context = await deps.lti.context(contextId);
  if (!context?.courseId || context.rosterUrl === null) return true;
  await readRoster(deps, context, null, signal);
  return true;
}

function wordsOf(telling: LtiTelling): string {
  return telling.score === null ? 'none' : `${telling.score} ${telling.passed ? 'passed' : 'not passed'}`;
}
