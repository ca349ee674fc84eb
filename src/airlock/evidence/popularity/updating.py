"""The list of popular names that ``airlock db update`` keeps for this user.

- A list is looked at before it takes the place of the one before: what is no list, or has lost most
  of its names, changes nothing.
- It is replaced at once or not at all, whoever else reads or writes it.
- It says where it came from and when, so that ``airlock db status`` can.
"""

import datetime as dt
import hashlib
import os
import tempfile
from pathlib import Path

import msgspec

from airlock.errors import MalformedDocument, StoreError
from airlock.evidence.popularity.listed import MOST_BYTES, ListedPopularity

PUBLIC_LIST = "https://hugovk.github.io/top-pypi-packages/top-pypi-packages.min.json"
"""The most downloaded projects of the last 30 days, published every month by Hugo van Kemenade."""
MOST_BYTES_FETCHED = MOST_BYTES
_NAME = "popular.json"
# A list that lost half of its names is more likely cut than true.
_LEAST_SHARE = 0.5


class KeptList(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of the list that is kept."""

    source: str
    """Where it came from, without credentials."""
    updated_at: dt.datetime
    """When it was kept, in UTC."""
    sha256: str
    """Of the document as it came."""
    names: int
    dropped: int = 0
    """How many entries of the document are no names, or there twice."""


class _Document(msgspec.Struct, frozen=True):
    airlock: KeptList
    rows: list[tuple[str, int]]


class _Head(msgspec.Struct, frozen=True):
    airlock: KeptList


def kept_list(folder: Path) -> Path:
    """Return where the list is kept in a folder of evidence, whether it is there or not."""
    return folder / _NAME


def keep(folder: Path, data: bytes, *, source: str, at: dt.datetime) -> KeptList:
    """Keep a list instead of the one before.

    Args:
        folder: of evidence; made if it is missing.
        data: the list, as ``ListedPopularity`` reads it.
        source: where it came from, without credentials.
        at: the time, in UTC.

    Raises:
        MalformedDocument: if it is no list of popular names, or has far fewer than the one before.
        StoreError: if the folder cannot be written to.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".popular-", dir=folder) as place:
            path = Path(place) / _NAME
            kept = _write(path, data, source, at)
            _compare(kept, folder)
            path.replace(kept_list(folder))
            _sync(folder)
    except OSError as error:
        raise StoreError(f"{folder} cannot be written to: {error.strerror}") from error
    return kept


def _write(path: Path, data: bytes, source: str, at: dt.datetime) -> KeptList:
    path.write_bytes(data)
    listed = ListedPopularity(path, origin=source)
    rows = list(listed.counted)
    kept = KeptList(
        source=source,
        updated_at=at,
        sha256=hashlib.sha256(data).hexdigest(),
        names=len(rows),
        dropped=listed.dropped,
    )
    with path.open("wb") as stream:
        stream.write(msgspec.json.encode(_Document(kept, rows)))
        stream.flush()
        os.fsync(stream.fileno())
    return kept


def _compare(new: KeptList, folder: Path) -> None:
    """Refuse a list that has far fewer names than the one before."""
    try:
        before = status(folder)
    except MalformedDocument:
        return  # whatever is readable is better
    if before and new.names < before.names * _LEAST_SHARE:
        raise MalformedDocument(
            f"the list of {new.source} has {new.names:,} names, the one before {before.names:,}: "
            "it was not taken over",
            hint=f"If it is whole, remove {kept_list(folder)} first.",
        )


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def status(folder: Path) -> KeptList | None:
    """Return what is known of the list that is kept in a folder; ``None`` if there is none.

    Raises:
        MalformedDocument: if it cannot be read.
    """
    path = kept_list(folder)
    try:
        data = path.read_bytes()
        kept = msgspec.json.decode(data, type=_Head).airlock
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise MalformedDocument(
            f"the list of popular names {path} cannot be read: {error}",
            hint="Make it anew: airlock db update popular",
        ) from error
    if kept.names != len(ListedPopularity(path).names):
        raise MalformedDocument(
            f"the list of popular names {path} is not as it was kept",
            hint="Make it anew: airlock db update popular",
        )
    return kept
