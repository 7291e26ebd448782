#!/bin/sh
# Makes the root of python:3.11 out of that of python:3.11-slim: compilers, headers and tools besides.
# usage: make-full.sh <root folder of the slim image> <sources.list>
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$1
sources=$2
. "$here/in-root.sh"

echo "install compilers and headers"
cp "$sources" "$root/etc/apt/sources.list"
mkdir -p "$root/tmp/recipe"
cp "$here"/*.sh "$root/tmp/recipe/"
in_root "apt-get update -qq
  apt-get install -qq -y --no-install-recommends -o Dpkg::Options::=--force-unsafe-io \
    build-essential python3-dev git curl wget pkg-config libssl-dev libffi-dev zlib1g-dev libsqlite3-dev libbz2-dev libxml2-dev liblzma-dev >/dev/null
  apt-get clean
  sh /tmp/recipe/trim.sh"
