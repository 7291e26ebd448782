"""Notes, each in a file of its own below DATA_DIR."""

import os
from pathlib import Path

DATA_DIR = Path(os.environ.get("DATA_DIR", "/app/data"))


def write(name, text):
    DATA_DIR.mkdir(parents=True, exist_ok=True)
    (DATA_DIR / f"{name}.txt").write_text(text, encoding="utf-8")


def read(name):
    """The text of a note, or None where there is no such note."""
    try:
        return (DATA_DIR / f"{name}.txt").read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
