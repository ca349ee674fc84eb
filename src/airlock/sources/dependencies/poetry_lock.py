"""``poetry.lock``, as Poetry writes it (lock versions 1 and 2)."""

from collections.abc import Iterator

import msgspec

from airlock.model import Dependency
from airlock.sources.dependencies.entries import (
    FROM_FILE,
    FROM_FOLDER,
    FROM_REPOSITORY,
    FROM_URL,
    OTHER_SOURCE,
    Place,
    pinned,
)
from airlock.sources.dependencies.interface import DependencyReader, Document, Note
from airlock.sources.dependencies.parsing import Places, read_toml, text_of

_VERSIONS = ("1", "2")
_PROBLEMS = {
    "git": FROM_REPOSITORY,
    "url": FROM_URL,
    "file": FROM_FILE,
    "directory": FROM_FOLDER,
}
_INDEXES = frozenset({"", "legacy", "pypi"})


class _File(msgspec.Struct, frozen=True):
    hash: str = ""


class _Source(msgspec.Struct, frozen=True):
    type: str = ""


class _Package(msgspec.Struct, frozen=True):
    name: str
    version: str
    groups: tuple[str, ...] = ()
    category: str = ""
    files: tuple[_File, ...] = ()
    source: _Source = msgspec.field(default_factory=_Source)
    markers: str | dict[str, str] = ""


class _Metadata(msgspec.Struct, frozen=True, rename={"lock_version": "lock-version"}):
    lock_version: str = "1.0"
    files: dict[str, tuple[_File, ...]] = {}


class _Lock(msgspec.Struct, frozen=True):
    metadata: _Metadata
    package: tuple[_Package, ...] = ()


class PoetryLockReader(DependencyReader):
    """Reads the lock files of Poetry."""

    kind = "poetry.lock"

    def fits(self, name: str, head: bytes) -> bool:  # noqa: ARG002 - the port's signature
        """Go by the name."""
        return name == "poetry.lock"

    def entries(self, document: Document) -> Iterator[Dependency | Note]:
        """Yield every package of every group."""
        lock = read_toml(document, _Lock)
        version = lock.metadata.lock_version
        if version.partition(".")[0] not in _VERSIONS:
            raise document.wrong(f"it is of version {version[:20]}; versions 1 and 2 are read")
        lines = Places(text_of(document)).tables("package", len(lock.package))
        for package, line in zip(lock.package, lines, strict=True):
            yield _dependency(document, line, package, lock.metadata)


def _dependency(
    document: Document, line: int, package: _Package, metadata: _Metadata
) -> Dependency:
    groups = package.groups or ((package.category,) if package.category else ())
    group = "" if "main" in groups else ", ".join(groups)
    files = package.files or metadata.files.get(package.name, ())
    kind = package.source.type
    unknown = "" if kind in _INDEXES else OTHER_SOURCE
    return pinned(
        Place(document, line, group),
        package.name,
        package.version,
        hashes=[file.hash for file in files if file.hash],
        marker=package.markers if isinstance(package.markers, str) else "",
        unauditable=_PROBLEMS.get(kind, unknown),
    )
