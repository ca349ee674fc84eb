"""Where metadata are kept: a port, and a folder that any static host can serve as it is.

Promises of every adapter:

- A document appears whole or not at all, and what ``put`` returned from survives a loss of power.
- ``alone`` lets one process of all change anything at a time; the lock goes with its process.
- Nothing is changed but by ``put`` and ``remove``; a reader needs no lock.
"""

import contextlib
import fcntl
import os
import re
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Final

from airlock.errors import StoreError

_NAME: Final = re.compile(r"(?:[1-9][0-9]*\.)?[a-z][a-z0-9-]*\.json", re.ASCII)
# Of more than this many files at once, the whole file system is flushed instead of each.
_FLUSHED_ONE_BY_ONE = 64


class MetadataStore(ABC):
    """Documents by their names on the wire: ``3.root.json``, ``timestamp.json``."""

    @abstractmethod
    def get(self, name: str) -> bytes | None:
        """Return a document, or ``None``.

        Raises:
            StoreError: if it cannot be read.
        """

    @abstractmethod
    def put(self, documents: Mapping[str, bytes]) -> None:
        """Write documents; when this returns, all of them are kept.

        Raises:
            StoreError: if they cannot be.
        """

    @abstractmethod
    def names(self) -> Iterator[str]:
        """Yield the names of all documents, in no order."""

    @abstractmethod
    def written_at(self, name: str) -> float:
        """Return when a document was written, in seconds since 1970; 0 if it is not there."""

    @abstractmethod
    def remove(self, names: Iterable[str]) -> None:
        """Remove documents; those that are not there are passed over."""

    @abstractmethod
    def alone(self) -> AbstractContextManager[None]:
        """Wait until no other process or thread changes anything, and keep it so in the block."""


Turn = Callable[[], AbstractContextManager[None]]
"""Waits until no other machine changes anything, and keeps it so in a block."""


class FolderMetadata(MetadataStore):
    """Documents in a folder.

    Args:
        folder: that can be served as it is.
        lock: a file beside it.
        turn: taken after the file, where the folder is shared by servers of several machines.
    """

    def __init__(self, folder: Path, lock: Path, turn: Turn | None = None) -> None:
        self._folder = folder
        self._lock = lock
        self._others: Turn = turn or contextlib.nullcontext
        self._turn = threading.Lock()
        with _translated(folder):
            folder.mkdir(mode=0o755, parents=True, exist_ok=True)

    @property
    def folder(self) -> Path:
        """The folder."""
        return self._folder

    def get(self, name: str) -> bytes | None:
        """Return a document, or ``None``."""
        with _translated(self._folder / _checked(name)):
            try:
                return (self._folder / name).read_bytes()
            except FileNotFoundError:
                return None

    def put(self, documents: Mapping[str, bytes]) -> None:
        """Write documents, each under another name first."""
        with _translated(self._folder):
            many = len(documents) > _FLUSHED_ONE_BY_ONE
            for name, data in documents.items():
                path = self._folder / _checked(name)
                new = path.with_name(f".{name}.new")
                _write(new, data, flush=not many)
            if many:
                os.sync()
            for name in documents:
                path = self._folder / name
                path.with_name(f".{name}.new").replace(path)
            _flush(self._folder)

    def names(self) -> Iterator[str]:
        """Yield the names of all documents."""
        with _translated(self._folder), os.scandir(self._folder) as entries:
            for entry in entries:
                if _NAME.fullmatch(entry.name):
                    yield entry.name

    def written_at(self, name: str) -> float:
        """Return when a document was written."""
        try:
            return (self._folder / _checked(name)).stat().st_mtime
        except FileNotFoundError:
            return 0.0

    def remove(self, names: Iterable[str]) -> None:
        """Remove documents."""
        with _translated(self._folder):
            for name in names:
                (self._folder / _checked(name)).unlink(missing_ok=True)

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """Hold the lock, which the kernel drops with the process."""
        with self._turn, _translated(self._lock):
            lock = os.open(self._lock, os.O_CREAT | os.O_RDWR, 0o600)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX)
                with self._others():
                    yield
            finally:
                os.close(lock)


def _checked(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise StoreError(f"{name[:100]!r} is not the name of a metadata document")
    return name


def _write(path: Path, data: bytes, *, flush: bool) -> None:
    descriptor = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o644)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        if flush:
            os.fsync(file.fileno())


def _flush(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def _translated(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StoreError(f"{path} cannot be read or written: {error.strerror}") from error
