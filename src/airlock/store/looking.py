"""Looks at a database server and an object store without changing anything there."""

import re
from pathlib import Path

from sqlalchemy import inspect, make_url, text

from airlock.errors import StoreError
from airlock.store.blobs import open_object_blobs
from airlock.store.engine import Database
from airlock.store.migrations import HEAD

_PATIENCE_SECONDS = "10"


def look_at_database(location: str) -> str:
    """Return which server answers, and how its tables are.

    Raises:
        StoreError: if it does not answer, or its tables are of a newer version of Airlock.
    """
    url = make_url(location)
    url = url.update_query_dict({"connect_timeout": _PATIENCE_SECONDS, **url.query})
    database = Database(url)
    try:
        with database.reading() as connection:
            version = connection.scalar(text("SHOW server_version")) or "?"
            tables = inspect(connection).has_table("alembic_version")
            query = text("SELECT version_num FROM alembic_version")
            revision = connection.scalar(query) if tables else None
    finally:
        database.close()
    shown = make_url(location).render_as_string(hide_password=True)
    if revision is not None and revision > HEAD:
        raise StoreError(f"{shown} has tables of a newer version", hint="Install that version.")
    state = {None: "without tables yet", HEAD: "tables up to date"}.get(
        revision, "tables that the next start brings up to date"
    )
    return f"{shown}, PostgreSQL {version.partition(' ')[0]}, {state}"


def look_at_blobs(location: str | Path) -> str:
    """Return which object store answers.

    Raises:
        StoreError: if it does not.
    """
    shown = re.sub("//[^/@]*@", "//", str(location))
    with open_object_blobs(location) as blobs:
        # Not by asking for one: a bucket that is not there has none either.
        next(blobs.stored(), None)
    return f"{shown} answers"
