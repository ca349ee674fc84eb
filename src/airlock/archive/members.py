"""Members as readers make them, and the one place where content is read and measured.

``take`` reads a content to its end, once: it counts every piece against the budget before anything
is done with it, takes the digest, and recognises a nested archive by its beginning and end.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator

import msgspec

from airlock.archive.budget import Limit, Meter
from airlock.archive.formats import HEAD_BYTES, TAIL_BYTES, Format, sniff
from airlock.archive.interface import Member, MemberKind
from airlock.archive.spans import Span
from airlock.errors import ArchiveError
from airlock.model import Sha256


class HeldMember(Member):
    """A member whose content lies in memory, in a span, or is unpacked again on demand."""

    def __init__(  # noqa: PLR0913 - the fields of the interface
        self,
        *,
        path: str,
        kind: MemberKind,
        size: int = 0,
        sha256: Sha256 | None = None,
        mode: int = 0,
        link: str = "",
    ) -> None:
        self.path = path
        self.kind = kind
        self.size = size
        self.sha256 = sha256
        self.mode = mode
        self.link = link
        self._content: Callable[[], bytes] | None = None
        self._pieces: Callable[[], Iterator[bytes]] | None = None

    def read(self) -> bytes:
        """Return the content, as far as it could be read."""
        return self._content() if self._content else b""

    def chunks(self) -> Iterator[bytes]:
        """Iterate over the content in pieces."""
        return self._pieces() if self._pieces else iter((self.read(),))

    def hold(
        self, content: Callable[[], bytes], pieces: Callable[[], Iterator[bytes]] | None = None
    ) -> None:
        """Say how the content is read: whole, and in pieces where it may be large."""
        self._content = content
        self._pieces = pieces

    def become(self, target: "HeldMember") -> None:
        """Take the content of the file that this link leads to."""
        self.kind, self.size, self.sha256 = MemberKind.FILE, target.size, target.sha256
        self.hold(target.read, target.chunks)

    def __repr__(self) -> str:
        return f"<{self.kind} {self.path!r} {self.size}>"


class Found(msgspec.Struct):
    """A member, and how to look for an archive in it."""

    member: HeldMember
    format: Format | None = None
    """The container that its content is."""
    span: Callable[[], Span] | None = None
    """Gives its content as a span."""


class Taken(msgspec.Struct):
    """What came of reading a content to its end."""

    size: int
    sha256: Sha256 | None
    """``None`` if the end was not reached."""
    format: Format | None
    data: bytes | None
    """All of it, if it is no more than was asked for."""
    limit: Limit | None
    """The limit that ended it."""
    error: str
    """What was wrong with it, or empty."""


def take(
    chunks: Iterable[bytes], meter: Meter, *, told_bytes: int = 0, keep_bytes: int = 0
) -> Taken:
    """Read a content to its end, or to a limit, or to where it breaks.

    Args:
        chunks: the content.
        meter: counts it.
        told_bytes: how much it is said to be. What would break a limit is not begun, so that
            there is something left for the members after it.
        keep_bytes: how much of it may be kept in memory.
    """
    limit = meter.refuses(told_bytes)
    if limit is not None:
        return Taken(0, None, None, None, limit, "")
    digest = hashlib.sha256()
    kept: list[bytes] = []
    head = tail = b""
    size, error = 0, ""
    try:
        for chunk in chunks:
            limit = meter.spend(len(chunk), size)
            if limit is not None:
                break
            digest.update(chunk)
            if not size:
                head = chunk[:HEAD_BYTES]
            tail = chunk[-TAIL_BYTES:] if len(chunk) >= TAIL_BYTES else (tail + chunk)[-TAIL_BYTES:]
            size += len(chunk)
            if size <= keep_bytes:
                kept.append(chunk)
    except ArchiveError as broken:
        error = str(broken)
    ended = limit is None and not error
    data = b"".join(kept) if size <= keep_bytes else None
    sha256 = Sha256(digest.hexdigest()) if ended else None
    return Taken(size, sha256, sniff(head, tail), data, limit, error)
