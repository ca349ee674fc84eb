"""What is under way, by locks that end with whoever holds them.

- PostgreSQL: its advisory locks, of a session. All of a process are held by one connection of its
  own, outside the pool, so that no number of them takes connections from others. It must not lead
  through a pooler that hands sessions from one client to the next.
- SQLite: a file beside the database, of which one byte is locked for each piece of work. The kernel
  forgets the locks of an open file when its last descriptor is closed (``fcntl_locking(2)``, open
  file description locks), and a process that is killed closes all of its own.

Those of a session stack, and those of an open file do not: here is counted how often each was
begun, and nothing is let go that this holder has not.
"""

import fcntl
import hashlib
import os
import struct
import threading
from abc import abstractmethod
from collections import Counter

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


class _Counted(Underway):
    """What of it this holder has, and how often it was begun."""

    def __init__(self, database: Database) -> None:
        self._turn = threading.Lock()
        self._begun = Counter[int]()
        database.closes_with(self._leave)

    def begin(self, work: str) -> bool:
        """Begin a piece of work; tell whether nobody else has it under way."""
        number = _number(work)
        with self._turn:
            if not self._take(number):
                return False
            self._begun[number] += 1
            return True

    def end(self, work: str) -> None:
        """End a piece of work."""
        number = _number(work)
        with self._turn:
            times = self._begun.pop(number, 0)
            if times > 1:
                self._begun[number] = times - 1
            if times:
                self._let_go(number, last=times == 1)

    def _leave(self) -> None:
        self._begun.clear()
        self._close()

    @abstractmethod
    def _take(self, number: int) -> bool:
        """Take a lock, once more if this holder has it."""

    @abstractmethod
    def _let_go(self, number: int, *, last: bool) -> None:
        """Let go of a lock that this holder has; ``last``: as often as it was taken."""

    @abstractmethod
    def _close(self) -> None:
        """Let go of everything."""


class _Advised(_Counted):
    """Locks of one session of PostgreSQL."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self._database = database
        self._session: Connection | None = None

    def _take(self, number: int) -> bool:
        return bool(self._asked(_TRY, number))

    def _let_go(self, number: int, *, last: bool) -> None:  # noqa: ARG002 - they stack
        self._asked(_LET_GO, number)

    def _asked(self, question: TextClause, number: int) -> object:
        try:
            with translated():
                if self._session is None:
                    self._session = self._database.session()
                return self._session.scalar(question, {"key": number})
        except StoreError:
            # With the session its locks are gone: the next question begins another.
            self._leave()
            raise

    def _close(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            session.close()


class _Locked(_Counted):
    """Bytes of a file."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self._path = f"{database.url.database}-underway"
        self._file: int | None = None

    def _take(self, number: int) -> bool:
        try:
            self._lock(fcntl.F_WRLCK, number)
        except BlockingIOError:
            return False
        except OSError as error:
            raise StoreError(f"{self._path} cannot be locked: {error.strerror}") from error
        return True

    def _let_go(self, number: int, *, last: bool) -> None:
        if not last:
            return
        try:
            self._lock(fcntl.F_UNLCK, number)
        except OSError as error:
            raise StoreError(f"{self._path} cannot be unlocked: {error.strerror}") from error

    def _lock(self, kind: int, number: int) -> None:
        if self._file is None:
            self._file = os.open(self._path, os.O_CREAT | os.O_RDWR, 0o600)
        asked = struct.pack(_FLOCK, kind, os.SEEK_SET, abs(number) >> 1, 1, 0)
        fcntl.fcntl(self._file, fcntl.F_OFD_SETLK, asked)

    def _close(self) -> None:
        file, self._file = self._file, None
        if file is not None:
            os.close(file)


def _number(work: str) -> int:
    """Return a number of 64 bits, signed, for a piece of work: two with one number share a turn."""
    return int.from_bytes(hashlib.sha256(work.encode()).digest()[:8], signed=True)
