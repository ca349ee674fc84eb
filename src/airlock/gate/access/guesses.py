"""Wrong passwords and codes, counted in the store: what one process saw, all of them know.

- Beyond the limit nothing is looked at any more until the window ends, be it right or wrong.
- That a limit was reached is in the log once for each window, as ``sign-in-locked``; webhooks and
  whoever reads the log are so alerted.
"""

import datetime as dt
from collections.abc import Callable, Mapping

import structlog

from airlock.errors import TooManyAttempts
from airlock.gate import metrics
from airlock.model.log import Event
from airlock.store import Records

_log = structlog.get_logger("airlock.access")
_WINDOW = dt.timedelta(minutes=15)
MOST_OF_ADDRESS = 30
MOST_ON_ACCOUNT = 10
MOST_SECOND = 8


class Guesses:
    """Counts wrong ones, by keys that each have a limit.

    Args:
        records: where they are counted, and the log.
        clock: gives the time in UTC.
    """

    def __init__(self, records: Records, clock: Callable[[], dt.datetime]) -> None:
        self._sessions = records.sessions
        self._record = records.log.record
        self._clock = clock

    def check(self, keys: Mapping[str, int]) -> None:
        """Raise if there were too many under one of the keys.

        Raises:
            TooManyAttempts: with the time after which the window ends.
        """
        now = self._clock()
        for key, most in keys.items():
            tally = self._sessions.tally(key, now)
            if tally.count >= most:
                left = (tally.until - now).total_seconds()
                raise TooManyAttempts("too many wrong passwords or codes", retry_after=left)

    def wrong(self, keys: Mapping[str, int], account: str, address: str) -> None:
        """Count a wrong one under each of the keys."""
        now = self._clock()
        metrics.WRONG_CREDENTIALS.inc()
        _log.warning("sign-in-failed", address=address, user=account)
        for key, most in keys.items():
            tally = self._sessions.note_wrong(key, now, _WINDOW)
            if tally.count == most:
                details = {
                    "what": key.partition(" ")[0],
                    "address": address,
                    "until": tally.until.isoformat(),
                }
                self._record(
                    Event(
                        kind="sign-in-locked",
                        subject=account,
                        by="the gate",
                        at=now,
                        details={name: value for name, value in details.items() if value},
                    )
                )

    def forgive(self, key: str) -> None:
        """Forget the wrong ones of somebody who proved who they are."""
        self._sessions.forgive(key)


def of_account(name: str) -> str:
    """Return the key under which wrong passwords of an account are counted."""
    return f"account {name}"
