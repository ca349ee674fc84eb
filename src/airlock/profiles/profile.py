"""The profile of an artifact: what is kept of it for the comparison with its successors.

- Bounded: however large or hostile the artifact, its profile has at most ``LARGEST_BYTES`` on the
  wire. What did not fit is named in ``cut``, and whoever compares is less sure then.
- Paths are spelled alike in every release: without the folder of a source distribution, and with
  ``*`` for the ``<name>-<version>`` of a wheel's own folders.
- It holds what was seen, never a judgement: judging is the business of a comparison.
"""

import enum
from collections.abc import Iterable, Iterator

import msgspec

from airlock.model import ArtifactName, Sha256
from airlock.syntax.facts import Context, Deed, Origin

VERSION = 1
"""Raised with any change of what a profile holds; profiles of other versions are not compared."""
LARGEST_BYTES = 200_000
"""Of a profile on the wire."""
LONGEST_PATH = 300
"""Characters of a path; longer ones are cut."""


class PieceKind(enum.IntEnum):
    """What a file is, as far as a comparison cares."""

    OTHER = 0
    PYTHON = 1
    BYTECODE = 2
    NATIVE = 3
    """A program or a library."""
    STARTUP = 4
    """Read whenever the interpreter starts."""
    SCRIPT = 5
    """Text for another interpreter, or a command without an ending."""
    SOURCE = 6
    """Of a language that a build compiles."""
    METADATA = 7
    """The artifact's own description, which differs in every release."""


class Piece(msgspec.Struct, frozen=True):
    """One file."""

    path: str
    digest: str
    """The first 96 bits of its SHA-256, in base64; empty if it could not be read to its end. Of a
    script it is without the line that names the interpreter."""
    size: int
    """In bytes."""
    kind: PieceKind


class Packed(msgspec.Struct, frozen=True, array_like=True):
    """A piece as it is kept: its path is told by what it does not share with the one before."""

    shared: int
    """How many characters its path begins with that the path before it begins with, too."""
    rest: str
    """The rest of its path."""
    digest: str
    size: int
    kind: PieceKind


def pack(pieces: Iterable[Piece]) -> Iterator[Packed]:
    """Yield pieces as they are kept."""
    before = ""
    for piece in pieces:
        shared = _shared(before, piece.path)
        before = piece.path
        yield Packed(shared, piece.path[shared:], piece.digest, piece.size, piece.kind)


def _shared(one: str, other: str) -> int:
    pairs = enumerate(zip(one, other, strict=False))
    return next((place for place, (a, b) in pairs if a != b), min(len(one), len(other)))


def unpack(packed: Iterable[Packed]) -> Iterator[Piece]:
    """Yield the pieces that were packed."""
    path = ""
    for piece in packed:
        # A made-up profile must not become larger here than it may be.
        path = (path[: piece.shared] + piece.rest)[:LONGEST_PATH]
        yield Piece(path, piece.digest, piece.size, piece.kind)


class Trait(msgspec.Struct, frozen=True, array_like=True):
    """One thing that code does, told once: where it is done most readily."""

    deed: Deed
    context: Context
    path: str
    line: int
    target: str
    """The dotted name of what is called."""
    text: str
    """The command, address or path, with ``{}`` for what is unknown."""
    origins: tuple[Origin, ...]
    """Of its data, sorted."""
    options: tuple[str, ...]
    evidence: str


class Ruse(enum.StrEnum):
    """A combination of acts that attacks are made of."""

    DECODED = "decoded"
    """Runs code that it decodes first."""
    FETCHED = "fetched"
    """Runs what it fetched."""
    UNSEEN = "unseen"
    """Starts an interpreter on code of its own, out of the user's sight."""
    SHELL = "shell"
    """Hands a shell to somebody elsewhere."""
    SENDS_ENVIRONMENT = "sends-environment"
    SENDS_STORE = "sends-store"
    """Sends what a store of credentials holds: a file, or the metadata service of a cloud."""
    SENDS_SECRET = "sends-secret"  # noqa: S105 - the name of a kind
    """Sends another credential, as every client of a service does."""
    SENDS_IDENTITY = "sends-identity"
    SENDS_WATCHED = "sends-watched"


class Ploy(msgspec.Struct, frozen=True, array_like=True):
    """One such combination, as it was seen."""

    ruse: Ruse
    context: Context
    path: str
    line: int
    host: str
    """Where the data goes to or comes from; empty if that is unknown."""
    text: str
    sure: bool
    """True if the data were followed from one act to the next; false if they stand together."""


class Contact(msgspec.Struct, frozen=True, array_like=True):
    """One host that code talks to."""

    host: str
    context: Context
    path: str
    line: int


class Mark(msgspec.Struct, frozen=True, array_like=True):
    """A word or a spelling that honest code seldom has."""

    code: str
    """The topic of a mention or the code of an oddity (``syntax``)."""
    context: Context
    path: str
    line: int
    text: str
    hides: bool
    """True if it hides code from readers."""


class Startup(msgspec.Struct, frozen=True, array_like=True):
    """A file whose code runs whenever the interpreter starts."""

    path: str
    digest: str
    """Of what is executed, as in ``Piece``."""
    text: str
    """Its beginning."""


class Need(msgspec.Struct, frozen=True, array_like=True):
    """One requirement."""

    use: str
    """``to run``, ``to be built``, ``for an extra`` (``archive.declared.Use``)."""
    name: str
    """Normalised; empty if the requirement has none."""
    url: str
    """Of a direct reference; empty otherwise."""
    text: str


class Build(msgspec.Struct, frozen=True, array_like=True):
    """How a source distribution is built."""

    backend: str = ""
    in_tree: bool = False
    setup_py: bool = False


class Profile(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What an artifact is and does."""

    version: int = VERSION
    sha256: Sha256
    name: ArtifactName
    whole: bool = True
    """Whether everything in the container was read."""
    stem: str = ""
    """What ``*`` stands for in paths; in a source distribution the folder that holds everything."""
    packed: tuple[Packed, ...] = ()
    files: int = 0
    """How many there are, those that are not among the pieces included."""
    total_bytes: int = 0
    traits: tuple[Trait, ...] = ()
    ploys: tuple[Ploy, ...] = ()
    contacts: tuple[Contact, ...] = ()
    marks: tuple[Mark, ...] = ()
    startups: tuple[Startup, ...] = ()
    needs: tuple[Need, ...] = ()
    commands: tuple[str, ...] = ()
    """Entry points that become commands: ``name = module:function``."""
    build: Build = Build()
    people: tuple[str, ...] = ()
    """Authors and maintainers, as they are written."""
    cut: tuple[str, ...] = ()
    """The names of the fields above that hold less than there was."""

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """The files, code first."""
        return tuple(unpack(self.packed))

    def member_path(self, path: str) -> str:
        """Return the path of a member in the artifact itself, from its path here."""
        if path.startswith("*"):
            return self.stem + path[1:]
        from_sdist = self.stem and self.name.kind == "sdist"
        return f"{self.stem}/{path}" if from_sdist else path
