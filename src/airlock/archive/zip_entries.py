"""Where an entry of a zip lies, and whether its local header tells the same as the directory.

``zipfile`` believes the central directory; tools that read a zip as a stream (uv, libarchive)
believe the local headers. Wherever the two differ, two tools unpack different files.
"""

import struct

import msgspec

from airlock.archive import zip_records as zip_
from airlock.archive.spans import Span
from airlock.archive.zip_records import CentralEntry, LocalHeader
from airlock.errors import ArchiveError

# Most local headers with their names fit; one read more for those that do not.
_FIRST_READ_BYTES = 256


class ZipEntry(msgspec.Struct):
    """An entry that was found in the archive."""

    told: CentralEntry
    """What the central directory tells; for a hidden entry, its local header."""
    name: str
    at: int
    """Where its local header is."""
    data_at: int
    end: int
    """Where its data, with the data descriptor, end."""
    local: LocalHeader | None
    """``None`` if there is no local header where one should be."""
    hidden: bool = False
    """True if ``zipfile`` does not see it."""
    open_ended: bool = False
    """True if nothing says how long it is."""


class Difference(msgspec.Struct, frozen=True):
    """Something that the local header tells otherwise."""

    code: str
    message: str


def locate(span: Span, told: CentralEntry, shift: int) -> ZipEntry:
    """Find the data of an entry of the central directory."""
    at = told.offset + shift
    local = _local_at(span, at)
    data_at = at + (local.size if local else 0)
    entry = ZipEntry(told, entry_name(told.name, told.flags), at, data_at, data_at, local)
    if local is not None:
        entry.end = data_at + told.packed
        if local.flags & zip_.DESCRIBED:
            entry.end += descriptor_size(span, entry.end, told)
    return entry


def hidden_at(span: Span, at: int, end: int) -> ZipEntry | None:
    """Return the entry whose local header is at a place that no directory tells of, if any.

    Args:
        span: the zip.
        at: where the header's signature is.
        end: where at the latest the entry must end.
    """
    local = _local_at(span, at)
    if local is None or not local.name or at + local.size > end:
        return None
    data_at = at + local.size
    room = end - data_at
    open_ended = bool(local.flags & zip_.DESCRIBED and not local.packed)
    packed = room if open_ended else min(local.packed, room)
    told = CentralEntry(
        local.flags,
        local.method,
        local.crc,
        packed,
        local.unpacked,
        attributes=0,
        offset=at,
        name=local.name,
        extra=b"",
        comment=b"",
    )
    name = entry_name(local.name, local.flags)
    return ZipEntry(
        told, name, at, data_at, data_at + packed, local, hidden=True, open_ended=open_ended
    )


def differences(span: Span, entry: ZipEntry) -> list[Difference]:
    """Compare the local header of an entry with what the central directory tells of it."""
    told, local = entry.told, entry.local
    if local is None:
        return []
    found: list[Difference] = []
    _compare(found, "name", told.name, local.name)
    _compare(found, "method", told.method, local.method)
    _compare(found, "encryption", told.flags & zip_.ENCRYPTED, local.flags & zip_.ENCRYPTED)
    if not told.name.isascii():
        _compare(found, "encoding", told.flags & zip_.UTF_8, local.flags & zip_.UTF_8)
    _compare_sizes(span, entry, local, found)
    return found


def _compare_sizes(
    span: Span, entry: ZipEntry, local: LocalHeader, found: list[Difference]
) -> None:
    told = entry.told
    if not local.flags & zip_.DESCRIBED:
        _compare(found, "size", (told.packed, told.unpacked), (local.packed, local.unpacked))
        _compare(found, "crc", told.crc, local.crc)
        return
    # With a data descriptor, the header's own fields are zero, or right (APPNOTE 4.4.4).
    for what, value, other in (
        ("size", told.packed, local.packed),
        ("size", told.unpacked, local.unpacked),
        ("crc", told.crc, local.crc),
    ):
        if other:
            _compare(found, what, value, other)
    after = entry.data_at + told.packed
    if entry.end == after and not _is_record(span.read(after, 4)):
        message = "what follows its data is not what a data descriptor should say"
        found.append(Difference("zip-descriptor", message))


def _is_record(signature: bytes) -> bool:
    return signature in (zip_.LOCAL, zip_.CENTRAL)


def _compare(found: list[Difference], what: str, told: object, local: object) -> None:
    if told != local:
        message = f"{what}: {_shown(told)} in the directory, {_shown(local)} in the local header"
        found.append(Difference(f"zip-local-{what}", message))


def _shown(value: object) -> str:
    return ascii(value)[:100]


def descriptor_size(span: Span, at: int, told: CentralEntry) -> int:
    """Return how long the data descriptor is that says what the directory tells; 0 if none."""
    data = span.read(at, 24)
    for signature in (zip_.DESCRIPTOR, b""):
        for layout in ("<III", "<IQQ"):
            if max(told.packed, told.unpacked) >= 2**32 and layout == "<III":
                continue
            expected = signature + struct.pack(layout, told.crc, told.packed, told.unpacked)
            if data.startswith(expected):
                return len(expected)
    return 0


def _local_at(span: Span, at: int) -> LocalHeader | None:
    head = span.read(at, _FIRST_READ_BYTES) if 0 <= at < span.size else b""
    size = zip_.local_size(head)
    try:
        return zip_.read_local(span.read(at, size) if size > len(head) else head)
    except ArchiveError:
        return None


def entry_name(name: bytes, flags: int) -> str:
    """Decode a name as ``zipfile`` does; undecodable bytes become surrogates (PEP 383)."""
    if flags & zip_.UTF_8 or name.isascii():
        return name.decode("utf-8", "surrogateescape")
    return name.decode("cp437")
