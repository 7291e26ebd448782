-- Whoever writes a standing, and in whatever way: platforms that take scores of the assignment are to be told.
CREATE FUNCTION ask_to_tell_platforms() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO "outbox" ("topic", "payload")
  SELECT 'lti.score', jsonb_build_object('linkId', "lti_link"."id", 'personId', NEW."person_id")
  FROM "lti_link"
  WHERE "lti_link"."assignment_id" = NEW."assignment_id" AND "lti_link"."line_item_url" IS NOT NULL;
  RETURN NULL;
END
$$;

CREATE TRIGGER "standing_new_score" AFTER INSERT ON "standing"
  FOR EACH ROW WHEN (NEW."score" IS NOT NULL) EXECUTE FUNCTION ask_to_tell_platforms();

CREATE TRIGGER "standing_other_score" AFTER UPDATE OF "score" ON "standing"
  FOR EACH ROW WHEN (NEW."score" IS DISTINCT FROM OLD."score") EXECUTE FUNCTION ask_to_tell_platforms();
