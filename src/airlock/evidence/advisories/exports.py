"""Exports of advisory databases as files: folders, archives, and single documents.

An export is hostile until it was read:

- Nothing is unpacked to disk; nothing outside a folder is read through a link in it.
- Sizes, counts and compression are bounded before anything is believed.
- A container that cannot be read to its end is no export at all: half of it would look like fewer
  vulnerabilities.
"""

import bz2
import gzip
import hashlib
import io
import lzma
import os
import tarfile
import zipfile
import zlib
from abc import abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, NamedTuple, Protocol

import msgspec

from airlock.errors import UnusableExport

_CHUNK_BYTES = 1 << 20
_XZ_MEMORY_BYTES = 256 << 20
_SUFFIXES = (".json", ".yaml", ".yml")


class ExportLimits(msgspec.Struct, frozen=True, kw_only=True):
    """What one export may be. The whole export of OSV for all ecosystems fits."""

    files: int = 1_000_000
    file_bytes: int = 256 << 20
    """Of one document; a list of EPSS scores or safety-db is one."""
    record_bytes: int = 8 << 20
    """Of one record in an archive or folder."""
    total_bytes: int = 8 << 30
    """Of everything, unpacked."""


class Reader(Protocol):
    """What documents are read from."""

    def read(self, size: int, /) -> bytes:
        """Return up to so many bytes; fewer only at the end."""


class Document(NamedTuple):
    """One file of an export."""

    name: str
    data: bytes
    alone: bool = False
    """It is the whole export, not one file among others."""


class Export(NamedTuple):
    """An export that was opened; its documents can be read once."""

    documents: Iterator[Document]
    sha256: Callable[[], str]
    """Its digest, known when the documents have been read."""


@contextmanager
def open_export(path: Path, limits: ExportLimits | None = None) -> Iterator[Export]:
    """Open an export.

    Args:
        path: a folder, an archive (zip, tar), or one document, compressed (gz, xz, bz2) or not.
        limits: of it.

    Raises:
        UnusableExport: if it cannot be read, here or while its documents are read.
    """
    limits = limits or ExportLimits()
    digest = hashlib.sha256()
    try:
        if path.is_dir():
            documents = _checked(path, _of_folder(path, limits), limits, digest.update)
            yield Export(documents, digest.hexdigest)
            return
        with path.open("rb") as stream:
            while chunk := stream.read(_CHUNK_BYTES):
                digest.update(chunk)
            stream.seek(0)
            documents = _checked(path, _of_file(path, stream, limits), limits, None)
            yield Export(documents, digest.hexdigest)
    except OSError as error:
        raise UnusableExport(f"{path} cannot be read: {error.strerror or error}") from error


def _checked(
    path: Path,
    documents: Iterator[Document],
    limits: ExportLimits,
    update: Callable[[bytes], None] | None,
) -> Iterator[Document]:
    """Yield the documents within the limits; every failure of a container is one of ours."""
    total = count = 0
    try:
        for document in documents:
            count += 1
            total += len(document.data)
            if count > limits.files or total > limits.total_bytes:
                raise UnusableExport(f"{path} is larger than any export: {count:,} files")
            if update is not None:
                update(hashlib.sha256(document.data).digest() + document.name.encode())
            yield document
    except (
        zipfile.BadZipFile,
        tarfile.TarError,
        zlib.error,
        lzma.LZMAError,
        EOFError,
        NotImplementedError,
        RuntimeError,
        UnicodeError,
        ValueError,
    ) as error:
        raise UnusableExport(f"{path} cannot be read to its end: {error}") from error


def _of_folder(folder: Path, limits: ExportLimits) -> Iterator[Document]:
    for place, folders, files in os.walk(folder, onerror=_raise):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            if _is_record(name):
                path = Path(place) / name
                yield Document(path.relative_to(folder).as_posix(), _of_path(path, limits))


def _of_path(path: Path, limits: ExportLimits) -> bytes:
    """Return the content; of what is no plain file nothing, which is no record."""
    if path.is_symlink() or not path.is_file():
        return b""
    with path.open("rb") as stream:
        return _read(stream, limits.record_bytes, str(path))


def _is_record(name: str) -> bool:
    """Tell whether a file is a record by its name; settings begin with a dot."""
    return name.endswith(_SUFFIXES) and not any(part[:1] == "." for part in name.split("/"))


def _raise(error: OSError) -> None:
    raise error


def _of_file(path: Path, stream: BinaryIO, limits: ExportLimits) -> Iterator[Document]:
    head = stream.read(8)
    stream.seek(0)
    if head.startswith(b"PK"):
        yield from _of_zip(stream, limits)
        return
    opened = _decompressed(head, stream)
    start = opened.read(tarfile.BLOCKSIZE)
    rest: io.BufferedReader = io.BufferedReader(
        _Joined(start, opened, limits.total_bytes), _CHUNK_BYTES
    )
    if start[257:262] == b"ustar":
        yield from _of_tar(rest, limits)
    else:
        yield Document(path.name, _read(rest, limits.file_bytes, str(path)), alone=True)


def _decompressed(head: bytes, stream: BinaryIO) -> Reader:
    if head.startswith(b"\x1f\x8b"):
        return gzip.GzipFile(fileobj=stream)
    if head.startswith(b"BZh"):
        return bz2.BZ2File(stream)
    if head.startswith(b"\xfd7zXZ\x00"):
        return io.BufferedReader(_Xz(stream), _CHUNK_BYTES)
    return stream


class _Raw(io.RawIOBase):
    """A stream that is only read; subclasses give the pieces."""

    def __init__(self) -> None:
        self._left = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        if not self._left:
            self._left = self._piece()
        size = min(len(buffer), len(self._left))
        buffer[:size] = self._left[:size]
        self._left = self._left[size:]
        return size

    @abstractmethod
    def _piece(self) -> bytes:
        """Return the next bytes; none at the end."""


class _Xz(_Raw):
    """The content of an xz file, without the memory that a hostile one asks for.

    ``lzma.LZMAFile`` has no bound for it: the file's own header names up to 4 GiB.
    """

    def __init__(self, stream: BinaryIO) -> None:
        super().__init__()
        self._stream = stream
        self._decoder = lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_XZ_MEMORY_BYTES)

    def _piece(self) -> bytes:
        while not self._decoder.eof:
            more = self._stream.read(_CHUNK_BYTES) if self._decoder.needs_input else b""
            if self._decoder.needs_input and not more:
                raise EOFError("the compressed data end too early")
            if piece := self._decoder.decompress(more, _CHUNK_BYTES):
                return piece
        return b""


class _Joined(_Raw):
    """What was read already, and the rest, up to a number of bytes."""

    def __init__(self, start: bytes, rest: Reader, most: int) -> None:
        super().__init__()
        self._left = start
        self._rest = rest
        self._most = most

    def _piece(self) -> bytes:
        piece = self._rest.read(_CHUNK_BYTES)
        self._most -= len(piece)
        if self._most < 0:
            raise EOFError("it unpacks to more than any export")
        return piece


def _of_zip(stream: BinaryIO, limits: ExportLimits) -> Iterator[Document]:
    with zipfile.ZipFile(stream) as archive:
        entries = archive.infolist()
        if len(entries) > limits.files:
            raise zipfile.BadZipFile(f"{len(entries):,} files")
        for entry in entries:
            if not entry.is_dir() and _is_record(entry.filename):
                with archive.open(entry) as member:
                    data = _read(member, limits.record_bytes, entry.filename)
                yield Document(entry.filename, data)


def _of_tar(stream: io.BufferedReader, limits: ExportLimits) -> Iterator[Document]:
    with tarfile.open(fileobj=stream, mode="r|") as archive:
        for entry in archive:
            # The index of what was passed would grow without an end.
            archive.members = []  # type: ignore[attr-defined]
            name = entry.name.removeprefix("./")
            if not entry.isdir() and _is_record(name):
                member = archive.extractfile(entry) if entry.isreg() else None
                data = _read(member, limits.record_bytes, name) if member else b""
                yield Document(name, data)


def _read(stream: Reader, most: int, name: str) -> bytes:
    data: bytes = stream.read(most + 1)
    if len(data) > most:
        raise UnusableExport(f"{name} has more than {most >> 20} MiB")
    return data
