"""Structured logs: one JSON document a line on standard output."""

import json
import logging
import sys
from datetime import datetime, timezone

from appcore.settings import LOG_LEVEL


def write(level, **fields):
    """Writes one line, whatever LOG_LEVEL is."""
    stamp = datetime.now(timezone.utc).isoformat(timespec="milliseconds")
    sys.stdout.write(json.dumps({"ts": stamp, "level": level, **fields}) + "\n")
    sys.stdout.flush()


class JsonLines(logging.Handler):
    """Carries the standard library's log records into `write`."""

    def emit(self, record):
        write(record.levelname.lower(), logger=record.name, message=record.getMessage())


log = logging.getLogger("appcore")
log.setLevel(LOG_LEVEL if LOG_LEVEL in {"DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"} else "INFO")
log.propagate = False
log.addHandler(JsonLines())

# Each request gets its own structured line, so the server's plain-text one would only double it.
logging.getLogger("uvicorn.access").disabled = True
