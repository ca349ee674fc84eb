"""Core metadata that were read from vetted bytes, taken apart."""

from typing import TYPE_CHECKING

from airlock.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from packaging.metadata import RawMetadata

    from airlock.model import ListedFile
    from airlock.store import Blobs


def raw_metadata(data: bytes) -> "RawMetadata | None":
    """Return the fields of core metadata; ``None`` if they cannot be read."""
    from packaging.metadata import parse_email

    try:
        return parse_email(data)[0]
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        # The email package has not promised what it raises at hostile headers.
        return None


def kept_metadata(blobs: "Blobs", files: "Iterable[ListedFile]") -> "RawMetadata":
    """Return the fields of the first of some files whose core metadata are kept; else none."""
    for file in files:
        digest = file.metadata_sha256
        if digest is None or not blobs.has(digest):
            continue
        try:
            found = raw_metadata(b"".join(blobs.stream(digest)))
        except StoreError:
            # Taken away this moment by who collects what nobody refers to.
            continue
        if found is not None:
            return found
    return {}
