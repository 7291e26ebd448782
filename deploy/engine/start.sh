#!/bin/sh
# Starts a Docker engine inside of a container that has the capabilities of docker-compose.yml instead of `privileged`.
# Its API is a unix socket in a volume that only the workers share; it listens on no network.
set -eu
socket=/run/labgrader/docker.sock
# The group that may use the socket: the one that the service's image runs as.
group=${SOCKET_GROUP:-10001}

if [ -e /sys/fs/cgroup/cgroup.controllers ]; then
  # cgroup v2: processes may live in leaves only, so this one makes room before it hands controllers down.
  mount -o remount,rw /sys/fs/cgroup
  mkdir -p /sys/fs/cgroup/init
  xargs -rn1 </sys/fs/cgroup/cgroup.procs >/sys/fs/cgroup/init/cgroup.procs || true
  sed -e 's/ / +/g' -e 's/^/+/' </sys/fs/cgroup/cgroup.controllers >/sys/fs/cgroup/cgroup.subtree_control
else
  for hierarchy in /sys/fs/cgroup/*; do
    mount -o remount,bind,rw "$hierarchy" || true
  done
fi

# The engine sets up bridges, whose settings lie here.
mount -o remount,bind,rw /proc/sys

# What an engine that was killed has left would keep the next one from starting.
rm -f /var/run/docker.pid "$socket"
# Nothing is ever published from here, so nothing has to relay for it.
exec dockerd --userland-proxy=false --host="unix://$socket" --group="$group" --data-root=/var/lib/docker \
  --log-level=warn --shutdown-timeout=10 "$@"
