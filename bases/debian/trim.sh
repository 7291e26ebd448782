#!/bin/sh
# In the new root: leaves only what a learner's image needs, and the local repository as the only apt source.
set -eu
rm -rf /etc/apt/sources.list.d/* /var/lib/apt/lists/* /var/cache/apt/* /var/log/* /var/cache/debconf/*-old
mkdir -p /var/lib/apt/lists/partial /var/cache/apt/archives/partial
echo 'deb [trusted=yes] file:/opt/labgrader/apt ./' >/etc/apt/sources.list
# apt sees no reason to fetch translations of a local index.
cat >/etc/apt/apt.conf.d/90labgrader <<'END'
Acquire::Languages "none";
APT::Install-Recommends "true";
END
rm -rf /usr/share/doc-base /usr/share/lintian /usr/share/bug /usr/share/bash-completion /usr/share/perl5/pod
rm -rf /tmp/* /var/tmp/* /root/.cache
rm -f /etc/machine-id /etc/hostname
