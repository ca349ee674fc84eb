"""One file of a release, and what its name says of it (PEP 427, PEP 625 and their forebears)."""

import enum
import re
from typing import ClassVar, Self

import msgspec

from airlock.errors import InvalidFilename, InvalidName
from airlock.model.identity import ProjectName, Sha256
from airlock.model.release import Release

_LONGEST_FILENAME_BYTES = 255
_WHEEL_PARTS = (5, 6)
# The older form looks like a source distribution; its build, a hash and a number, tells it apart.
_CONDA = re.compile(
    r"(?P<name>[^/\\]+)-(?P<version>\d[^-/\\]*)-(?:[^-/\\]+\.conda|[^-/\\]*_\d+\.tar\.bz2)"
)


class ArtifactKind(enum.StrEnum):
    """What a file of a release is."""

    WHEEL = "wheel"
    SDIST = "sdist"
    CONDA = "conda"
    """A package of conda, built for a channel; read from files that a user names, never served."""

    @property
    def is_built(self) -> bool:
        """Whether it holds what is installed, and nothing is built from it."""
        return self is not ArtifactKind.SDIST


class ArtifactName(msgspec.Struct, frozen=True):
    """A file name, taken apart."""

    filename: str
    """As its index spells it; a single path component."""
    project: ProjectName
    """Normalised."""
    version: str
    """As the file name spells it, not normalised."""
    kind: ArtifactKind

    SDIST_SUFFIXES: ClassVar[tuple[str, ...]] = (".tar.gz", ".zip", ".tar.bz2", ".tgz")
    """The endings of source distributions that are read; the first is today's (PEP 625)."""
    INSTALLABLE_SUFFIXES: ClassVar[tuple[str, ...]] = (
        *(".whl", ".zip", ".tar", ".tgz", ".tbz", ".txz", ".tlz"),
        *(".tar.gz", ".tar.bz2", ".tar.xz", ".tar.lz", ".tar.lzma"),
    )
    """Every ending that pip installs, whatever the case of its letters: what has one of them and is
    not read must be told, never passed over."""

    @classmethod
    def parse(cls, filename: str) -> Self:
        """Take a wheel's or sdist's file name apart.

        Source distributions older than PEP 625 may have dashes in the project's name: the version
        is then what follows the last dash.

        Raises:
            InvalidFilename: if it is the name of neither.
        """
        if len(filename.encode("utf-8", "surrogateescape")) > _LONGEST_FILENAME_BYTES:
            raise InvalidFilename(f"{filename[:120]!r} is longer than any file system takes")
        if "/" in filename or "\\" in filename:
            raise InvalidFilename(f"{filename[:120]!r} is not the name of a single file")
        if not filename.isprintable():
            # Names go to terminals, logs and headers; no installer accepts such a one.
            raise InvalidFilename(f"{filename[:120]!r} has characters that do not print")
        if filename.endswith(".whl"):
            return cls._parse_wheel(filename)
        for suffix in cls.SDIST_SUFFIXES:
            if filename.endswith(suffix):
                return cls._parse_sdist(filename, suffix)
        raise InvalidFilename(f"{filename[:120]!r} is neither a wheel nor a source distribution")

    @classmethod
    def of_file(cls, filename: str) -> Self:
        """Take the name of a file of the user's own apart: a package of conda is one, too.

        No index is believed that a package of conda is something that pip installs: ``parse`` knows
        none.

        Raises:
            InvalidFilename: if it is the name of none of them.
        """
        match = _CONDA.fullmatch(filename)
        if match is None or not filename.isprintable():
            return cls.parse(filename)
        return cls(
            filename, cls._project(match["name"], filename), match["version"], ArtifactKind.CONDA
        )

    def likeness(self, other: "ArtifactName") -> int:
        """Return how many of the three tags of two wheels are the same; 0 if one is no wheel."""
        if {self.kind, other.kind} != {ArtifactKind.WHEEL}:
            return 0
        tags = [name.filename.removesuffix(".whl").split("-")[-3:] for name in (self, other)]
        return sum(one == another for one, another in zip(*tags, strict=True))

    @classmethod
    def _parse_wheel(cls, filename: str) -> Self:
        parts = filename.removesuffix(".whl").split("-")
        if len(parts) not in _WHEEL_PARTS or not all(parts):
            raise InvalidFilename(f"{filename[:120]!r} has not the five or six parts of PEP 427")
        return cls(filename, cls._project(parts[0], filename), parts[1], ArtifactKind.WHEEL)

    @classmethod
    def _parse_sdist(cls, filename: str, suffix: str) -> Self:
        project, dash, version = filename.removesuffix(suffix).rpartition("-")
        if not (project and dash and version):
            raise InvalidFilename(f"{filename[:120]!r} has no version in its name")
        return cls(filename, cls._project(project, filename), version, ArtifactKind.SDIST)

    @staticmethod
    def _project(text: str, filename: str) -> ProjectName:
        try:
            return ProjectName(text)
        except InvalidName as error:
            raise InvalidFilename(f"{filename[:120]!r} does not begin with a project") from error


class Artifact(msgspec.Struct, frozen=True):
    """One file of a release, known by its SHA-256."""

    sha256: Sha256
    """Of the bytes that were read, never of the bytes that were announced."""
    size: int
    """In bytes."""
    name: ArtifactName
    release: Release
    """The release that it came with; for a file from a folder, what its name says."""
