"""How SQLite is set up, and why.

- Write-ahead log: readers never wait for the writer, and a process that is killed leaves at worst
  an unfinished tail of the log, which the next reader passes over.
- ``synchronous=FULL``: NORMAL would survive ``kill -9`` as well, but not a loss of power: the last
  commits may then be gone. A verdict that is gone is made again, but a revocation that is gone lets
  a waiver live on. FULL costs one ``fsync`` for each commit.
- ``BEGIN IMMEDIATE`` for writes: a transaction that reads first and writes later would otherwise
  fail, without waiting, if another process wrote in between.
- Within a process, writers take turns by a lock, and for those of others they look again after a
  millisecond or two: SQLite's own way of waiting is to sleep for up to 0.1 s at a time.
"""

import sqlite3
import time
from collections.abc import Callable
from sqlite3 import Connection as SqliteConnection
from typing import cast

from sqlalchemy import Connection

WRITES = "airlock_writes"
"""The option of an engine whose transactions write."""
# The log of a big transaction is cut back to this at the next checkpoint.
_LOG_BYTES = 64 * 1024**2
# Most writes take less, and to look costs some microseconds.
_FIRST_PAUSE = 0.000_25
_LONGEST_PAUSE = 0.002
# The rest of a code of SQLite says more of the reason ("Result and Error Codes").
_PRIMARY_CODE = 0xFF


def sqlite_set_up(connection: SqliteConnection, record: object) -> None:  # noqa: ARG001
    """Set a new connection up."""
    # Without this, the driver begins transactions by itself, later than we mean to.
    connection.isolation_level = None
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute(f"PRAGMA journal_size_limit={_LOG_BYTES}")
    # The file may be another's: functions and virtual tables in its schema are not to be run.
    connection.execute("PRAGMA trusted_schema=OFF")


def sqlite_begins(patience: float) -> Callable[[Connection], None]:
    """Return what begins a transaction of SQLite, and waits so many seconds for its turn."""

    def begin(connection: Connection) -> None:
        # A single query needs no transaction around it.
        if not connection.get_execution_options().get(WRITES):
            return
        driver = cast("SqliteConnection", connection.connection.driver_connection)
        driver.execute("PRAGMA busy_timeout=0")
        try:
            if not _begun_in_time(driver, patience):
                # Once more, for an error that SQLAlchemy knows.
                connection.exec_driver_sql("BEGIN IMMEDIATE")
        finally:
            driver.execute(f"PRAGMA busy_timeout={int(patience * 1000)}")

    return begin


def _begun_in_time(driver: SqliteConnection, patience: float) -> bool:
    end, pause = time.monotonic() + patience, _FIRST_PAUSE
    while time.monotonic() < end:
        try:
            driver.execute("BEGIN IMMEDIATE")
        except sqlite3.DatabaseError as error:
            # Of a damaged file it is not an ``OperationalError``.
            if error.sqlite_errorcode & _PRIMARY_CODE != sqlite3.SQLITE_BUSY:
                return False
            time.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)
        else:
            return True
    return False
