r"""The compiled database: one file, read through memory, checked whole before a word is believed.

::

    airlock-advisories 1 <SHA-256 of everything after this line>\n
    <8 bytes: the length of the head> <head: msgpack> <records: msgpack, one after the other>

- The digest names the database in every report; ``tail -n +2 FILE | sha256sum`` gives the same.
- A file that was cut, damaged or put together wrongly is ``MalformedDocument``, never fewer
  records.
- The head has where each record lies, the records of each project, and a digest of what each
  record was read from, so that an update reads only what is new.
"""

import hashlib
import itertools
import mmap
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec

from airlock.errors import MalformedDocument
from airlock.evidence.advisories.records import Exploitation, Record
from airlock.model.advisory import AdvisoryDatabase

FORMAT = 1
"""Raised with any change of the file or of how records are evaluated: others are compiled anew."""

RAW_DIGEST_BYTES = 16
_LINE = re.compile(rb"airlock-advisories (\d{1,4}) ([0-9a-f]{64})\n", re.ASCII)
_LINE_BYTES = 128
_LENGTH_BYTES = 8
_BROKEN = "Get it anew: airlock db update"


class Head(msgspec.Struct, frozen=True, array_like=True, kw_only=True):
    """Everything but the records."""

    about: AdvisoryDatabase
    """With an empty digest: it cannot hold its own."""
    ends: list[int] = []
    """Where each record ends, counted from the first's begin."""
    raw: bytes
    """The digest of what each record was read from, one after the other."""
    projects: dict[str, list[int]]
    """The numbers of the records about each project; without withdrawn ones."""
    exploitation: dict[str, Exploitation]
    """Of the CVEs that records name."""
    unreadable: list[str]
    """Some of the records of which nothing is known, and why."""


class Database:
    """A database that was read and is whole.

    Args:
        data: the file.
        origin: where it is, for messages.

    Raises:
        MalformedDocument: if it is not whole, or of another format.
    """

    def __init__(self, data: bytes | mmap.mmap, origin: str) -> None:
        line = _LINE.match(data[:_LINE_BYTES])
        if line is None:
            raise _malformed(origin, "it is none")
        if int(line[1]) != FORMAT:
            raise _malformed(origin, f"it is of format {int(line[1])}, not {FORMAT}")
        self._body = memoryview(data)[line.end() :]
        self.sha256 = hashlib.sha256(self._body).hexdigest()
        if self.sha256 != line[2].decode():
            raise _malformed(origin, "it is damaged: its digest is another")
        self._origin = origin
        length = int.from_bytes(self._body[:_LENGTH_BYTES], "big")
        self._first = _LENGTH_BYTES + length
        self.head: Head = self._read(_HEAD.decode, self._body[_LENGTH_BYTES : self._first])
        self.about = msgspec.structs.replace(self.head.about, sha256=self.sha256)

    def records_of(self, project: str) -> list[Record]:
        """Return the records about a project.

        Raises:
            MalformedDocument: if one of them cannot be read.
        """
        return [self.record(number) for number in self.head.projects.get(project, ())]

    def record(self, number: int) -> Record:
        """Return a record by its number.

        Raises:
            MalformedDocument: if it cannot be read.
        """
        record: Record = self._read(_RECORD.decode, self.blob(number))
        return record

    def blob(self, number: int) -> memoryview:
        """Return a record as it is written.

        Raises:
            MalformedDocument: if there is none.
        """
        ends = self.head.ends
        if not 0 <= number < len(ends):
            raise _malformed(self._origin, f"it has no record {number}")
        begin = ends[number - 1] if number else 0
        return self._body[self._first + begin : self._first + ends[number]]

    def _read(self, decode: Callable[[Any], Any], data: memoryview) -> Any:
        try:
            return decode(data)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            raise _malformed(self._origin, str(error)) from error


_HEAD = msgspec.msgpack.Decoder(Head)
_RECORD = msgspec.msgpack.Decoder(Record)
_ENCODER = msgspec.msgpack.Encoder()


def read_database(path: Path) -> Database:
    """Open a database file.

    Raises:
        MalformedDocument: if it is not whole, or of another format.
        FileNotFoundError: if there is none.
    """
    try:
        with path.open("rb") as stream:
            data = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
    except FileNotFoundError:
        raise
    except NotADirectoryError as error:
        raise FileNotFoundError(str(path)) from error
    except (OSError, ValueError) as error:
        raise _malformed(str(path), str(error)) from error
    return Database(data, str(path))


def is_database(path: Path) -> bool:
    """Tell whether a file says that it is a database; whether it is whole is another question."""
    if not path.is_file():
        return False
    with path.open("rb") as stream:
        return _LINE.match(stream.read(_LINE_BYTES)) is not None


def encode_record(record: Record) -> bytes:
    """Return a record as it is written."""
    return _ENCODER.encode(record)


def write_database(head: Head, blobs: Sequence[bytes]) -> bytes:
    """Return a database as a file.

    Args:
        head: with an empty digest in ``about``; its ``ends`` are filled in here.
        blobs: the records, encoded.
    """
    ends = list(itertools.accumulate(map(len, blobs)))
    written = _ENCODER.encode(msgspec.structs.replace(head, ends=ends))
    body = b"".join([len(written).to_bytes(_LENGTH_BYTES, "big"), written, *blobs])
    return f"airlock-advisories {FORMAT} {hashlib.sha256(body).hexdigest()}\n".encode() + body


def _malformed(origin: str, why: str) -> MalformedDocument:
    return MalformedDocument(f"the advisory database {origin} cannot be used: {why}", hint=_BROKEN)
