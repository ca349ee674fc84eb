"""Zips byte by byte: every field of every record can be made to lie."""

import struct
import zlib
from collections.abc import Sequence

import msgspec

LOCAL, CENTRAL, END, DESCRIPTOR = b"PK\3\4", b"PK\1\2", b"PK\5\6", b"PK\7\10"


class Header(msgspec.Struct, frozen=True, kw_only=True):
    """The fields that an entry's two headers have in common."""

    name: bytes
    flags: int = 0
    method: int = 0
    crc: int = 0
    packed: int = 0
    unpacked: int = 0
    extra: bytes = b""


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """An entry: two headers, which may differ, and what lies between them."""

    local: Header
    central: Header
    data: bytes = b""
    """Packed."""
    after: bytes = b""
    """Between this entry's data and the next record."""
    attributes: int = 0o100644 << 16
    comment: bytes = b""
    listed: bool = True
    """False leaves it out of the central directory."""


def entry(name: str | bytes, content: bytes = b"", *, method: int = 0, **more: object) -> Entry:
    """Return an honest entry; ``more`` replaces fields of ``Entry`` and of both its headers."""
    data = deflated(content) if method == 8 else content
    header = Header(
        name=name.encode() if isinstance(name, str) else name,
        method=method,
        crc=zlib.crc32(content),
        packed=len(data),
        unpacked=len(content),
    )
    common = {key: more.pop(key) for key in list(more) if key in Header.__struct_fields__}
    header = msgspec.structs.replace(header, **common)
    own = {"local": header, "central": header, "data": data} | more
    return Entry(**own)  # type: ignore[arg-type]


def lying(honest: Entry, where: str, **fields: object) -> Entry:
    """Change fields of one of the two headers: ``local`` or ``central``."""
    header = msgspec.structs.replace(getattr(honest, where), **fields)
    return msgspec.structs.replace(honest, **{where: header})


def deflated(content: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(content) + packer.flush()


def local_header(header: Header) -> bytes:
    numbers = (20, header.flags, header.method, 0, 0x21, header.crc, header.packed)
    sizes = (header.unpacked, len(header.name), len(header.extra))
    return LOCAL + struct.pack("<HHHHHIIIHH", *numbers, *sizes) + header.name + header.extra


def central_entry(item: Entry, offset: int) -> bytes:
    header = item.central
    numbers = (0x314, 20, header.flags, header.method, 0, 0x21, header.crc, header.packed)
    lengths = (header.unpacked, len(header.name), len(header.extra), len(item.comment))
    rest = (0, 0, item.attributes, offset)
    packed = struct.pack("<HHHHHHIIIHHHHHII", *numbers, *lengths, *rest)
    return CENTRAL + packed + header.name + header.extra + item.comment


def end_record(  # noqa: PLR0913 - its fields
    count: int, size: int, offset: int, comment: bytes = b"", *, disk: int = 0, length: int = -1
) -> bytes:
    told = len(comment) if length < 0 else length
    return END + struct.pack("<HHHHIIH", disk, 0, count, count, size, offset, told) + comment


def raw_zip(
    entries: Sequence[Entry],
    *,
    before: bytes = b"",
    gap: bytes = b"",
    comment: bytes = b"",
    count: int | None = None,
) -> bytes:
    """Return a zip.

    Args:
        entries: in the order of their local headers and of the directory.
        before: comes first; the offsets know of it.
        gap: between the last entry and the directory.
        comment: of the archive.
        count: what the end record says, if not the truth.
    """
    body, directory, listed = bytearray(before), bytearray(), 0
    for item in entries:
        offset = len(body)
        body += local_header(item.local) + item.data + item.after
        if item.listed:
            directory += central_entry(item, offset)
            listed += 1
    body += gap
    end = end_record(listed if count is None else count, len(directory), len(body), comment)
    return bytes(body + directory + end)
