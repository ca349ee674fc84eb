"""What the sinkhole answers: a harmless program to whoever fetches one, something plausible else.

The program is valid for a shell and for Python alike. All it does is to ask for a file whose name
nobody else knows; that it was asked for proves that somebody ran what was downloaded.
"""

import json
import re

from airlock.behaviour.events import PROGRAM

_DOCUMENTS = re.compile(r"\.(json)$|/json/?$|ipinfo|ipify|ip-api|/api/", re.IGNORECASE)
_ADDRESS = "81.2.69.160"


def program(marker: str) -> bytes:
    """Return a program for a shell or Python that opens the marker."""
    return (
        "#!/bin/sh\n"
        f'""":"\ncat {marker} 2>/dev/null\nexit 0\n":"""\n'
        f"try:\n    open({marker!r})\nexcept Exception:\n    pass\n"
    ).encode()


def answer(method: str, path: str, accept: str, marker: str) -> tuple[int, str, bytes, str]:
    """Return the status, the content type, the content, and what it is in words."""
    if method in ("POST", "PUT", "PATCH", "DELETE"):
        return 200, "application/json", b'{"ok": true, "id": "1"}', "JSON"
    if _DOCUMENTS.search(path.partition("?")[0]) or "json" in accept:
        told = {"ip": _ADDRESS, "query": _ADDRESS, "country": "GB", "city": "Boxford", "ok": True}
        return 200, "application/json", json.dumps(told).encode(), "JSON"
    return 200, "application/octet-stream", program(marker), PROGRAM
