#!/bin/sh
# Keeps a private service for as long as somebody uses it, then stops it.
# usage: guard.sh <folder> <how to stop> <grace seconds> <command> [argument…]
#
# The folder holds `users/<pid>`, one file a user with the start time of that process. A user that was killed
# without a word is noticed, so that nothing stays when a terminal or a CI job goes away. How to stop is a
# signal's name, or `file`: then the command watches for <folder>/stop.
set -u
folder=$1
stop=$2
grace=$3
shift 3

start_time() {
  # The name in the second field may hold anything; the fields after it are plain.
  sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -d ' ' -f 20
}

is_live() {
  kill -0 "$1" 2>/dev/null || return 1
  [ ! -d /proc/self ] || [ "$(start_time "$1")" = "$2" ]
}

in_use() {
  for user in "$folder"/users/*; do
    [ -f "$user" ] || continue
    is_live "${user##*/}" "$(cat "$user" 2>/dev/null)" && return 0
  done
  return 1
}

told=
trap 'told=yes' TERM INT HUP
"$@" &
child=$!
echo "$child $(start_time $child)" >"$folder/child"

unused=0
while kill -0 $child 2>/dev/null; do
  sleep 1 &
  wait $!
  if in_use; then unused=0; else unused=$((unused + 1)); fi
  if [ -n "$told" ] || [ $unused -ge 3 ]; then break; fi
done

touch "$folder/stopping"
if [ "$stop" = file ]; then touch "$folder/stop"; else kill -s "$stop" $child 2>/dev/null; fi
left=$((grace * 5))
while kill -0 $child 2>/dev/null && [ $left -gt 0 ]; do
  sleep 0.2
  left=$((left - 1))
done
kill -s KILL $child 2>/dev/null
wait $child
code=$?
rm -f "$folder/child" "$folder/state.json"
exit $code
