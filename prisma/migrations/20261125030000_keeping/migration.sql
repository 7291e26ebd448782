-- Everything here may be absent: a process of the version before goes on working with it.
ALTER TABLE "file_tree" ALTER COLUMN "blob" DROP NOT NULL;
ALTER TABLE "file_tree" ADD COLUMN "removed_at" TIMESTAMPTZ(3);
ALTER TABLE "submission" ADD COLUMN "removed_at" TIMESTAMPTZ(3);
ALTER TABLE "run" ADD COLUMN "stripped_at" TIMESTAMPTZ(3);
ALTER TABLE "run" ADD COLUMN "trace_parent" TEXT;
ALTER TABLE "person" ADD COLUMN "removed_at" TIMESTAMPTZ(3);
