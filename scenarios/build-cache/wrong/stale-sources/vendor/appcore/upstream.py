"""Fetches a quote from the upstream API, and tells apart the ways in which that fails."""

import json
import socket
import urllib.error
import urllib.request

from appcore.settings import UPSTREAM_URL

TIMEOUT_SECONDS = 5
MOST_BYTES = 65_536


class UpstreamError(Exception):
    def __init__(self, kind, detail):
        super().__init__(detail)
        self.kind = kind
        self.detail = detail


def fetch():
    """The upstream's JSON answer. Raises UpstreamError."""
    # A proxy of the environment would look the name up elsewhere.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    request = urllib.request.Request(UPSTREAM_URL, headers={"Accept": "application/json"})
    try:
        with opener.open(request, timeout=TIMEOUT_SECONDS) as response:
            return json.loads(response.read(MOST_BYTES))
    except urllib.error.HTTPError as error:
        raise UpstreamError("status", f"the upstream answered {error.code}") from error
    except urllib.error.URLError as error:
        raise UpstreamError(_kind(error.reason), str(error.reason)) from error
    except (ValueError, TypeError) as error:
        raise UpstreamError("body", f"the upstream's answer is no JSON: {error}") from error
    except OSError as error:
        raise UpstreamError(_kind(error), str(error)) from error


def _kind(reason):
    if isinstance(reason, socket.gaierror):
        return "dns"
    if isinstance(reason, TimeoutError):
        return "timeout"
    return "connect"
