"""Webhooks: what is told to whom, and what came of it.

- The log is the queue: each hook has the number of the last entry that it was told, or that was
  given up, so that nothing is lost by a kill and nothing has to be written beside the log.
- Messages are signed as Standard Webhooks are (https://www.standardwebhooks.com): HMAC-SHA256 over
  id, time and body; the receiver refuses what is old.
"""

import base64
import datetime as dt
import hashlib
import hmac
import secrets
from collections.abc import Sequence
from urllib.parse import urlsplit

import msgspec

from airlock.errors import UsageError

MOST_ATTEMPTS = 8
_FIRST_WAIT = dt.timedelta(seconds=10)
_FACTOR = 4
_LONGEST_WAIT = dt.timedelta(hours=6)
_PREFIX = "whsec_"
_ID_BYTES = 6
_TAKEN = range(200, 300)


class Hook(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who wants to be told of entries of the log.

    Raises:
        UsageError: if the address is none of HTTP.
    """

    id: str
    """12 hexadecimal digits."""
    url: str
    kinds: tuple[str, ...] = ()
    """Of the entries that it is told; empty: all."""
    created_at: dt.datetime
    cursor: int
    """The number of the last entry that it was told, or that was given up."""
    attempts: int = 0
    """At the next entry, that failed."""

    def __post_init__(self) -> None:
        try:
            parts = urlsplit(self.url)
            fits = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
        except ValueError:
            fits = False
        if not fits:
            raise UsageError(f"{self.url[:80]!r} is not an address of HTTP")
        if not all(kind and kind.replace("-", "").isalnum() for kind in self.kinds):
            raise UsageError("a kind of entry is a word such as token-created")

    def after(self, entry: int) -> "Hook":
        """Return the hook, to be told of what follows an entry of the log."""
        return msgspec.structs.replace(self, cursor=entry)

    def wait(self) -> dt.timedelta:
        """Return how long to wait after the last attempt failed."""
        times: int = _FACTOR ** max(self.attempts - 1, 0)
        return min(_FIRST_WAIT * times, _LONGEST_WAIT)


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """One attempt to tell a hook of an entry."""

    hook: str
    entry: int
    attempt: int
    """From 1."""
    at: dt.datetime
    status: int | None
    """Of the answer; ``None`` if there was none."""
    error: str = ""

    @property
    def done(self) -> bool:
        """Whether the receiver took it (2xx)."""
        return self.status in _TAKEN


def new_hook(url: str, kinds: Sequence[str], *, now: dt.datetime, cursor: int) -> Hook:
    """Return a new hook, to be told of what follows an entry of the log.

    Raises:
        UsageError: if the address is none of HTTP, or a kind is none.
    """
    return Hook(
        id=secrets.token_hex(_ID_BYTES),
        url=url,
        kinds=tuple(kinds),
        created_at=now,
        cursor=cursor,
    )


def new_secret() -> str:
    """Return a secret that signs."""
    return _PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def signature(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """Return the signature of a message."""
    key = base64.b64decode(secret.removeprefix(_PREFIX))
    signed = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
