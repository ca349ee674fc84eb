"""Blobs in a folder or in an object store, through obstore.

The layout is ``sha256/ab/cd/<digest>``. In a folder:

- A file is written to ``staging/``, digested on the way, flushed to the disk, and only then renamed
  to its digest: under a digest there is never half a file, neither after ``kill -9`` nor after a
  loss of power.
- What a killed process left in ``staging/`` is removed by the next that opens the folder while no
  other has it open: each holds a shared lock on ``.lock``, which the kernel drops with the process.

An object store makes an object appear at once or not at all by itself.
"""

import fcntl
import hashlib
import io
import os
import shutil
import uuid
import weakref
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore, from_url

from airlock.errors import DigestMismatch, InvalidName, StoreError
from airlock.model import Sha256
from airlock.store.interface import Blobs, OpenBlob, StoredBlob

if TYPE_CHECKING:
    from obstore import ReadableFile
    from obstore.store import ObjectStore

_PIECE_BYTES = 1024**2
_STAGING = "staging"


def open_object_blobs(location: str | os.PathLike[str]) -> Blobs:
    """Open a folder or an object store (``airlock.store.open_blobs``)."""
    with _translated(str(location)):
        if isinstance(location, str) and "://" in location:
            return ObjectBlobs(from_url(location))
        return FolderBlobs(Path(location))


class ObjectBlobs(Blobs):
    """Blobs in anything that obstore speaks to."""

    def __init__(self, objects: "ObjectStore") -> None:
        self._objects = objects

    def close(self) -> None:
        """Do nothing: connections are obstore's own affair."""

    def has(self, sha256: Sha256) -> bool:
        """Tell whether a blob is there."""
        with _translated(sha256):
            try:
                obstore.head(self._objects, _key(sha256))
            except FileNotFoundError:
                return False
            return True

    def put(self, sha256: Sha256, path: Path) -> None:
        """Copy a file into the store."""
        try:
            file = path.open("rb")
        except OSError as error:
            raise StoreError(f"{path.name} cannot be read: {error.strerror}") from error
        with file, _translated(sha256):
            self._put(sha256, _digested(file, sha256))

    def _put(self, sha256: Sha256, pieces: Iterator[bytes]) -> None:
        # If the pieces end with an error, obstore drops what it had of them.
        obstore.put(self._objects, _key(sha256), pieces)

    @contextmanager
    def open(self, sha256: Sha256) -> Iterator[OpenBlob]:
        """Open a blob for reading."""
        with _translated(sha256):
            raw = _RawBlob(obstore.open_reader(self._objects, _key(sha256)))
        with io.BufferedReader(raw) as stream:
            yield OpenBlob(stream, raw.size)

    def stream(self, sha256: Sha256, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Return the bytes of a range, in pieces."""
        size = self.size(sha256)
        stop = size if end is None else end
        if not 0 <= start <= stop <= size:
            raise StoreError(f"blob {sha256} has {size} bytes, not {start} to {stop}")
        return self._pieces(sha256, start, stop) if start < stop else iter(())

    def _pieces(self, sha256: Sha256, start: int, stop: int) -> Iterator[bytes]:
        with _translated(sha256):
            found = obstore.get(self._objects, _key(sha256), options={"range": (start, stop)})
            for piece in found.stream(min_chunk_size=_PIECE_BYTES):
                yield bytes(piece)

    def local_path(self, sha256: Sha256) -> Path | None:  # noqa: ARG002
        """Return None: the bytes are elsewhere."""
        return None

    def size(self, sha256: Sha256) -> int:
        """Return the size of a blob in bytes."""
        with _translated(sha256):
            return obstore.head(self._objects, _key(sha256))["size"]

    def stored(self) -> Iterator[StoredBlob]:
        """Yield every blob."""
        with _translated("the list of blobs"):
            for page in obstore.list(self._objects, prefix="sha256"):
                for found in page:
                    # Anything else that lies there is not ours.
                    if (sha256 := _of_key(found["path"])) is not None:
                        yield StoredBlob(sha256, found["size"], found["last_modified"])

    def remove(self, sha256: Sha256) -> None:
        """Remove a blob."""
        with _translated(sha256), suppress(FileNotFoundError):
            obstore.delete(self._objects, _key(sha256))


class FolderBlobs(ObjectBlobs):
    """Blobs in a folder of this machine."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.absolute()
        self._folder.mkdir(parents=True, exist_ok=True)
        lock = os.open(self._folder / ".lock", os.O_CREAT | os.O_RDWR, 0o600)
        self._closing = weakref.finalize(self, os.close, lock)
        self._remove_leftovers(lock)
        super().__init__(LocalStore(prefix=self._folder))

    def _remove_leftovers(self, lock: int) -> None:
        with suppress(BlockingIOError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(self._folder / _STAGING, ignore_errors=True)
        fcntl.flock(lock, fcntl.LOCK_SH)

    def close(self) -> None:
        """Let go of the lock on the folder."""
        self._closing()

    def _put(self, sha256: Sha256, pieces: Iterator[bytes]) -> None:
        staged = f"{_STAGING}/{uuid.uuid4().hex}"
        obstore.put(self._objects, staged, pieces)
        _flush(self._folder / staged)
        obstore.rename(self._objects, staged, _key(sha256))
        final = self._folder / _key(sha256)
        # The folders on the way may be new, too.
        for parent in final.parents[: len(Path(_key(sha256)).parts)]:
            _flush(parent)

    @contextmanager
    def open(self, sha256: Sha256) -> Iterator[OpenBlob]:
        """Open a blob for reading."""
        with _translated(sha256):
            stream = (self._folder / _key(sha256)).open("rb")
        with stream:
            yield OpenBlob(stream, os.fstat(stream.fileno()).st_size)

    def _pieces(self, sha256: Sha256, start: int, stop: int) -> Iterator[bytes]:
        # Five times as fast as through obstore, which copies between its threads and ours.
        with _translated(sha256), (self._folder / _key(sha256)).open("rb") as file:
            file.seek(start)
            while start < stop:
                piece = file.read(min(_PIECE_BYTES, stop - start))
                if not piece:
                    raise StoreError(f"blob {sha256} ends at {start}, before {stop}")
                start += len(piece)
                yield piece

    def local_path(self, sha256: Sha256) -> Path | None:
        """Return where the blob lies."""
        path = self._folder / _key(sha256)
        return path if path.is_file() else None


class _RawBlob(io.RawIOBase):
    """obstore's reader as a Python file, with our errors."""

    def __init__(self, reader: "ReadableFile") -> None:
        self._reader = reader
        self.size: int = reader.size

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        with _translated("a blob"):
            # Some versions of obstore raise where a read would go beyond the end.
            wanted = max(0, min(len(buffer), self.size - self._reader.tell()))
            piece = bytes(self._reader.read(wanted)) if wanted else b""
        buffer[: len(piece)] = piece
        return len(piece)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        with _translated("a blob"):
            return self._reader.seek(offset, whence)

    def tell(self) -> int:
        return self._reader.tell()


def _key(sha256: Sha256) -> str:
    return f"sha256/{sha256[:2]}/{sha256[2:4]}/{sha256}"


def _of_key(key: str) -> Sha256 | None:
    try:
        sha256 = Sha256(key.rpartition("/")[2])
    except InvalidName:
        return None
    return sha256 if key.endswith(_key(sha256)) else None


def _digested(file: BinaryIO, announced: Sha256) -> Iterator[bytes]:
    """Yield a file piece by piece; raise at its end if it has not the digest."""
    digest = hashlib.sha256()
    while piece := file.read(_PIECE_BYTES):
        digest.update(piece)
        yield piece
    if digest.hexdigest() != announced:
        raise DigestMismatch(f"the file has the SHA-256 {digest.hexdigest()}, not {announced}")


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _translated(what: str) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        raise StoreError(f"{what} is not in the store") from error
    except (OSError, BaseError, ValueError) as error:
        # obstore appends its inner workings after the first line.
        reason = (str(error).splitlines() or [""])[0]
        raise StoreError(f"{what} could not be read or written: {reason}") from error
