-- Only additions: a process of the version before goes on working with them.
ALTER TABLE "forge" ADD COLUMN "ssh_url" TEXT;
ALTER TABLE "forge" ADD COLUMN "ssh_host_keys" TEXT[] NOT NULL DEFAULT ARRAY[]::TEXT[];
ALTER TABLE "forge" ADD COLUMN "ssh_key" TEXT;
ALTER TABLE "forge_repository" ADD COLUMN "credential" TEXT;
ALTER TABLE "forge_repository" ADD COLUMN "ssh_key" TEXT;

CREATE TABLE "pending_push" (
    "id" UUID NOT NULL,
    "assignment_id" UUID NOT NULL,
    "person_id" UUID NOT NULL,
    "commit" TEXT NOT NULL,
    "probe" BOOLEAN NOT NULL,
    "taken_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "pending_push_pkey" PRIMARY KEY ("id")
);

CREATE UNIQUE INDEX "pending_push_assignment_id_person_id_commit_key" ON "pending_push"("assignment_id", "person_id", "commit");
CREATE INDEX "pending_push_taken_at_idx" ON "pending_push"("taken_at");
CREATE INDEX "pending_push_person_id_idx" ON "pending_push"("person_id");

ALTER TABLE "pending_push" ADD CONSTRAINT "pending_push_assignment_id_fkey" FOREIGN KEY ("assignment_id") REFERENCES "assignment"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "pending_push" ADD CONSTRAINT "pending_push_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "person"("id") ON DELETE CASCADE ON UPDATE CASCADE;
