"""Makes the next document of a project on its developers' machine: what they will sign.

- What is signed of a file is read from the file. What is signed of its core metadata is read out of
  it in the same moment, so that no server can tell a resolver anything else.
- A file name keeps its bytes for ever; a file that is left out is withdrawn.
- A project that is claimed offers only what is signed. Files that the index has already are signed
  as the index has them, or the claim is not made: nothing disappears by accident.
"""

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from airlock.archive import open_archive
from airlock.archive.core_metadata import read_core_metadata
from airlock.archive.offered_metadata import binds_builders, certain_metadata
from airlock.errors import ArchiveError, UsageError
from airlock.model import ArtifactKind, ArtifactName, ProjectName, Sha256
from airlock.trust import project_documents, roles
from airlock.trust.documents import Target
from airlock.trust.project_documents import METADATA, ProjectDocument
from airlock.trust.signing_keys import RoleKeys

_CHUNK_BYTES = 1 << 20


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What the next document of a project shall say."""

    files: Mapping[str, Target] = {}
    """Paths that are added."""
    withdrawn: tuple[str, ...] = ()
    """Names of files that are signed no more."""
    keys: RoleKeys | None = None
    """That count from then on; ``None``: as before."""
    expires: dt.datetime


def targets_of(files: Sequence[Path]) -> tuple[ProjectName, dict[str, Target]]:
    """Return the project of some files, and what is to be signed of them.

    Raises:
        UsageError: if they are of more than one project, or one cannot be read.
    """
    found = dict[str, Target]()
    projects = dict[ProjectName, Path]()
    for file in files:
        name = ArtifactName.parse(file.name)
        projects[name.project] = file
        path = roles.file_target(name.project, file.name)
        found[path] = target_of(file)
        if metadata := core_metadata_of(file, name):
            found[path + METADATA] = Target(Sha256.of(metadata), len(metadata))
    if len(projects) != 1:
        listed = ", ".join(projects) or "no files at all"
        raise UsageError(f"a document is of one project, not of {listed}")
    return next(iter(projects)), found


def target_of(file: Path) -> Target:
    """Return what is signed of a file on the disk.

    Raises:
        UsageError: if it cannot be read.
    """
    digest, length = hashlib.sha256(), 0
    try:
        with file.open("rb") as stream:
            while piece := stream.read(_CHUNK_BYTES):
                digest.update(piece)
                length += len(piece)
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}") from error
    return Target(Sha256(digest.hexdigest()), length)


def own_metadata(file: Path, name: ArtifactName) -> bytes:
    """Return the core metadata in a file.

    Raises:
        ArchiveError: if there are none, or it is not certain which.
    """
    with open_archive(file, name) as reading:
        metadata = certain_metadata(read_core_metadata(reading, name))
    if metadata is None:
        raise ArchiveError(f"{file} has no metadata, or more than one file that could be it")
    return metadata


def core_metadata_of(file: Path, name: ArtifactName) -> bytes | None:
    """Return the core metadata of a file as an index hands them on; ``None`` if it does not.

    Raises:
        ArchiveError: if the file cannot be read.
    """
    with open_archive(file, name) as reading:
        metadata = certain_metadata(read_core_metadata(reading, name))
    if metadata is None or (name.kind is ArtifactKind.SDIST and not binds_builders(metadata)):
        return None
    return metadata


def next_document(
    project: ProjectName, before: ProjectDocument | None, wanted: Wanted, version: int
) -> bytes:
    """Return the next document of a project, unsigned.

    Args:
        project: whose it is.
        before: the current one.
        wanted: what is to be different.
        version: of the document.

    Raises:
        UsageError: if a name would get other bytes, or nothing is known of a withdrawn file.
    """
    targets = dict(before.targets) if before else {}
    for path, target in wanted.files.items():
        if path in targets and targets[path] != target:
            raise UsageError(
                f"{path.rpartition('/')[2]} is signed with other bytes",
                hint="A file name is used once; build a new version.",
            )
        targets[path] = target
    for filename in wanted.withdrawn:
        path = roles.file_target(project, filename)
        if targets.pop(path, None) is None:
            raise UsageError(f"{filename} is not signed")
        targets.pop(path + METADATA, None)
    keys = wanted.keys or (before.keys if before else None)
    if keys is None:
        raise UsageError(f"{project} has no keys yet; name them")
    return project_documents.drafted(project, keys, targets, version, wanted.expires)
