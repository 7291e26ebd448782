-- What others did not take is shown to staff: why, and whether it is still tried.
ALTER TABLE "outbox" ADD COLUMN "trouble" TEXT, ADD COLUMN "given_up_at" TIMESTAMPTZ(3);

DROP INDEX "outbox_undelivered";
CREATE INDEX "outbox_undelivered" ON "outbox"("due_at") WHERE "delivered_at" IS NULL AND "given_up_at" IS NULL;
CREATE INDEX "outbox_troubled" ON "outbox"("topic") WHERE "trouble" IS NOT NULL AND "delivered_at" IS NULL;
