"""Packs installed Debian Python packages into wheels, with the standard library alone.

usage: pack_wheels.py <folder of .deb files> <wheelhouse>

Where PyPI cannot be reached, Debian's pure Python packages are the same code. Their metadata leaves out
requirements that Debian expresses in `Depends`, and asks for versions that Debian patched away, so each
wheel's requirements are rewritten from the Debian package's own `Depends`, without versions: the wheelhouse
holds one version of everything.
"""

import base64
import email.parser
import hashlib
import pathlib
import re
import subprocess
import sys
import tempfile
import zipfile

PACKAGES = "usr/lib/python3/dist-packages"
# A fixed time makes the same packages give the same wheel, byte for byte.
TIMESTAMP = (2024, 1, 1, 0, 0, 0)


def field(deb, name):
    return subprocess.run(["dpkg-deb", "-f", deb, name], check=True, capture_output=True, text=True).stdout.strip()


def unpack(deb, parent):
    root = pathlib.Path(tempfile.mkdtemp(dir=parent))
    subprocess.run(["dpkg-deb", "-x", deb, root], check=True)
    return root / PACKAGES


def metadata_folder(packages):
    found = sorted(packages.glob("*.dist-info")) + sorted(packages.glob("*.egg-info"))
    return found[0] if found else None


def metadata_text(folder):
    if folder.is_file():
        return folder.read_text()
    name = "METADATA" if folder.suffix == ".dist-info" else "PKG-INFO"
    return (folder / name).read_text()


def debian_requirements(deb):
    """The first alternative that names a Python package, of every dependency."""
    for clause in field(deb, "Depends").split(","):
        names = [re.split(r"[ (:]", alternative.strip())[0] for alternative in clause.split("|")]
        named = [name for name in names if name.startswith("python3-")]
        if named:
            yield named[0]


def wheel_metadata(text, requirements):
    original = email.parser.Parser().parsestr(text)
    lines = ["Metadata-Version: 2.1", f"Name: {original['Name']}", f"Version: {original['Version']}"]
    if original["Requires-Python"]:
        lines.append(f"Requires-Python: {original['Requires-Python']}")
    lines += [f"Provides-Extra: {extra}" for extra in original.get_all("Provides-Extra", [])]
    lines += [f"Requires-Dist: {name}" for name in requirements]
    return "\n".join(lines) + "\n"


def write_wheel(target, files):
    record = []
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as wheel:
        for name, content in files:
            digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
            record.append(f"{name},sha256={digest},{len(content)}")
            add(wheel, name, content)
        name = next(name for name, _ in files if name.endswith("/WHEEL")).replace("/WHEEL", "/RECORD")
        add(wheel, name, ("\n".join([*record, f"{name},,"]) + "\n").encode())


def add(wheel, name, content):
    entry = zipfile.ZipInfo(name, TIMESTAMP)
    entry.external_attr = 0o644 << 16
    entry.compress_type = zipfile.ZIP_DEFLATED
    wheel.writestr(entry, content)


def pack(name, version, metadata, modules, entry_points, wheelhouse):
    stem = f"{re.sub(r'[-_.]+', '_', name)}-{version}"
    info = f"{stem}.dist-info"
    files = [*modules, (f"{info}/METADATA", metadata.encode())]
    if entry_points:
        files.append((f"{info}/entry_points.txt", entry_points))
    tag = "Wheel-Version: 1.0\nGenerator: labgrader\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    files.append((f"{info}/WHEEL", tag.encode()))
    write_wheel(wheelhouse / f"{stem}-py3-none-any.whl", files)


def modules_of(packages):
    for path in sorted(packages.rglob("*")):
        name = path.relative_to(packages)
        if path.is_file() and not any(part.endswith((".egg-info", ".dist-info")) for part in name.parts):
            yield str(name), path.read_bytes()


def is_pure(packages):
    return not any(packages.rglob("*.so"))


def main(debs, wheelhouse):
    with tempfile.TemporaryDirectory() as parent:
        found = {}
        for deb in sorted(pathlib.Path(debs).glob("python3-*.deb")):
            packages = unpack(deb, parent)
            folder = metadata_folder(packages) if packages.is_dir() else None
            if folder and is_pure(packages):
                found[field(deb, "Package")] = (deb, packages, folder)
        names = {
            package: email.parser.Parser().parsestr(metadata_text(folder))["Name"]
            for package, (_, _, folder) in found.items()
        }
        # Not a package file of its own here, but pip finds its wheel in the wheelhouse.
        names["python3-pkg-resources"] = names["python3-setuptools"] = "setuptools"
        for package, (deb, packages, folder) in found.items():
            text = metadata_text(folder)
            original = email.parser.Parser().parsestr(text)
            requirements = sorted({names[each] for each in debian_requirements(deb) if each in names})
            points = folder / "entry_points.txt"
            pack(
                original["Name"],
                original["Version"],
                wheel_metadata(text, requirements),
                list(modules_of(packages)),
                points.read_bytes() if folder.is_dir() and points.is_file() else b"",
                wheelhouse,
            )
            print(f"packed {original['Name']} {original['Version']}")


if __name__ == "__main__":
    target = pathlib.Path(sys.argv[2])
    target.mkdir(parents=True, exist_ok=True)
    main(sys.argv[1], target)
