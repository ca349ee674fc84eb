"""The adapter on pysequoia, which is Sequoia-PGP's verification under its standard policy.

Sequoia's word on a signature is yes or no. What is known to be wrong with it is told before: the
certificate, the digest, the length of the key.
"""

import contextlib
import datetime as dt
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
import pysequoia
from pysequoia.packet import (
    HashAlgorithm,
    Packet,
    PacketPile,
    PublicKeyAlgorithm,
    SignatureType,
    Tag,
)

from airlock.errors import NotVerified, UsageError
from airlock.evidence.openpgp.interface import (
    LARGEST_CERTIFICATE_BYTES,
    LARGEST_SIGNATURE_BYTES,
    MOST_SIGNATURES,
    SHORTEST_BITS,
    Certificate,
    Checked,
    OpenPgp,
)
from airlock.model.openpgp import SignedBy

_WEAK = (
    (HashAlgorithm.MD5, "MD5"),
    (HashAlgorithm.SHA1, "SHA-1"),
    (HashAlgorithm.RipeMD, "RIPEMD-160"),
)
_SIZED = {
    "RSA": (PublicKeyAlgorithm.RSAEncryptSign, PublicKeyAlgorithm.RSASign),
    "DSA": (PublicKeyAlgorithm.DSA,),
}
_SECRET = (Tag.SecretKey, Tag.SecretSubkey)
_DOCUMENTS = (SignatureType.Binary, SignatureType.Text)
_SHOWN = 200


class Sequoia(OpenPgp):
    """Verifies with Sequoia-PGP."""

    def read_certificates(self, data: bytes) -> tuple[Certificate, ...]:
        """Read the certificates of a file; see ``OpenPgp.read_certificates``."""
        if len(data) > LARGEST_CERTIFICATE_BYTES:
            raise NotVerified("it is too large for a certificate")
        with _converted("it is no OpenPGP certificate"):
            secret = b"PRIVATE KEY BLOCK" in data or any(
                packet.tag in _SECRET for packet in PacketPile.from_bytes(data)
            )
            certificates = tuple(map(_certificate, pysequoia.Cert.split_bytes(data)))
        if secret:
            raise NotVerified("it holds a secret key; pin what `gpg --export` writes")
        if not certificates:
            raise NotVerified("there is no OpenPGP certificate in it")
        return certificates

    def check_signature(self, signature: bytes) -> None:
        """Make sure that bytes are detached signatures; see ``OpenPgp.check_signature``."""
        _signatures(signature)

    def verify(
        self, signature: bytes, path: Path, pinned: Sequence[Certificate], now: dt.datetime
    ) -> Checked:
        """Verify the detached signatures of a file; see ``OpenPgp.verify``."""
        known = [_Pinned(one) for one in pinned]
        verified: list[SignedBy] = []
        strangers: list[str] = []
        for one in _signatures(signature):
            owner = next((pin for pin in known if pin.has(one.issuer)), None)
            if owner is None:
                strangers.append(one.issuer or "unnamed")
            else:
                verified.append(owner.verify(one, path, now))
        return Checked(tuple(verified), tuple(strangers))

    def sign(self, key: bytes, password: str, path: Path) -> tuple[bytes, str]:
        """Sign a file; see ``OpenPgp.sign``."""
        try:
            with _converted("the secret key cannot be used"):
                secret = pysequoia.Tsk.from_bytes(key)
                signer = secret.signer(password) if password else secret.signer()
                data = path.read_bytes()
                made = pysequoia.sign(signer, data, mode=pysequoia.SignatureMode.DETACHED)
                return bytes(made), secret.extract_certificate().fingerprint
        except OSError as error:
            raise UsageError(f"{path} cannot be read: {error.strerror}") from error
        except NotVerified as error:
            raise UsageError(
                str(error),
                hint="It is a secret key of OpenPGP that may sign; its "
                "passphrase is asked for, or read with --passphrase-file.",
            ) from error


class _Pinned:
    """A pinned certificate, and what of its keys is known."""

    def __init__(self, certificate: Certificate) -> None:
        self._fingerprint = certificate.fingerprint
        self._users = certificate.users
        with _converted("the pinned certificate cannot be read"):
            self._cert = pysequoia.Cert.from_bytes(certificate.data)
            packets = [one for one in PacketPile.from_bytes(certificate.data) if one.fingerprint]
            self._keys = {str(one.fingerprint).lower(): one for one in packets}
            self._ids = {str(one.key_id).lower(): str(one.fingerprint).lower() for one in packets}
        if self._cert.fingerprint != certificate.fingerprint:
            raise NotVerified("the pinned certificate is another one than its fingerprint says")

    def has(self, issuer: str) -> bool:
        return bool(issuer) and (issuer in self._keys or issuer in self._ids)

    def verify(self, signature: "_Signature", path: Path, now: dt.datetime) -> SignedBy:
        key = self._ids.get(signature.issuer, signature.issuer)
        for used in {key, self._fingerprint}:
            _check_length(self._keys[used])
        with _converted(f"the certificate {self._fingerprint} is not good any more"):
            self._check_certificate(now)
        if signature.weakness:
            raise NotVerified(
                f"the signature is over {signature.weakness}, which does not hold any more"
            )
        if signature.ends is not None and signature.ends <= now:
            raise NotVerified(f"the signature by {key} ended on {signature.ends:%Y-%m-%d}")
        with _converted(f"the signature by {key} is not one of this file, or its key may not sign"):
            done = pysequoia.verify(
                file=str(path),
                signature=pysequoia.Sig.from_bytes(signature.data),
                store=lambda _ids: [self._cert],
            )
            sure = [one for one in done.valid_sigs if one.certificate == self._fingerprint]
        if not sure:
            raise NotVerified(f"the signature by {key} is not one of this file")
        return SignedBy(
            fingerprint=self._fingerprint,
            key=sure[0].signing_key,
            user=self._users[0] if self._users else "",
            created=signature.created or now,
        )

    def _check_certificate(self, now: dt.datetime) -> None:
        if self._cert.is_revoked:
            raise NotVerified(f"the certificate {self._fingerprint} was revoked by its owner")
        ends = self._cert.expiration
        if ends is not None and ends <= now:
            raise NotVerified(
                f"the certificate {self._fingerprint} expired on {ends:%Y-%m-%d}; its owner may "
                "have a renewed one"
            )


class _Signature(msgspec.Struct, frozen=True, kw_only=True):
    """What a signature says of itself."""

    data: bytes
    issuer: str
    """The fingerprint of a key, or its id where the signature names no more; or empty."""
    weakness: str
    created: dt.datetime | None
    ends: dt.datetime | None


def _signatures(data: bytes) -> list[_Signature]:
    if len(data) > LARGEST_SIGNATURE_BYTES:
        raise NotVerified("it is too large for a signature")
    with _converted("it is no OpenPGP signature"):
        packets = list(PacketPile.from_bytes(data))
        found = [_signature(one) for one in packets if one.signature_type in _DOCUMENTS]
    if not packets or len(found) != len(packets):
        raise NotVerified("it is no detached OpenPGP signature of a file")
    if len(packets) > MOST_SIGNATURES:
        raise NotVerified(f"it has more than {MOST_SIGNATURES} signatures")
    return found


def _signature(packet: Packet) -> _Signature:
    weak = (name for algorithm, name in _WEAK if packet.hash_algorithm == algorithm)
    return _Signature(
        data=bytes(packet),
        issuer=(packet.issuer_fingerprint or packet.issuer_key_id or "").lower(),
        weakness=next(weak, ""),
        created=packet.signature_created,
        ends=packet.signature_expiration_time,
    )


def _check_length(key: Packet) -> None:
    for name, algorithms in _SIZED.items():
        if key.key_algorithm in algorithms:
            bits = _bits(key.body)
            if bits < SHORTEST_BITS:
                raise NotVerified(
                    f"the key {key.fingerprint} is {name} with {bits:,} bits; {SHORTEST_BITS:,} is "
                    "the least that holds"
                )


def _bits(body: bytes) -> int:
    """Return the length of a key's modulus: the first number in it (RFC 9580, 5.5.2)."""
    start = 6 if body[0] < 6 else 10  # noqa: PLR2004 - versions 4 and 6
    return int.from_bytes(body[start : start + 2], "big")


def _certificate(cert: pysequoia.Cert) -> Certificate:
    # Not ``Cert.user_ids``, which fails for what is too weak: that is told when it is used.
    data = bytes(cert)
    users = (packet.user_id for packet in PacketPile.from_bytes(data))
    return Certificate(cert.fingerprint, data, tuple(user[:_SHOWN] for user in users if user))


@contextlib.contextmanager
def _converted(what: str) -> Iterator[None]:
    """Turn what the library raises into one sentence; its own has a stack in it."""
    try:
        yield
    except (RuntimeError, ValueError, TypeError) as error:
        raise NotVerified(f"{what} ({_first_line(error)})") from error
    except BaseException as error:
        # A panic of the library is no ``Exception``, so that nobody goes on after it by accident.
        if type(error).__name__ != "PanicException":
            raise
        raise NotVerified(f"{what} (the library gave up)") from error


def _first_line(error: BaseException) -> str:
    return str(error).partition("\n")[0][:_SHOWN] or type(error).__name__
