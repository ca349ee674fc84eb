"""Second factors: authenticators (RFC 6238, by pyotp) and keys (W3C WebAuthn, by webauthn).

Nothing here keeps anything: counters and challenges are the caller's.
"""

import datetime as dt
import hmac
from collections.abc import Iterable
from typing import NamedTuple
from urllib.parse import urlsplit

from airlock.errors import UsageError
from airlock.model.sessions import Factor, FactorKind

_STEP_SECONDS = 30
# Clocks of phones are off by some seconds, and people type for some.
_STEPS = (0, -1, 1)
_ISSUER = "Airlock"


class Site(NamedTuple):
    """What a key signs for: the address of this gate, as the browser has it."""

    origin: str

    @property
    def id(self) -> str:
        """The relying party: the host, without its port."""
        return urlsplit(self.origin).hostname or ""


class NewKey(NamedTuple):
    """A key that was just made."""

    credential: bytes
    public_key: bytes
    counter: int


def new_totp_secret() -> str:
    """Return the secret of a new authenticator, in Base32."""
    import pyotp

    return pyotp.random_base32()


def totp_address(secret: str, account: str, place: str) -> str:
    """Return the ``otpauth:`` address that authenticators read from a QR code."""
    import pyotp

    return pyotp.TOTP(secret).provisioning_uri(name=f"{account}@{place}", issuer_name=_ISSUER)


def totp_step(factor: Factor, code: str, now: dt.datetime) -> int | None:
    """Return the time step whose code was given; ``None`` if it is of none near now."""
    import pyotp

    if factor.kind is not FactorKind.TOTP:
        return None
    totp = pyotp.TOTP(factor.secret.decode("ascii"), interval=_STEP_SECONDS)
    step = int(now.timestamp()) // _STEP_SECONDS
    said = code.encode(errors="surrogatepass")
    right = [
        one for one in _STEPS if hmac.compare_digest(said, totp.generate_otp(step + one).encode())
    ]
    return step + right[0] if right else None


def qr_code(text: str) -> str:
    """Return a QR code as the path of an SVG, one unit a module, without anything around it."""
    import segno

    matrix = segno.make(text, micro=False).matrix
    return "".join(
        f"M{x} {y}h1v1h-1z" for y, row in enumerate(matrix) for x, dark in enumerate(row) if dark
    )


def qr_size(text: str) -> int:
    """Return how many modules a side of the QR code has."""
    import segno

    return len(segno.make(text, micro=False).matrix)


def new_key_request(account: str, known: Iterable[Factor], site: Site) -> tuple[str, bytes]:
    """Return what a browser asks for to make a new key, as JSON, and the challenge in it."""
    import webauthn
    from webauthn.helpers.structs import (
        AuthenticatorSelectionCriteria,
        PublicKeyCredentialDescriptor,
        ResidentKeyRequirement,
        UserVerificationRequirement,
    )

    options = webauthn.generate_registration_options(
        rp_id=site.id,
        rp_name=_ISSUER,
        user_id=account.encode(),
        user_name=account,
        exclude_credentials=[PublicKeyCredentialDescriptor(id=one.credential) for one in known],
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.DISCOURAGED,
            user_verification=UserVerificationRequirement.PREFERRED,
        ),
    )
    return webauthn.options_to_json(options), options.challenge


def made_key(answer: str, challenge: bytes, site: Site) -> NewKey:
    """Return the key that a browser made.

    Raises:
        UsageError: if the answer proves no new key for this site.
    """
    import webauthn
    from webauthn.helpers.exceptions import WebAuthnException

    try:
        made = webauthn.verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=site.id,
            expected_origin=site.origin,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise UsageError(f"this is no new key for {site.id}: {error}") from error
    return NewKey(made.credential_id, made.credential_public_key, made.sign_count)


def key_request(known: Iterable[Factor], site: Site) -> tuple[str, bytes]:
    """Return what a browser asks its keys to sign, as JSON, and the challenge in it."""
    import webauthn
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor, UserVerificationRequirement

    options = webauthn.generate_authentication_options(
        rp_id=site.id,
        allow_credentials=[PublicKeyCredentialDescriptor(id=one.credential) for one in known],
        user_verification=UserVerificationRequirement.PREFERRED,
    )
    return webauthn.options_to_json(options), options.challenge


def checked_key(
    known: Iterable[Factor], answer: str, challenge: bytes, site: Site
) -> tuple[Factor, int] | None:
    """Return which key signed a challenge, and its counter; ``None`` if none did."""
    import webauthn
    from webauthn.helpers import parse_authentication_credential_json
    from webauthn.helpers.exceptions import WebAuthnException

    try:
        credential = parse_authentication_credential_json(answer)
        factor = next((one for one in known if one.credential == credential.raw_id), None)
        if factor is None:
            return None
        checked = webauthn.verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=site.id,
            expected_origin=site.origin,
            credential_public_key=factor.secret,
            credential_current_sign_count=factor.counter,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError):
        return None
    return factor, checked.new_sign_count
