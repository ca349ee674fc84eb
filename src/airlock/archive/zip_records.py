"""The records of a zip, as PKWARE's APPNOTE.TXT 6.3.10 lays them out; bytes in, values out.

Section numbers in the docstrings are those of the APPNOTE. Nothing here looks for a record: that
is ``zip_directory``'s and ``zip_layout``'s part.
"""

import struct

import msgspec

from airlock.errors import ArchiveError

LOCAL, CENTRAL, END = b"PK\3\4", b"PK\1\2", b"PK\5\6"
END_64, LOCATOR_64, DESCRIPTOR = b"PK\6\6", b"PK\6\7", b"PK\7\10"
LOCAL_BYTES, CENTRAL_BYTES, END_BYTES = 30, 46, 22
END_64_BYTES, LOCATOR_64_BYTES = 56, 20

ENCRYPTED, DESCRIBED, UTF_8 = 0x1, 0x8, 0x800
"""Bits of the flags: content is encrypted; sizes follow the data; names are UTF-8 (4.4.4)."""

_LOCAL = struct.Struct("<4xHHHHHIIIHH")
_CENTRAL = struct.Struct("<4xHHHHHHIIIHHHHHII")
_END = struct.Struct("<4xHHHHIIH")
_END_64 = struct.Struct("<4xQHHIIQQQQ")
_LOCATOR_64 = struct.Struct("<4xIQI")
_EXTRA = struct.Struct("<HH")
_MAX_16, _MAX_32 = 0xFFFF, 0xFFFFFFFF
_ZIP_64_EXTRA, _UNICODE_PATH_EXTRA = 0x0001, 0x7075


class LocalHeader(msgspec.Struct):
    """What stands before an entry's data (4.3.7)."""

    flags: int
    method: int
    crc: int
    packed: int
    unpacked: int
    name: bytes
    size: int
    """Of the header itself, with name and extra field."""


class CentralEntry(msgspec.Struct):
    """What the central directory says of an entry (4.3.12)."""

    flags: int
    method: int
    crc: int
    packed: int
    unpacked: int
    attributes: int
    offset: int
    """Of the local header, as written."""
    name: bytes
    extra: bytes
    comment: bytes


class EndRecord(msgspec.Struct, frozen=True):
    """Where the central directory is: 4.3.16, or its 64-bit form, 4.3.14."""

    at: int
    """Where the record is."""
    disks: int
    """0 for an archive in one piece."""
    entries: int
    size: int
    offset: int
    comment: int
    """The length of the archive's comment."""

    @property
    def saturated(self) -> bool:
        """True if a field holds the mark that says: look at the 64-bit record."""
        return self.entries == _MAX_16 or _MAX_32 in (self.size, self.offset)


def read_local(data: bytes) -> LocalHeader:
    """Decode a local header; ``data`` holds it with its name and extra field.

    Raises:
        ArchiveError: if it is none.
    """
    if len(data) < LOCAL_BYTES or data[:4] != LOCAL:
        raise ArchiveError("there is no local header")
    _, flags, method, _, _, crc, packed, unpacked, name, extra = _LOCAL.unpack_from(data)
    end = LOCAL_BYTES + name + extra
    if len(data) < end:
        raise ArchiveError("the local header is cut off")
    local = LocalHeader(
        flags, method, crc, packed, unpacked, data[LOCAL_BYTES : LOCAL_BYTES + name], end
    )
    if _MAX_32 in (packed, unpacked):
        wide = _wide(data[LOCAL_BYTES + name : end], [unpacked, packed])
        local.unpacked, local.packed = wide
    return local


def local_size(data: bytes) -> int:
    """Return how long a local header is, from its first 30 bytes; 0 if there is none."""
    if len(data) < LOCAL_BYTES or data[:4] != LOCAL:
        return 0
    name, extra = struct.unpack_from("<HH", data, 26)
    return LOCAL_BYTES + int(name) + int(extra)


def central_size(data: bytes) -> int:
    """Return how long an entry of the central directory is, from its first 46 bytes; 0 if none."""
    if len(data) < CENTRAL_BYTES or data[:4] != CENTRAL:
        return 0
    name, extra, comment = struct.unpack_from("<HHH", data, 28)
    return CENTRAL_BYTES + int(name) + int(extra) + int(comment)


def read_central(data: bytes, at: int) -> tuple[CentralEntry, int]:
    """Decode an entry of the central directory; return it and where the next one begins.

    Raises:
        ArchiveError: if there is none.
    """
    if len(data) - at < CENTRAL_BYTES or data[at : at + 4] != CENTRAL:
        raise ArchiveError("the central directory breaks off")
    fields = _CENTRAL.unpack_from(data, at)
    _, _, flags, method, _, _, crc, packed, unpacked = fields[:9]
    name, extra, comment, _, _, attributes, offset = fields[9:]
    name_end = at + CENTRAL_BYTES + name
    extra_end = name_end + extra
    end = extra_end + comment
    if end > len(data):
        raise ArchiveError("the central directory breaks off")
    entry = CentralEntry(
        flags,
        method,
        crc,
        packed,
        unpacked,
        attributes,
        offset,
        data[at + CENTRAL_BYTES : name_end],
        data[name_end:extra_end],
        data[extra_end:end],
    )
    if _MAX_32 in (packed, unpacked, offset):
        wide = _wide(entry.extra, [unpacked, packed, offset])
        entry.unpacked, entry.packed, entry.offset = wide
    return entry, end


def read_end(data: bytes, at: int) -> EndRecord:
    """Decode an end record that was found at ``at``.

    Raises:
        ArchiveError: if it is cut off.
    """
    if len(data) < END_BYTES or data[:4] != END:
        raise ArchiveError("there is no end record")
    disk, start_disk, _, entries, size, offset, comment = _END.unpack_from(data)
    return EndRecord(at, disk + start_disk, entries, size, offset, comment)


def read_end_64(data: bytes, at: int) -> EndRecord | None:
    """Decode a 64-bit end record; ``None`` if there is none."""
    if len(data) < END_64_BYTES or data[:4] != END_64:
        return None
    _, _, _, disk, start_disk, _, entries, size, offset = _END_64.unpack_from(data)
    return EndRecord(at, disk + start_disk, entries, size, offset, 0)


def read_locator_64(data: bytes) -> int | None:
    """Return where the 64-bit end record is said to be; ``None`` if this is no locator."""
    if len(data) < LOCATOR_64_BYTES or data[:4] != LOCATOR_64:
        return None
    _, offset, _ = _LOCATOR_64.unpack_from(data)
    return int(offset)


def unicode_path(extra: bytes) -> str | None:
    """Return the name that Info-ZIP's Unicode path field gives, if there is one (4.6.9)."""
    for kind, data in _fields(extra):
        if kind == _UNICODE_PATH_EXTRA and len(data) > 5 and data[0] == 1:  # noqa: PLR2004 - version, CRC
            return data[5:].decode("utf-8", "surrogateescape")
    return None


def _wide(extra: bytes, values: list[int]) -> list[int]:
    """Replace the values that are saturated by those of the zip64 field, in order (4.5.3)."""
    data = next((data for kind, data in _fields(extra) if kind == _ZIP_64_EXTRA), b"")
    at = 0
    for index, value in enumerate(values):
        if value == _MAX_32 and len(data) >= at + 8:
            values[index] = int.from_bytes(data[at : at + 8], "little")
            at += 8
    return values


def _fields(extra: bytes) -> list[tuple[int, bytes]]:
    found, at = [], 0
    while at + 4 <= len(extra):
        kind, length = _EXTRA.unpack_from(extra, at)
        found.append((int(kind), extra[at + 4 : at + 4 + length]))
        at += 4 + length
    return found
