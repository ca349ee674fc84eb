"""Mail to people about the review: who wants which, and what waits to be sent.

- An address is plain ASCII without quotes or comments (RFC 5321, 4.1.2, without quoted strings): it
  can end no header and begin no other.
- Nothing is sent to an address but the code that confirms it, before its owner has used that code.
"""

import datetime as dt
import enum
import re
import secrets
from typing import Self

import msgspec

from airlock.errors import InvalidName
from airlock.model.identity import Sha256
from airlock.model.people import AccountName

MOST_ATTEMPTS = 8
_FIRST_WAIT = dt.timedelta(minutes=1)
_FACTOR = 3
_LONGEST_WAIT = dt.timedelta(hours=6)
_LONGEST_ADDRESS = 254
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@{_LABEL}(?:\.{_LABEL})*", re.ASCII)
_CODE_BYTES = 16


class MailAddress(str):
    """Where somebody gets mail.

    Raises:
        InvalidName: if the text is no plain address.
    """

    __slots__ = ()

    def __new__(cls, text: str) -> Self:
        """Validate an address."""
        if len(text) > _LONGEST_ADDRESS or not _ADDRESS.fullmatch(text):
            raise InvalidName(
                f"{text[:80]!r} is no address of e-mail",
                hint="It is one such as ada@example.org, without a name around it.",
            )
        return super().__new__(cls, text)


class Notice(enum.StrEnum):
    """What a mail is about."""

    HELD = "held"
    """What was held lately: many in one mail."""
    ASKED = "asked"
    """A colleague asks."""
    SECOND = "second"
    """A second decision is needed."""
    WAIVERS = "waivers"
    """A waiver of one's own ends soon, or has ended: many in one mail."""
    ADDRESS = "address"
    """The code that confirms an address; nobody can do without."""


CHOICES = tuple(one for one in Notice if one is not Notice.ADDRESS)
"""What people choose from."""


class MailWishes(msgspec.Struct, frozen=True, kw_only=True):
    """Which mail somebody wants, and where."""

    account: AccountName
    address: MailAddress
    kinds: frozenset[Notice]
    confirmed_at: dt.datetime | None
    """In UTC; ``None``: nobody proved yet that they read what is sent there."""
    told_until: dt.datetime
    """In UTC: up to when they were told of what is collected."""

    def wants(self, kind: Notice) -> bool:
        """Tell whether a mail may go out."""
        return self.confirmed_at is not None and kind in self.kinds


class MailState(enum.StrEnum):
    """How far a mail is."""

    WAITING = "waiting"
    SENT = "sent"
    DEAD = "dead"
    """Given up."""


class Mail(msgspec.Struct, frozen=True, kw_only=True):
    """One mail to one person."""

    key: str
    """What it is about and for whom: nobody gets the same twice."""
    account: AccountName
    address: MailAddress
    kind: Notice
    subject: str
    """One line of ASCII."""
    body: str
    """Empty once it is sent."""
    made_at: dt.datetime
    next_at: dt.datetime
    """Not before; also while somebody is at it."""
    attempts: int = 0
    state: MailState = MailState.WAITING
    error: str = ""
    """Of the last attempt."""


def wait_after(attempts: int) -> dt.timedelta:
    """Return how long to wait after so many attempts failed."""
    times: int = _FACTOR ** max(attempts - 1, 0)
    return min(_FIRST_WAIT * times, _LONGEST_WAIT)


def new_code() -> str:
    """Return a code that confirms an address."""
    return secrets.token_urlsafe(_CODE_BYTES)


def code_digest(code: str) -> Sha256:
    """Return what is kept of a code."""
    return Sha256.of(code.encode(errors="replace"))
