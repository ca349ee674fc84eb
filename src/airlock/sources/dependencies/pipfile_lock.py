"""``Pipfile.lock``, as pipenv writes it (specification 6)."""

import json
from collections.abc import Iterator
from typing import Any

import msgspec

from airlock.model import Dependency
from airlock.sources.dependencies.entries import (
    FROM_FOLDER,
    FROM_REPOSITORY,
    NOT_PINNED,
    Place,
    exact_version,
    pinned,
)
from airlock.sources.dependencies.interface import DependencyReader, Document, Note
from airlock.sources.dependencies.parsing import Places, convert, read_json, text_of

_META = "_meta"
_SPECIFICATION = 6
# pipenv's name of a project's own dependencies.
_MAIN = "default"


class _Package(msgspec.Struct, frozen=True):
    version: str = ""
    hashes: tuple[str, ...] = ()
    markers: str = ""
    git: str = ""
    hg: str = ""
    svn: str = ""
    bzr: str = ""
    file: str = ""
    path: str = ""


class _Meta(msgspec.Struct, frozen=True, rename={"specification": "pipfile-spec"}):
    specification: int


class PipfileLockReader(DependencyReader):
    """Reads the lock files of pipenv."""

    kind = "Pipfile.lock"

    def fits(self, name: str, head: bytes) -> bool:  # noqa: ARG002 - the port's signature
        """Go by the name."""
        return name == "Pipfile.lock"

    def entries(self, document: Document) -> Iterator[Dependency | Note]:
        """Yield every package of every category."""
        values = read_json(document, dict[str, Any])
        meta = convert(document, values.pop(_META, None), _Meta)
        if meta.specification != _SPECIFICATION:
            raise document.wrong(
                f"it follows specification {meta.specification}; {_SPECIFICATION} is read",
                hint="Have a current pipenv write it anew: pipenv lock",
            )
        places = Places(text_of(document))
        for category, members in values.items():
            packages = convert(document, members, dict[str, _Package])
            for name, package in packages.items():
                line = places.next_of(f"{json.dumps(name)}:", f"{json.dumps(name)} :")
                group = "" if category == _MAIN else category
                yield _dependency(Place(document, line, group), name, package)


def _dependency(place: Place, name: str, package: _Package) -> Dependency:
    version = exact_version(package.version)
    problem = _problem(package) or ("" if version else NOT_PINNED)
    return pinned(
        place,
        name,
        version,
        hashes=package.hashes,
        marker=package.markers,
        unauditable=problem,
    )


def _problem(package: _Package) -> str:
    if package.git or package.hg or package.svn or package.bzr:
        return FROM_REPOSITORY
    if package.file or package.path:
        return FROM_FOLDER
    return ""
