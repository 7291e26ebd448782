-- What its checks came to, as a digest, so that statistics read no reports.
ALTER TABLE "submission" ADD COLUMN "outcome" TEXT;

-- CreateTable
CREATE TABLE "check_outcome" (
    "digest" TEXT NOT NULL,
    "checks" JSONB NOT NULL,

    CONSTRAINT "check_outcome_pkey" PRIMARY KEY ("digest")
);

-- What is there already. The service's own digests differ from these: one outcome may then have two rows, no harm.
WITH "known_outcome" AS (
    SELECT "submission"."id", "told"."checks", encode(sha256(convert_to("told"."checks"::text, 'UTF8')), 'hex') AS "digest"
    FROM "submission" JOIN "run" ON "run"."id" = "submission"."counting_run_id"
    CROSS JOIN LATERAL (
        SELECT coalesce(jsonb_agg(jsonb_build_object('id', "item"->>'id', 'title', "item"->>'title',
                                                     'failed', "item"->>'status' = 'failed') ORDER BY "item"->>'id'), '[]') AS "checks"
        FROM jsonb_array_elements(CASE jsonb_typeof("run"."report"->'checks') WHEN 'array' THEN "run"."report"->'checks' ELSE '[]' END) AS "item"
        WHERE "item"->>'status' IN ('passed', 'failed')
    ) "told"
), "kept" AS (
    INSERT INTO "check_outcome" ("digest", "checks") SELECT DISTINCT ON ("digest") "digest", "checks" FROM "known_outcome"
)
UPDATE "submission" SET "outcome" = "known_outcome"."digest" FROM "known_outcome" WHERE "known_outcome"."id" = "submission"."id";

-- What Prisma's schema can't say.

-- A learner's submissions that may stand for something: what a standing is worked out from.
CREATE INDEX "submission_standing" ON "submission"("assignment_id", "person_id", "attempt") WHERE "status" NOT IN ('cancelled', 'superseded');

-- Whose submissions wait: what gives way to a newer one, and who comes later.
CREATE INDEX "submission_waiting" ON "submission"("person_id", "assignment_id") WHERE "status" = 'queued';

-- How an assignment's submissions ended, for statistics.
CREATE INDEX "submission_outcome" ON "submission"("assignment_id", "verdict", "outcome") WHERE "verdict" IS NOT NULL;

-- The runs that wait, in their order, with all that places one of them.
DROP INDEX "run_unfinished";
CREATE INDEX "run_unfinished" ON "run"("state", "priority", "queued_at", "id") WHERE "state" IN ('queued', 'running', 'fault');

-- Of those that wait, the ones that the queue was told of longest ago.
CREATE INDEX "run_unrung" ON "run"("rung_at" NULLS FIRST) WHERE "state" = 'queued';

-- The last runs, for how long one takes.
CREATE INDEX "run_newest_done" ON "run"("finished_at" DESC) WHERE "state" = 'done';
