"""Tar headers: the block of POSIX.1-1988 (ustar), GNU's dialect, and pax records (POSIX.1-2001).

Reads what Python's ``tarfile`` reads, since that is what pip and build use, and accepts a header
exactly when ``tarfile`` does: a header that stops ``tarfile`` must be noticed, not repaired.
"""

import functools
import re
import struct
from collections.abc import Iterator

import msgspec

from airlock.errors import ArchiveError

BLOCK_BYTES = 512
_FIELDS = struct.Struct("100s8s8s8s12s12s8s1s100s6s2s32s32s8s8s155s12x")
_ZERO = bytes(BLOCK_BYTES)
_CHECKSUM = slice(148, 156)
_BASE_256 = (0o200, 0o377)

REGULAR = frozenset({b"0", b"\0", b"7"})
HARD_LINK, SYMBOLIC_LINK, DIRECTORY = b"1", b"2", b"5"
SPECIAL = frozenset({b"3", b"4", b"6"})
LONG_NAME, LONG_LINK, GNU_SPARSE = b"L", b"K", b"S"
PAX_NEXT, PAX_GLOBAL, PAX_SOLARIS = b"x", b"g", b"X"
WITHOUT_DATA = frozenset({HARD_LINK, SYMBOLIC_LINK, DIRECTORY}) | SPECIAL
"""Types after whose header ``tarfile`` expects no data, whatever their size field says."""
KNOWN = REGULAR | WITHOUT_DATA
"""Types that every tool unpacks alike."""

_HIGH_BYTES = re.compile(rb"[\x80-\xff]")
_RECORD = re.compile(rb"(\d{1,20}) ([^=]+)=")


class TarHeader(msgspec.Struct):
    """One header block, decoded as ``tarfile`` decodes it."""

    name: str
    """With the prefix of ustar; undecodable bytes as surrogates (PEP 383)."""
    mode: int
    size: int
    """As the block says; may be negative."""
    kind: bytes
    link: str
    magic: bytes
    prefixed: bool
    """True if the prefix field was used."""

    @property
    def has_data(self) -> bool:
        """True if ``tarfile`` takes the blocks after the header for its data."""
        return self.kind not in WITHOUT_DATA


def is_zero(block: bytes) -> bool:
    """Return whether a block is the mark of an archive's end."""
    return block == _ZERO


def padded(size: int) -> int:
    """Round a size up to whole blocks."""
    return -(-size // BLOCK_BYTES) * BLOCK_BYTES


def looks_like_header(block: bytes) -> bool:
    """Return whether ``read_header`` would accept a block, cheaply for those that it would not."""
    if len(block) < BLOCK_BYTES or block[_CHECKSUM].strip(b"01234567 \0"):
        return False
    try:
        read_header(block)
    except ArchiveError:
        return False
    return True


def read_header(block: bytes) -> TarHeader:
    """Decode a block that is not zero.

    Raises:
        ArchiveError: if ``tarfile`` would not accept it as a header.
    """
    if len(block) != BLOCK_BYTES:
        raise ArchiveError("the header is cut off")
    fields = _FIELDS.unpack(block)
    name, mode, uid, gid, size, mtime, checksum, kind, link, magic = fields[:10]
    major, minor, prefix = fields[13:16]
    if not _sums_to(block, _number(checksum)):
        raise ArchiveError("the header's checksum is wrong")
    for number in (uid, gid, mtime, major, minor):
        _number(number)
    text = _text(name)
    if kind == b"\0" and text.endswith("/"):
        kind = DIRECTORY  # as before ustar
    prefixed = prefix[0] != 0 and kind not in (LONG_NAME, LONG_LINK, GNU_SPARSE)
    if prefixed:
        text = f"{_text(prefix)}/{text}"
    return TarHeader(text, _number(mode), _number(size), kind, _text(link), magic, prefixed)


def _sums_to(block: bytes, told: int) -> bool:
    """Compare the checksum: of unsigned bytes, or, as old systems had it, of signed ones."""
    counted = block[:148] + block[156:]
    summed = sum(counted) + 8 * 0x20
    return told == summed or told == summed - 256 * len(_HIGH_BYTES.findall(counted))


@functools.lru_cache(1024)  # owners, modes and times repeat from header to header
def _number(field: bytes) -> int:
    if field[0] in _BASE_256:
        value = int.from_bytes(field[1:], "big")
        return value if field[0] == _BASE_256[0] else value - 256 ** (len(field) - 1)
    digits = field.partition(b"\0")[0].strip()
    try:
        # int() takes what tarfile takes, an underscore or a sign included.
        return int(digits.decode("ascii") or "0", 8)
    except ValueError as error:
        raise ArchiveError(f"a number in the header is none: {digits!r}") from error


def _text(field: bytes) -> str:
    return field.partition(b"\0")[0].decode("utf-8", "surrogateescape")


def text_of_long(data: bytes) -> str:
    """Return the name in the data of a GNU long name or long link entry."""
    return _text(data)


def pax_records(data: bytes) -> Iterator[tuple[str, str]]:
    """Iterate over the records of a pax header: length, keyword, ``=``, value and a line feed.

    Raises:
        ArchiveError: at a record that breaks this form; those before it were yielded.
    """
    position = 0
    while position < len(data) and data[position] != 0:
        match = _RECORD.match(data, position)
        length = int(match[1]) if match else 0
        end = position + length
        if match is None or end <= match.end() or data[end - 1 : end] != b"\n":
            raise ArchiveError("a pax record is malformed")
        keyword = match[2].decode("utf-8", "surrogateescape")
        yield keyword, data[match.end() : end - 1].decode("utf-8", "surrogateescape")
        position = end
