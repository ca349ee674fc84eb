"""``pylock.toml`` and ``pylock.NAME.toml`` (PEP 751), by the reader of ``packaging``."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from airlock.errors import InvalidFilename
from airlock.model import ArtifactName, Dependency
from airlock.sources.dependencies.entries import (
    FROM_FILE,
    FROM_FOLDER,
    FROM_REPOSITORY,
    Place,
    pinned,
)
from airlock.sources.dependencies.interface import DependencyReader, Document, Note
from airlock.sources.dependencies.parsing import Places, read_toml, text_of

if TYPE_CHECKING:
    from packaging.pylock import Package, PackageSdist, PackageWheel

_PARTS = 3


class PylockReader(DependencyReader):
    """Reads the lock files of PEP 751."""

    kind = "pylock.toml"

    def fits(self, name: str, head: bytes) -> bool:  # noqa: ARG002 - the port's signature
        """Go by the names that PEP 751 allows."""
        parts = name.split(".")
        return name == "pylock.toml" or (
            len(parts) == _PARTS and parts[0] == "pylock" and parts[2] == "toml"
        )

    def entries(self, document: Document) -> Iterator[Dependency | Note]:
        """Yield every package, for whatever environment it is meant."""
        from packaging.pylock import Pylock, PylockValidationError

        values = read_toml(document, dict[str, Any])
        try:
            lock = Pylock.from_dict(values)
        except (PylockValidationError, ValueError) as error:
            raise document.wrong(f"it is not as PEP 751 wants it: {error}") from error
        lines = Places(text_of(document)).tables("packages", len(lock.packages))
        for package, line in zip(lock.packages, lines, strict=True):
            yield _dependency(Place(document, line), package)


def _dependency(place: Place, package: "Package") -> Dependency:
    version = str(package.version) if package.version else _named_version(package)
    return pinned(
        place,
        package.name,
        version,
        hashes=_hashes(package),
        marker=str(package.marker or ""),
        unauditable=_problem(package),
    )


def _problem(package: "Package") -> str:
    if package.vcs is not None:
        return FROM_REPOSITORY
    if package.directory is not None:
        return FROM_FOLDER
    if package.archive is not None:
        return FROM_FILE
    return ""


def _named_version(package: "Package") -> str | None:
    """Return the version in the names of a package's files, if they agree on one."""
    try:
        versions = {ArtifactName.parse(file.filename).version for file in _files(package)}
    except InvalidFilename:
        return None
    return versions.pop() if len(versions) == 1 else None


def _files(package: "Package") -> "Iterator[PackageWheel | PackageSdist]":
    yield from package.wheels or ()
    if package.sdist is not None:
        yield package.sdist


def _hashes(package: "Package") -> Iterator[str]:
    if package.archive is not None:
        yield from (f"{name}:{digest}" for name, digest in package.archive.hashes.items())
    for file in _files(package):
        yield from (f"{name}:{digest}" for name, digest in file.hashes.items())
