#!/bin/sh
# In the new root, with the network: fills the wheelhouse and the apt repository, and lays Python out as
# the official image does.
set -eu
target=/opt/labgrader
archives=/var/cache/apt/archives
export PYTHONDONTWRITEBYTECODE=1

rm -f $archives/*.deb
apt-get install -qq -y --download-only --no-install-recommends $APT_PACKAGES
mv $archives/*.deb $target/apt/
chmod -R a+rX $target
python3 /tmp/recipe/apt_repository.py $target/apt

apt-get install -qq -y --download-only --no-install-recommends python3-fastapi python3-uvicorn python3-gunicorn
python3 /tmp/recipe/pack_wheels.py $archives $target/wheelhouse
python3 /tmp/recipe/marker_wheels.py $target/wheelhouse
cp /usr/share/python-wheels/*.whl $target/wheelhouse/
rm -f $archives/*.deb

# The headers alone, as the official slim image has them: a native module can be compiled with gcc.
cd $archives
apt-get download -qq -o APT::Sandbox::User=root libpython3.11-dev
dpkg-deb --fsys-tarfile libpython3.11-dev_*.deb | tar -x -C / ./usr/include
rm -f libpython3.11-dev_*.deb

# As in the official image: pip installs system-wide, `python` and `pip` are in /usr/local/bin, and what pip
# installed is in site-packages, where a second stage copies it from.
rm -f /usr/lib/python3.*/EXTERNALLY-MANAGED
mkdir -p /usr/local/lib/python3.11/site-packages
rm -rf /usr/local/lib/python3.11/dist-packages
ln -s site-packages /usr/local/lib/python3.11/dist-packages
for name in python python3 python3.11; do ln -sf /usr/bin/python3.11 /usr/local/bin/$name; done
for name in pip pip3 pip3.11; do ln -sf /usr/bin/pip3 /usr/local/bin/$name; done

# Debian's pip puts `--prefix=/install` into /install/local; at home it is /install itself, and a second
# stage copies that over /usr/local.
scheme=/usr/lib/python3/dist-packages/pip/_internal/locations/_sysconfig.py
sed -i 's/^    if prefix is not None and scheme_name == "osx_framework_library":/    if prefix is not None:/' $scheme
grep -q '^    if prefix is not None:$' $scheme
python3 -c 'import py_compile, sys; py_compile.compile(sys.argv[1])' $scheme
