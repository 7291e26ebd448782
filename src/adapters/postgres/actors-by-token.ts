import { z } from 'zod';
import type { People } from '../../app/ports/people.ts';
import { CourseRole, Scope } from '../../core/role.ts';
import { Batches, succeeded } from './batches.ts';
import { isDatabaseBusy } from './busy.ts';
import type { Database } from './database.ts';
import { askOf } from './statements.ts';
import { kindColumn } from './token-kind.ts';

type ActorByToken = People['actorByToken'];
type Actor = NonNullable<Awaited<ReturnType<ActorByToken>>>;

/** `last_used_at` is written at most this often: it is for people to look at. */
const USE_NOTED_EVERY_MS = 60_000;
const LINE = { waiting: 10_000, waitMs: 10_000, isBusy: isDatabaseBusy } as const;
const MOST_AT_ONCE = 200;
/** A course that wakes up at once has its uses noted by a statement a second. */
const NOTING_REST_MS = 1_000;
const MOST_NOTED_AT_ONCE = 2_000;

interface Asked {
  readonly hash: string;
  readonly kinds: readonly string[];
  readonly now: Date;
}

interface Use {
  readonly tokenId: string;
  readonly now: Date;
}

/** Looks up who shows a token. Every request begins with it, so those that come together ask together. */
export function actorsByToken(db: Database): ActorByToken {
  const ask = askOf(db);
  const asking = new Batches<Asked, z.infer<typeof ActorRow> | null>(
    { ...LINE, atOnce: 1, fits: fitsKinds },
    async (asked) => {
      const kinds = asked[0]?.kinds ?? [];
      const found = await ask(ACTORS_BY_TOKEN, [asked.map(({ hash }) => hash), kinds]);
      const rows = new Map(
        z
          .array(ActorRow)
          .parse(found)
          .map((row) => [row.hash, row]),
      );
      return asked.map(({ hash, now }) => {
        const row = rows.get(hash);
        return succeeded(row !== undefined && row.expires_at > now ? row : null);
      });
    },
  );
  const noting = new Batches<Use, undefined>(
    { ...LINE, atOnce: 1, restMs: NOTING_REST_MS, fits: ({ length }) => length < MOST_NOTED_AT_ONCE },
    async (uses) => {
      // In one order, so that of two who note the same tokens none waits for the other.
      const ids = uses.map(({ tokenId }) => tokenId).sort();
      await ask(NOTE_USES, [ids, uses.at(-1)?.now]);
      return uses.map(() => succeeded(undefined));
    },
  );
  return async (hash, kinds, now) => {
    const row = await asking.do({ hash, kinds: kinds.map(kindColumn), now });
    if (row === null) return null;
    if (row.last_used_at === null || now.getTime() - row.last_used_at.getTime() > USE_NOTED_EVERY_MS) {
      // Nobody waits for the note, and one that is lost is made by the next use.
      noting.do({ tokenId: row.id, now }).catch(() => undefined);
    }
    return actorOf(row);
  };
}

function fitsKinds(taken: readonly Asked[], next: Asked): boolean {
  return taken.length < MOST_AT_ONCE && taken[0]?.kinds.join() === next.kinds.join();
}

/** One statement, whoever they are and however many courses they are in. */
const ACTORS_BY_TOKEN = `
  SELECT token.id, token.hash, token.scopes, token.expires_at, token.last_used_at, token.person_id, person.name,
         person.email, person.admin,
         (SELECT coalesce(jsonb_agg(jsonb_build_object('course', course_id, 'role', role)), '[]')
          FROM enrolment WHERE enrolment.person_id = person.id) AS roles
  FROM token JOIN person ON person.id = token.person_id
  WHERE token.hash = ANY($1::text[]) AND token.kind = ANY($2::token_kind[]) AND token.ended_at IS NULL
    AND person.blocked_at IS NULL`;

const NOTE_USES = `
  UPDATE token SET last_used_at = $2 FROM (
    SELECT id FROM token WHERE id = ANY($1::uuid[]) ORDER BY id FOR NO KEY UPDATE
  ) used WHERE token.id = used.id`;

const ActorRow = z.object({
  id: z.string(),
  hash: z.string(),
  scopes: z.array(Scope),
  expires_at: z.date(),
  last_used_at: z.date().nullable(),
  person_id: z.string(),
  name: z.string(),
  email: z.string(),
  admin: z.boolean(),
  roles: z.array(z.object({ course: z.string(), role: CourseRole })),
});

function actorOf(row: z.infer<typeof ActorRow>): Actor {
  return {
    tokenId: row.id,
    personId: row.person_id,
    name: row.name,
    email: row.email,
    admin: row.admin,
    scopes: row.scopes,
    roles: new Map(row.roles.map(({ course, role }) => [course, role])),
  };
}
