#!/bin/sh
# The first process of the private engine's namespaces: starts the engine, adopts and reaps what containers
# leave, and ends the engine when told. When this process ends, the kernel ends everything else in here.
# usage: engine-init.sh <stop file> <dockerd argument…>
stop=$1
shift
ip link set lo up
dockerd "$@" &
child=$!
while kill -0 $child 2>/dev/null; do
  if [ -e "$stop" ]; then kill -s TERM $child; fi
  sleep 0.2 &
  wait $!
done
wait $child
