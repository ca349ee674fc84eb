"""One compressed stream, gzip, bzip2, xz or zstd, to the bytes that it holds (RFC 1952 for gzip).

- Streams that follow one another are all read, as Python's ``gzip``, ``bz2`` and ``lzma`` do; other
  tools (uv) read only the first, which is an anomaly.
- Unpacking stops at the limits; what there is until then, or until the data are damaged, is kept.
"""

from collections.abc import Generator, Iterator

from airlock.archive.budget import Meter
from airlock.archive.decoders import GZIP, Decoder, Inflater, drain
from airlock.archive.formats import Format
from airlock.archive.places import Place
from airlock.archive.spans import MemorySpan, Span
from airlock.errors import ArchiveError
from airlock.model import Severity

_MAGICS = {
    Format.GZIP: b"\x1f\x8b\x08",
    Format.BZIP2: b"BZh",
    Format.XZ: b"\xfd7zXZ\0",
    Format.ZSTD: b"\x28\xb5\x2f\xfd",
}
_ZSTD_WINDOW_LOG = 27
"""128 MiB of memory, which is as much as zstd's own command takes without being asked."""
_XZ_MEMORY_BYTES = 256 * 1024**2
# bgzip cuts a gigabyte into 16,384 streams.
_MOST_STREAMS = 20_000


def expand(span: Span, form: Format, place: Place, meter: Meter) -> Span:
    """Return what a compressed stream holds, as far as it could be unpacked."""
    try:
        return place.ground.spool.keep(_Expansion(span, form, place, meter).chunks())
    except ArchiveError as error:
        place.notes.add(Severity.HIGH, "no-room", str(error), unread=True)
        return MemorySpan(b"")


class _Expansion:
    """Unpacks, and notes what it stumbles over."""

    def __init__(self, span: Span, form: Format, place: Place, meter: Meter) -> None:
        self._span = span
        self._form = form
        self._place = place
        self._meter = meter

    def chunks(self) -> Iterator[bytes]:
        size = 0
        try:
            for chunk in self._streams():
                room = self._meter.room
                limit = self._meter.spend_stream(len(chunk))
                if limit is not None:
                    self._place.stopped(limit)
                    self._meter.spend_stream(room)
                    yield chunk[:room]
                    return
                size += len(chunk)
                yield chunk
        except ArchiveError as error:
            message = f"the compressed data cannot be read beyond {size:,} bytes: {error}"
            self._place.notes.add(Severity.HIGH, "damaged-stream", message, unread=True)

    def _streams(self) -> Iterator[bytes]:
        position: int | None = 0
        count = 0
        while position is not None and count < _MOST_STREAMS:
            end = yield from self._stream(position)
            position, count = self._next(end), count + 1
        if position is not None:
            raise ArchiveError(f"it has more than {_MOST_STREAMS:,} parts")
        if count > 1:
            message = f"{count:,} compressed streams, one after the other; some tools read one only"
            self._place.notes.add(Severity.MEDIUM, "several-streams", message)

    def _stream(self, position: int) -> Generator[bytes, None, int]:
        decoder = _decoder(self._form)
        for chunk in self._span.chunks(position):
            position += len(chunk)
            yield from drain(decoder, chunk)
            if decoder.eof:
                return position - len(decoder.unused_data)
        raise ArchiveError("it ends too early")

    def _next(self, position: int) -> int | None:
        """Return where another stream begins; note what else follows."""
        for chunk in self._span.chunks(position):
            padding = len(chunk) - len(chunk.lstrip(b"\0"))
            position += padding
            if padding < len(chunk):
                break
        else:
            return None
        magic = _MAGICS[self._form]
        if self._span.read(position, len(magic)) == magic:
            return position
        message = f"{self._span.size - position:,} bytes follow the compressed data"
        self._place.notes.add(Severity.LOW, "stream-trailing-data", message)
        return None


def _decoder(form: Format) -> Decoder:
    if form is Format.GZIP:
        return Inflater(GZIP)
    if form is Format.BZIP2:
        import bz2

        return bz2.BZ2Decompressor()
    if form is Format.ZSTD:
        return _zstd()
    import lzma

    return lzma.LZMADecompressor(memlimit=_XZ_MEMORY_BYTES)


def _zstd() -> Decoder:
    try:
        from backports import zstd
    except ModuleNotFoundError as error:
        raise ArchiveError(
            "nothing here unpacks zstd; install it with: pip install 'pypi-airlock[conda]'"
        ) from error
    options = {int(zstd.DecompressionParameter.window_log_max): _ZSTD_WINDOW_LOG}
    return zstd.ZstdDecompressor(options=options)
