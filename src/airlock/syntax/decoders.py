"""Undoes what code does to hide a payload: base64, hex, compression, ciphers of one line.

Every decoder takes and gives plain constants, never runs anything, and stops at ``LONGEST_TEXT``: a
bomb comes out cut, not large.
"""

import binascii
import codecs
import html
import zlib
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import unquote, unquote_plus, unquote_to_bytes

from airlock.syntax.values import ABSENT, LONGEST_TEXT

# What our own decoders may raise at hostile input; anything else is a defect and shows as one.
FAILURES: Final = (
    ValueError,
    TypeError,
    OverflowError,
    LookupError,
    ArithmeticError,
    AttributeError,
    EOFError,
    OSError,
    MemoryError,
    RecursionError,
    SyntaxError,
    zlib.error,
)


def decode(name: str, arguments: list[Any]) -> Any:
    """Return what a decoder gives for constants, or ``ABSENT`` where it cannot be told."""
    decoder = _DECODERS.get(name)
    if decoder is None or not arguments:
        return ABSENT
    data = arguments[0]
    if not isinstance(data, str | bytes | bytearray) or len(data) > LONGEST_TEXT:
        return ABSENT
    try:
        return decoder(data, *arguments[1:2])
    except FAILURES:
        return ABSENT
    except Exception as error:
        # lzma raises its own class, which is imported only with it.
        if type(error).__name__ == "LZMAError":
            return ABSENT
        raise


def is_decoder(name: str) -> bool:
    """Tell whether a dotted name, canonically spelled, is a decoder that is known here."""
    return name in _DECODERS or name in _OPAQUE


def by_codec(data: Any, codec: str) -> Any:
    """Return ``codecs.decode(data, codec)`` for the codecs of the standard library.

    Raises:
        ValueError, LookupError: as the codecs do.
    """
    plain = codec.lower().replace("_", "").replace("-", "").removesuffix("codec")
    special = _BY_CODEC.get(plain)
    if special is not None:
        return special(data)
    if isinstance(data, bytes | bytearray) and plain not in _DANGEROUS_CODECS:
        return bytes(data).decode(codec)
    return ABSENT


def _as_bytes(data: str | bytes) -> bytes:
    return data.encode("latin-1", "replace") if isinstance(data, str) else bytes(data)


def _base64(data: str | bytes, *_: Any) -> bytes:
    # Like base64.b64decode without validate: characters outside the alphabet are dropped. Samples
    # that were cut short or padded wrongly still show what they hold.
    raw = _as_bytes(data)
    try:
        return binascii.a2b_base64(raw)
    except binascii.Error:
        kept = bytes(byte for byte in raw if byte in _BASE64_ALPHABET)
        return binascii.a2b_base64(kept[: len(kept) // 4 * 4] or b"====")


def _urlsafe_base64(data: str | bytes, *_: Any) -> bytes:
    return _base64(_as_bytes(data).translate(_FROM_URLSAFE))


def _base32(data: str | bytes, *_: Any) -> bytes:
    import base64

    return base64.b32decode(_as_bytes(data), casefold=True)


def _base85(data: str | bytes, *_: Any) -> bytes:
    import base64

    return base64.b85decode(_as_bytes(data))


def _ascii85(data: str | bytes, *_: Any) -> bytes:
    import base64

    return base64.a85decode(_as_bytes(data))


def _hex(data: str | bytes, *_: Any) -> bytes:
    return binascii.unhexlify(b"".join(_as_bytes(data).split()))


def _inflate(data: str | bytes, bits: Any = zlib.MAX_WBITS) -> bytes:
    window = bits if isinstance(bits, int) else zlib.MAX_WBITS
    return zlib.decompressobj(window).decompress(_as_bytes(data), LONGEST_TEXT)


def _gunzip(data: str | bytes, *_: Any) -> bytes:
    return _inflate(data, 16 + zlib.MAX_WBITS)


def _bunzip(data: str | bytes, *_: Any) -> bytes:
    import bz2

    return bz2.BZ2Decompressor().decompress(_as_bytes(data), LONGEST_TEXT)


def _unlzma(data: str | bytes, *_: Any) -> bytes:
    import lzma

    return lzma.LZMADecompressor(memlimit=64 * 1024**2).decompress(_as_bytes(data), LONGEST_TEXT)


def _rot13(data: str | bytes, *_: Any) -> str:
    text = data if isinstance(data, str) else bytes(data).decode("latin-1")
    return codecs.decode(text, "rot13")


def _uu(data: str | bytes, *_: Any) -> bytes:
    lines = _as_bytes(data).splitlines()
    return b"".join(binascii.a2b_uu(line) for line in lines if line[:5] != b"begin" != line[:3])


def _unquote(data: str | bytes, *_: Any) -> str:
    return unquote(data if isinstance(data, str) else bytes(data))


def _codecs_decode(data: str | bytes, codec: Any = "utf-8") -> Any:
    return by_codec(data, codec) if isinstance(codec, str) else ABSENT


_BASE64_ALPHABET = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
_FROM_URLSAFE = bytes.maketrans(b"-_", b"+/")
# Codecs that may take long or that would leave the domain of text.
_DANGEROUS_CODECS = frozenset({"idna", "punycode", "mbcs", "oem"})
_BY_CODEC: dict[str, Callable[[str | bytes], Any]] = {
    "rot13": _rot13,
    "rot": _rot13,
    "base64": _base64,
    "hex": _hex,
    "zlib": _inflate,
    "zip": _inflate,
    "bz2": _bunzip,
    "uu": _uu,
    "unicodeescape": lambda data: _as_bytes(data).decode("unicode_escape"),
    "stringescape": lambda data: _as_bytes(data).decode("unicode_escape"),
}
_DECODERS: dict[str, Callable[..., Any]] = {
    "base64.b64decode": _base64,
    "base64.standard_b64decode": _base64,
    "base64.decodebytes": _base64,
    "base64.decodestring": _base64,
    "binascii.a2b_base64": _base64,
    "base64.urlsafe_b64decode": _urlsafe_base64,
    "base64.b32decode": _base32,
    "base64.b16decode": _hex,
    "binascii.unhexlify": _hex,
    "binascii.a2b_hex": _hex,
    "base64.b85decode": _base85,
    "base64.a85decode": _ascii85,
    "binascii.a2b_uu": _uu,
    "zlib.decompress": _inflate,
    "gzip.decompress": _gunzip,
    "bz2.decompress": _bunzip,
    "lzma.decompress": _unlzma,
    "codecs.decode": _codecs_decode,
    "urllib.parse.unquote": _unquote,
    "urllib.parse.unquote_plus": lambda data, *_: unquote_plus(str(data)),
    "urllib.parse.unquote_to_bytes": lambda data, *_: unquote_to_bytes(data),
    "html.unescape": lambda data, *_: html.unescape(str(data)),
}
# Known to decode, though not undone here.
_OPAQUE = frozenset(
    {
        "cryptography.fernet.Fernet.decrypt",
        "Crypto.Cipher.AES.new.decrypt",
        "Crypto.Cipher.ARC4.new.decrypt",
        "Cryptodome.Cipher.AES.new.decrypt",
        "pyaes.AESModeOfOperationCTR.decrypt",
        "marshal.loads",
        "zlib.decompressobj.decompress",
    }
)
