"""What is under way, by locks that end with whoever holds them.

- PostgreSQL: its advisory locks, of a session. All of a process are held by one connection of its
  own, outside the pool, so that no number of them takes connections from others. It must not lead
  through a pooler that hands sessions from one client to the next.
- SQLite: a file beside the database, of which one byte is locked for each piece of work. The kernel
  forgets the locks of an open file when its last descriptor is closed (``fcntl_locking(2)``, open
  file description locks), and a process that is killed closes all of its own.
"""

import fcntl
import hashlib
import os
import struct
import threading

from sqlalchemy import Connection, TextClause, text

from airlock.errors import StoreError
from airlock.store.engine import Database, translated
from airlock.store.underway import Underway

_TRY = text("SELECT pg_try_advisory_lock(:key)")
_LET_GO = text("SELECT pg_advisory_unlock(:key)")
# ``struct flock``: type, whence, start, length, process; padded as the compiler does.
_FLOCK = "hhqqi0q"


def underway_of(database: Database) -> Underway:
    """Return what is under way among those who share a database."""
    return _Locked(database) if database.is_sqlite else _Advised(database)


class _Advised(Underway):
    """Locks of one session of PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._turn = threading.Lock()
        self._session: Connection | None = None
        database.closes_with(self._leave)

    def begin(self, work: str) -> bool:
        """Begin a piece of work; tell whether nobody else has it under way."""
        return bool(self._asked(_TRY, work))

    def end(self, work: str) -> None:
        """End a piece of work."""
        self._asked(_LET_GO, work)

    def _asked(self, question: TextClause, work: str) -> object:
        with self._turn:
            try:
                with translated():
                    if self._session is None:
                        self._session = self._database.session()
                    return self._session.scalar(question, {"key": _number(work)})
            except StoreError:
                # With the session its locks are gone: the next question begins another.
                self._leave()
                raise

    def _leave(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            session.close()


class _Locked(Underway):
    """Bytes of a file."""

    def __init__(self, database: Database) -> None:
        self._path = f"{database.url.database}-underway"
        self._turn = threading.Lock()
        self._file: int | None = None
        database.closes_with(self._leave)

    def begin(self, work: str) -> bool:
        """Begin a piece of work; tell whether nobody else has it under way."""
        try:
            self._lock(fcntl.F_WRLCK, work)
        except BlockingIOError:
            return False
        except OSError as error:
            raise StoreError(f"{self._path} cannot be locked: {error.strerror}") from error
        return True

    def end(self, work: str) -> None:
        """End a piece of work."""
        try:
            self._lock(fcntl.F_UNLCK, work)
        except OSError as error:
            raise StoreError(f"{self._path} cannot be unlocked: {error.strerror}") from error

    def _lock(self, kind: int, work: str) -> None:
        with self._turn:
            if self._file is None:
                self._file = os.open(self._path, os.O_CREAT | os.O_RDWR, 0o600)
            asked = struct.pack(_FLOCK, kind, os.SEEK_SET, abs(_number(work)) >> 1, 1, 0)
            fcntl.fcntl(self._file, fcntl.F_OFD_SETLK, asked)

    def _leave(self) -> None:
        file, self._file = self._file, None
        if file is not None:
            os.close(file)


def _number(work: str) -> int:
    """Return a number of 64 bits, signed, for a piece of work: two with one number share a turn."""
    return int.from_bytes(hashlib.sha256(work.encode()).digest()[:8], signed=True)
