"""Compositions of stores and of what keeps them: backup, restoration, collection."""

import contextlib
import datetime as dt
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from airlock import scratch
from airlock.assembly.base import extra, now
from airlock.errors import StoreError, UsageError

if TYPE_CHECKING:
    from airlock.store import Blobs, Records, Store
    from airlock.store.backup_format import Manifest
    from airlock.store.collecting import Collected


# Longer than any download or examination takes.
_STALE_SECONDS = 24 * 3600


def store(folder: Path) -> "Store":
    """Return the store of a data folder, making what is missing.

    Raises:
        MissingExtra: if the parts of the gate are not installed.
        StoreError: if the folder cannot be used.
    """
    return records(folder).store


def records(folder: Path) -> "Records":
    """Return all ports of the database of a data folder, making what is missing.

    Raises:
        MissingExtra: if the parts of the gate are not installed.
        StoreError: if the folder cannot be used.
    """
    from airlock.store import open_records
    from airlock.store.places import places

    make(folder)
    return open_records(places(folder).database)


def existing_records(folder: Path) -> "Records":
    """Return all ports of the database of a data folder that a gate uses.

    What a person decides in a folder that no gate reads would hold nowhere.

    Raises:
        MissingExtra: if the parts of the gate are not installed.
        UsageError: if there is no store in the folder.
        StoreError: if the folder cannot be used.
    """
    from airlock.store.places import places

    try:
        found = places(folder).exist
    except OSError as error:
        raise StoreError(f"{folder} cannot be used: {error.strerror}") from error
    if not found:
        raise UsageError(
            f"no gate keeps its data in {folder}",
            hint="Name its folder with --data or AIRLOCK_DATA; airlock serve or watch makes it.",
        )
    return records(folder)


def found_or_made_records(folder: Path) -> "tuple[Records, bool]":
    """Return all ports of the database of a data folder, and whether it was made for that.

    For what is to be there before the first gate or watch begins.

    Raises:
        MissingExtra: if the parts of the gate are not installed.
        StoreError: if the folder cannot be used.
    """
    try:
        return existing_records(folder), False
    except UsageError:
        return records(folder), True


def existing_store(folder: Path) -> "Store":
    """Return the store of a data folder that a gate uses (``existing_records``)."""
    return existing_records(folder).store


def open_data(folder: Path) -> "tuple[Records, Blobs, Path]":
    """Return the records, the blobs and the folder for files on their way in; make what is missing.

    Raises:
        MissingExtra: if the parts of the gate are not installed.
        StoreError: if the folder cannot be used.
    """
    known = records(folder)
    incoming = folder / "incoming"
    make(incoming)
    _sweep(incoming)
    try:
        mine = scratch.of_process("incoming", incoming)
    except OSError as error:
        raise StoreError(f"{incoming} cannot be used: {error.strerror}") from error
    return known, blobs(folder), mine


def blobs(folder: Path) -> "Blobs":
    """Return the blobs of a data folder.

    Raises:
        MissingExtra: if the parts of the gate are not installed.
        StoreError: if they cannot be opened.
    """
    from airlock.store import open_blobs
    from airlock.store.places import places

    return open_blobs(places(folder).blobs)


def back_up(folder: Path, target: Path) -> "Manifest":
    """Make a backup of what the gate of a data folder keeps (``airlock.store.backup``)."""
    with _storing(), existing_records(folder):
        from airlock.store.backup import back_up as make
        from airlock.store.opening import open_database
        from airlock.store.places import places

        database = open_database(places(folder).database)
        with contextlib.closing(database), blobs(folder) as kept:
            return make(database, kept, target, now())


def check_backup(source: Path) -> "Manifest":
    """Verify a backup (``airlock.store.restore``)."""
    with _storing():
        from airlock.store.restore import check

        return check(source)


def restore(folder: Path, source: Path) -> "Manifest":
    """Restore a backup into a data folder with nothing in it (``airlock.store.restore``)."""
    with _storing():
        from airlock.store.opening import open_new_database
        from airlock.store.places import places
        from airlock.store.restore import restore as fill

        make(folder)
        database = open_new_database(places(folder).database)
        with contextlib.closing(database), blobs(folder) as kept:
            return fill(database, kept, source)


def collect(folder: Path, grace: dt.timedelta, *, look: bool) -> "Collected":
    """Remove blobs that nobody refers to (``airlock.store.collecting``)."""
    with _storing(), existing_records(folder):
        from airlock.store.collecting import collect as remove
        from airlock.store.opening import open_database
        from airlock.store.places import places

        database = open_database(places(folder).database)
        with contextlib.closing(database), blobs(folder) as kept:
            return remove(database, kept, before=now() - grace, look=look)


def _storing() -> "contextlib.AbstractContextManager[None]":
    return extra("gate")


def _sweep(incoming: Path) -> None:
    """Remove what a killed gate left half fetched; what is young may be another gate's.

    What is marked has an owner, who may be at work for months: that is for ``scratch`` to remove.
    """
    oldest = now().timestamp() - _STALE_SECONDS
    for left in incoming.iterdir():
        with contextlib.suppress(OSError):
            if left.stat().st_mtime < oldest and not scratch.is_marked(left):
                shutil.rmtree(left) if left.is_dir() else left.unlink()


def make(folder: Path) -> None:
    """Make a folder that only its owner can read.

    Raises:
        StoreError: if it cannot be made.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"{folder} cannot be used: {error.strerror}") from error
