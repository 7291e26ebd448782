-- Only an addition: a process of the version before goes on working beside it.
CREATE TABLE "person_removal" (
    "number" SERIAL NOT NULL,
    "person_id" UUID NOT NULL,
    "begun_at" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "person_removal_pkey" PRIMARY KEY ("number")
);

CREATE UNIQUE INDEX "person_removal_person_id_key" ON "person_removal"("person_id");

ALTER TABLE "person_removal" ADD CONSTRAINT "person_removal_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "person"("id") ON DELETE CASCADE ON UPDATE CASCADE;
