"""The port: a format in which a project says what it depends on.

Invariants, kept here for all readers:

- A document is read whole or is an error that names it; there is no third way in which some of its
  dependencies are left out.
- Nothing of what is read is built, imported or run, and nothing that it points to is fetched.
- Reading ends: by the size of the document and by the number of dependencies in it.
- Errors are ours, also those raised in the middle of an iteration.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import msgspec

from airlock.errors import InvalidDependencies, TargetNotFound
from airlock.model import Dependency, Inventory

_MIB = 1024 * 1024
LARGEST_BYTES = 128 * _MIB
"""Of one document. Lock files have up to 5 MiB, bills of materials of whole images up to 100."""
MOST_DEPENDENCIES = 100_000
HEAD_BYTES = 4096
"""So much of a document is looked at to tell what it is."""


class Document(msgspec.Struct, frozen=True):
    """The bytes of one file, and what to call it."""

    shown: str
    """As the user would name it; members of archives follow theirs with ``!/``."""
    data: bytes
    path: Path | None = None
    """Where it is; ``None`` for what is not on the disk."""
    bundled: bool = False
    """Whether it tells what an artifact brings along: then nothing in it is out of scope."""

    @property
    def name(self) -> str:
        """The last part of its name."""
        return self.shown.replace("\\", "/").rpartition("/")[2]

    def wrong(self, what: str, *, line: int = 0, hint: str = "") -> InvalidDependencies:
        """Return the error that says what is wrong with it, to be raised."""
        place = f"{self.shown}:{line}" if line else self.shown
        return InvalidDependencies(f"{place}: {what}", hint=hint or _HINT)


_HINT = "Mend it, or have the tool that made it write it anew."


class Note(msgspec.Struct, frozen=True):
    """Something that a reader has to say, which is no dependency."""

    text: str


class DependencyReader(ABC):
    """Reads one format."""

    kind: ClassVar[str]
    """What to call the format."""

    @abstractmethod
    def fits(self, name: str, head: bytes) -> bool:
        """Return whether a document is in this format.

        Args:
            name: of the file, without folders.
            head: the first ``HEAD_BYTES``.
        """

    @abstractmethod
    def entries(self, document: Document) -> Iterator[Dependency | Note]:
        """Yield all that a document says, in its order.

        Raises:
            AirlockError: naming the document, if it cannot be read whole.
        """

    def read(self, document: Document) -> Inventory:
        """Read a document.

        Raises:
            InvalidDependencies: if it cannot be read whole.
        """
        found: list[Dependency] = []
        notes: list[str] = []
        try:
            for entry in self.entries(document):
                if isinstance(entry, Note):
                    notes.append(entry.text)
                else:
                    found.append(entry)
                if len(found) + len(notes) > MOST_DEPENDENCIES:
                    raise document.wrong(f"it has more than {MOST_DEPENDENCIES:,} dependencies")
        except RecursionError as error:
            raise document.wrong("it is nested too deeply") from error
        return Inventory(
            origin=document.shown, kind=self.kind, dependencies=tuple(found), notes=tuple(notes)
        )


def load(path: Path) -> Document:
    """Return the document of a file.

    Raises:
        TargetNotFound: if it cannot be read.
        InvalidDependencies: if it is too large.
    """
    try:
        with path.open("rb") as stream:
            data = stream.read(LARGEST_BYTES + 1)
    except (OSError, ValueError) as error:
        raise TargetNotFound(f"{path} cannot be read: {error}") from error
    document = Document(str(path), data, path)
    if len(data) > LARGEST_BYTES:
        raise document.wrong(f"it is larger than {LARGEST_BYTES // _MIB} MiB")
    return document
