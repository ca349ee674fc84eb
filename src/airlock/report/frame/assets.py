"""What pages load: files of this package under names that change with what is in them.

A name has the beginning of the SHA-256 of the bytes, so that browsers may keep them for ever.
"""

import functools
import hashlib
from importlib import resources
from typing import NamedTuple

_TYPES = {
    "airlock.css": "text/css; charset=utf-8",
    "airlock.js": "text/javascript; charset=utf-8",
    "people.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
}
_DIGITS = 12


class Asset(NamedTuple):
    """One file that pages load."""

    path: str
    """Where it is served."""
    body: bytes
    media_type: str


@functools.cache
def every_asset() -> dict[str, Asset]:
    """Return every asset by the name that it has in the package."""
    folder = resources.files(__package__) / "static"
    found = {}
    for name, media_type in _TYPES.items():
        body = (folder / name).read_bytes()
        stem, _, suffix = name.rpartition(".")
        digest = hashlib.sha256(body).hexdigest()[:_DIGITS]
        found[name] = Asset(f"/static/{stem}.{digest}.{suffix}", body, media_type)
    return found


def asset(name: str) -> str:
    """Return where an asset is served.

    Raises:
        KeyError: if there is none of that name.
    """
    return every_asset()[name].path
