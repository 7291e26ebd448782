#!/bin/sh
# Restores a backup of deploy/backup.sh into an empty installation, before anything of the service runs there.
#
#   deploy/restore.sh FOLDER
#
# Into the installation of docker-compose.yml, whose Postgres it starts; or, where DATABASE_URL and GIT_FOLDER are set,
# there. What is there already is never written over. Redis needs nothing: runs that wait are rung for again.
set -eu
umask 077
source=${1:?say from which folder: deploy/restore.sh FOLDER}
(cd "$source" && sha256sum --check --quiet SHA256SUMS) || {
  echo "$source isn't as it was backed up: nothing was restored. Take another backup." >&2
  exit 1
}

if [ -n "${DATABASE_URL:-}" ]; then
  : "${GIT_FOLDER:?DATABASE_URL is set and GIT_FOLDER is not: say where the repositories are to lie}"
  mkdir -p "$GIT_FOLDER"
  query() { psql --no-psqlrc --tuples-only --no-align --command "$1" "$DATABASE_URL"; }
  restore() { pg_restore --no-owner --no-privileges --exit-on-error --single-transaction --dbname "$DATABASE_URL"; }
  git_tar() { tar -C "$GIT_FOLDER" "$@"; }
else
  docker compose up --detach --wait postgres
  query() { docker compose exec -T postgres psql --no-psqlrc --tuples-only --no-align --username labgrader --command "$1" labgrader </dev/null; }
  restore() { docker compose exec -T postgres pg_restore --username labgrader --no-owner --no-privileges --exit-on-error --single-transaction --dbname labgrader; }
  git_tar() { docker compose run --rm --no-deps -T --entrypoint tar api -C /var/lib/labgrader/git "$@"; }
fi

tables=$(query "SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'")
if [ "$tables" != 0 ]; then
  echo "The database isn't empty: it holds $tables tables. Nothing was restored; restore into an empty one." >&2
  exit 1
fi
# The repositories first: once the database is there, everything is.
git_tar -xzf - <"$source/git.tar.gz"
restore <"$source/database.dump"
echo 'Restored. Set SECRETS_KEY to what it was and start the service: it migrates, and grades what waits.'
