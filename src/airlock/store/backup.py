"""Makes a backup while the gate runs: consistent, verified, all or nothing.

- The tables are read in one snapshot: whatever others write meanwhile, the backup is of one moment.
- Blobs are copied after it. What that moment refers to is not collected before the backup ends: it
  is only ever referred to more.
- Each blob is digested while it is copied: what is damaged is not copied, but told.
- The folder has its name only when everything is in it and on the disk; before, it has another.
"""

import datetime as dt
import os
import shutil
import uuid
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, select

from airlock.errors import DigestMismatch, StoreError, UsageError
from airlock.model import Sha256
from airlock.store import log_rows, references
from airlock.store.backup_format import FORMAT, Manifest, write_manifest, write_rows
from airlock.store.blobs import FolderBlobs
from airlock.store.engine import Database
from airlock.store.interface import Blobs
from airlock.store.migrations import HEAD
from airlock.store.tables import METADATA

_PAGE = 500


def back_up(
    database: Database,
    blobs: Blobs,
    target: Path,
    now: dt.datetime,
    tick: Callable[[], None] = lambda: None,
) -> Manifest:
    """Make a backup.

    Args:
        database: whose tables are up to date.
        blobs: beside it.
        target: the folder, which must not be there yet.
        now: the time that stands in the manifest.
        tick: called after each blob, for progress.

    Raises:
        UsageError: if the target is there.
        StoreError: if something cannot be read or written; no target is there then.
    """
    if target.exists():
        raise UsageError(f"{target} is there already", hint="Name a folder that is not.")
    part = target.with_name(f"{target.name}.part-{uuid.uuid4().hex[:8]}")
    try:
        (part / "tables").mkdir(parents=True, mode=0o700)
        part.chmod(0o700)
        manifest = _written(database, blobs, part, now, tick)
        _flush_all(part)
        part.rename(target)
        _flush(target.parent)
    except OSError as error:
        raise StoreError(f"{target} cannot be written: {error.strerror}") from error
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return manifest


def _written(
    database: Database, blobs: Blobs, part: Path, now: dt.datetime, tick: Callable[[], None]
) -> Manifest:
    with database.snapshot() as connection:
        head = log_rows.head(connection)
        tables = {
            table.name: write_rows(
                part / "tables" / f"{table.name}.jsonl.gz", _rows(connection, table)
            )
            for table in METADATA.sorted_tables
        }
        wanted = references.every(connection)
    with FolderBlobs(part / "blobs") as copies:
        missing = [
            digest for digest in sorted(wanted) if not _copied(blobs, copies, digest, part, tick)
        ]
    (part / "blobs" / ".lock").unlink()
    manifest = Manifest(
        format=FORMAT,
        revision=HEAD,
        made_at=now,
        log_head=str(head) if head else "",
        tables=tables,
        blobs=len(wanted) - len(missing),
        missing=[str(digest) for digest in missing],
    )
    write_manifest(part, manifest)
    return manifest


def _rows(connection: Connection, table: Table) -> Iterator[dict[str, Any]]:
    query = select(table).order_by(*table.primary_key)
    found = connection.execution_options(stream_results=True).execute(query).mappings()
    for page in found.partitions(_PAGE):
        yield from map(dict, page)


def _copied(
    blobs: Blobs, copies: Blobs, digest: Sha256, part: Path, tick: Callable[[], None]
) -> bool:
    """Copy a blob; tell whether it was there, and was what its digest says."""
    try:
        if not blobs.has(digest):
            return False
        fetched = part / "blob"
        local = blobs.local_path(digest)
        if local is None:
            _fetch(blobs.stream(digest), fetched)
        copies.put(digest, local or fetched)
        fetched.unlink(missing_ok=True)
    except DigestMismatch:
        return False
    finally:
        tick()
    return True


def _fetch(pieces: Iterable[bytes], path: Path) -> None:
    with path.open("wb") as file:
        file.writelines(pieces)


def _flush_all(folder: Path) -> None:
    for path in (*folder.rglob("*"), folder):
        _flush(path)


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
