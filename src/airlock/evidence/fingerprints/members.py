"""Which members of an artifact are code, and what they are known by."""

from collections.abc import Iterator

from airlock.archive import Member
from airlock.evidence.fingerprints.grams import NO_PRINTS, Prints, prints

_ENDINGS = frozenset({".py", ".pyw", ".pth", ".start"})
_LARGEST_SCRIPT = 1 << 20
_PIECE_BYTES = 4 << 20


def is_code(member: Member) -> bool:
    """Return whether a file may be Python source: by its ending, or as a script without one."""
    if member.suffix:
        return member.suffix in _ENDINGS
    return 0 < member.size <= _LARGEST_SCRIPT


def prints_of(member: Member) -> Iterator[Prints]:
    """Yield what a member is known by; of a very large one, in pieces, each up to a line's end.

    Raises:
        ArchiveError: if it cannot be read.
    """
    data = member.read()
    if not member.suffix and b"\0" in data:
        yield NO_PRINTS
        return
    begun = 0
    while len(data) - begun > _PIECE_BYTES:
        end = data.rfind(b"\n", begun, begun + _PIECE_BYTES) + 1 or begun + _PIECE_BYTES
        yield prints(data[begun:end])
        begun = end
    yield prints(data[begun:])
