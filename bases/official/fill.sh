#!/bin/sh
# In a container of the official image, with the network: adds the wheelhouse and the local apt repository,
# and leaves that as the only source of packages.
set -eu
target=/opt/labgrader
archives=/var/cache/apt/archives
here=$(cd "$(dirname "$0")" && pwd)
. "$here/versions.sh"
export DEBIAN_FRONTEND=noninteractive PYTHONDONTWRITEBYTECODE=1 PIP_DISABLE_PIP_VERSION_CHECK=1

echo "download the wheelhouse"
mkdir -p $target/apt $target/wheelhouse
pip download -q --no-cache-dir -d $target/wheelhouse $PIP_PACKAGES
python3 "$here/marker_wheels.py" $target/wheelhouse

echo "download the apt repository"
# The official image empties the cache after every install, downloads included.
rm -f /etc/apt/apt.conf.d/docker-clean
apt-get update -qq
rm -f $archives/*.deb
apt-get install -qq -y --download-only --no-install-recommends $APT_PACKAGES
find $archives -name '*.deb' -exec mv {} $target/apt/ \;
python3 "$here/apt_repository.py" $target/apt

echo "trim"
rm -rf /etc/apt/sources.list.d/* /var/lib/apt/lists/* /var/cache/apt/*.bin /var/log/apt /var/log/dpkg.log
echo 'deb [trusted=yes] file:/opt/labgrader/apt ./' >/etc/apt/sources.list
echo 'Acquire::Languages "none";' >/etc/apt/apt.conf.d/90labgrader
