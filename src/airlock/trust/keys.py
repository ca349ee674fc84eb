"""Keys: Ed25519 in files, or wherever securesystemslib reaches with a URI.

- A private key of an offline role is a PKCS #8 file encrypted under a passphrase; there is no way
  to write one without.
- The online key is a file of its own, readable by its owner alone, or a URI of a KMS, an HSM or a
  vault: ``awskms:…``, ``gcpkms:…``, ``azurekms:…``, ``hsm:…``, ``hv:…``.
- A developer may sign as an identity instead: ``sigstore:`` asks an OIDC issuer who it is, and
  needs Sigstore's services to sign and to verify.
- What leaves the machine of a key is its public part: a JSON document with the key's id.
"""

import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from airlock.errors import UsageError

if TYPE_CHECKING:
    from securesystemslib.signer import Key, Signer

Passphrase = Callable[[str], str]
"""Asks for the passphrase of a key; the argument says of which."""

IDENTITY = "sigstore-oidc"
"""The type of a key that is an identity."""
_FEWEST_CHARACTERS = 12
_FILE_SCHEMES = ("file", "encrypted")


def new_key_file(path: Path, passphrase: str | None) -> "Key":
    """Make an Ed25519 key, write its file, and return its public part.

    Args:
        path: of the private key, which must not be there.
        passphrase: under which it is encrypted; ``None`` only for the online key.

    Raises:
        UsageError: if the file is there, cannot be written, or the passphrase is too short.
    """
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from securesystemslib.signer import SSlibKey

    if passphrase is not None and len(passphrase) < _FEWEST_CHARACTERS:
        raise UsageError(f"a passphrase has at least {_FEWEST_CHARACTERS} characters")
    private = Ed25519PrivateKey.generate()
    encryption = (
        serialization.NoEncryption()
        if passphrase is None
        else serialization.BestAvailableEncryption(passphrase.encode())
    )
    data = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption
    )
    _write_private(path, data)
    return SSlibKey.from_crypto(private.public_key())


def know_identities() -> None:
    """Let keys be identities, which securesystemslib does only when it is told to."""
    from securesystemslib.signer import (
        KEY_FOR_TYPE_AND_SCHEME,
        SIGNER_FOR_URI_SCHEME,
        SigstoreKey,
        SigstoreSigner,
    )

    KEY_FOR_TYPE_AND_SCHEME[IDENTITY, SigstoreKey.DEFAULT_SCHEME] = SigstoreKey
    SIGNER_FOR_URI_SCHEME[SigstoreSigner.SCHEME] = SigstoreSigner


def identity_key(identity: str, issuer: str) -> "Key":
    """Return the public part of an identity, such as a mail address or a workflow, at an issuer."""
    from securesystemslib.signer import SigstoreSigner

    know_identities()
    return SigstoreSigner.import_(identity, issuer)[1]


def id_of(key: "Key") -> str:
    """Return the id that a key has by its content (TUF 4.2), whatever it says of itself."""
    from securesystemslib.formats import encode_canonical

    content = {"keytype": key.keytype, "scheme": key.scheme, "keyval": key.keyval}
    return hashlib.sha256((encode_canonical(content) or "").encode()).hexdigest()


def public_document(key: "Key") -> bytes:
    """Return the public part of a key as the document that is handed around."""
    return json.dumps({"keyid": key.keyid, **key.to_dict()}, indent=2).encode() + b"\n"


def read_public(path: Path) -> "Key":
    """Return a public key from its document.

    Raises:
        UsageError: if there is none.
    """
    from securesystemslib.signer import Key

    know_identities()
    try:
        document: dict[str, Any] = json.loads(path.read_bytes())
        keyid = document.pop("keyid")
        return Key.from_dict(keyid, document)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise UsageError(f"{path} is not the public part of a key: {error}") from error


def open_key(place: str, public: "Key | None", passphrase: Passphrase) -> "Signer":
    """Return a signer for the private key at a place.

    Args:
        place: the path of a file, or a URI of securesystemslib's.
        public: the public part, needed for all but files.
        passphrase: asked if a file is encrypted.

    Raises:
        UsageError: if the key cannot be opened.
    """
    scheme = place.partition(":")[0]
    if ":" not in place or scheme in _FILE_SCHEMES:
        path = place.partition(":")[2] if scheme in _FILE_SCHEMES and ":" in place else place
        return _open_file(Path(path), passphrase)
    from securesystemslib.signer import Signer

    know_identities()
    if public is None:
        raise UsageError(f"{place} needs the public part of its key", hint="Name it: --public FILE")
    try:
        return Signer.from_priv_key_uri(place, public)
    # What a signer raises is as various as the devices behind it.
    except Exception as error:
        raise UsageError(f"the key at {place} cannot be used: {error}") from error


def _open_file(path: Path, passphrase: Passphrase) -> "Signer":
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key
    from securesystemslib.signer import CryptoSigner

    try:
        data = path.read_bytes()
        secret = passphrase(path.name).encode() if is_encrypted(data) else None
        private = load_pem_private_key(data, secret)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from error
    except (ValueError, TypeError) as error:
        raise UsageError(f"{path} is no private key, or the passphrase is wrong") from error
    if not isinstance(private, Ed25519PrivateKey):
        raise UsageError(f"{path} is not an Ed25519 key")
    return CryptoSigner(private)


def is_private(data: bytes) -> bool:
    """Tell whether bytes hold a private key in PEM form."""
    return b"PRIVATE KEY-----" in data


def is_encrypted(data: bytes) -> bool:
    """Tell whether bytes hold an encrypted private key in PEM form (RFC 7468)."""
    return b"-----BEGIN ENCRYPTED PRIVATE KEY-----" in data


def _write_private(path: Path, data: bytes) -> None:
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except FileExistsError as error:
        raise UsageError(f"{path} is there already; a key is never written over") from error
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}") from error
