#!/bin/sh
set -e
echo "starting the service"
exec tini -g -- "$@"
