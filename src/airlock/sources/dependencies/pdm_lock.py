"""``pdm.lock``, as PDM writes it (lock version 4)."""

from collections.abc import Iterator

import msgspec

from airlock.model import Dependency
from airlock.sources.dependencies.entries import (
    FROM_FOLDER,
    FROM_REPOSITORY,
    FROM_URL,
    Place,
    pinned,
)
from airlock.sources.dependencies.interface import DependencyReader, Document, Note
from airlock.sources.dependencies.parsing import Places, read_toml, text_of

_VERSION = "4"
# PDM's name of a project's own dependencies.
_MAIN = "default"


class _File(msgspec.Struct, frozen=True):
    hash: str = ""


class _Package(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    version: str | None = None
    groups: tuple[str, ...] = ()
    files: tuple[_File, ...] = ()
    marker: str = ""
    git: str = ""
    hg: str = ""
    svn: str = ""
    bzr: str = ""
    url: str = ""
    path: str = ""


class _Metadata(msgspec.Struct, frozen=True):
    lock_version: str


class _Lock(msgspec.Struct, frozen=True):
    metadata: _Metadata
    package: tuple[_Package, ...] = ()


class PdmLockReader(DependencyReader):
    """Reads the lock files of PDM."""

    kind = "pdm.lock"

    def fits(self, name: str, head: bytes) -> bool:  # noqa: ARG002 - the port's signature
        """Go by the name; PDM keeps locks for more purposes as ``pdm.NAME.lock``."""
        return name.startswith("pdm.") and name.endswith(".lock")

    def entries(self, document: Document) -> Iterator[Dependency | Note]:
        """Yield every package of every group; one that is there once for each extra, once."""
        lock = read_toml(document, _Lock)
        version = lock.metadata.lock_version
        if version.partition(".")[0] != _VERSION:
            raise document.wrong(
                f"it is of version {version[:20]}; version {_VERSION} is read",
                hint="Have a current PDM write it anew: pdm lock",
            )
        lines = Places(text_of(document)).tables("package", len(lock.package))
        seen = set[Dependency]()
        for package, line in zip(lock.package, lines, strict=True):
            dependency = _dependency(document, line, package)
            if (same := msgspec.structs.replace(dependency, line=0, group="")) not in seen:
                seen.add(same)
                yield dependency


def _dependency(document: Document, line: int, package: _Package) -> Dependency:
    group = "" if _MAIN in package.groups else ", ".join(package.groups)
    return pinned(
        Place(document, line, group),
        package.name,
        package.version,
        hashes=[file.hash for file in package.files if file.hash],
        marker=package.marker,
        unauditable=_problem(package),
    )


def _problem(package: _Package) -> str:
    if package.git or package.hg or package.svn or package.bzr:
        return FROM_REPOSITORY
    if package.url:
        return FROM_URL
    if package.path:
        return FROM_FOLDER
    return ""
