"""What stands for a text in the files of evasions: ``{{base64 text}}`` and the like."""

import base64
import bz2
import codecs
import gzip
import lzma
import marshal
import zlib
from collections.abc import Callable

_KEY = 42
_SHIFT = 7
_ALPHABET = "abcdefghijklmnopqrstuvwxyz ;.()'"
_FERNET_KEY = b"QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWY="


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _fernet(text: str) -> str:
    import hashlib
    import hmac

    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
    from cryptography.hazmat.primitives.padding import PKCS7

    key = base64.urlsafe_b64decode(_FERNET_KEY)
    padder = PKCS7(128).padder()
    padded = padder.update(text.encode()) + padder.finalize()
    iv = bytes(16)
    encryptor = Cipher(algorithms.AES(key[16:]), modes.CBC(iv)).encryptor()
    body = b"\x80" + bytes(8) + iv + encryptor.update(padded) + encryptor.finalize()
    signed = body + hmac.new(key[:16], body, hashlib.sha256).digest()
    return repr(base64.urlsafe_b64encode(signed))


def _halves(text: str) -> tuple[str, str]:
    whole = _b64(text.encode())
    return whole[:10], whole[10:]


ENCODERS: dict[str, Callable[[str], str]] = {
    "base64": lambda text: _b64(text.encode()),
    "utf16base64": lambda text: _b64(text.encode("utf-16-le")),
    "hex": lambda text: text.encode().hex(),
    "zlib64": lambda text: _b64(zlib.compress(text.encode())),
    "lzma85": lambda text: base64.b85encode(lzma.compress(text.encode())).decode(),
    "bz32": lambda text: base64.b32encode(bz2.compress(text.encode())).decode(),
    "gzip": lambda text: repr(gzip.compress(text.encode(), mtime=0)),
    "rot13": lambda text: codecs.encode(text, "rot13"),
    "xor": lambda text: repr([byte ^ _KEY for byte in text.encode()]),
    "numbers": lambda text: repr([ord(letter) for letter in text]),
    "moved": lambda text: repr([ord(letter) + _SHIFT for letter in text]),
    "number": lambda text: str(int.from_bytes(text.encode(), "big")),
    "alphabet": lambda text: repr([_ALPHABET.index(letter) for letter in text]),
    "reversed": lambda text: text[::-1],
    "half1": lambda text: _halves(text)[0],
    "half2": lambda text: _halves(text)[1],
    "fernetkey": lambda _: repr(_FERNET_KEY),
    "fernet": _fernet,
    "marshal64": lambda text: _b64(marshal.dumps(compile(text, "", "exec"))),
    "percent": lambda text: "".join(f"%{byte:02x}" for byte in text.encode()),
    "entities": lambda text: "".join(f"&#{ord(letter)};" for letter in text),
    "escapes": lambda text: "".join(f"\\x{byte:02x}" for byte in text.encode()),
    "invisible": lambda text: "\u200c".join("\u200b" * ord(letter) for letter in text),
    "blanks": lambda text: "".join(
        "\\t" if bit == "1" else " " for byte in text.encode() for bit in f"{byte:08b}"
    ),
    "spaces": lambda count: " " * int(count),
    "tabs": lambda count: "\t" * int(count),
    "filler": lambda count: ("1234567890\n" * (int(count) // 11 + 1))[: int(count)],
}


def reencoded(text: str, encoding: str) -> bytes:
    """Return a file in an encoding that Python would find out about."""
    if encoding == "carriage-returns":
        return text.replace("\n", "\r").encode()
    if encoding in {"rot13", "utf-7"}:
        first, _, rest = text.lstrip("\n").partition("\n")
        body = (
            codecs.encode(rest, "rot13").encode() if encoding == "rot13" else rest.encode("utf-7")
        )
        return f"{first}\n".encode() + body
    return text.encode(encoding)
