"""Sums up one artifact."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Protocol

from airlock.archive.core_metadata import CoreMetadata
from airlock.archive.interface import NESTED, Member, Reading
from airlock.errors import ArchiveError
from airlock.model import Artifact, Sha256
from airlock.profiles import conduct, declarations
from airlock.profiles.bounds import fit, plain
from airlock.profiles.pieces import Spelling, pieces_of, short_digest
from airlock.profiles.ploys import ploys_of
from airlock.profiles.profile import Profile, Startup, pack
from airlock.syntax.facts import Context
from airlock.syntax.program import Program

if TYPE_CHECKING:
    from airlock.binary.contents import Contents

_LONGEST_STARTUP = 400
_STARTUP_MODULES = frozenset({"sitecustomize.py", "usercustomize.py"})
# Bytes on the wire. What is left of ``profile.LARGEST_BYTES`` is for fields that are small anyway.
_SHARES = {
    "startups": 6_000,
    "ploys": 12_000,
    "marks": 10_000,
    "contacts": 12_000,
    "needs": 12_000,
    "commands": 6_000,
    "people": 4_000,
    "traits": 36_000,
    "packed": 96_000,
}


class Examined(Protocol):
    """An artifact that is being examined (``checks.Subject``)."""

    @property
    def artifact(self) -> Artifact:
        """Which it is."""

    @property
    def reading(self) -> Reading:
        """Its members."""

    @property
    def core_metadata(self) -> CoreMetadata:
        """What it says of itself."""

    @property
    def program(self) -> Program:
        """What its code does."""

    @property
    def contents(self) -> "Contents":
        """What it has beside Python code."""


def profile_of(subject: Examined) -> Profile:
    """Return the profile of an artifact; of at most ``LARGEST_BYTES`` on the wire.

    Raises:
        ArchiveError: if its container cannot be read any more.
    """
    reading, program, metadata = subject.reading, subject.program, subject.core_metadata
    spelling = Spelling(subject.artifact.name, reading)
    pieces = pieces_of(reading, subject.contents, spelling)
    lists: dict[str, Iterable[Any]] = {
        "packed": pack(pieces),
        "traits": conduct.traits_of(program.acts, spelling),
        "ploys": ploys_of(program, spelling),
        "contacts": conduct.contacts_of(program, spelling),
        "marks": conduct.marks_of(program, spelling),
        "startups": _startups(reading, program, spelling),
        "needs": declarations.needs_of(reading, metadata),
        "commands": declarations.commands_of(reading),
        "people": declarations.people_of(metadata),
    }
    fitted = {name: fit(lists[name], most) for name, most in _SHARES.items()}
    kept: dict[str, Any] = {name: values for name, (values, _) in fitted.items()}
    return Profile(
        sha256=subject.artifact.sha256,
        name=subject.artifact.name,
        whole=reading.whole,
        stem=spelling.stem,
        files=len(pieces),
        total_bytes=sum(piece.size for piece in pieces),
        build=declarations.build_of(reading, spelling),
        cut=tuple(name for name, (_, whole) in fitted.items() if not whole),
        **kept,
    )


def _startups(reading: Reading, program: Program, spelling: Spelling) -> Iterator[Startup]:
    """Iterate over what runs whenever the interpreter starts."""
    for file in program.startup_files:
        text = "\n".join(line for _, line in file.lines)
        if text and file.context is Context.STARTUP:
            digest = short_digest(Sha256.of(text.encode("utf-8", "replace")))
            yield Startup(spelling.of(file.path), digest, plain(text, _LONGEST_STARTUP))
    for member in reading.files():
        path = spelling.of(member.path)
        if member.name in _STARTUP_MODULES and path.count("/") <= 1 and NESTED not in path:
            yield Startup(path, short_digest(member.sha256), _beginning(member))


def _beginning(member: Member) -> str:
    try:
        first = next(iter(member.chunks()), b"")
    except ArchiveError:
        return ""
    return plain(first.decode("utf-8", "replace"), _LONGEST_STARTUP)
