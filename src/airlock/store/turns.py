"""Taking turns between machines that share a PostgreSQL, for what is not in it.

What the database keeps needs no such turn: a transaction is one already. Signed metadata lie in a
folder, and of those who write there one may at a time.

The lock is PostgreSQL's own, held by a transaction without any query: it ends with the block, with
the process and with the connection, whichever is first.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from sqlalchemy import text

from airlock.store.engine import PATIENTLY, Database, translated

Turn = Callable[[], AbstractContextManager[None]]
"""Waits until nobody else is in such a block."""

# Any number that no other lock of ours in the same database has.
_TRUST_LOCK = 0x4169_726C_7472_7374


def turn_of(database: Database) -> Turn | None:
    """Return how to take turns by a database; ``None`` for SQLite, which one machine has alone."""
    return None if database.is_sqlite else lambda: _held(database)


@contextmanager
def _held(database: Database) -> Iterator[None]:
    with translated():
        connection = database.engine.connect()
    try:
        with translated():
            connection.exec_driver_sql(PATIENTLY)
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _TRUST_LOCK})
        yield
    finally:
        # Undoes the transaction, and with it the lock.
        connection.close()
