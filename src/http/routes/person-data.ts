import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { isAdmin } from '../../app/actor.ts';
import { exportPerson } from '../../app/export-person.ts';
import { removePerson } from '../../app/remove-person.ts';
import { Refusal } from '../../core/refusal.ts';
import { uuidOf } from '../is-uuid.ts';
import { type Route, changing, ok, reading, route, toPerson } from '../route.ts';
import { PersonRemoval, RemovePerson } from '../schemas/person-data.ts';
import type { Service } from '../service.ts';

/** Each reads and packs a person's files for as long as the archive is being fetched. */
const EXPORTS_AT_ONCE = 4;
/** Whoever reads slowly must not keep others from theirs for ever. */
const EXPORT_MS = 15 * 60_000;
const REMOVE_MS = 60_000;

/** What is held about a person: to take along, and to be removed. */
export function personDataRoutes(service: Service): Route[] {
  const exporting = new Set<string>();
  return [
    route(
      {
        ...reading,
        path: '/people/:person/data',
        tag: 'People',
        summary: 'Everything that is held about a person, for themselves and for admins, as .tar.gz',
        access: toPerson('read'),
        answer: {
          ...ok(z.undefined(), 'The archive; README.txt in it says what each file is'),
          contentType: 'application/gzip',
        },
      },
      async (actor, { params, response }) => {
        const personId = uuidOf(params('person'));
        if (personId !== actor.personId && !isAdmin(actor)) {
          throw new Refusal('forbidden', 'That is for the person themselves, and for admins.', {
            rule: 'access.role',
          });
        }
        if (exporting.has(actor.personId) || exporting.size >= EXPORTS_AT_ONCE) throw busy();
        exporting.add(actor.personId);
        try {
          const entries = await exportPerson(service, actor, personId);
          response.attachment(`labgrader-${personId}.tar.gz`).type('application/gzip');
          await pipeline(service.packEntries(entries), response, { signal: AbortSignal.timeout(EXPORT_MS) });
        } catch (error) {
          if (!isReaderGone(error)) throw error;
        } finally {
          exporting.delete(actor.personId);
        }
        return undefined;
      },
    ),
    route(
      {
        ...changing,
        method: 'post',
        path: '/people/:person/removal',
        tag: 'People',
        summary: 'Remove what is kept of a person, for good; grades and acts stay under a pseudonym',
        access: { to: 'admin', scope: 'admin' },
        body: RemovePerson,
        answer: ok(PersonRemoval, 'Removed; or begun, and the service goes on by itself'),
      },
      async (actor, { params, body }) => {
        const personId = uuidOf(params('person'));
        const signal = AbortSignal.timeout(REMOVE_MS);
        const removal = await removePerson(service, actor, personId, body.confirm, signal);
        return {
          person: removal.personId,
          pseudonym: removal.pseudonym,
          begunAt: removal.begunAt.toISOString(),
          endedAt: removal.endedAt?.toISOString() ?? null,
        };
      },
    ),
  ];
}

/** Nobody is there any more to be answered, or they took too long. */
function isReaderGone(error: unknown): boolean {
  if (!(error instanceof Error) || !('code' in error)) return false;
  return error.code === 'ERR_STREAM_PREMATURE_CLOSE' || error.code === 'ABORT_ERR';
}

function busy(): Refusal {
  return new Refusal(
    'too-many-requests',
    'You, or several others, are fetching such an archive at this moment.',
    {
      rule: 'person.exports-at-once',
      wayOut: 'Try again in a minute.',
      retryAfterSeconds: 60,
    },
  );
}
