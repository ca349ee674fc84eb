"""Where the files of a wheel land when it is installed (PEP 427, "The .data directory")."""

from collections.abc import Iterator

import msgspec

from airlock.archive import Member, Reading
from airlock.archive.interface import NESTED

SITE = ("", "purelib", "platlib")
"""The schemes that go to site-packages; the first is the wheel's own root."""
SCHEMES = frozenset({"purelib", "platlib", "headers", "scripts", "data"})


class Destination(msgspec.Struct, frozen=True):
    """A file and where an installer puts it."""

    member: Member
    scheme: str
    """A scheme of the ``.data`` folder, known or not; empty for the wheel's root."""
    path: str
    """Relative to the scheme's folder."""


def destinations(reading: Reading) -> Iterator[Destination]:
    """Iterate over the files of a wheel."""
    for member in reading.files():
        if NESTED in member.path:
            continue
        top, _, rest = member.path.partition("/")
        if top.endswith(".data") and rest:
            scheme, _, path = rest.partition("/")
            yield Destination(member, scheme, path)
        else:
            yield Destination(member, "", member.path)
