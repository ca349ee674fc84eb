"""What a channel of conda says of its packages: ``repodata.json``, and its content trust.

- The index of a channel lists, for each file name, size and digests. MD5 alone proves nothing.
- Content trust signs each entry by itself, with Ed25519, over its canonical JSON: sorted keys, two
  spaces. The file name is not signed; so name, version and build of the entry have to be the file
  name's, or the signature of one package would do for another.
- A signature counts if it is by a key that the user named; keys in the document itself say nothing.
"""

import json
from collections.abc import Collection
from typing import Any

import msgspec

from airlock.errors import NotVerified, UsageError

LARGEST_BYTES = 1024 * 1024**2
"""Of a ``repodata.json``. That of the largest channels had 350 MiB in 2026."""
_TABLES = ("packages", "packages.conda")
_KEY_DIGITS, _SIGNATURE_DIGITS = 64, 128
_HEXADECIMAL = frozenset("0123456789abcdef")


class Listed(msgspec.Struct, frozen=True):
    """What a channel says of one package."""

    sha256: str
    """Empty if it says none."""
    size: int | None
    subdir: str
    signed_by: tuple[str, ...]
    """Those of the keys that count, in hexadecimal."""


class Channel:
    """The index of one folder of a channel.

    Args:
        document: ``repodata.json``.

    Raises:
        NotVerified: if it is none.
    """

    def __init__(self, document: bytes) -> None:
        try:
            self._document = msgspec.json.decode(document)
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
            raise NotVerified(f"the channel's index cannot be read: {error}") from error
        tables = isinstance(self._document, dict) and any(
            isinstance(self._document.get(name), dict) for name in _TABLES
        )
        if not tables:
            raise NotVerified("the channel's index lists no packages (repodata.json)")

    def listed(self, filename: str, keys: Collection[str]) -> Listed | None:
        """Return what the channel says of a package; ``None`` if it does not list it.

        Raises:
            NotVerified: if it is listed as another package, or a signature that counts is false.
        """
        entry = self._entry(filename)
        if entry is None:
            return None
        told = "-".join(str(entry.get(key, "")) for key in ("name", "version", "build"))
        if told != filename.removesuffix(".conda").removesuffix(".tar.bz2"):
            raise NotVerified(f"the channel lists {told} under the name {filename}")
        size = entry.get("size")
        info = self._document.get("info")
        return Listed(
            sha256=str(entry.get("sha256") or "").lower(),
            size=size if isinstance(size, int) else None,
            subdir=str(info.get("subdir", "")) if isinstance(info, dict) else "",
            signed_by=self._signed(filename, entry, keys),
        )

    @property
    def signs(self) -> bool:
        """Whether anything of it is signed."""
        return bool(self._document.get("signatures"))

    def _entry(self, filename: str) -> dict[str, Any] | None:
        for name in _TABLES:
            table = self._document.get(name)
            found = table.get(filename) if isinstance(table, dict) else None
            if isinstance(found, dict):
                return found
        return None

    def _signed(
        self, filename: str, entry: dict[str, Any], keys: Collection[str]
    ) -> tuple[str, ...]:
        all_signatures = self._document.get("signatures")
        found = all_signatures.get(filename) if isinstance(all_signatures, dict) else None
        if not isinstance(found, dict):
            return ()
        content = json.dumps(entry, indent=2, sort_keys=True).encode()
        signed = []
        for key in keys:
            signature = found.get(key)
            if isinstance(signature, dict):
                _verify(key, str(signature.get("signature", "")), content)
                signed.append(key)
        return tuple(signed)


def channel_key(text: str) -> str:
    """Return a public key of Ed25519 in hexadecimal, as conda writes it.

    Raises:
        UsageError: if it is none.
    """
    plain = text.strip().lower()
    if len(plain) != _KEY_DIGITS or set(plain) - _HEXADECIMAL:
        raise UsageError(f"{text[:80]!r} is no key of a channel: it has 64 hexadecimal digits")
    return plain


def _verify(key: str, signature: str, content: bytes) -> None:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    if len(signature) != _SIGNATURE_DIGITS or set(signature) - _HEXADECIMAL:
        raise NotVerified(f"the channel's signature by {key[:16]} is none")
    try:
        public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(key))
        public.verify(bytes.fromhex(signature), content)
    except (InvalidSignature, ValueError) as error:
        message = f"the channel's signature by {key[:16]} is not over what it lists"
        raise NotVerified(message) from error
