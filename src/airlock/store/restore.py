"""Restores a backup into a store that has nothing in it: verified first, all or nothing.

- Everything in the backup is held against its digests before anything is written.
- Blobs come first; the tables follow in one transaction, so that a restore that is interrupted
  leaves a store without anything in it, into which it can be repeated.
- A backup of an older version of Airlock is restored into the tables of its time, which are then
  brought up to date.
- At the end of the transaction the log is verified, up to the head that the manifest names.
"""

import datetime as dt
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, MetaData, Table, func, insert, inspect, select, text

from airlock.errors import StoreError, UsageError
from airlock.model import Sha256
from airlock.model.log import Anchor, verify
from airlock.store import log_rows
from airlock.store.backup_format import Manifest, digest_of, read_manifest, read_rows
from airlock.store.engine import Database
from airlock.store.interface import Blobs
from airlock.store.migrations import HEAD
from airlock.store.opening import preparing

_PAGE = 500
_LOG = "log"


def check(source: Path, tick: Callable[[], None] = lambda: None) -> Manifest:
    """Hold everything in a backup against its digests.

    Raises:
        StoreError: if it is not whole.
    """
    manifest = read_manifest(source)
    for name, copy in manifest.tables.items():
        if digest_of(_table_file(source, name)) != copy.sha256:
            raise StoreError(f"{source} is damaged: the table {name} is not what it was")
    count = 0
    for digest, path in _blob_files(source):
        if digest_of(path) != digest:
            raise StoreError(f"{source} is damaged: the blob {digest} is not what it was")
        count += 1
        tick()
    if count != manifest.blobs:
        raise StoreError(f"{source} is damaged: it has {count} blobs, not {manifest.blobs}")
    return manifest


def restore(
    database: Database, blobs: Blobs, source: Path, tick: Callable[[], None] = lambda: None
) -> Manifest:
    """Restore a backup.

    Args:
        database: that has no tables yet, or nothing in them.
        blobs: where the bytes go.
        source: the folder of the backup.
        tick: called after each blob that was verified, and each that was written.

    Raises:
        UsageError: if there is something in the store.
        StoreError: if the backup is not whole, or the store refuses.
    """
    manifest = check(source, tick)
    with database.reading() as connection:
        _require_nothing(connection)
    for digest, path in _blob_files(source):
        blobs.put(digest, path)
        tick()
    with preparing(database) as connection:
        _require_nothing(connection)
        _fill(connection, manifest, source)
    return manifest


def _require_nothing(connection: Connection) -> None:
    for table in _tables(connection):
        if connection.scalar(select(func.count()).select_from(table)):
            raise UsageError(
                f"there is something in the store: its table {table.name} has rows",
                hint="Restore into a new data folder or a new database.",
            )


def _tables(connection: Connection) -> list[Table]:
    found = MetaData()
    found.reflect(connection)
    return [table for table in found.sorted_tables if table.name != "alembic_version"]


def _fill(connection: Connection, manifest: Manifest, source: Path) -> None:
    from airlock.store.migrations.upgrading import downgrade, upgrade

    if inspect(connection).has_table("alembic_version"):
        # They are there and empty: of any version of Airlock.
        downgrade(connection, "base")
    upgrade(connection, manifest.revision)
    for table in _tables(connection):
        copy = manifest.tables.get(table.name)
        if copy is None:
            raise StoreError(f"{source} lacks the table {table.name}")
        _insert(connection, table, read_rows(_table_file(source, table.name)))
        if connection.scalar(select(func.count()).select_from(table)) != copy.rows:
            raise StoreError(f"{source}: not every row of {table.name} could be restored")
        _set_numbers(connection, table)
    if _LOG in manifest.tables:
        _require_whole_log(connection, manifest)
    if manifest.revision != HEAD:
        upgrade(connection)


def _insert(connection: Connection, table: Table, rows: Iterator[dict[str, Any]]) -> None:
    naive = connection.dialect.name == "sqlite"
    while page := list(islice(rows, _PAGE)):
        connection.execute(insert(table), [_fitting(row, naive=naive) for row in page])


def _fitting(row: dict[str, Any], *, naive: bool) -> dict[str, Any]:
    if not naive:
        return row
    return {
        name: value.replace(tzinfo=None) if isinstance(value, dt.datetime) else value
        for name, value in row.items()
    }


def _set_numbers(connection: Connection, table: Table) -> None:
    """Let PostgreSQL go on numbering after what was restored; SQLite does so by itself."""
    if connection.dialect.name == "sqlite":
        return
    for column in table.primary_key:
        sequence = connection.scalar(select(func.pg_get_serial_sequence(table.name, column.name)))
        highest = connection.scalar(select(func.max(column))) if sequence else None
        if highest is not None:
            connection.execute(text("SELECT setval(:name, :at)"), {"name": sequence, "at": highest})


def _require_whole_log(connection: Connection, manifest: Manifest) -> None:
    anchors = [Anchor.parse(manifest.log_head)] if manifest.log_head else []
    faults = verify(log_rows.rows(connection), anchors).faults
    if faults:
        raise StoreError(f"the log in the backup was tampered with: {faults[0]}")


def _table_file(source: Path, name: str) -> Path:
    return source / "tables" / f"{name}.jsonl.gz"


def _blob_files(source: Path) -> Iterator[tuple[Sha256, Path]]:
    for path in sorted((source / "blobs" / "sha256").glob("*/*/*")):
        yield Sha256(path.name), path
