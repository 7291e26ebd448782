-- CreateTable
CREATE TABLE "lti_platform" (
    "id" UUID NOT NULL,
    "course_id" TEXT,
    "name" TEXT NOT NULL,
    "issuer" TEXT NOT NULL,
    "client_id" TEXT NOT NULL,
    "deployment_ids" TEXT[],
    "auth_url" TEXT NOT NULL,
    "token_url" TEXT NOT NULL,
    "jwks_url" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "lti_platform_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "lti_key" (
    "id" TEXT NOT NULL,
    "sealed" TEXT NOT NULL,
    "public_key" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "signs_from" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "lti_key_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "lti_login" (
    "state_hash" TEXT NOT NULL,
    "browser_hash" TEXT NOT NULL,
    "nonce_hash" TEXT NOT NULL,
    "platform_id" UUID NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "lti_login_pkey" PRIMARY KEY ("state_hash")
);

-- CreateTable
CREATE TABLE "lti_context" (
    "id" UUID NOT NULL,
    "platform_id" UUID NOT NULL,
    "deployment_id" TEXT NOT NULL,
    "context_id" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "course_id" TEXT,
    "roster_url" TEXT,
    "roster_at" TIMESTAMPTZ(3),
    "ticket_hash" TEXT,
    "ticket_until" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "lti_context_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "lti_link" (
    "id" UUID NOT NULL,
    "context_id" UUID NOT NULL,
    "resource_id" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "assignment_id" UUID,
    "line_item_url" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "lti_link_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "lti_score" (
    "link_id" UUID NOT NULL,
    "person_id" UUID NOT NULL,
    "stamp" TIMESTAMPTZ(3) NOT NULL,
    "told" TEXT,
    "told_at" TIMESTAMPTZ(3),

    CONSTRAINT "lti_score_pkey" PRIMARY KEY ("link_id","person_id")
);

-- CreateIndex
CREATE INDEX "lti_platform_course_id_idx" ON "lti_platform"("course_id");

-- CreateIndex
CREATE UNIQUE INDEX "lti_platform_issuer_client_id_key" ON "lti_platform"("issuer", "client_id");

-- CreateIndex
CREATE INDEX "lti_login_expires_at_idx" ON "lti_login"("expires_at");

-- CreateIndex
CREATE INDEX "lti_login_platform_id_idx" ON "lti_login"("platform_id");

-- CreateIndex
CREATE UNIQUE INDEX "lti_context_ticket_hash_key" ON "lti_context"("ticket_hash");

-- CreateIndex
CREATE INDEX "lti_context_course_id_idx" ON "lti_context"("course_id");

-- CreateIndex
CREATE UNIQUE INDEX "lti_context_platform_id_deployment_id_context_id_key" ON "lti_context"("platform_id", "deployment_id", "context_id");

-- CreateIndex
CREATE INDEX "lti_link_assignment_id_idx" ON "lti_link"("assignment_id");

-- CreateIndex
CREATE UNIQUE INDEX "lti_link_context_id_resource_id_key" ON "lti_link"("context_id", "resource_id");

-- CreateIndex
CREATE INDEX "lti_score_person_id_idx" ON "lti_score"("person_id");

-- AddForeignKey
ALTER TABLE "lti_platform" ADD CONSTRAINT "lti_platform_course_id_fkey" FOREIGN KEY ("course_id") REFERENCES "course"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "lti_login" ADD CONSTRAINT "lti_login_platform_id_fkey" FOREIGN KEY ("platform_id") REFERENCES "lti_platform"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "lti_context" ADD CONSTRAINT "lti_context_platform_id_fkey" FOREIGN KEY ("platform_id") REFERENCES "lti_platform"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "lti_context" ADD CONSTRAINT "lti_context_course_id_fkey" FOREIGN KEY ("course_id") REFERENCES "course"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "lti_link" ADD CONSTRAINT "lti_link_context_id_fkey" FOREIGN KEY ("context_id") REFERENCES "lti_context"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "lti_link" ADD CONSTRAINT "lti_link_assignment_id_fkey" FOREIGN KEY ("assignment_id") REFERENCES "assignment"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "lti_score" ADD CONSTRAINT "lti_score_link_id_fkey" FOREIGN KEY ("link_id") REFERENCES "lti_link"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "lti_score" ADD CONSTRAINT "lti_score_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "person"("id") ON DELETE CASCADE ON UPDATE CASCADE;

