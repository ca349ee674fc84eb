"""``uv.lock``, and ``SCRIPT.py.lock`` of scripts, as uv writes them (version 1).

The project itself and the members of its workspace are not dependencies; what they ask for is
``direct``.
"""

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

_VERSION = 1
_PROBLEMS = {
    "git": FROM_REPOSITORY,
    "url": FROM_URL,
    "path": FROM_FILE,
    "directory": FROM_FOLDER,
}
_OWN = frozenset({"virtual", "editable"})


class _Wanted(msgspec.Struct, frozen=True):
    name: str
    marker: str = ""


class _File(msgspec.Struct, frozen=True):
    hash: str = ""


class _Package(msgspec.Struct, frozen=True, kw_only=True, rename="kebab"):
    name: str
    version: str | None = None
    source: dict[str, object]
    dependencies: tuple[_Wanted, ...] = ()
    optional_dependencies: dict[str, tuple[_Wanted, ...]] = {}
    dev_dependencies: dict[str, tuple[_Wanted, ...]] = {}
    sdist: _File | None = None
    wheels: tuple[_File, ...] = ()


class _Manifest(msgspec.Struct, frozen=True):
    requirements: tuple[_Wanted, ...] = ()


class _Lock(msgspec.Struct, frozen=True, kw_only=True):
    version: int
    package: tuple[_Package, ...] = ()
    manifest: _Manifest = msgspec.field(default_factory=_Manifest)


class UvLockReader(DependencyReader):
    """Reads the lock files of uv."""

    kind = "uv.lock"

    def fits(self, name: str, head: bytes) -> bool:  # noqa: ARG002 - the port's signature
        """Go by the name."""
        return name == "uv.lock" or name.endswith(".py.lock")

    def entries(self, document: Document) -> Iterator[Dependency | Note]:
        """Yield every package but the project's own."""
        lock = read_toml(document, _Lock)
        if lock.version != _VERSION:
            raise document.wrong(
                f"it is of version {lock.version}, and version {_VERSION} is read",
                hint="Have a current uv write it anew: uv lock",
            )
        asked = _asked(lock)
        lines = Places(text_of(document)).tables("package", len(lock.package))
        for package, line in zip(lock.package, lines, strict=True):
            if _OWN.isdisjoint(package.source):
                place = Place(document, line, asked.get(package.name, ""), package.name in asked)
                yield _dependency(place, package)


def _asked(lock: _Lock) -> dict[str, str]:
    """Return what the project itself asks for, each with its extra or group; the project first."""
    asked = {wanted.name: "" for wanted in lock.manifest.requirements}
    own = [package for package in lock.package if not _OWN.isdisjoint(package.source)]
    for package in own:
        asked |= {wanted.name: "" for wanted in package.dependencies}
    for package in own:
        for groups in (package.optional_dependencies, package.dev_dependencies):
            for group, members in groups.items():
                for wanted in members:
                    asked.setdefault(wanted.name, group)
    return asked


def _dependency(place: Place, package: _Package) -> Dependency:
    files = [*package.wheels, *([package.sdist] if package.sdist else [])]
    kinds = [kind for kind in _PROBLEMS if kind in package.source]
    unknown = "" if kinds or "registry" in package.source else OTHER_SOURCE
    return pinned(
        place,
        package.name,
        package.version,
        hashes=[file.hash for file in files if file.hash],
        unauditable=_PROBLEMS[kinds[0]] if kinds else unknown,
    )
