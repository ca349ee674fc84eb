"""Random access to bytes, wherever they lie: in memory, or in a file without a name.

- A span is never longer than the bytes that exist; reading past its end gives fewer bytes.
- What is unpacked and has to stay readable goes to a ``Spool``: memory while it is little, one
  unlinked temporary file after that. No name from a container reaches the file system.
- After ``close`` every read is an ``ArchiveError``: a file descriptor that the system handed to
  somebody else is never read from.
"""

import os
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator

from airlock.errors import ArchiveError

CHUNK_BYTES = 256 * 1024


class Span(ABC):
    """A run of bytes that can be read in any order."""

    size: int
    """In bytes."""

    @abstractmethod
    def read(self, offset: int, length: int) -> bytes:
        """Return at most ``length`` bytes from ``offset``; fewer at the end.

        Raises:
            ArchiveError: if the bytes cannot be read any more.
        """

    @abstractmethod
    def slice(self, offset: int, length: int) -> "Span":
        """Return the part that begins at ``offset``, cut at the end of this span."""

    def chunks(self, offset: int = 0, length: int | None = None) -> Iterator[bytes]:
        """Iterate over a part in pieces of at most ``CHUNK_BYTES``."""
        end = self.size if length is None else min(self.size, offset + length)
        while offset < end:
            chunk = self.read(offset, min(CHUNK_BYTES, end - offset))
            if not chunk:
                return
            offset += len(chunk)
            yield chunk


class MemorySpan(Span):
    """Bytes in memory."""

    def __init__(self, data: bytes | bytearray | memoryview) -> None:
        self._view = memoryview(data)
        self.size = len(self._view)

    def read(self, offset: int, length: int) -> bytes:
        """Return at most ``length`` bytes from ``offset``."""
        return bytes(self._view[offset : offset + length])

    def slice(self, offset: int, length: int) -> Span:
        """Return a part without copying it."""
        return MemorySpan(self._view[offset : offset + length])


class OpenFile:
    """A file descriptor that knows whether it was closed."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def read(self, offset: int, length: int) -> bytes:
        """Return at most ``length`` bytes from ``offset``.

        Raises:
            ArchiveError: if the file is closed or the system does not give the bytes.
        """
        if self._descriptor < 0:
            raise ArchiveError("the reading was closed")
        try:
            return os.pread(self._descriptor, length, offset)
        except OSError as error:
            raise ArchiveError(f"the archive cannot be read any more: {error}") from error

    def close(self) -> None:
        """Let go of the file; a second call does nothing."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


class FileSpan(Span):
    """A part of an open file."""

    def __init__(self, file: OpenFile, start: int, size: int) -> None:
        self._file = file
        self._start = start
        self.size = size

    def read(self, offset: int, length: int) -> bytes:
        """Return at most ``length`` bytes from ``offset``."""
        length = min(length, self.size - offset)
        return self._file.read(self._start + offset, length) if length > 0 else b""

    def slice(self, offset: int, length: int) -> Span:
        """Return a part; nothing is read for it."""
        offset = min(offset, self.size)
        return FileSpan(self._file, self._start + offset, min(length, self.size - offset))


class Spool:
    """Keeps unpacked bytes readable while a reading is open."""

    def __init__(self, memory_bytes: int = 64 * 1024**2) -> None:
        self._free = memory_bytes
        self._file: OpenFile | None = None
        self._descriptor = -1
        self._used = 0

    def keep(self, chunks: Iterable[bytes]) -> Span:
        """Store the chunks, one after the other, and return where they lie.

        Raises:
            ArchiveError: if there is no room for them.
        """
        gathered = bytearray()
        iterator = iter(chunks)
        for chunk in iterator:
            gathered += chunk
            if len(gathered) > self._free:
                return self._spill(gathered, iterator)
        self._free -= len(gathered)
        return MemorySpan(gathered)

    def _spill(self, begun: bytearray, rest: Iterator[bytes]) -> Span:
        try:
            file = self._temporary_file()
            start = self._used
            self._write(begun)
            begun.clear()
            for chunk in rest:
                self._write(chunk)
        except OSError as error:
            raise ArchiveError(f"no room to unpack the archive: {error}") from error
        return FileSpan(file, start, self._used - start)

    def _temporary_file(self) -> OpenFile:
        if self._file is None:
            import tempfile

            self._descriptor, path = tempfile.mkstemp(prefix="airlock-")
            os.unlink(path)  # noqa: PTH108 - pathlib is not needed for anything else here
            self._file = OpenFile(self._descriptor)
        return self._file

    def _write(self, data: bytes | bytearray) -> None:
        view = memoryview(data)
        while view:
            written = os.pwrite(self._descriptor, view, self._used)
            self._used += written
            view = view[written:]
        view.release()

    def close(self) -> None:
        """Let go of the temporary file, if there is one."""
        if self._file is not None:
            self._file.close()
