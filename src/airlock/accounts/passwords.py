"""Passwords: argon2id, with the first parameters that OWASP recommends (docs/decisions/0007).

- A user that does not exist, or has no password, costs as much as one that does: the time tells
  nothing of who is known.
- Few are computed at once: each takes 19 MiB and a processor for some hundredths of a second.
"""

import functools
import threading
from typing import TYPE_CHECKING

from airlock.errors import MissingExtra, UsageError

if TYPE_CHECKING:
    from argon2 import PasswordHasher

_MEMORY_KIB = 19 * 1024
_PASSES = 2
_AT_ONCE = 2
SHORTEST = 12
"""In characters (NIST SP 800-63B asks for 8 at least)."""
LONGEST = 1024


class Passwords:
    """Hashes passwords and checks them."""

    def __init__(self) -> None:
        self._places = threading.Semaphore(_AT_ONCE)

    @functools.cached_property
    def _hasher(self) -> "PasswordHasher":
        try:
            from argon2 import PasswordHasher
        except ModuleNotFoundError as error:
            raise MissingExtra(
                "argon2 is not installed", hint="pip install 'pypi-airlock[gate]'"
            ) from error
        return PasswordHasher(time_cost=_PASSES, memory_cost=_MEMORY_KIB, parallelism=1)

    @functools.cached_property
    def _nobody(self) -> str:
        return self._hasher.hash("nobody has this password")

    def hash(self, password: str) -> str:
        """Return what is kept of a password.

        Raises:
            UsageError: if it is too short, or longer than anybody types.
        """
        if not SHORTEST <= len(password) <= LONGEST:
            raise UsageError(f"a password has {SHORTEST} to {LONGEST} characters")
        with self._places:
            return self._hasher.hash(password)

    def matches(self, hashed: str | None, password: str) -> bool:
        """Tell whether a password is the one with a hash; never, where there is none."""
        from argon2.exceptions import InvalidHashError, VerificationError

        given = (password if len(password) <= LONGEST else "").encode(errors="surrogatepass")
        with self._places:
            try:
                return self._hasher.verify(hashed or self._nobody, given) and hashed is not None
            except (VerificationError, InvalidHashError):
                return False
