"""What a wheel is, and what its embedded bills of materials say that it brings along (PEP 770).

What it requires is not in the wheel: audit the environment or lock file that it is installed by.
"""

from pathlib import Path

from airlock.archive.interface import Member, MemberKind
from airlock.archive.opening import open_archive
from airlock.errors import ArchiveError, InvalidDependencies, InvalidFilename
from airlock.model import ArtifactName, Dependency, Inventory
from airlock.sources.dependencies.bills import SBOM_FOLDER, read_bill
from airlock.sources.dependencies.entries import Place, pinned
from airlock.sources.dependencies.interface import LARGEST_BYTES, Document

KIND = "wheel"
# WHEEL.dist-info/sboms/FILE, with any folders between.
_LEAST_PARTS = 3


def read_wheel(path: Path) -> Inventory:
    """Return the wheel's own release, and the components of each bill of materials in it.

    Raises:
        InvalidDependencies: if it cannot be read whole, or a bill of materials in it cannot be.
    """
    document = Document(str(path), b"", path)
    try:
        name = ArtifactName.parse(path.name)
        with open_archive(path, name) as reading:
            if not reading.whole:
                why = next(one.message for one in reading.anomalies if one.unread)
                raise document.wrong(f"it cannot be read whole: {why}", hint=_HINT)
            boms = [_bom(path, member) for member in reading.files() if _is_bom(member)]
    except (ArchiveError, InvalidFilename) as error:
        raise InvalidDependencies(str(error), hint=error.hint or _HINT) from error
    own = pinned(Place(document, direct=True), name.project, name.version)
    inside = [read_bill(bom) for bom in boms]
    brought = [one for found in inside for one in found.dependencies if not _same(one, own)]
    return Inventory(
        origin=str(path),
        kind=KIND,
        dependencies=(own, *brought),
        notes=(
            *(note for found in inside for note in found.notes),
            f"{path}: what it requires is not looked at; audit what it is installed by",
        ),
    )


_HINT = "Scan it to see what is wrong with it: airlock scan FILE"


def _same(one: Dependency, own: Dependency) -> bool:
    """Return whether a bill of materials speaks of the wheel itself."""
    return one.project == own.project and one.version == own.version


def _is_bom(member: Member) -> bool:
    parts = member.path.split("/")
    return (
        member.kind is MemberKind.FILE
        and len(parts) >= _LEAST_PARTS
        and parts[0].endswith(".dist-info")
        and parts[1] == SBOM_FOLDER
    )


def _bom(path: Path, member: Member) -> Document:
    document = Document(f"{path}!/{member.path}", b"", None, bundled=True)
    if member.size > LARGEST_BYTES:
        raise document.wrong("it is too large")
    return Document(document.shown, member.read(), None, bundled=True)
