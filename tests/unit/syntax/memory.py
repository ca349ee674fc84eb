"""An artifact in memory, and what the engine says of it: the way in for the tests of ``syntax``."""

from collections.abc import Mapping

from airlock.archive.interface import Member, MemberKind, Reading
from airlock.model import ArtifactKind, ArtifactName, Sha256
from airlock.syntax import Act, Deed, Program, read_program

SETUP = "example-1.0/setup.py"
MODULE = "example/__init__.py"
NAME = ArtifactName.parse("example-1.0.tar.gz")


class MemoryMember(Member):
    """A file with its content."""

    def __init__(self, path: str, content: bytes) -> None:
        self.path = path
        self.kind = MemberKind.FILE
        self.size = len(content)
        self.sha256 = Sha256.of(content)
        self.mode = 0o644
        self.link = ""
        self._content = content

    def read(self) -> bytes:
        return self._content


class MemoryReading(Reading):
    """A container that nobody packed."""

    def __init__(self, tree: Mapping[str, bytes]) -> None:
        self.kind = ArtifactKind.SDIST
        self.members = [MemoryMember(path, content) for path, content in tree.items()]
        self.anomalies = ()

    def close(self) -> None:
        """Nothing is held open."""


def program_of(tree: Mapping[str, str | bytes]) -> Program:
    """Read the code of an unpacked tree."""
    content = {
        path: text.encode() if isinstance(text, str) else text for path, text in tree.items()
    }
    return read_program(MemoryReading(content), NAME)


def read_code(code: str | bytes, path: str = SETUP) -> Program:
    """Read one file; as ``setup.py``, unless told otherwise."""
    return program_of({path: code})


def acts_of(code: str | bytes, *deeds: Deed, path: str = SETUP) -> list[Act]:
    """Return what one file does, of some kinds."""
    return list(read_code(code, path).of(*deeds or tuple(Deed)))


def only(code: str | bytes, deed: Deed, path: str = SETUP) -> Act:
    """Return the one act of a kind that a file does."""
    (act,) = acts_of(code, deed, path=path)
    return act
