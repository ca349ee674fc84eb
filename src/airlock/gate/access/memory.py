"""What a process remembers of who asked a moment ago, without keeping any secret.

Keys are keyed hashes with a key of this process: what is in memory proves nothing elsewhere.
"""

import hashlib
import secrets
import threading
from typing import Generic, TypeVar

from airlock.gate.access.interface import Credentials

T = TypeVar("T")
_KEPT = 4096


class Remembered(Generic[T]):
    """Values by credentials, each for a time.

    Args:
        seconds: how long a value is worth something.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._key = secrets.token_bytes(32)
        self._known: dict[bytes, tuple[float, T]] = {}
        self._turn = threading.Lock()

    def get(self, credentials: Credentials, now: float) -> T | None:
        """Return what is remembered; ``now`` is a monotonic clock, in seconds."""
        found = self._known.get(self._hash(credentials))
        return found[1] if found and now < found[0] else None

    def put(self, credentials: Credentials, value: T, now: float) -> None:
        """Remember a value from now on."""
        with self._turn:
            key = self._hash(credentials)
            self._known.pop(key, None)
            if len(self._known) >= _KEPT:
                del self._known[next(iter(self._known))]
            self._known[key] = (now + self._seconds, value)

    def _hash(self, credentials: Credentials) -> bytes:
        user = credentials.user
        # The length keeps "a" + "bc" and "ab" + "c" apart.
        kind = "s" if credentials.session else ""
        said = f"{kind}{-1 if user is None else len(user)}:{user or ''}{credentials.secret}"
        return hashlib.blake2b(said.encode(errors="surrogatepass"), key=self._key).digest()
