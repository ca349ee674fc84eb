"""What is known of a container once it was opened.

Rules that every reader upholds:

- Opening validates: every member was read once, to its end, under the limits, and its digest taken,
  before the caller sees the reading.
- There is always a reading. What is wrong with a container is an ``Anomaly``; what could not be
  looked at is an anomaly with ``unread`` set, and makes the reading not ``whole``.
- The paths of members are the ones that an installer would write, relative, with ``/``; a path that
  an installer must not write is an anomaly, and the member is kept under a harmless spelling.
- Nothing is ever written to the file system under a name that a container chose.
"""

import enum
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from functools import cached_property
from types import TracebackType
from typing import Self

import msgspec

from airlock.model import ArtifactKind, Confidence, Severity, Sha256

NESTED = "!/"
"""Joins the path of a nested archive and the path of a member inside it."""


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """How much of a container is read before the reader stops and says so."""

    members: int = 200_000
    """Entries, of nested archives too. The largest releases of 2026 have about 60,000."""
    member_bytes: int = 2 * 1024**3
    """Of one member, unpacked."""
    total_bytes: int = 6 * 1024**3
    """Of all members, unpacked, of nested archives too."""
    ratio: int = 250
    """Unpacked to packed size of one container. Deflate cannot exceed 1,032."""
    ratio_from_bytes: int = 64 * 1024**2
    """The ratio is asked only of containers that unpack to more than this."""
    depth: int = 3
    """Archives inside archives."""
    path_bytes: int = 1024
    path_parts: int = 64
    nested_bytes: int = 64 * 1024**2
    """A nested archive larger than this, packed, is not opened, and the reading says so."""


class Anomaly(msgspec.Struct, frozen=True, kw_only=True):
    """Something that is wrong with a container."""

    code: str
    """A stable word for tests and docs, such as ``path-escape`` or ``several-end-records``."""
    message: str
    """One sentence for a person."""
    severity: Severity
    confidence: Confidence = Confidence.HIGH
    path: str = ""
    """The member, or empty for the container."""
    unread: bool = False
    """True if something was left unread because of this: the reading is not whole."""


class MemberKind(enum.StrEnum):
    """What an entry of a container is."""

    FILE = "file"
    DIRECTORY = "directory"
    SYMLINK = "symlink"
    HARDLINK = "hardlink"
    SPECIAL = "special"
    """A device, FIFO or socket."""


class Member(ABC):
    """One entry of a container, or of an archive nested in it."""

    path: str
    """Relative, with ``/``, harmless; with ``NESTED`` between the levels."""
    kind: MemberKind
    size: int
    """Unpacked, in bytes; 0 for anything but a file."""
    sha256: Sha256 | None
    """Of the unpacked content; ``None`` where it could not be read to its end."""
    mode: int
    """Unix permission bits; 0 where the container does not say."""
    link: str
    """Where a link points, as written; empty otherwise. A link to a file of the same container is a
    ``FILE`` with that file's content, since that is what an installer makes of it."""

    @abstractmethod
    def read(self) -> bytes:
        """Return the content, as far as it could be read.

        Raises:
            ArchiveError: if the container cannot be read any more.
        """

    def chunks(self) -> Iterator[bytes]:
        """Iterate over the content in pieces, so that the whole is never in memory.

        Raises:
            ArchiveError: if the container cannot be read any more.
        """
        yield self.read()

    @property
    def name(self) -> str:
        """The last component of the path."""
        return self.path.rpartition("/")[2]

    @property
    def suffix(self) -> str:
        """The ending of the name with its dot, in lower case, or empty."""
        stem, dot, ending = self.name.rpartition(".")
        return f".{ending.lower()}" if dot and stem else ""


class Reading(ABC):
    """An opened container. A context manager; members are readable until it is closed."""

    kind: ArtifactKind
    members: Sequence[Member]
    """Every entry, in the container's order, nested archives' entries after their archive. Entries
    that pip does not see, but other tools do, come before those that it sees."""
    anomalies: Sequence[Anomaly]

    @property
    def whole(self) -> bool:
        """True if everything in the container was read."""
        return not any(anomaly.unread for anomaly in self.anomalies)

    @cached_property
    def _by_path(self) -> dict[str, Member]:
        # The last entry of a path is the one that an installer leaves on the disk.
        return {member.path: member for member in self.members}

    def find(self, path: str) -> Member | None:
        """Return the member under a path: the last one, if there are several."""
        return self._by_path.get(path)

    def files(self) -> Iterator[Member]:
        """Iterate over the regular files."""
        return (member for member in self.members if member.kind is MemberKind.FILE)

    @abstractmethod
    def close(self) -> None:
        """Let go of the container."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()
