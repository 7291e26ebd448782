# in_root <command>: runs a shell command in $root with the network's names and a /proc of its own.
# The mount and process namespaces end with it, so that nothing stays mounted or running when it is killed.
in_root() {
  cp /etc/resolv.conf "$root/etc/resolv.conf"
  unshare --mount --pid --fork --kill-child sh -eu -c '
    mount --make-rprivate /
    mount -t proc proc "$1/proc"
    mount --bind /dev "$1/dev"
    exec chroot "$1" /usr/bin/env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
      DEBIAN_FRONTEND=noninteractive LANG=C.UTF-8 sh -euc "$2"
  ' in-root "$root" "$1"
  : >"$root/etc/resolv.conf"
}
