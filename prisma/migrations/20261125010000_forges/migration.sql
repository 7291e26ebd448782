-- CreateTable
CREATE TABLE "forge" (
    "id" UUID NOT NULL,
    "course_id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "base_url" TEXT NOT NULL,
    "branch" TEXT NOT NULL,
    "secret" TEXT NOT NULL,
    "credential" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "forge_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "forge_repository" (
    "id" UUID NOT NULL,
    "forge_id" UUID NOT NULL,
    "person_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "folders" JSONB NOT NULL,

    CONSTRAINT "forge_repository_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "forge_delivery" (
    "id" UUID NOT NULL,
    "forge_id" UUID NOT NULL,
    "delivery_id" TEXT NOT NULL,
    "event" TEXT NOT NULL,
    "repository" TEXT NOT NULL,
    "repository_id" UUID,
    "commit" TEXT,
    "state" TEXT NOT NULL,
    "note" TEXT NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL,
    "due_at" TIMESTAMPTZ(3) NOT NULL,
    "tries" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "forge_delivery_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "forge_submission" (
    "submission_id" UUID NOT NULL,
    "repository_id" UUID NOT NULL,
    "commit" TEXT NOT NULL,
    "told" TEXT,

    CONSTRAINT "forge_submission_pkey" PRIMARY KEY ("submission_id")
);

-- CreateIndex
CREATE INDEX "forge_course_id_idx" ON "forge"("course_id");

-- CreateIndex
CREATE INDEX "forge_kind_idx" ON "forge"("kind");

-- CreateIndex
CREATE INDEX "forge_repository_person_id_idx" ON "forge_repository"("person_id");

-- CreateIndex
CREATE UNIQUE INDEX "forge_repository_forge_id_name_key" ON "forge_repository"("forge_id", "name");

-- CreateIndex
CREATE INDEX "forge_delivery_state_due_at_idx" ON "forge_delivery"("state", "due_at");

-- CreateIndex
CREATE INDEX "forge_delivery_received_at_idx" ON "forge_delivery"("received_at");

-- CreateIndex
CREATE UNIQUE INDEX "forge_delivery_forge_id_delivery_id_key" ON "forge_delivery"("forge_id", "delivery_id");

-- CreateIndex
CREATE INDEX "forge_submission_repository_id_idx" ON "forge_submission"("repository_id");

-- AddForeignKey
ALTER TABLE "forge" ADD CONSTRAINT "forge_course_id_fkey" FOREIGN KEY ("course_id") REFERENCES "course"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "forge_repository" ADD CONSTRAINT "forge_repository_forge_id_fkey" FOREIGN KEY ("forge_id") REFERENCES "forge"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "forge_repository" ADD CONSTRAINT "forge_repository_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "person"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "forge_delivery" ADD CONSTRAINT "forge_delivery_forge_id_fkey" FOREIGN KEY ("forge_id") REFERENCES "forge"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "forge_delivery" ADD CONSTRAINT "forge_delivery_repository_id_fkey" FOREIGN KEY ("repository_id") REFERENCES "forge_repository"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "forge_submission" ADD CONSTRAINT "forge_submission_submission_id_fkey" FOREIGN KEY ("submission_id") REFERENCES "submission"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "forge_submission" ADD CONSTRAINT "forge_submission_repository_id_fkey" FOREIGN KEY ("repository_id") REFERENCES "forge_repository"("id") ON DELETE CASCADE ON UPDATE CASCADE;

