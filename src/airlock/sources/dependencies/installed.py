"""What is installed in an environment, from its records; nothing of it is imported or run.

What distributions bring along by their bills of materials (PEP 770) is in the result, as far as it
is Python; the rest is counted.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from airlock.errors import AirlockError, InvalidDependencies
from airlock.model import Dependency, Inventory
from airlock.sources.dependencies.bills import SBOM_FOLDER, read_bill
from airlock.sources.dependencies.entries import FROM_FILE, FROM_REPOSITORY, Place, nameless, pinned
from airlock.sources.dependencies.interface import Document, load
from airlock.sources.dependencies.parsing import read_json
from airlock.sources.environment import Installed, Unreadable, installed, site_folders_of

KIND = "environment"
# Of a record (PEP 376): somebody asked for it, rather than something that needs it.
_REQUESTED = "REQUESTED"


class _Folder(msgspec.Struct, frozen=True):
    editable: bool = False


class _DirectUrl(msgspec.Struct, frozen=True):
    """``direct_url.json`` (PEP 610), as far as it says where a distribution came from."""

    vcs_info: dict[str, object] | None = None
    archive_info: dict[str, object] | None = None
    dir_info: _Folder | None = None


def read_environment(environment: Path | None = None) -> Inventory:
    """Return everything that is installed.

    Args:
        environment: a prefix, the interpreter in it, a virtual environment or a folder of
            distributions; without one, the active environment.

    Raises:
        TargetNotFound: if there is no such environment.
    """
    records = list(installed(environment))
    asked = {one.path for one in records if (one.path / _REQUESTED).is_file()}
    found: list[Dependency] = []
    notes: list[str] = []
    for record in records:
        place = Place(
            Document(str(record.path), b""), direct=record.path in asked if asked else None
        )
        if isinstance(record, Unreadable):
            found.append(nameless(place, record.path.name, record.problem))
        else:
            problem, note = _whence(record)
            found.append(pinned(place, record.project, record.version, unauditable=problem))
            notes += [note] if note else []
    found += _links(environment)
    brought, unread = _brought({one.path for one in records})
    known = {(one.project, one.version) for one in found}
    found += [one for one in brought if (one.project, one.version) not in known]
    origin = str(environment) if environment else "the current environment"
    return Inventory(origin=origin, kind=KIND, dependencies=tuple(found), notes=(*notes, *unread))


def _brought(records: Iterable[Path]) -> tuple[list[Dependency], list[str]]:
    """Return what bills of materials in an environment say, and how much is not Python."""
    found: list[Dependency] = []
    others = 0
    for folder in sorted(record / SBOM_FOLDER for record in records):
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            try:
                bill = read_bill(load(path))
            except InvalidDependencies as error:
                found.append(nameless(Place(Document(str(path), b"")), path.name, str(error)))
                continue
            found += bill.dependencies
            others += bool(bill.notes)
    return found, [_NOT_PYTHON.format(others)] if others else []


_NOT_PYTHON = "what {} distributions bring along that is not Python was not looked at"


def _whence(record: Installed) -> tuple[str, str]:
    """Return why the version of a distribution says nothing, and what a reader has to know."""
    path = record.path / "direct_url.json"
    if not path.is_file():
        return "", ""
    try:
        said = read_json(load(path), _DirectUrl)
    except AirlockError:
        return "its direct_url.json cannot be read", ""
    if said.vcs_info is not None:
        return FROM_REPOSITORY, ""
    if said.archive_info is not None:
        return FROM_FILE, ""
    return "", (
        f"{record.project} {record.version} is installed from a folder; only its name and version "
        "were looked up"
    )


def _links(environment: Path | None) -> Iterator[Dependency]:
    """Yield what older tools installed in place, which leaves nothing but a link."""
    for folder in site_folders_of(environment):
        for path in sorted(folder.glob("*.egg-link")):
            place = Place(Document(str(path), b""))
            yield nameless(place, path.stem, "it is installed in place from a folder")
