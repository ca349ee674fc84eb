"""Which blobs are referred to, and by what.

A column that names a blob stands in ``REFERENCES``; a test holds every column that could be one
against it, so that a new table is not forgotten here.

Who adds a reference puts the blob first, adds the row, and then looks whether the blob is there:
between the first two, whoever collects what nobody refers to may have taken it.
"""

from collections.abc import Iterable

from sqlalchemy import Column, Connection, select, text, union

from airlock.model import Sha256
from airlock.store.dialects import rows_of
from airlock.store.engine import PATIENTLY
from airlock.store.paper_tables import papers
from airlock.store.tables import artifacts, core_metadata, uploads
from airlock.store.trace_tables import traces

REFERENCES: tuple[Column[str], ...] = (
    artifacts.c.sha256,
    uploads.c.sha256,
    core_metadata.c.metadata,
    traces.c.log_sha256,
    papers.c.document,
)
OF_WHAT_IS_HOSTED = uploads.c.sha256
"""What is lost here is nowhere else."""


def every(connection: Connection) -> set[Sha256]:
    """Return the digests of all blobs that are referred to."""
    return {Sha256(found) for found in connection.scalars(union(*map(select, REFERENCES)))}


def among(connection: Connection, digests: Iterable[Sha256]) -> set[Sha256]:
    """Return those of some digests that are referred to."""
    asked = rows_of(connection, digests)
    found: set[Sha256] = set()
    for column in REFERENCES:
        query = select(column).where(column.in_(select(asked.c.value)))
        found |= {Sha256(digest) for digest in connection.scalars(query)}
    return found


def hold_still(connection: Connection) -> None:
    """Let nobody add a reference until the end of the transaction.

    On SQLite nobody else writes anyway. Whoever is adding one is waited for.
    """
    if connection.dialect.name != "sqlite":
        # Blobs are removed meanwhile, which may lie on another machine.
        connection.execute(text(PATIENTLY))
        tables = ", ".join(sorted({column.table.name for column in REFERENCES}))
        connection.execute(text(f"LOCK TABLE {tables} IN SHARE MODE"))
