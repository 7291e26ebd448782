#!/bin/sh
# Makes the root of python:3.11-slim from Debian 12 packages (its Python is 3.11).
# usage: make-slim.sh <root folder> <sources.list>
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$1
sources=$2
. "$here/../common/versions.sh"
. "$here/in-root.sh"

echo "install Debian packages"
mmdebstrap --quiet --mode=root --variant=minbase \
  --include=python3,python3-pip,python3-venv,python3-distutils,ca-certificates,netbase,tzdata \
  --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-include=/usr/share/doc/*/copyright' \
  --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/info/*' \
  --dpkgopt='path-exclude=/usr/share/locale/*' --dpkgopt='path-exclude=/usr/share/i18n/*' \
  --dpkgopt=force-unsafe-io --hook-dir=/usr/share/mmdebstrap/hooks/merged-usr \
  --skip=cleanup/apt/lists --skip=cleanup/reproducible \
  bookworm "$root" "$sources"

echo "download the wheelhouse and the apt repository"
mkdir -p "$root/opt/labgrader/apt" "$root/opt/labgrader/wheelhouse" "$root/tmp/recipe"
cp "$here"/../common/* "$here"/*.sh "$root/tmp/recipe/"
in_root "APT_PACKAGES='$APT_PACKAGES' sh /tmp/recipe/fill-slim.sh"

echo "trim"
in_root "sh /tmp/recipe/trim.sh"
