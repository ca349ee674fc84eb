"""Finds baits in what left a machine, in whatever coding.

Bytes are searched as they are, reversed, and under one-byte xor; then everything is decoded that
can be (percent signs, base64 at each alignment and in both alphabets, hexadecimal, gzip, zlib, zip,
quoted strings of JSON), and what comes out is searched again, three layers deep.

- The work is bounded: by layers, by bytes and by the number of texts tried.
"""

import base64
import binascii
import bz2
import io
import lzma
import re
import urllib.parse
import zipfile
import zlib
from collections.abc import Iterable, Iterator

import msgspec

_MOST_LAYERS = 3
_MOST_TRIED = 400
_LARGEST_BYTES = 4 * 1024 * 1024
_MOST_ENTRIES = 50
_SHORTEST_RUN = 12
_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{16,}(?:\r?\n[A-Za-z0-9+/_-]{4,})*={0,2}")
_HEX = re.compile(rb"(?:[0-9a-fA-F]{2}){12,}")
_ESCAPED = re.compile(rb"%[0-9A-Fa-f]{2}|\+")
_CODED = re.compile(rb"[A-Za-z0-9+/=_%.\r\n-]+")
_MAGICS = (b"\x1f\x8b\x08", b"PK\x03\x04", b"\x78\x9c")
_SHORTEST_MASKED = 24
_ZLIB_BEGINNINGS = (b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda")
# ``zipfile`` raises the second for a method that it does not know.
_OF_ZIP = (zipfile.BadZipFile, NotImplementedError)
# Shorter texts would be found by chance.
_SHORTEST_TOKEN = 8


class Leak(msgspec.Struct, frozen=True):
    """A text that was found."""

    token: str
    coding: str
    """How it was hidden, outermost first, as ``base64, gzip``; ``plain`` if it was not."""


def find_leaks(data: bytes, tokens: Iterable[str]) -> list[Leak]:
    """Return which texts are in some bytes, each once, with the coding that was undone first.

    Args:
        data: what was sent.
        tokens: to look for; shorter ones than eight characters are left out.
    """
    wanted = [token for token in tokens if len(token) >= _SHORTEST_TOKEN]
    found: dict[str, Leak] = {}
    seen: set[bytes] = set()
    queue: list[tuple[bytes, tuple[str, ...]]] = [(data[:_LARGEST_BYTES], ())]
    tried = 0
    while queue and tried < _MOST_TRIED and len(found) < len(wanted):
        current, codings = queue.pop(0)
        if current in seen:
            continue
        seen.add(current)
        tried += 1
        for token, how in _present(current, wanted):
            coding = ", ".join((*codings, *([how] if how else []))) or "plain"
            found.setdefault(token, Leak(token, coding))
        if len(codings) < _MOST_LAYERS:
            queue += [(inner, (*codings, name)) for name, inner in _decoded(current)]
            queue += [(inner, (*codings, "xor")) for inner in _unmasked(current)]
            if "reversed" not in codings:
                queue.append((current[::-1], (*codings, "reversed")))
    return list(found.values())


def _present(data: bytes, tokens: Iterable[str]) -> Iterator[tuple[str, str]]:
    turned = data[::-1]
    lowered = data.lower()
    steps = _steps(data)
    for token in tokens:
        spelled = token.encode()
        if spelled in data:
            yield token, ""
        elif spelled in turned:
            yield token, "reversed"
        elif spelled.lower() in lowered:
            yield token, "in another case"
        elif _steps(spelled) in steps:
            yield token, "xor"


def _steps(data: bytes) -> bytes:
    """Return the differences between neighbours: one-byte xor does not change them."""
    if len(data) < 2:  # noqa: PLR2004 - a difference takes two
        return b"\xff"
    number = int.from_bytes(data, "big")
    return ((number ^ (number >> 8)) & ((1 << (8 * (len(data) - 1))) - 1)).to_bytes(
        len(data) - 1, "big"
    )


def _unmasked(data: bytes) -> Iterator[bytes]:
    """Yield what one-byte xor makes of bytes, where that is a coding that can be undone."""
    sample = data[16:112]
    if len(sample) < _SHORTEST_MASKED:
        return
    for key in range(1, 256):
        table = bytes(one ^ key for one in range(256))
        shown = sample.translate(table)
        if _CODED.fullmatch(shown) or any(magic in data[:40].translate(table) for magic in _MAGICS):
            yield data.translate(table)


def _decoded(data: bytes) -> Iterator[tuple[str, bytes]]:
    if _ESCAPED.search(data):
        yield "percent-encoding", urllib.parse.unquote_to_bytes(data.replace(b"+", b" "))
    yield from _unpacked(data)
    for match in _BASE64.finditer(data):
        yield from (("base64", inner) for inner in _base64(match[0]))
    for match in _HEX.finditer(data):
        yield "hexadecimal", binascii.unhexlify(match[0])
    # Labels of names and lines of mail cut a coding into pieces.
    for separator in (b".", b"\r\n", b"\n"):
        if separator in data:
            yield "in pieces", data.replace(separator, b"")
    if b"\\" in data:
        yield "escaped", data.replace(b"\\n", b"\n").replace(b"\\/", b"/").replace(b"\\", b"")


def _base64(run: bytes) -> Iterator[bytes]:
    text = re.sub(rb"[\r\n=]", b"", run).replace(b"-", b"+").replace(b"_", b"/")
    for start in range(4):
        piece = text[start:]
        piece = piece[: len(piece) // 4 * 4] if len(piece) % 4 == 1 else piece
        if len(piece) >= _SHORTEST_RUN:
            yield base64.b64decode(piece + b"=" * (-len(piece) % 4))


def _unpacked(data: bytes) -> Iterator[tuple[str, bytes]]:
    at = data.find(b"\x1f\x8b\x08")
    if at >= 0 and (inner := _inflated(data[at:], 31)):
        yield "gzip", inner
    for beginning in _ZLIB_BEGINNINGS:
        at = data.find(beginning)
        if at >= 0 and (inner := _inflated(data[at:], 15)):
            yield "zlib", inner
    at = data.find(b"PK\x03\x04")
    if at >= 0:
        yield from (("zip", inner) for inner in _unzipped(data[at:]))
    for magic, name, opener in ((b"BZh", "bzip2", bz2.BZ2Decompressor), (b"\xfd7zXZ", "xz", _xz)):
        at = data.find(magic)
        if at >= 0:
            try:
                yield name, opener().decompress(data[at:], _LARGEST_BYTES)
            except (OSError, lzma.LZMAError, EOFError, ValueError):
                continue


def _xz() -> lzma.LZMADecompressor:
    return lzma.LZMADecompressor(memlimit=64 * 1024 * 1024)


def _inflated(data: bytes, window: int) -> bytes:
    try:
        return zlib.decompressobj(window).decompress(data, _LARGEST_BYTES)
    except zlib.error:
        return b""


def _unzipped(data: bytes) -> Iterator[bytes]:
    """Yield what the entries have: all of them in one, and the first ones each by itself."""
    entries = list(_entries(data))
    if len(entries) > 1:
        yield b"\0".join(entries)
    yield from entries[:_MOST_ENTRIES]


def _entries(data: bytes) -> Iterator[bytes]:
    """Yield what can be read of the entries; one that cannot be hides none after it."""
    left = _LARGEST_BYTES
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for entry in archive.infolist():
                if found := _entry(archive, entry, left):
                    left -= len(found)
                    yield found
                if left <= 0:
                    return
    except (zipfile.BadZipFile, OSError, ValueError):
        return


def _entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, most: int) -> bytes:
    try:
        with archive.open(entry) as member:
            return member.read(most)
    except (*_OF_ZIP, zlib.error, lzma.LZMAError, OSError, EOFError, RuntimeError, ValueError):
        return b""
