"""Opens a database: makes it, brings its tables up to date, refuses what it does not understand.

- Where the tables are up to date, which is nearly always, nothing is locked, and Alembic, half a
  second of CPU, is not imported.
- Of several processes that start at once, one upgrades; the others wait for it.
- An upgrade is one transaction: it is made whole or not at all.
- Tables of a newer version of Airlock are left alone.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL, Connection, inspect, make_url, text

from airlock.errors import StoreError, UsageError
from airlock.store.engine import PATIENTLY, Database, translated
from airlock.store.migrations import HEAD
from airlock.store.records import Records
from airlock.store.sql import SqlStore
from airlock.store.sql_browsing import SqlBrowsing
from airlock.store.sql_following import SqlFollowing
from airlock.store.sql_hooks import SqlHooks
from airlock.store.sql_hunting import SqlHunting
from airlock.store.sql_log import SqlLog
from airlock.store.sql_mails import SqlMails
from airlock.store.sql_papers import SqlPapers
from airlock.store.sql_people import SqlPeople
from airlock.store.sql_policies import SqlPolicies
from airlock.store.sql_publishers import SqlPublishers
from airlock.store.sql_reviews import SqlReviews
from airlock.store.sql_sessions import SqlSessions
from airlock.store.sql_traces import SqlTraces
from airlock.store.sql_underway import underway_of
from airlock.store.sql_works import SqlWorks

# Any number that no other program takes for a lock of its own in the same PostgreSQL database.
_ADVISORY_LOCK = 0x4169_726C_6F63_6B


def open_sql_records(url: str) -> Records:
    """Open a database by its URL (``airlock.store.open_records``)."""
    database = _opened(url)
    return Records(
        SqlStore(database),
        SqlPeople(database),
        SqlLog(database),
        SqlPublishers(database),
        SqlHooks(database),
        SqlReviews(database),
        SqlBrowsing(database),
        SqlWorks(database),
        SqlFollowing(database),
        SqlHunting(database),
        SqlSessions(database),
        SqlTraces(database),
        SqlPapers(database),
        SqlPolicies(database),
        underway_of(database),
        SqlMails(database),
    )


def open_sql_store(url: str) -> SqlStore:
    """Open a database by its URL (``airlock.store.open_store``)."""
    return SqlStore(_opened(url))


def open_database(url: str) -> Database:
    """Open a database whose tables are brought up to date, for what works on all of them."""
    return _opened(url)


def open_new_database(url: str) -> Database:
    """Open a database as it is, to fill it."""
    return Database(_checked(url))


def _opened(url: str) -> Database:
    database = Database(_checked(url))
    try:
        if _revision_of(database) != HEAD:
            _upgrade(database)
    except BaseException:
        database.close()
        raise
    return database


def _checked(location: str) -> URL:
    with translated():
        url = make_url(location)
    if url.get_backend_name() == "sqlite":
        if not url.database or url.database == ":memory:" or url.database.startswith("file:"):
            raise UsageError(
                f"{location} does not name a file that keeps what it is given",
                hint="Give a path, as in sqlite:////srv/airlock/airlock.db",
            )
        _make_folder(_file_of(url))
    return url


def _make_folder(file: Path) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"the folder of {file} cannot be made: {error.strerror}") from error


def _file_of(url: URL) -> Path:
    return Path(url.database or "")


def _revision_of(database: Database) -> str | None:
    with database.reading() as connection:
        return _revision(connection)


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found


def _upgrade(database: Database) -> None:
    from airlock.store.migrations.upgrading import upgrade

    with preparing(database) as connection:
        if _revision(connection) != HEAD:
            upgrade(connection)


@contextmanager
def preparing(database: Database) -> Iterator[Connection]:
    """Connect for one transaction that makes tables, while nobody else does."""
    with _alone(database), database.writing() as connection:
        if not database.is_sqlite:
            lock = text("SELECT pg_advisory_xact_lock(:key)")
            connection.execute(lock, {"key": _ADVISORY_LOCK})
            # A restoration reads files between its statements.
            connection.exec_driver_sql(PATIENTLY)
        yield connection


@contextmanager
def _alone(database: Database) -> Iterator[None]:
    """Keep the other processes of this machine from preparing the same SQLite file.

    ``BEGIN IMMEDIATE`` would do for the tables, but the change to the write-ahead log happens
    outside any transaction, and fails at once where two processes try it. The lock is on a file of
    its own: closing any descriptor of the database would drop SQLite's locks on it.
    """
    if not database.is_sqlite:
        yield
        return
    lock = os.open(f"{_file_of(database.url)}-opening", os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with database.reading() as connection:
            connection.exec_driver_sql("PRAGMA journal_mode=WAL")
        yield
    finally:
        os.close(lock)
