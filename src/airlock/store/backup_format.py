"""What a backup looks like: a folder that any gate can be restored from, on any database.

::

    manifest.json            format, revision of the tables, head of the log, digest of every table
    tables/<table>.jsonl.gz  one row a line, in the order of its key
    blobs/sha256/ab/cd/…     the bytes, each under its digest

The manifest is written last: without it, a folder is no backup.
"""

import base64
import datetime as dt
import gzip
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from airlock.errors import MalformedDocument, StoreError

FORMAT = 1
MANIFEST = "manifest.json"


class TableCopy(msgspec.Struct, frozen=True):
    """One table in a backup."""

    rows: int
    sha256: str
    """Of its file."""


class Manifest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a backup has in it."""

    format: int
    revision: str
    """Of the tables (``airlock.store.migrations``)."""
    made_at: dt.datetime
    log_head: str
    """The anchor of the last entry of the log; empty if there is none."""
    tables: dict[str, TableCopy]
    blobs: int
    missing: list[str]
    """Digests that are referred to and whose bytes were not there."""


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write the manifest of a backup."""
    (folder / MANIFEST).write_bytes(msgspec.json.format(msgspec.json.encode(manifest), indent=2))


def read_manifest(folder: Path) -> Manifest:
    """Return the manifest of a backup.

    Raises:
        StoreError: if the folder is no backup, or one of a newer version of Airlock.
    """
    try:
        found = msgspec.json.decode((folder / MANIFEST).read_bytes(), type=Manifest)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise StoreError(f"{folder} is not a whole backup: {error}") from error
    if found.format != FORMAT:
        raise StoreError(f"{folder} was made by another version of Airlock: format {found.format}")
    return found


def write_rows(path: Path, rows: Iterator[dict[str, Any]]) -> TableCopy:
    """Write rows into a file; return how many, and its digest."""
    count = 0
    # Without a time in it, the same rows make the same file.
    with path.open("wb") as raw, gzip.GzipFile("", "wb", 3, raw, mtime=0) as file:
        for row in rows:
            line = {name: _packed(value) for name, value in row.items()}
            file.write(json.dumps(line, separators=(",", ":")).encode() + b"\n")
            count += 1
    return TableCopy(count, digest_of(path))


def read_rows(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the rows of a file.

    Raises:
        MalformedDocument: if it cannot be read.
    """
    try:
        with gzip.open(path, "rb") as file:
            for line in file:
                yield {name: _unpacked(value) for name, value in json.loads(line).items()}
    except (OSError, EOFError, ValueError, KeyError) as error:
        raise MalformedDocument(f"{path} cannot be read: {error}") from error


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file.

    Raises:
        StoreError: if it cannot be read.
    """
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise StoreError(f"{path} cannot be read: {error.strerror}") from error


def _packed(value: Any) -> Any:
    if isinstance(value, bytes):
        return {"bytes": base64.b64encode(value).decode()}
    if isinstance(value, dt.datetime):
        return {"time": value.astimezone(dt.UTC).isoformat()}
    return value


def _unpacked(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    if "bytes" in value:
        return base64.b64decode(value["bytes"], validate=True)
    return dt.datetime.fromisoformat(value["time"])
