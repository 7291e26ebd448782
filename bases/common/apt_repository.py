"""Writes the index of a folder of .deb files, so that apt can install from it: Packages and Release.

usage: apt_repository.py <folder>
"""

import hashlib
import pathlib
import subprocess
import sys


def stanza(deb):
    control = subprocess.run(["dpkg-deb", "-f", deb], check=True, capture_output=True, text=True).stdout.rstrip()
    content = deb.read_bytes()
    return f"{control}\nFilename: ./{deb.name}\nSize: {len(content)}\nSHA256: {hashlib.sha256(content).hexdigest()}\n"


def main(folder):
    index = "\n".join(stanza(deb) for deb in sorted(folder.glob("*.deb"))).encode()
    (folder / "Packages").write_bytes(index)
    (folder / "Release").write_text(
        "Origin: labgrader\nLabel: labgrader\nSuite: stable\nCodename: labgrader\n"
        "Date: Mon, 01 Jan 2024 00:00:00 UTC\n"
        f"SHA256:\n {hashlib.sha256(index).hexdigest()} {len(index)} Packages\n"
    )


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
