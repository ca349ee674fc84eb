"""Connections to the database, and what its errors become; how SQLite is set up says ``sqlite``.

A database server may be cut off in the middle of anything, and neither side is told:

- Here a request that nobody answers fails within half a minute, not after TCP's quarter of an hour.
- There the locks of who was cut off end soon, too: all others wait for some of them.

Each question to a server costs as much as many lines of Python:

- A single query is no transaction: it is one question instead of three.
- A connection is tried before it is used only if it lay idle: a database that was restarted is
  noticed, and who works all the time does not ask twice.
"""

import datetime as dt
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from sqlite3 import Connection as SqliteConnection
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import URL, Connection, Dialect, Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import InvalidatePoolError, SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry, NullPool

from airlock.errors import StoreError
from airlock.store.sqlite import WRITES, sqlite_begins, sqlite_set_up

if TYPE_CHECKING:
    from psycopg import Connection as ServerConnection

_SQLITE = "sqlite"
# The longest writes of ours take a second.
_PATIENCE = dt.timedelta(seconds=30)
_POOLED_CONNECTIONS = 16
_OF_A_SERVER = {
    "connect_timeout": "10",
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "20000",
}
"""What libpq is told (its documentation, 32.1.2), unless the URL says otherwise."""
# What a transaction of ours does between two statements takes milliseconds.
_IDLE_SECONDS = 10
_OF_A_SESSION = (
    f"SET idle_in_transaction_session_timeout = '{_IDLE_SECONDS}s'",
    "SET tcp_keepalives_idle = 10",
    "SET tcp_keepalives_interval = 5",
    "SET tcp_keepalives_count = 3",
    "SET tcp_user_timeout = '10s'",
)
# A connection that lay so long is tried before it is used.
_UNTRIED_SECONDS = 0.5

_HINTS = {
    "locked": "Another process keeps the store busy; end it or try again.",
    "readonly": "Give the user who runs Airlock the right to write there.",
    "unable to open": "See whether the folder exists and may be written to.",
    "full": "Make room on the disk.",
    "malformed": "The file is damaged; restore it from a copy.",
    "not a database": "The path names something else; see the settings.",
}
PATIENTLY = "SET LOCAL idle_in_transaction_session_timeout = 0"
"""For a transaction that waits for something else between two statements."""


class Database:
    """An engine with its two ways in: ``reading`` and ``writing``.

    Args:
        url: of SQLite or PostgreSQL.
        patience: how long a write waits for that of another process.
    """

    def __init__(self, url: URL, *, patience: dt.timedelta = _PATIENCE) -> None:
        self.url = url
        with translated():
            self.engine = _make_engine(url, patience)
        self._watch: SqliteConnection | None = None
        self._beside: list[Callable[[], None]] = []
        self._writer = self.engine.execution_options(**{WRITES: True})
        self._reader = (
            self.engine
            if self.is_sqlite
            else self.engine.execution_options(isolation_level="AUTOCOMMIT")
        )
        self._turn: AbstractContextManager[Any] = (
            threading.Lock() if self.is_sqlite else nullcontext()
        )

    @property
    def is_sqlite(self) -> bool:
        """True for SQLite, False for a database server."""
        return self.url.get_backend_name() == _SQLITE

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Connect for one query."""
        with translated(), self._reader.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Connect for one transaction, committed if the block ends, undone if it raises."""
        with self._turn, translated(), self._writer.begin() as connection:
            yield connection

    @contextmanager
    def writing_once(self) -> Iterator[Connection]:
        """Connect for one statement that writes: a server makes it a transaction by itself."""
        with self.writing() if self.is_sqlite else self.reading() as connection:
            yield connection

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """Connect for several queries that all see the same moment, while others go on writing."""
        with translated(), self.engine.connect() as connection:
            if self.is_sqlite:
                # Without IMMEDIATE it takes no lock; the first query fixes the moment.
                connection.exec_driver_sql("BEGIN")
            else:
                connection.execution_options(isolation_level="REPEATABLE READ")
                # Its reader may be slow: a disk, or another machine.
                connection.exec_driver_sql(PATIENTLY)
            yield connection
            connection.rollback()

    def fingerprint(self) -> int | None:
        """Return SQLite's ``data_version``, as one connection of its own sees it.

        That takes two microseconds and waits for nobody. A database server cannot be asked that
        fast, and gives ``None``. Called from one thread.
        """
        if not self.is_sqlite:
            return None
        with translated():
            if self._watch is None:
                self._watch = sqlite3.connect(
                    str(self.url.database), timeout=0, isolation_level=None, check_same_thread=False
                )
            try:
                version: int = self._watch.execute("PRAGMA data_version").fetchone()[0]
            except sqlite3.Error as error:
                raise StoreError(f"the store refused: {error}") from error
            return version

    def session(self) -> Connection:
        """Connect to a server beside the pool, for what belongs to a session and no transaction."""
        engine = _make_server(self.url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
        return engine.connect()

    def closes_with(self, close: Callable[[], None]) -> None:
        """Let something that was opened beside the engine be closed with it."""
        self._beside.append(close)

    def close(self) -> None:
        """Close all connections."""
        for close in self._beside:
            close()
        self.engine.dispose()
        if self._watch is not None:
            self._watch.close()
            self._watch = None


def _make_engine(url: URL, patience: dt.timedelta) -> Engine:
    if url.get_backend_name() != _SQLITE:
        server = _make_server(url, pool_size=_POOLED_CONNECTIONS)
        event.listen(server, "checkin", _note_time)
        event.listen(server, "checkout", _tries_if_idle(server.dialect))
        return server
    engine = create_engine(
        url,
        connect_args={"timeout": patience.total_seconds()},
        pool_size=_POOLED_CONNECTIONS,
        max_overflow=-1,
    )
    event.listen(engine, "connect", sqlite_set_up)
    event.listen(engine, "begin", sqlite_begins(patience.total_seconds()))
    return engine


def _make_server(url: URL, **options: Any) -> Engine:
    server = create_engine(patient(url), **options)
    event.listen(server, "connect", _set_up_server)
    return server


def patient(url: URL) -> URL:
    """Return the URL of a database server with how long to wait for it, unless it says so itself.

    A socket of this machine is never cut off; what is said of TCP means nothing there.
    """
    return url.update_query_dict(
        {name: value for name, value in _OF_A_SERVER.items() if name not in url.query}
    )


def _set_up_server(connection: "ServerConnection", record: object) -> None:  # noqa: ARG001
    with connection.cursor() as cursor:
        for statement in _OF_A_SESSION:
            cursor.execute(statement)
    connection.commit()


def _note_time(_connection: object, record: ConnectionPoolEntry) -> None:
    record.info["airlock_used"] = time.monotonic()


def _tries_if_idle(dialect: Dialect) -> Callable[..., None]:
    def tried(connection: DBAPIConnection, record: ConnectionPoolEntry, _proxy: object) -> None:
        used = record.info.get("airlock_used")
        if used is None or time.monotonic() - used < _UNTRIED_SECONDS:
            return
        try:
            dialect.do_ping(connection)
        except dialect.loaded_dbapi.Error as error:
            # The others are as old: the pool makes new ones, and the first says what is wrong.
            raise InvalidatePoolError from error

    return tried


@contextmanager
def translated() -> Iterator[None]:
    """Turn what the database layer raises into ``StoreError``.

    The text is the database's own, without the statement and its parameters, which may be long and
    may hold what a package brought along.
    """
    try:
        yield
    except SQLAlchemyError as error:
        cause = " ".join(str(getattr(error, "orig", None) or error).split())
        hint = next((hint for word, hint in _HINTS.items() if word in cause), "")
        raise StoreError(f"the store refused: {cause}", hint=hint) from error
    except (UnicodeEncodeError, OverflowError, msgspec.MsgspecError) as error:
        # Lone surrogates and giant numbers, which hostile names and indexes can bring.
        raise StoreError(f"this value cannot be stored: {error}") from error
