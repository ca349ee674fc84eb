"""Programs that only look like text: encoded as a whole in base64, hexadecimal or zlib.

Archives and compressed files (gzip, bzip2, xz) are no encodings here: ``airlock.archive`` opens
those, and their contents are members of their own.
"""

import base64
import re
import zlib

PROBE_BYTES = 4096
"""How much of an encoded beginning is enough to recognise what is below."""
LARGEST_BYTES = 256 * 1024**2
"""Below its encoding; what would be more is cut there."""

# The first letters of an encoded MZ or ELF header, or of a pickled or marshalled global.
_BASE64 = re.compile(
    rb"\s{0,8}(?:TV[noqpr]|f0VMR|gA[IMQS]|4wAAAA|YwAAAA|eJ[wxyz])[A-Za-z0-9+/\-_\r\n]{60}"
)
_HEX = re.compile(rb"\s{0,8}(?:0x)?(?:4d5a|7f454c46|e3000000|80049)[0-9a-f\s]{60}", re.IGNORECASE)
_ZLIB = (b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda")


def detect(head: bytes) -> str:
    """Return the encoding that a file may be under as a whole, or an empty string."""
    if head[:2] in _ZLIB:
        return "zlib"
    if _BASE64.match(head):
        return "base64"
    return "hexadecimal" if _HEX.match(head) else ""


def unwrap(data: bytes, layer: str) -> bytes:
    """Return what is below an encoding, as far as it can be decoded."""
    try:
        if layer == "zlib":
            return zlib.decompressobj().decompress(data, LARGEST_BYTES)
        if layer == "base64":
            return _from_base64(data)
        return bytes.fromhex(_even(data.strip().removeprefix(b"0x")).decode("ascii", "replace"))
    except (ValueError, zlib.error):
        return b""


def _from_base64(data: bytes) -> bytes:
    letters = re.sub(rb"[^A-Za-z0-9+/]", b"", data.translate(_URL_SAFE))
    inner = base64.b64decode(letters[: len(letters) // 4 * 4])
    return unwrap(inner, "zlib") if inner[:2] in _ZLIB else inner


def _even(digits: bytes) -> bytes:
    digits = re.sub(rb"\s+", b"", digits)
    return digits[: len(digits) // 2 * 2]


_URL_SAFE = bytes.maketrans(b"-_", b"+/")
