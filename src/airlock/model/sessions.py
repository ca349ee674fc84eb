"""How people sign in: sessions, second factors, and what is counted against guessing.

- The secret of a session is in none of these values: what is kept of it is its SHA-256, as of a
  token (docs/decisions/0007).
- A session ends when nobody used it for ``IDLE``, and at the latest ``LONGEST`` after sign-in.
- Before the second factor a session is ``PENDING``: it lasts for minutes and allows nothing.
"""

import datetime as dt
import enum

import msgspec

from airlock.model.people import AccountName, one_line

IDLE = dt.timedelta(hours=2)
LONGEST = dt.timedelta(hours=12)
PENDING_FOR = dt.timedelta(minutes=10)
_AGENT_CHARACTERS = 200


class Proof(enum.StrEnum):
    """What somebody proved when they signed in."""

    PENDING = "pending"
    """A password, where a second factor is still to come."""
    PASSWORD = "password"  # noqa: S105 - a word, no password
    """A password; the account has no second factor."""
    SECOND = "second"
    """A password and a second factor."""
    ISSUER = "issuer"
    """What an issuer of identities says, which asks for second factors itself."""


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who is signed in, in one browser."""

    id: str
    """12 hexadecimal digits; public."""
    account: AccountName
    proof: Proof
    created_at: dt.datetime
    seen_at: dt.datetime
    """To the minute."""
    expires_at: dt.datetime
    """Whatever happens; in UTC."""
    address: str
    agent: str
    """What the browser calls itself."""

    def active(self, now: dt.datetime) -> bool:
        """Tell whether it is worth anything at a time."""
        return self.created_at <= now < min(self.expires_at, self.seen_at + IDLE)

    @property
    def is_pending(self) -> bool:
        """Whether a second factor is still to come."""
        return self.proof is Proof.PENDING


def shown_agent(text: str) -> str:
    """Return what a browser calls itself, in one line of a bounded length."""
    return "".join(char if char.isprintable() else "?" for char in text[:_AGENT_CHARACTERS])


class FactorKind(enum.StrEnum):
    """How somebody proves that they have a thing, beside knowing a password."""

    TOTP = "totp"
    """Six digits of an authenticator (RFC 6238)."""
    WEBAUTHN = "webauthn"
    """A key that signs: a token, a phone, a computer (W3C WebAuthn)."""


class Factor(msgspec.Struct, frozen=True, kw_only=True):
    """A second factor of an account."""

    id: str
    """12 hexadecimal digits."""
    account: AccountName
    kind: FactorKind
    title: str
    """How its owner calls it."""
    created_at: dt.datetime
    last_used_at: dt.datetime | None = None
    secret: bytes
    """Of an authenticator, the shared secret; of a key, its public key."""
    credential: bytes = b""
    """Of a key: the id of the credential."""
    counter: int = 0
    """Of an authenticator, the last time step that was used; of a key, its signature counter."""

    def __post_init__(self) -> None:
        one_line("title", self.title)


class Tally(msgspec.Struct, frozen=True):
    """How many wrong attempts there were in a window of time."""

    count: int
    until: dt.datetime
    """When the window ends."""
