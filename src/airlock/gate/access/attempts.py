"""Counts wrong credentials, and says when there were too many.

- Kept in the database, so that whoever guesses gains nothing by asking another server of the same
  gate; for a window of time, then forgotten.
- What is right is never counted, and a right token passes however many wrong ones came from the
  same address: one mistaken machine does not lock out those behind the same router.
- The addresses of one IPv6 network (/64) are one: whoever has one has all of them.
"""

import datetime as dt
import ipaddress

from airlock.errors import TooManyAttempts
from airlock.store.sessions import Sessions

_WINDOW = dt.timedelta(minutes=5)
_IPV6_BITS = 64


class Attempts:
    """Wrong attempts by key, such as an address or an account.

    Args:
        sessions: where they are counted.
        kind: of the keys, to tell them from others.
        most: how many wrong ones in a window are looked at.
    """

    def __init__(self, sessions: Sessions, kind: str, most: int) -> None:
        self._sessions = sessions
        self._kind = kind
        self._most = most

    def check(self, key: str, now: dt.datetime) -> None:
        """Raise if there were too many.

        Args:
            key: whose.
            now: in UTC.

        Raises:
            TooManyAttempts: with the time after which the window ends.
        """
        tally = self._sessions.tally(self._full(key), now)
        if tally.count >= self._most:
            left = (tally.until - now).total_seconds()
            raise TooManyAttempts("too many wrong passwords or tokens", retry_after=left)

    def note(self, key: str, now: dt.datetime) -> None:
        """Count a wrong one."""
        self._sessions.note_wrong(self._full(key), now, _WINDOW)

    def _full(self, key: str) -> str:
        return f"{self._kind} {_network(key)}"


def _network(key: str) -> str:
    try:
        address = ipaddress.IPv6Address(key)
    except ValueError:
        return key
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(ipaddress.IPv6Network((int(address), _IPV6_BITS), strict=False))
