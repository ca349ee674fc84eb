"""Counts wrong credentials, and says when there were too many.

- Kept in the memory of one process, for a window of time; bounded, the oldest go first.
- What is right is never counted, and a right token passes however many wrong ones came from the
  same address: one mistaken machine does not lock out those behind the same router.
"""

import threading
from collections import OrderedDict

from airlock.errors import TooManyAttempts

_KEPT = 20_000


class Attempts:
    """Wrong attempts by key, such as an address or an account.

    Args:
        most: how many wrong ones in a window are looked at.
        seconds: how long the window is, from its first wrong one.
    """

    def __init__(self, most: int, seconds: float) -> None:
        self._most = most
        self._seconds = seconds
        self._wrong: OrderedDict[str, tuple[float, int]] = OrderedDict()
        self._turn = threading.Lock()

    def check(self, key: str, now: float) -> None:
        """Raise if there were too many.

        Args:
            key: whose.
            now: a monotonic clock, in seconds.

        Raises:
            TooManyAttempts: with the time after which the window ends.
        """
        with self._turn:
            begun, count = self._wrong.get(key, (now, 0))
        left = begun + self._seconds - now
        if count >= self._most and left > 0:
            raise TooManyAttempts("too many wrong passwords or tokens", retry_after=left)

    def note(self, key: str, now: float) -> None:
        """Count a wrong one."""
        with self._turn:
            begun, count = self._wrong.pop(key, (now, 0))
            if now - begun >= self._seconds:
                begun, count = now, 0
            self._wrong[key] = (begun, count + 1)
            while len(self._wrong) > _KEPT:
                self._wrong.popitem(last=False)

    def forgive(self, key: str) -> None:
        """Forget the wrong ones of somebody who proved who they are."""
        with self._turn:
            self._wrong.pop(key, None)
