"""What each file of an artifact is, told by its first bytes, or by its name where they are silent.

Python source text is not looked at here: ``airlock.syntax`` reads it. One pass over the beginnings
of all files serves every check of the other kinds, so that an artifact without any costs next to
nothing.

- An ending never keeps a file from being recognised: a program called ``logo.png`` is a program.
- What is only encoded at its beginning (base64, hexadecimal, zlib) is recognised below that.
- A file of which not even the beginning could be read is listed in ``unread``.
"""

import enum
from collections.abc import Iterator

import msgspec

from airlock.archive.interface import Member, Reading
from airlock.binary import magic, wrapping
from airlock.binary.languages import Language, language_of
from airlock.errors import ArchiveError


class Kind(enum.StrEnum):
    """What a file is."""

    ELF = "ELF"
    PE = "PE"
    MACHO = "Mach-O"
    SHORTCUT = "shortcut"
    """A Windows shell link: a command behind an icon."""
    PICKLE = "pickle"
    NUMPY = "numpy"
    """An array, which may hold a pickle."""
    BYTECODE = "bytecode"
    """A ``.pyc`` file, with its header."""
    MARSHAL = "marshal"
    """A code object without a header."""
    NOTEBOOK = "notebook"
    SCRIPT = "script"
    """Text for an interpreter that is not Python."""


NATIVE = (Kind.ELF, Kind.PE, Kind.MACHO)


class Item(msgspec.Struct, frozen=True):
    """One file of interest."""

    member: Member
    kind: Kind
    wrapping: str = ""
    """The encoding that its content is under, or empty; see ``wrapping``."""
    language: Language | None = None
    """Of a script."""

    @property
    def path(self) -> str:
        """The member's path."""
        return self.member.path

    def content(self) -> bytes:
        """Return the content, below its encoding.

        Raises:
            ArchiveError: if it cannot be read any more.
        """
        data = self.member.read()
        return wrapping.unwrap(data, self.wrapping) if self.wrapping else data


class Contents:
    """The files of an artifact that are not Python source text and may still do something."""

    def __init__(self, items: tuple[Item, ...], unread: tuple[str, ...]) -> None:
        self.items = items
        """In the order of the container."""
        self.unread = unread
        """Paths of files whose beginning could not be read."""

    def of(self, *kinds: Kind) -> Iterator[Item]:
        """Iterate over the items of some kinds."""
        return (item for item in self.items if item.kind in kinds)


def survey(reading: Reading) -> Contents:
    """Look at the beginning of every file."""
    items: list[Item] = []
    unread: list[str] = []
    for member in reading.files():
        try:
            head = next(iter(member.chunks()), b"")
        except ArchiveError:
            unread.append(member.path)
            continue
        item = _recognise(member, head)
        if item is not None:
            items.append(item)
    return Contents(tuple(items), tuple(unread))


def _recognise(member: Member, head: bytes) -> Item | None:
    if not head:
        return None
    kind = _kind(head)
    if kind is not None:
        return Item(member, kind)
    if (named := _BY_SUFFIX.get(member.suffix)) is not None:
        return Item(member, named)
    if member.suffix != ".py" and (layer := wrapping.detect(head)):
        inner = _kind(wrapping.unwrap(head[: wrapping.PROBE_BYTES], layer))
        if inner is not None:
            return Item(member, inner, layer)
    language = language_of(member, head)
    return Item(member, Kind.SCRIPT, language=language) if language is not None else None


def _kind(head: bytes) -> Kind | None:
    return next((kind for kind, test in _TESTS if test(head)), None)


_TESTS = (
    (Kind.ELF, magic.is_elf),
    (Kind.PE, magic.is_pe),
    (Kind.MACHO, magic.is_macho),
    (Kind.SHORTCUT, magic.is_shortcut),
    (Kind.NUMPY, magic.is_numpy),
    (Kind.BYTECODE, magic.is_bytecode),
    (Kind.MARSHAL, magic.is_marshal),
    (Kind.PICKLE, magic.is_pickle),
)
# Formats whose oldest versions have no mark of their own. ``.pth`` is not among them: it is a file
# of paths, unless its content says otherwise.
_BY_SUFFIX = {
    ".pkl": Kind.PICKLE,
    ".pickle": Kind.PICKLE,
    ".pck": Kind.PICKLE,
    ".pcl": Kind.PICKLE,
    ".joblib": Kind.PICKLE,
    ".pyc": Kind.BYTECODE,
    ".pyo": Kind.BYTECODE,
    ".ipynb": Kind.NOTEBOOK,
}
