"""What is remembered: artifacts, verdicts, waivers, listings, and the bytes themselves.

Importing this package costs nothing; SQLAlchemy, Alembic and obstore are imported when a store is
opened, for ``airlock scan`` of a file needs none of them.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from airlock.errors import MissingExtra
from airlock.store.interface import Blobs, OpenBlob, Standing, Store, StoredArtifact
from airlock.store.records import Records

__all__ = [
    "Blobs",
    "OpenBlob",
    "Records",
    "Standing",
    "Store",
    "StoredArtifact",
    "open_blobs",
    "open_records",
    "open_store",
]

_GATE_EXTRA = {"alembic", "obstore", "sqlalchemy"}


def open_records(url: str) -> Records:
    """Open a database with all of its ports, as ``open_store`` does.

    Raises:
        MissingExtra: if the database layer is not installed.
        StoreError: if it cannot be opened, or was written by a newer version of Airlock.
        UsageError: if the URL is not one of a database that keeps what it is given.
    """
    with _extra():
        from airlock.store.opening import open_sql_records

        return open_sql_records(url)


def open_store(url: str) -> Store:
    """Open a database, making or upgrading it where necessary.

    Several processes may open the same one at once. What is returned is not carried across a
    ``fork``: a child opens its own.

    Args:
        url: of SQLAlchemy, such as ``sqlite:////srv/airlock/airlock.db``.

    Raises:
        MissingExtra: if the database layer is not installed.
        StoreError: if it cannot be opened, or was written by a newer version of Airlock.
        UsageError: if the URL is not one of a database that keeps what it is given.
    """
    with _extra():
        from airlock.store.opening import open_sql_store

        return open_sql_store(url)


def open_blobs(location: str | os.PathLike[str]) -> Blobs:
    """Open a folder of blobs, made where necessary, or an object store.

    Args:
        location: a path, or a URL such as ``s3://bucket/prefix``.

    Raises:
        MissingExtra: if the storage layer is not installed.
        StoreError: if it cannot be opened.
    """
    with _extra():
        from airlock.store.blobs import open_object_blobs

        return open_object_blobs(location)


@contextmanager
def _extra() -> Iterator[None]:
    try:
        yield
    except ModuleNotFoundError as error:
        missing = (error.name or "").partition(".")[0]
        if missing == "airlock":
            raise
        wanted = "'pypi-airlock[gate]'" if missing in _GATE_EXTRA else missing
        raise MissingExtra(
            f"a store needs {missing}, which is not installed", hint=f"pip install {wanted}"
        ) from error
