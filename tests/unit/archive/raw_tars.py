"""Tars byte by byte."""

import gzip

BLOCK = 512
END = bytes(2 * BLOCK)


def header(  # noqa: PLR0913 - its fields
    name: str | bytes,
    size: int = 0,
    *,
    kind: bytes = b"0",
    link: bytes = b"",
    mode: int = 0o644,
    magic: bytes = b"ustar\x0000",
    prefix: bytes = b"",
    size_field: bytes | None = None,
    checksum: int | None = None,
) -> bytes:
    """Return a header block with a right checksum, or with the given one."""
    path = name.encode() if isinstance(name, str) else name
    number = size_field if size_field is not None else b"%011o\0" % size
    block = bytearray(BLOCK)
    for offset, field in (
        (0, path),
        (100, b"%07o\0" % mode),
        (108, b"0000000\0" * 2),
        (124, number),
        (136, b"00000000000\0"),
        (148, b" " * 8),
        (156, kind),
        (157, link),
        (257, magic),
        (345, prefix),
    ):
        block[offset : offset + len(field)] = field
    told = sum(block) if checksum is None else checksum
    block[148:156] = b"%06o\0 " % told
    return bytes(block[:BLOCK])


def padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % BLOCK)


def file(name: str | bytes, data: bytes = b"", **fields: object) -> bytes:
    """Return an entry with its content."""
    return header(name, len(data), **fields) + padded(data)  # type: ignore[arg-type]


def pax(records: dict[str, str], kind: bytes = b"x") -> bytes:
    """Return a pax header for the next entry, or for all that follow (``g``)."""
    return file("PaxHeaders/x", b"".join(map(_record, records, records.values())), kind=kind)


def _record(keyword: str, value: str) -> bytes:
    rest = f" {keyword}={value}\n".encode()
    length = len(rest)
    while length != len(rest) + len(str(length)):
        length = len(rest) + len(str(length))
    return str(length).encode() + rest


def sdist(*entries: bytes, tail: bytes = END) -> bytes:
    """Return a source distribution: a PKG-INFO, then the entries, compressed."""
    return gzip.compress(tar(*entries, tail=tail), mtime=0)


def tar(*entries: bytes, tail: bytes = END) -> bytes:
    info = file("example-1.0/PKG-INFO", b"Metadata-Version: 2.1\nName: example\nVersion: 1.0\n")
    return info + b"".join(entries) + tail
