"""How bodies travel: as they are, or compressed by what the client takes (RFC 9110, 12.5.3)."""

import enum
import functools
import gzip

_LEVEL_GZIP = 6
_LEVEL_ZSTD = 9


class Encoding(enum.Enum):
    """A coding of a body; the value is its name in ``Content-Encoding``."""

    ZSTD = "zstd"
    GZIP = "gzip"
    IDENTITY = ""

    def encode(self, body: bytes) -> bytes:
        """Return a body in this coding; the same bytes for the same body."""
        if self is Encoding.ZSTD:
            return _zstd()(body)
        if self is Encoding.GZIP:
            return gzip.compress(body, _LEVEL_GZIP, mtime=0)
        return body


@functools.cache
def _zstd() -> "functools.partial[bytes]":
    import zstandard

    # The size in the frame's head is what some decoders insist on.
    compressor = zstandard.ZstdCompressor(level=_LEVEL_ZSTD, write_content_size=True)
    return functools.partial(compressor.compress)


def best_encoding(accept: str) -> Encoding:
    """Return the coding that an ``Accept-Encoding`` header allows and that we like best."""
    allowed: dict[str, float] = {}
    for part in accept.lower().split(","):
        name, _, parameters = part.strip().partition(";")
        allowed[name.strip()] = _quality(parameters)
    rest = allowed.get("*", 0.0)
    for encoding in (Encoding.ZSTD, Encoding.GZIP):
        if allowed.get(encoding.value, rest) > 0:
            return encoding
    return Encoding.IDENTITY


def _quality(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
