"""Core metadata that are kept, taken apart: read from vetted bytes, or announced by an upstream."""

from typing import TYPE_CHECKING

from airlock.archive.offered_metadata import LARGEST_BYTES
from airlock.errors import InvalidName, StoreError
from airlock.model import ArtifactName, ProjectName

if TYPE_CHECKING:
    from collections.abc import Iterable

    from packaging.metadata import RawMetadata

    from airlock.model import ListedFile, Sha256
    from airlock.store import Blobs


def raw_metadata(data: bytes) -> "RawMetadata | None":
    """Return the fields of core metadata; ``None`` if they cannot be read."""
    from packaging.metadata import parse_email

    try:
        return parse_email(data)[0]
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        # The email package has not promised what it raises at hostile headers.
        return None


def are_of(data: bytes, project: ProjectName) -> bool:
    """Tell whether bytes are core metadata of a project, and no others.

    A digest that an upstream announces may be that of any bytes that are kept here: of a file that
    the door holds, or of one that who asks may not read.
    """
    name = (raw_metadata(data) or {}).get("name")
    try:
        return name is not None and ProjectName(name) == project
    except InvalidName:
        return False


def kept_metadata(blobs: "Blobs", files: "Iterable[ListedFile]") -> "RawMetadata":
    """Return the fields of the first of some files whose core metadata are kept; else none."""
    for file in files:
        digest = file.metadata_sha256
        try:
            data = bounded(blobs, digest) if digest is not None else None
        except StoreError:
            # Taken away this moment by who collects what nobody refers to.
            continue
        if data is not None and are_of(data, ArtifactName.parse(file.filename).project):
            return raw_metadata(data) or {}
    return {}


def bounded(blobs: "Blobs", digest: "Sha256") -> bytes | None:
    """Return a kept blob if it can be core metadata by its size; ``None`` if it is not there."""
    if not blobs.has(digest) or blobs.size(digest) > LARGEST_BYTES:
        return None
    return blobs.whole(digest)
