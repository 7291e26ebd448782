#!/bin/sh
# Backs up what can't be made anew: the database and the repositories of the service's own git remote.
#
#   deploy/backup.sh FOLDER
#
# Takes them from the installation of docker-compose.yml; or, where DATABASE_URL and GIT_FOLDER are set, from there, by
# the machine's own pg_dump and tar. The service may go on meanwhile. FOLDER is there only once everything is in it.
set -eu
umask 077
target=${1:?say into which folder: deploy/backup.sh FOLDER}
[ ! -e "$target" ] || { echo "$target is there already: name a folder that isn't." >&2; exit 2; }
partial="$target.partial"
rm -rf "$partial"
mkdir -p "$partial"

# The database first: a repository may then be newer than what the database knows of it, never older.
if [ -n "${DATABASE_URL:-}" ]; then
  : "${GIT_FOLDER:?DATABASE_URL is set and GIT_FOLDER is not: say where the repositories lie}"
  pg_dump --format custom --file "$partial/database.dump" "$DATABASE_URL"
  tar -C "$GIT_FOLDER" -czf "$partial/git.tar.gz" .
else
  docker compose exec -T postgres pg_dump --username labgrader --format custom labgrader >"$partial/database.dump"
  docker compose run --rm --no-deps -T --entrypoint tar api -C /var/lib/labgrader/git -czf - . >"$partial/git.tar.gz"
fi

(cd "$partial" && sha256sum database.dump git.tar.gz >SHA256SUMS)
mv "$partial" "$target"
echo "Backed up into $target. SECRETS_KEY isn't in it: keep .env as well, and elsewhere."
