"""The log in a database."""

from collections.abc import Iterable

from airlock.model.log import Anchor, Entry, Event, Verification, verify
from airlock.store import log_rows
from airlock.store.engine import Database
from airlock.store.log import Log


class SqlLog(Log):
    """The log in SQLite or PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def record(self, event: Event) -> Entry:
        """Add an event."""
        with self._database.writing() as connection:
            return log_rows.append(connection, event)[0]

    def head(self) -> Anchor | None:
        """Return the anchor of the last entry."""
        with self._database.reading() as connection:
            return log_rows.head(connection)

    def entries(self, after: int, limit: int) -> tuple[Entry, ...]:
        """Return the entries that follow a number."""
        with self._database.reading() as connection:
            return log_rows.following(connection, after, limit)

    def latest(self, limit: int, *, kind: str = "", subject: str = "") -> tuple[Entry, ...]:
        """Return the last entries."""
        with self._database.reading() as connection:
            return log_rows.latest(connection, limit, kind, subject)

    def verify(self, anchors: Iterable[Anchor]) -> Verification:
        """Look through all of it, in one snapshot for each page."""
        with self._database.reading() as connection:
            return verify(log_rows.rows(connection), anchors)
