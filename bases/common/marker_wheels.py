"""Writes the wheels of a package that exists nowhere else: a check adds it to a learner's requirements.

usage: marker_wheels.py <wheelhouse>
"""

import pathlib
import sys

from pack_wheels import pack

NAME = "gradermark"

for version in ("1.0.0", "1.1.0"):
    pack(
        NAME,
        version,
        f"Metadata-Version: 2.1\nName: {NAME}\nVersion: {version}\n",
        [(f"{NAME}/__init__.py", f'__version__ = "{version}"\n'.encode())],
        b"",
        pathlib.Path(sys.argv[1]),
    )
