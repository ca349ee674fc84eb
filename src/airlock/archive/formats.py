"""Which container some bytes are, told by the bytes alone."""

import enum

HEAD_BYTES = 512
"""How much of the beginning ``sniff`` wants to see."""
TAIL_BYTES = 22
"""How much of the end it wants to see."""


class Format(enum.StrEnum):
    """A container that we can open."""

    ZIP = "zip"
    TAR = "tar"
    GZIP = "gzip"
    BZIP2 = "bzip2"
    XZ = "xz"
    ZSTD = "zstd"


_MAGICS = {
    b"PK\3\4": Format.ZIP,
    b"PK\5\6": Format.ZIP,  # an empty one
    b"\x1f\x8b\x08": Format.GZIP,
    b"\xfd7zXZ\0": Format.XZ,
    b"\x28\xb5\x2f\xfd": Format.ZSTD,
}


def sniff(head: bytes, tail: bytes = b"") -> Format | None:
    """Return the container that bytes with this beginning and end are, or ``None``.

    A zip is recognised by its end, too: Python runs ``#!python`` + zip (PEP 441), and imports from
    it, whatever comes before.
    """
    for magic, form in _MAGICS.items():
        if head.startswith(magic):
            return form
    if head[:3] == b"BZh" and head[4:10] in (
        b"\x31\x41\x59\x26\x53\x59",
        b"\x17\x72\x45\x38\x50\x90",
    ):
        return Format.BZIP2
    if head[257:262] == b"ustar":
        return Format.TAR
    if tail[:4] == b"PK\5\6" and tail[-2:] == b"\0\0" and len(tail) == TAIL_BYTES:
        return Format.ZIP
    return None
