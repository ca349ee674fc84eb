"""Removes blobs that nobody refers to, and never one that somebody does.

- A blob is removed while nobody can add a reference to it (``references.hold_still``), and only if
  there is none at that moment.
- What is younger than the grace is left alone, whatever refers to it: an upload puts its bytes
  first and its row later.
"""

import datetime as dt
from collections.abc import Iterator
from itertools import islice

import msgspec

from airlock.store import references
from airlock.store.engine import Database
from airlock.store.interface import Blobs, StoredBlob

# Writers wait while these are removed.
_AT_ONCE = 100


class Collected(msgspec.Struct, frozen=True):
    """What came of it."""

    removed: int
    """Blobs, or those that would be if this was only a look."""
    removed_bytes: int
    kept: int
    """Blobs that are referred to, or too young."""


def collect(database: Database, blobs: Blobs, *, before: dt.datetime, look: bool) -> Collected:
    """Remove what nobody refers to.

    Args:
        database: that refers.
        blobs: of which to remove.
        before: what was stored at or after this time is left alone.
        look: only tell what would be removed.
    """
    removed = size = kept = 0
    stored = iter(blobs.stored())
    while page := list(islice(stored, _AT_ONCE)):
        gone = _collect_page(database, blobs, page, before, look=look)
        removed += len(gone)
        size += sum(blob.size for blob in gone)
        kept += len(page) - len(gone)
    return Collected(removed, size, kept)


def _collect_page(
    database: Database, blobs: Blobs, page: list[StoredBlob], before: dt.datetime, *, look: bool
) -> list[StoredBlob]:
    old = [blob for blob in page if blob.stored_at < before]
    if not old:
        return []
    with database.writing() as connection:
        references.hold_still(connection)
        known = references.among(connection, (blob.sha256 for blob in old))
        return list(_removed(blobs, [blob for blob in old if blob.sha256 not in known], look=look))


def _removed(blobs: Blobs, unknown: list[StoredBlob], *, look: bool) -> Iterator[StoredBlob]:
    for blob in unknown:
        if not look:
            blobs.remove(blob.sha256)
        yield blob
