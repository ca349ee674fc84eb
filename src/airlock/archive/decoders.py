"""The standard library's decoders behind one interface, and its errors turned into ours."""

import sys
import zlib
from collections.abc import Iterator
from typing import Protocol

from airlock.errors import ArchiveError

RAW, GZIP = -15, 31
"""What ``zlib`` calls a bare deflate stream, and one in gzip's frame."""
_PIECE_BYTES = 1024**2


class Decoder(Protocol):
    """What ``bz2`` and ``lzma`` decoders have in common."""

    @property
    def eof(self) -> bool:
        """True if the stream is at its end."""

    @property
    def unused_data(self) -> bytes:
        """What followed the stream in the last input."""

    @property
    def needs_input(self) -> bool:
        """True if there is nothing more to be had without input."""

    def decompress(self, data: bytes, max_length: int) -> bytes:
        """Return at most ``max_length`` bytes."""


class Inflater:
    """``zlib``'s decoder behind that interface."""

    def __init__(self, window_bits: int) -> None:
        self._decoder = zlib.decompressobj(window_bits)
        self._rest = b""
        self.needs_input = True

    @property
    def eof(self) -> bool:
        """True if the stream is at its end."""
        return self._decoder.eof

    @property
    def unused_data(self) -> bytes:
        """What followed the stream in the last input."""
        return self._decoder.unused_data

    def decompress(self, data: bytes, max_length: int) -> bytes:
        """Return at most ``max_length`` bytes."""
        unpacked = self._decoder.decompress(self._rest + data, max_length)
        self._rest = self._decoder.unconsumed_tail
        self.needs_input = not self._rest and len(unpacked) < max_length
        return unpacked


def drain(decoder: Decoder, data: bytes) -> Iterator[bytes]:
    """Iterate over what a decoder makes of some input.

    Raises:
        ArchiveError: if the data are damaged.
    """
    while not decoder.eof:
        try:
            piece = decoder.decompress(data, _PIECE_BYTES)
        except _failures() as error:
            raise ArchiveError(f"the packed data are damaged: {error}") from error
        if piece:
            yield piece
        if decoder.needs_input:
            return
        data = b""


def _failures() -> tuple[type[Exception], ...]:
    # Evaluated only after a failure: nobody else has to import lzma.
    import lzma

    known = zlib.error, lzma.LZMAError, OSError, EOFError, ValueError
    # Whoever has not loaded it has no stream of it.
    zstd = sys.modules.get("backports.zstd")
    return known if zstd is None else (*known, zstd.ZstdError)
