import { Refusal } from '../core/refusal.ts';
import { type Actor, notFound } from './actor.ts';
import type { Clock } from './ports/clock.ts';
import type { People } from './ports/people.ts';
import type { PersonRepositories } from './ports/person-data.ts';
import type { PersonRemovalRecord, PersonRemovals } from './ports/person-removals.ts';
import type { RunFeed } from './ports/run-feed.ts';
import type { Runs } from './ports/runs.ts';

const SUBMISSIONS_AT_ONCE = 50;
const FILES_AT_ONCE = 100;

export interface RemovalDeps {
  readonly removals: PersonRemovals;
  readonly repositories: PersonRepositories;
  readonly runs: Runs;
  readonly feed: RunFeed;
  readonly clock: Clock;
}

/**
 * Removes what is kept of a person, at their wish. What runs or waits of theirs is called off: a full queue must not
 * hold the removal up, and a run whose files are gone could only fail. May be asked for again; once it has begun it is
 * gone through to its end whatever happens to this process (`finishRemovals`).
 * @throws Refusal
 */
export async function removePerson(
  deps: RemovalDeps & { readonly people: People },
  actor: Actor,
  personId: string,
  confirmed: string,
  signal: AbortSignal,
): Promise<PersonRemovalRecord> {
  if (personId === actor.personId) {
    throw new Refusal('conflict', 'Nobody removes themselves.', {
      rule: 'person.self',
      wayOut: 'Ask another admin.',
    });
  }
  const known = await deps.removals.find(personId);
  if (known !== null) return known.endedAt === null ? goThrough(deps, known, signal) : known;
  const person = await deps.people.find(personId);
  if (person === null) throw notFound('person');
  if (confirmed.trim() !== person.name.trim()) {
    throw new Refusal(
      'conflict',
      'What was typed isn’t the person’s name as it stands here. Nothing was removed; a removal can’t be undone.',
      {
        rule: 'person.confirm',
        wayOut: 'Look once more whose page it is, and type the name of that person.',
      },
    );
  }
  const removal = await deps.removals.begin(personId, actor.personId, deps.clock.now());
  if (removal === null) throw notFound('person');
  return goThrough(deps, removal, signal);
}

/** Goes on with removals that a process died in, and once more through those that something may have slipped past. */
export async function finishRemovals(deps: RemovalDeps, signal: AbortSignal): Promise<number> {
  const due = await deps.removals.due(deps.clock.now());
  const faults: unknown[] = [];
  for (const removal of due) {
    signal.throwIfAborted();
    try {
      await goThrough(deps, removal, signal);
    } catch (error) {
      // One that can't be ended is no reason to leave the others.
      faults.push(error);
    }
  }
  signal.throwIfAborted();
  if (faults.length > 0) throw new AggregateError(faults, `${faults.length} removals could not be ended`);
  return due.length;
}

/** What is outside of the database goes first: as long as it is there, the rows that lead to it are. */
async function goThrough(
  deps: RemovalDeps,
  removal: PersonRemovalRecord,
  signal: AbortSignal,
): Promise<PersonRemovalRecord> {
  const { personId } = removal;
  const { removals } = deps;
  const now = deps.clock.now();
  await removals.dropPushes(personId);
  for (const id of await removals.unfinished(personId)) {
    const change = await deps.runs.cancel(id, now);
    if (change !== null) deps.feed.announce(change);
  }
  await removals.cancelRegrades(personId, now);
  await deps.repositories.remove(personId);
  await untilNone(SUBMISSIONS_AT_ONCE, signal, (limit) => removals.dropSubmissions(personId, now, limit));
  await untilNone(FILES_AT_ONCE, signal, (limit) => removals.dropFiles(now, limit));
  return removals.end(removal, now);
}

async function untilNone(
  limit: number,
  signal: AbortSignal,
  drop: (limit: number) => Promise<number>,
): Promise<void> {
  for (;;) {
    signal.throwIfAborted();
    if ((await drop(limit)) < limit) return;
  }
}
