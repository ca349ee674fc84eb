"""Unpacks the content of one zip entry, piece by piece, and never more than was asked for.

The methods are those of Python's ``zipfile`` (stored, deflated, bzip2, LZMA), since no installer
unpacks others.
"""

import struct
import zlib
from collections.abc import Iterator

from airlock.archive.decoders import RAW, Decoder, Inflater, drain
from airlock.archive.spans import Span
from airlock.errors import ArchiveError

STORED, DEFLATED, BZIP2, LZMA = 0, 8, 12, 14
METHODS = frozenset({STORED, DEFLATED, BZIP2, LZMA})
LARGEST_RATIO = 1032
"""What deflate cannot exceed."""
# An LZMA decoder allocates what the entry asks for; the highest preset of xz asks for 64 MiB.
_LARGEST_DICTIONARY_BYTES = 64 * 1024**2


class Unpacking:
    """An iterable over the unpacked content of an entry.

    Iterating raises ``ArchiveError`` where the packed data are damaged or end too early.
    """

    def __init__(self, packed: Span, method: int, longest: int) -> None:
        self._packed = packed
        self._method = method
        self._longest = longest
        self.used = 0
        """How much of the packed data belongs to the stream; known at its end."""
        self.crc = 0
        """CRC-32 of what was unpacked."""
        self.more = False
        """True if there was more than ``longest``."""

    def __iter__(self) -> Iterator[bytes]:
        room = self._longest
        for whole in self._pieces():
            self.more = len(whole) > room
            piece = whole[:room]
            room -= len(piece)
            self.crc = zlib.crc32(piece, self.crc)
            if piece:
                yield piece
            if self.more:
                return

    def _pieces(self) -> Iterator[bytes]:
        if self._method == STORED:
            self.used = self._packed.size
            yield from self._packed.chunks()
        else:
            yield from self._decoded()

    def _decoded(self) -> Iterator[bytes]:
        start, decoder = self._decoder()
        self.used = start
        for chunk in self._packed.chunks(start):
            self.used += len(chunk)
            yield from drain(decoder, chunk)
            if decoder.eof:
                self.used -= len(decoder.unused_data)
                return
        if self._method != LZMA:  # whose streams need no mark of their end
            raise ArchiveError("the packed data end too early")

    def _decoder(self) -> tuple[int, Decoder]:
        if self._method == DEFLATED:
            return 0, Inflater(RAW)
        if self._method == BZIP2:
            import bz2

            return 0, bz2.BZ2Decompressor()
        return _lzma_decoder(self._packed.read(0, 64))


def _lzma_decoder(head: bytes) -> tuple[int, Decoder]:
    """Return where the stream begins and its decoder (APPNOTE 5.8.8)."""
    import lzma

    if len(head) < 9:  # noqa: PLR2004 - version, length, properties
        raise ArchiveError("the packed data end too early")
    length, properties, dictionary = struct.unpack_from("<2xHBI", head)
    literal_context, rest = properties % 9, properties // 9
    if length != 5 or dictionary > _LARGEST_DICTIONARY_BYTES or rest >= 25:  # noqa: PLR2004 - LZMA1's
        raise ArchiveError("the properties of the LZMA data are out of bounds")
    filters = [
        {
            "id": lzma.FILTER_LZMA1,
            "dict_size": max(dictionary, 4096),
            "lc": literal_context,
            "lp": rest % 5,
            "pb": rest // 5,
        }
    ]
    try:
        return 9, lzma.LZMADecompressor(format=lzma.FORMAT_RAW, filters=filters)
    except (lzma.LZMAError, ValueError) as error:
        raise ArchiveError(f"the properties of the LZMA data are wrong: {error}") from error
