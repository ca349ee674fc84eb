"""The text of a token: ``airlock_<id>_<secret>``.

- The secret has 256 random bits: nobody guesses it, and the plain SHA-256 of the text is all that
  has to be kept (docs/decisions/0007).
- The id is public, so that a token can be found by it, named in the log and revoked.
- The word in front lets scanners of repositories recognise a token that leaked.
"""

import hmac
import re
import secrets
from typing import NamedTuple, Self

from airlock.model import Sha256

_TEXT = re.compile(r"airlock_([0-9a-f]{12})_([A-Za-z0-9_-]{43})", re.ASCII)
_ID_BYTES = 6
_SECRET_BYTES = 32


class TokenText(NamedTuple):
    """The text of a token, taken apart."""

    id: str
    text: str

    @classmethod
    def new(cls) -> Self:
        """Return a new one."""
        token_id = secrets.token_hex(_ID_BYTES)
        return cls(token_id, f"airlock_{token_id}_{secrets.token_urlsafe(_SECRET_BYTES)}")

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Return the token that a text is, or ``None``."""
        found = _TEXT.fullmatch(text)
        return cls(found[1], text) if found else None

    @property
    def digest(self) -> Sha256:
        """What is kept of it."""
        return Sha256.of(self.text.encode())

    def matches(self, digest: Sha256) -> bool:
        """Tell whether it is the token with a digest, in constant time."""
        return hmac.compare_digest(self.digest.encode(), digest.encode())
